"""The one table of scripts without spaces."""

import re
from pathlib import Path

import pytest

from worker.scripts import DENSE, EAST_ASIAN, HANGUL, SOUTH_EAST_ASIAN, letters

ROOT = Path(__file__).parent.parent.parent
#: Ranges of characters of these scripts, as code writes them.
WRITTEN_OUT = re.compile(r"\\u(?:0e|10|17|19|1a|30|31|34|4d|4e|9f|a9|aa|ac|d7|f9|ff[69])[0-9a-f]{2}-")


def has(script: str, text: str) -> bool:
    return re.fullmatch(f"[{script}]+", text) is not None


@pytest.mark.parametrize("text", ["港口罢工", "ストライキ", "ｽﾄﾗｲｷ", "𠮷"])
def test_han_and_kana_are_east_asian(text: str) -> None:
    assert has(EAST_ASIAN, text)
    assert has(DENSE, text)


@pytest.mark.parametrize("text", ["ท่าเรือ", "ທ່າເຮືອ", "ဆိပ်ကမ်း", "កំពង់ផែ", "ᦔᦱᧉ", "ᨾᩮᩬᩥᨦ"])
def test_the_scripts_of_south_east_asia_are_dense_with_their_marks(text: str) -> None:
    assert has(SOUTH_EAST_ASIAN, text)
    assert has(DENSE, text)


@pytest.mark.parametrize("text", ["harbour", "гавань", "ميناء", "बंदरगाह", "항구", "，。", "12"])
def test_what_is_written_with_spaces_is_not_dense(text: str) -> None:
    assert re.search(f"[{DENSE}]", text) is None


def test_korean_is_a_script_of_its_own() -> None:
    assert has(HANGUL, "항구")


def test_marks_count_as_letters() -> None:
    assert letters("ဆိပ်ကမ်း") == 8
    assert letters("Harbour 12, 3.") == 7


def test_no_other_module_writes_the_ranges_of_a_script() -> None:
    assert [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "worker").rglob("*.py"))
        if WRITTEN_OUT.search(path.read_text(encoding="utf-8")) and path.name != "scripts.py"
    ] == []

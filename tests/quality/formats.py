"""What wiredesk reads in the real files of agencies, feeds, mail and crawlers, beside a person's reading of them.

    python -m tests.quality.formats [--write]

prints a line for each item that is read otherwise than formats.json says. `--write` writes the table anew: look at each
change in the file itself before you keep it. The files are no part of the project; of their texts the table has three
words.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from producers.formats import articles
from worker.clean import clean
from worker.errors import UnusableError

DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
TABLE: Final = Path(__file__).with_suffix(".json")
_FOLDERS: Final = ("formats", "inputs")
#: Sequences with an answer of their own, and files about the files.
_OTHERS: Final = frozenset({"own", "SOURCES.md", "run_cases.py"})
_WORDS: Final = 3
#: Items of one file that are in the table.
_MOST_ITEMS: Final = 6


def files(data: Path = DATA) -> Iterator[Path]:
    """Yield the real files, in the order of their names."""
    for folder in _FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not _OTHERS & set(path.relative_to(data).parts):
                yield path


def read(path: Path) -> list[dict[str, Any]]:
    """Return what is read in a file: of each item the fields that it has, or what its refusal says first."""
    rows: list[dict[str, Any]] = []
    with path.open("rb") as stream:
        for raw in articles(stream, path.name, "agency"):
            if raw.refused:
                rows.append({"refused": re.split(r"[,;]", raw.refused)[0][:90]})
            else:
                try:
                    article = clean(raw)
                except UnusableError as error:
                    rows.append({"unusable": str(error).split(":")[0][:40]})
                    continue
                rows.append(
                    {
                        name: value
                        for name, value in {
                            "headline": _first_words(article.title),
                            "byline": article.byline,
                            "dateline": article.dateline,
                            "publisher": article.publisher,
                            "date": article.published_at and article.published_at.isoformat(),
                            "status": article.status.value,
                            "embargo": article.embargo and str(article.embargo),
                            "version": raw.revision.number if raw.revision else None,
                            "urgency": raw.urgency,
                            "body": _first_words(article.body),
                        }.items()
                        if value not in (None, "")
                    }
                )
    return [*rows[:_MOST_ITEMS], *([{"items": len(rows)}] if len(rows) > _MOST_ITEMS else [])]


def _first_words(text: str | None) -> str | None:
    # Scripts without spaces have no words to count.
    return " ".join((text or "").split()[:_WORDS])[:40] or None


def main() -> int:
    """Compare all files with the table; 0 if each is read as it says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit("The real files are not here: they are no part of the project.")
    given = {str(path.relative_to(DATA)): read(path) for path in files()}
    if options.write:
        rows = ",\n".join(
            f"  {json.dumps(name)}: {json.dumps(rows, ensure_ascii=False)}" for name, rows in given.items()
        )
        TABLE.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
    expected = json.loads(TABLE.read_text(encoding="utf-8"))
    wrong = [name for name in sorted({*given, *expected}) if given.get(name) != expected.get(name)]
    for name in wrong:
        print(f"{name}\n  expected {expected.get(name)}\n  read     {given.get(name)}")
    print(f"{len(given) - len(wrong)} of {len(given)} files are read as a person reads them")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

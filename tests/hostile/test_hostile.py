"""Bad inputs through a real desk: each ends as declared, with a reason for a person, and no process has trouble.

`python -m tests.hostile` runs all of them, the heavy ones too, and prints them as a table.
"""

from pathlib import Path

import pytest

from tests.acceptance.desks import wiredesk
from tests.hostile.inputs import PRECIOUS, generate, outside
from tests.hostile.run import remove, run

#: The seed of the run in the test suite; the command takes another at each run.
SEED = 1
#: Most resident memory in MB: of the processes that touch the inputs (an ingest child is replaced at 400 MB), and of
#: one that holds the model.
MOST_MB = {"watch": 300, "ingest": 600, "schedule": 300, "desk": 300, "summarize": 1_200}


@pytest.mark.timeout(1_200)
def test_every_bad_input_ends_as_declared_and_harms_no_process(tmp_path: Path) -> None:
    inputs = [one for one in generate(SEED) if not one.is_heavy]
    assert len(inputs) >= 300
    try:
        report = run(inputs, tmp_path)
    finally:
        remove(tmp_path / "inbox")
    assert [f"{one.input.kind}: {one.wrong} ({one.ended.reason})" for one in report.judged if one.wrong] == []
    assert list(report.trouble) == []
    assert {role: peak for role, peak in report.peaks.items() if peak > MOST_MB.get(role, 100)} == {}


def test_the_same_seed_gives_the_same_inputs(tmp_path: Path) -> None:
    first, second = ([i for i in generate(7) if i.kind == "random bytes"] for _ in range(2))
    for n, (one, other) in enumerate(zip(first, second, strict=True)):
        for name, made in (("a", one), ("b", other)):
            folder = tmp_path / f"{name}{n}"
            folder.mkdir()
            made.make(folder)
        assert [p.read_bytes() for p in sorted((tmp_path / f"a{n}").iterdir())] == [
            p.read_bytes() for p in sorted((tmp_path / f"b{n}").iterdir())
        ]


@pytest.mark.parametrize("name", [".lock", ".reading", ".done", ".failed"])
def test_a_desk_refuses_an_inbox_in_which_a_link_lies_in_place_of_its_own_files(tmp_path: Path, name: str) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    target = outside(inbox) / ("precious" if name == ".lock" else "")
    (inbox / name).symlink_to(target)
    (inbox / "sitecustomize.py").write_text("print('run')")
    refused = wiredesk("up", "--once", "--inbox", str(inbox), "--data", str(tmp_path / "data"))
    assert refused.returncode != 0
    assert f"{name} is a symbolic link, which the desk does not follow: remove it" in refused.stderr
    assert {path.name: path.read_text() for path in outside(inbox).iterdir()} == {"precious": PRECIOUS}
    assert (inbox / "sitecustomize.py").exists()

"""Which texts call themselves an update."""

import pytest

from worker.dedup.updates import marked_as_update


@pytest.mark.parametrize(
    "line",
    [
        "UPDATE 2-Norrbridge ferry runs aground, 40 taken off",
        "UPDATE: Ferry runs aground",
        "CORRECTED-Ferry runs aground",
        "CORRECTED (name of captain): Ferry runs aground",
        "(CORRECTED) Ferry runs aground",
        "BC-Ferry, 2nd Ld-Writethru, 0512",
        "NPA Ferry, 1st Lead",
        "WRAPUP 3-Storm reaches the coast",
        "REFILE-Ferry runs aground",
    ],
)
def test_a_mark_in_the_title_or_in_a_slug_line_makes_an_update(line: str) -> None:
    assert marked_as_update(line, "Text.")
    assert marked_as_update(None, f"a0123\n\n{line}\n\nNORRBRIDGE - A ferry ran aground.")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ferry runs aground", "A ferry ran aground."),
        ("RPT-Ferry runs aground", "A ferry ran aground."),
        ("Council to update the plan", "An update - the second - is due."),
        (None, "\n\n".join(["A paragraph of the story."] * 9 + ["UPDATE 2-Old headline"])),
        (None, "He was 2nd leader of the pack, and a correction would come, he said."),
    ],
)
def test_prose_about_updates_makes_none(title: str | None, text: str) -> None:
    assert not marked_as_update(title, text)

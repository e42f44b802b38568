import numpy as np
import pytest

from worker.edition.patterns import LEAST_PHRASES, Patterns
from worker.edition.tokens import Tokens

REPORT = (
    "Rain is expected in {town} on Monday, said the institute, and winds from the {wind} will reach {speed} kilometres"
    " an hour. Schools in {town} stay open, and so does the harbour of {town} unless gusts grow stronger."
)


def alike(*texts: str) -> set[tuple[int, int]]:
    patterns, tokens = Patterns(), Tokens()
    for text in texts:
        patterns.read(tokens.read(text))
    patterns.close()
    row, column = map(np.ravel, np.indices((len(texts), len(texts))))
    are_alike = patterns.alike(row, column)
    pairs = set(zip(row[are_alike].tolist(), column[are_alike].tolist(), strict=True))
    assert {(int(a), int(b)) for a, b in zip(*patterns.among(np.arange(len(texts))), strict=True)} == pairs
    return {(a, b) for a, b in pairs if a < b}


def report(town: str, wind: str = "north", speed: int = 40) -> str:
    return REPORT.format(town=town, wind=wind, speed=speed)


def test_the_same_phrases_around_other_names_come_from_one_template() -> None:
    assert alike(report("Norvik"), report("Calder", "west", 75), report("Tarrow", "east", 9)) == {
        (0, 1),
        (0, 2),
        (1, 2),
    }


def test_the_same_phrases_around_the_same_names_do_not() -> None:
    assert alike(report("Norvik"), report("Norvik", "west", 75)) == set()


def test_a_row_of_names_is_one_name_and_a_row_of_numbers_one_number() -> None:
    assert alike(report("Norvik"), report("Norvik Calder", speed="1,200")) == {(0, 1)}  # type: ignore[arg-type]


def test_texts_without_names_never_do() -> None:
    assert alike(report("norvik"), report("calder")) == set()


def test_one_other_name_in_a_text_of_many_is_not_a_template() -> None:
    same = " ".join(
        f"The mayor of Norvik opened the {n}th house and praised {n} builders for it." for n in "abcdefghij"
    )

    assert alike(f"{same} A guest came from Calder to see it.", f"{same} A guest came from Tarrow to see it.") == set()


@pytest.mark.parametrize("text", ["", "Norvik", "Norvik said so"])
def test_a_text_too_short_for_phrases_is_like_none(text: str) -> None:
    assert alike(text, text, report("Norvik")) == set()


def test_fewer_phrases_than_the_least_decide_nothing() -> None:
    short = "It rained in {} today"
    assert LEAST_PHRASES > 1
    assert alike(short.format("Norvik"), short.format("Calder")) == set()
    assert alike(*(f"Late news: {short.format(name)}, all day long" for name in ("Norvik", "Calder"))) == {(0, 1)}

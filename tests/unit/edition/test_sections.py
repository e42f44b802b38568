from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.unit.edition.examples import CLOSED, Whole, carried, source, texts_of
from worker.edition import sections
from worker.edition.budget import Place
from worker.edition.document import Said, Topic
from worker.edition.profile import EVERYTHING, Selection
from worker.edition.section_names import Section
from worker.edition.sections import nearest_section, sectioned, sections_of
from worker.edition.select import select
from worker.edition.train_sections import trained


def vector(values: Any) -> bytes:
    return (np.asarray(values) / np.linalg.norm(values)).astype("<f4").tobytes()


def towards(section: Section, *, against: float = 0) -> bytes:
    """Return an embedding that is the head's own row of `section`, `against` so much of the next section's."""
    rows = sections._head()[:, :-1].astype(float)
    place = list(Section).index(section)
    return vector(rows[place] - rows.mean(axis=0) + against * rows[(place + 1) % len(rows)])


def placed(digests: Sequence[Whole]) -> Section:
    return sections_of([digests], texts_of(digests))[0]


def day(count: int, section: str) -> list[Topic]:
    stories = [carried(number, said=Said(section=section)) for number in range(count)]
    return select(stories, texts_of(stories), Selection(words=0, sections=False), kept=(), closed_at=CLOSED)


@pytest.mark.parametrize("section", [section for section in Section if section is not Section.OTHER])
def test_a_topic_that_no_source_places_goes_where_its_embedding_points(section: Section) -> None:
    assert nearest_section([towards(section)]) is section
    assert placed([carried(embedding=towards(section))]) is section


def test_a_topic_between_two_sections_is_other() -> None:
    assert nearest_section([vector(np.random.default_rng(2).standard_normal(384))]) is Section.OTHER
    assert nearest_section([towards(Section.WORLD), towards(Section.POLITICS)]) is Section.OTHER


@pytest.mark.parametrize(
    "stored", [b"", b"12345", np.ones(768, "<f4").tobytes(), vector([1.0]), np.full(384, np.nan, "<f4").tobytes()]
)
def test_an_embedding_that_says_nothing_is_passed_over(stored: bytes) -> None:
    assert nearest_section([stored]) is Section.OTHER
    assert nearest_section([stored, towards(Section.SPORT)]) is Section.SPORT


def test_an_embedding_of_another_encoder_is_passed_over() -> None:
    assert placed([carried(embedding=towards(Section.SPORT), model="another-encoder")]) is Section.OTHER


@pytest.mark.parametrize("model", ["all-MiniLM-L6-v2", "all-MiniLM-L6-v2 (bfloat16) + head 1"])
def test_the_encoder_is_known_however_the_engine_ran_it(model: str) -> None:
    assert placed([carried(embedding=towards(Section.SPORT), model=model)]) is Section.SPORT


def test_the_first_digest_whose_source_says_it_decides() -> None:
    told = [
        carried(1, embedding=towards(Section.LIFE)),
        carried(2, sources=(source(2, uri="https://news.example/politics/2"),)),
        carried(3, said=Said(section="Sport")),
    ]

    assert placed(told) is Section.POLITICS
    assert placed(told[::-1]) is Section.SPORT
    assert placed(told[:1]) is Section.LIFE


@pytest.mark.parametrize(("count", "section"), [(12, None), (13, "Sport")])
def test_an_edition_of_more_than_twelve_topics_has_sections(count: int, section: str | None) -> None:
    topics = sectioned(day(count, "Sport"), texts_of(()), EVERYTHING)

    assert {topic.section for topic in topics} == {section}


def test_topics_that_are_left_out_do_not_count_and_have_no_section() -> None:
    stories = [carried(number, said=Said(section="Sport")) for number in range(20)]

    few = select(stories, texts_of(stories), Selection(length=12), kept=(), closed_at=CLOSED)
    more = select(stories, texts_of(stories), Selection(length=13), kept=(), closed_at=CLOSED)

    assert {topic.section for topic in few} == {None}
    assert {(topic.place is Place.LEFT_OUT, topic.section) for topic in more} == {(True, None), (False, "Sport")}


@pytest.mark.parametrize(("unknown", "has_sections"), [(7, True), (8, False)])
def test_an_edition_of_which_more_than_half_is_other_has_no_sections(unknown: int, has_sections: bool) -> None:
    topics = sectioned([*day(14 - unknown, "Sport"), *day(unknown, "Harbour")], texts_of(()), EVERYTHING)

    assert {topic.section for topic in topics} == ({"Sport", "Other"} if has_sections else {None})


def test_a_profile_names_sections_and_switches_them_off() -> None:
    def names(sections: Any, said: str) -> set[str | None]:
        selection = Selection.model_validate({"sections": sections})
        return {topic.section for topic in sectioned(day(13, said), texts_of(()), selection)}

    assert names({"Sport": "The pitch"}, "Sport") == {"The pitch"}
    assert names({"Sport": False}, "Sport") == {"Other"}
    assert names({"Sport": False, "Other": "And also"}, "Sport") == {"And also"}
    assert names(False, "Sport") == {None}


def test_training_learns_what_the_rows_have_in_common() -> None:
    numbers = np.random.default_rng(3)
    centres = numbers.standard_normal((9, 384))
    known: Sequence[Section] = list(Section)[:-1]
    labels = [known[place % 9] for place in range(180)]
    rows = centres[[place % 9 for place in range(180)]] + 0.5 * numbers.standard_normal((180, 384))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    head = trained(rows.astype(np.float32), labels)
    again = centres / np.linalg.norm(centres, axis=1, keepdims=True)

    assert head.dtype == np.int16
    assert head.shape == (9, 385)
    assert (head[:, :-1] @ again.T + head[:, -1:]).argmax(axis=0).tolist() == list(range(9))

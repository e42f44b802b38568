import weakref
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.grouping import invented
from worker.edition import group
from worker.edition.group import Groupable
from worker.edition.vectors import SCALE, embeddings

FERRY = (
    "Ferry runs aground off Kestrel Bay\nThe ferry Sunniva ran aground on the Gull Bank off Kestrel Bay on Thursday,"
    " with 212 passengers on board. Lifeboats brought all of them ashore, said the coastguard's Ragna Holt.",
    "Four hours on a sandbank\nNobody on the Sunniva slept that night. Passengers sang on the Gull Bank while lifeboats"
    " from Kestrel Bay circled the ferry in the fog, and Ragna Holt of the coastguard counted heads.",
)
RATES = (
    "Central bank cuts its key rate\nThe central bank of Varland lowered its key rate to 2.75 per cent on Thursday."
    " Governor Mats Ekdal said that inflation had fallen faster than expected and that a pause was likely now.",
    "Cheaper mortgages ahead\nHouseholds will pay less for their mortgages from January, after Mats Ekdal's central"
    " bank cut the key rate. Savers in Varland lose by it: the largest lenders pay 1.2 per cent from next week.",
)
OTHERS = (
    "Bronze Age boat found in a gravel pit\nWorkers near Skarne have found an oak boat from the Bronze Age. Professor"
    " Liv Aune of the Torstedt museum calls it as long as a bus, and as light as a leaf on the river.",
    "Free lunches for schools\nFrom January 310,000 pupils eat without paying. Minister Odd Falkenberg promised warm"
    " meals, vegetables from nearby farms and an end to the stickers that told poor children from rich ones.",
    "Cello returns after forty years\nA cello made in 1742 stood in a locker of the station in Calder. Its owner, the"
    " soloist Henrik Vold, had left it on a night train and searched half of Europe for the instrument.",
)
MARKET = (
    "Shares of {name} closed at {one} crowns on the exchange in Norvik, a change of {two} per cent on the day. Trading"
    " volume of {name} was {one},000 shares, against an average of {two},000 in the past month. Analysts expect that"
    " {name} will earn {two} crowns a share this year, and advise to hold."
)
COMPANIES = ("Halvorsen Marine", "Brunn Timber", "Calder Foods", "Orrin Shipping", "Aldren Mining")


def groups(digests: Iterable[Groupable]) -> list[list[str]]:
    return group.groups(sorted(digests, key=lambda digest: digest.id))


def groupable(name: str, text: str, **fields: object) -> Groupable:
    return Groupable(id=name, text=text, **{"language": "en", **fields})  # type: ignore[arg-type]


def vector(*values: float) -> bytes:
    return (np.array(values) / np.linalg.norm(values)).astype("<f4").tobytes()


class Kept(Groupable):
    """A digest of which is known whether it is in memory."""

    __slots__ = ("__weakref__",)


def day(**fields: object) -> list[Groupable]:
    named = {"ferry": FERRY, "rates": RATES, "other": OTHERS}
    return [groupable(f"{k}{n}", text, **fields) for k, texts in named.items() for n, text in enumerate(texts)]


def test_digests_of_one_event_are_a_group_and_the_others_stand_alone() -> None:
    assert groups(day()) == [["ferry0", "ferry1"], ["other0"], ["other1"], ["other2"], ["rates0", "rates1"]]


def test_no_digests_are_no_groups() -> None:
    assert groups([]) == []
    assert groups([groupable("a", FERRY[0])]) == [["a"]]


def test_two_digests_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="each once"):
        groups([groupable("a", FERRY[0]), groupable("a", RATES[0])])


def test_digests_that_do_not_come_by_their_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="a came after b"):
        group.groups([groupable("b", FERRY[0]), groupable("a", RATES[0])])


def test_digests_are_read_one_by_one_and_none_of_them_is_kept() -> None:
    alive: list[weakref.ref[Groupable]] = []

    def read() -> Iterator[Groupable]:
        for one in invented(8)[0]:
            made = Kept(id=one.id, text=one.text, language="en", embedding=one.embedding)
            alive.append(weakref.ref(made))
            yield made
            del made
            assert sum(ref() is not None for ref in alive) <= 1

    assert len([name for part in group.groups(read()) for name in part]) == 8


def test_languages_stay_apart() -> None:
    assert groups([groupable("a", FERRY[0]), groupable("b", FERRY[0], language="da")]) == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("hours", "headline", "together"),
    [
        (71, "a night of cocoa", True),
        (73, "a night of cocoa", False),
        (None, "a night of cocoa", True),
        (73, "sunniva in calder", True),
    ],
    ids=["of one day", "of different days", "without a day", "of different days, and the headlines share a name"],
)
def test_reports_of_different_days_must_be_more_alike_or_have_a_name_in_their_headlines(
    hours: int | None, headline: str, together: bool
) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    later = None if hours is None else noon + timedelta(hours=hours)
    early = told("early", "sunniva runs aground", words("tide", 20), own=0, published_at=noon)
    late = told("late", headline, words("tide", 7), published_at=later)

    assert (["early", "late"] in groups([early, late, *others()])) is together


@pytest.mark.parametrize("days", [4, 400])
def test_nearly_the_same_text_is_one_event_whatever_its_date(days: int) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    first = told("first", "sunniva runs aground", words("tide", 20), own=5, published_at=noon)
    again = told("again", "four hours of fog", words("tide", 20), own=5, published_at=noon - timedelta(days=days))

    assert ["again", "first"] in groups([first, again, *others()])


@pytest.mark.parametrize(("cosine", "together"), [(0.31, True), (0.29, False)])
def test_texts_that_share_words_and_mean_different_things_must_be_more_alike(cosine: float, together: bool) -> None:
    early = told("early", "sunniva runs aground", words("tide", 20), own=0, embedding=vector(1, 0))
    meaning = vector(cosine, (1 - cosine**2) ** 0.5)
    late = told("late", "a night of cocoa", words("tide", 9), embedding=meaning)

    assert (["early", "late"] in groups([early, late, *others()])) is together


def test_embeddings_decide_where_words_leave_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given two texts whose words alone are half an embedding short of the bound
    pair = [groupable(str(n), FERRY[n]) for n in (0, 1)]
    likeness = group._Likeness()
    for digest in pair:
        likeness.read(digest)
    likeness.close()
    words = likeness.among(np.arange(2))[0, 1] // group._TEXT_ALONE
    monkeypatch.setattr(group, "_LEAST", int(group.TEXT * words) + group._ONE // 2)
    alike, unlike = vector(1, 0.2), vector(-0.2, 1)
    # Then embeddings bring them together, or keep them apart
    for stored, together in (((alike, alike), True), ((alike, unlike), False)):
        pair = [groupable(str(n), FERRY[n], embedding=stored[n]) for n in (0, 1)]
        assert (groups(pair) == [["0", "1"]]) is together


@pytest.mark.parametrize(
    "embedding",
    [
        pytest.param(b"\x00\x00\x80?" * 3 + b"x", id="cut off"),
        pytest.param(np.array([np.nan, 1], dtype="<f4").tobytes(), id="not a number"),
        pytest.param(np.array([9, 9], dtype="<f4").tobytes(), id="not of length 1"),
        pytest.param(vector(1, 2, 3), id="of another encoder"),
    ],
)
def test_an_embedding_that_cannot_be_compared_counts_as_none(embedding: bytes) -> None:
    plain = day(embedding=vector(1, 0))
    without = [groupable(one.id, one.text, embedding=b"" if one.id == "ferry0" else one.embedding) for one in plain]
    broken = [
        groupable(one.id, one.text, embedding=embedding if one.id == "ferry0" else one.embedding) for one in plain
    ]

    assert groups(broken) == groups(without)


def test_reports_that_one_template_made_are_not_one_event() -> None:
    made = [
        groupable(name, f"{name} shares move\n" + MARKET.format(name=name, one=40 + n, two=3 + n))
        for n, name in enumerate(COMPANIES)
    ]

    assert [len(one) for one in groups([*made, *day()])].count(1) == len(COMPANIES) + len(OTHERS)


def test_the_same_report_of_the_same_company_is_one_event_though_its_numbers_differ() -> None:
    two = [groupable(str(n), MARKET.format(name="Halvorsen Marine", one=40 + n, two=3 + n)) for n in (0, 1)]

    assert groups([*two, *day()])[0] == ["0", "1"]


def test_texts_that_say_next_to_nothing_stand_alone() -> None:
    assert groups([groupable("a", "Video: see above."), groupable("b", "Video: see above.")]) == [["a"], ["b"]]


def test_a_language_without_spaces_is_compared_by_pairs_of_characters() -> None:
    texts = {
        "a": "潮見港で金曜日の朝、漁船が岸壁に衝突し、乗組員四人が救助された。海上保安庁が原因を調べている。",
        "b": "金曜日に潮見港の岸壁に漁船が衝突した事故で、救助された乗組員四人は軽いけがだった。",
        "c": "中央銀行は政策金利を引き下げ、住宅ローンの負担が来月から軽くなる見通しとなった。",
    }

    assert groups([groupable(name, text, language="ja") for name, text in texts.items()]) == [["a", "b"], ["c"]]


def test_what_hangs_together_by_too_many_is_cut_at_its_weakest_links(monkeypatch: pytest.MonkeyPatch) -> None:
    digests, events = invented(300)
    whole = groups(digests)
    # When no more than 40 may be clustered at once
    monkeypatch.setattr(group, "MOST_TOGETHER", 40)
    monkeypatch.setattr(group, "BLOCK", 32)
    # Then the events, which are smaller, are what they were
    assert groups(digests) == whole
    # And where even an event is larger, it falls apart, but nothing is lost or mixed
    monkeypatch.setattr(group, "MOST_TOGETHER", 2)
    monkeypatch.setattr(group, "_LEAST_JOIN", group._FULL + 1)
    parts = groups(digests)
    assert sorted(one for part in parts for one in part) == sorted(events)
    assert all(len({events[one] for one in part}) == 1 for part in parts)
    assert max(map(len, parts)) <= 2


def test_invented_events_are_found_again() -> None:
    digests, events = invented(400)

    assert [len({events[one] for one in part}) for part in groups(digests)] == [1] * len(set(events.values()))


def test_dot_products_of_embeddings_are_exact_integers() -> None:
    numbers = np.random.default_rng(1)
    stored = [vector(*numbers.standard_normal(384)) for _ in range(50)]

    vectors = embeddings(stored).astype(np.float32)
    exact = vectors.astype(np.int64) @ vectors.astype(np.int64).T

    assert ((vectors @ vectors.T).astype(np.int64) == exact).all()
    assert ((vectors[:, ::-1] @ vectors[:, ::-1].T).astype(np.int64) == exact).all()
    assert abs(exact.diagonal() / SCALE**2 - 1).max() < 0.01


def told(name: str, headline: str, shared: str = "", *, own: int = 20, **fields: object) -> Groupable:
    """Return a text of its `headline`, the `shared` words, and `own` words that no other has."""
    rest = " ".join(f"{name}{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(own))
    return groupable(name, f"{headline}\n{shared} {rest}", **fields)


def others(mention: str = "", mentioned: int = 0) -> list[Groupable]:
    """Return a hundred texts of other events; the first `mentioned` of them say `mention`."""
    return [
        told(f"other{chr(97 + number // 26)}{chr(97 + number % 26)}", "", mention if number < mentioned else "")
        for number in range(100)
    ]


def words(start: str, count: int) -> str:
    return " ".join(f"{start}{chr(97 + number)}" for number in range(count))


def together_with(name: str, *more: Groupable, **fields: object) -> set[str]:
    """Return the ids that are in one topic with `name`, in an edition of a hundred others, of the topic of "ferry" and
    "aground", of a pair on the rates, and of `more`.
    """
    edition = [
        told("ferry", "sunniva runs aground", words("tide", 20), own=0, **fields),
        told("aground", "kestrel in fog", words("tide", 20)[35:], own=6, **fields),
        told("rates", "ekdal cuts again", words("rate", 20), own=0),
        told("bank", "cheaper from january", words("rate", 20)[35:], own=6),
        *others(),
        *more,
    ]
    return next(set(part) for part in groups(edition) if name in part)


@pytest.mark.parametrize(
    ("headline", "shared", "own", "joins"),
    [
        ("sunniva still runs aground", words("tide", 1), 30, True),
        ("sunniva still aground", words("tide", 2), 30, False),
        ("sunniva still runs aground", "", 90, False),
        ("a night of cocoa", words("tide", 6), 20, False),
        ("a night on sunniva", words("tide", 6), 20, True),
        ("a night on sunniva", words("tide", 3), 20, False),
    ],
    ids=[
        "three words of the headline",
        "two words are too few",
        "hardly a word of the text",
        "near, but the headline names nothing of it",
        "near, and the headline names it",
        "not near enough",
    ],
)
def test_a_report_alone_joins_a_topic_by_its_headline(headline: str, shared: str, own: int, joins: bool) -> None:
    late = told("late", headline, shared, own=own)

    assert together_with("late", late) == ({"ferry", "aground", "late"} if joins else {"late"})


@pytest.mark.parametrize(("of_rates", "joins"), [(2, True), (7, False)])
def test_a_report_alone_joins_no_topic_that_another_is_nearly_as_near_to(of_rates: int, joins: bool) -> None:
    late = told("late", "a night on sunniva", f"{words('tide', 6)} {words('rate', of_rates)}")

    assert together_with("late", late) == ({"ferry", "aground", "late"} if joins else {"late"})


def with_a_topic(*more: Groupable, name: str = "Sunniva", reports: int = 3, elsewhere: int = 0) -> list[list[str]]:
    """Return the topics of an edition of a topic of `reports` with `name` in their headlines, of a hundred others, of
    which `elsewhere` mention the name, and of `more`.
    """
    aground = [
        told(f"ferry{number}", f"the {name} {end}", f"They say {name} {words('tide', 20)}", own=4)
        for number, end in enumerate(("aground", "afloat", "empty")[:reports])
    ]
    return [part for part in groups([*aground, *others(f"They say {name}", elsewhere), *more]) if len(part) > 1]


@pytest.mark.parametrize(
    ("headline", "own", "topic", "joins"),
    [
        ("a night on Sunniva", 20, {}, True),
        ("a night of cocoa", 20, {}, False),
        ("a night on Sunniva", 200, {}, False),
        ("a night on sunniva", 20, {"name": "sunniva"}, False),
        ("a night on Sunniva", 20, {"elsewhere": 10}, False),
    ],
    ids=[
        "the topic's name",
        "another headline",
        "hardly a word of the text",
        "a word that is no name",
        "a name that others have, too",
    ],
)
def test_a_report_alone_joins_the_topic_whose_name_is_in_its_headline(
    headline: str, own: int, topic: dict[str, Any], joins: bool
) -> None:
    parts = with_a_topic(told("late", headline, words("tide", 1), own=own), **topic)

    assert [part for part in parts if "late" in part] == ([["ferry0", "ferry1", "ferry2", "late"]] if joins else [])


def test_a_topic_of_two_has_a_name_for_a_report_alone_and_none_for_another_pair() -> None:
    alone = told("late", "a night on Sunniva", words("tide", 1), own=20)
    pair = [
        told(name, headline, f"{words('tide', 3)} {words('soup', 20)}", own=10)
        for name, headline in (("late", "a night on Sunniva"), ("later", "cold soup on Sunniva"))
    ]

    assert with_a_topic(alone, reports=2) == [["ferry0", "ferry1", "late"]]
    assert with_a_topic(*pair, reports=2) == [["ferry0", "ferry1"], ["late", "later"]]


def test_of_reports_that_join_one_another_none_is_lost() -> None:
    # The first goes to the second, which goes to the third.
    assert group._merged([[1], [2, 3], [4, 5, 6]], {0: 1, 1: 2}) == [[1, 2, 3, 4, 5, 6]]
    assert group._merged([[4, 5, 6], [2, 3], [1]], {1: 0, 2: 1}) == [[1, 2, 3, 4, 5, 6]]


@pytest.mark.parametrize(("second", "joins"), [("cold soup on Sunniva", True), ("cold soup and cocoa", False)])
def test_two_reports_join_the_topic_whose_name_is_in_both_headlines(second: str, joins: bool) -> None:
    pair = [
        told(name, headline, f"{words('tide', 3)} {words('soup', 20)}", own=5)
        for name, headline in (("late", "a night on Sunniva"), ("later", second))
    ]

    ferry = ["ferry0", "ferry1", "ferry2"]
    assert with_a_topic(*pair) == ([[*ferry, "late", "later"]] if joins else [ferry, ["late", "later"]])


def test_two_reports_alone_do_not_join_each_other_by_their_headlines() -> None:
    early = told("early", "harbour master of calder resigns", words("pier", 1), own=30)
    late = told("late", "harbour master of calder resigns", words("pier", 1), own=30)
    others = [told(f"other{chr(97 + number)}", "") for number in range(26)]

    assert [part for part in groups([early, late, *others]) if len(part) > 1] == []

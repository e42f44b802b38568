import pytest

from worker.summarize.support import names, numbers, quotations, support, unsupported

ARTICLE = (
    "The harbour council of Eastmere voted on Tuesday to close the old ferry terminal by the end of the year. "
    "Engineers had found cracks in eleven of the forty pillars, and repairs would have cost 1,200,000 crowns. "
    "“We had no other choice,” said Maren Hale, who chairs the council. Real Norrbridge lost to Veldhaven 1-0."
)


@pytest.mark.parametrize(
    "summary",
    [
        "The harbour council of Eastmere voted to close the old ferry terminal.",
        "Engineers had found cracks in 11 of the 40 pillars.",
        "Repairs would have cost 1200000 crowns.",
        '"We had no other choice," said Maren Hale, who chairs the council.',
        "Maren Hale’s council voted on Tuesday to close the old ferry terminal by the end of the year.",
        "",
    ],
)
def test_what_the_article_says_is_supported(summary: str) -> None:
    assert unsupported(summary, ARTICLE) == ()


@pytest.mark.parametrize(
    ("summary", "check"),
    [
        ("Engineers had found cracks in 12 of the forty pillars.", "numbers: 12"),
        ("Engineers had found cracks in nine of the forty pillars.", "numbers: 9"),
        ("The harbour council of Eastmere voted on Friday to close the old ferry terminal.", "names: friday"),
        ("The harbour council of Eastmere and Arduriz voted to close the old ferry terminal.", "names: arduriz"),
        ("Adam Hale, who chairs the council, said we had no other choice.", "names: adam"),
        ("“We had another choice,” said Maren Hale, who chairs the council.", "quotations: 1"),
        ("Real Norrbridge defeated Veldhaven in a match that the council had to close.", "sentences: 1 of 1"),
    ],
)
def test_what_it_does_not_say_is_named(summary: str, check: str) -> None:
    assert check in unsupported(summary, ARTICLE)


def test_each_sentence_must_be_supported_by_itself() -> None:
    summary = "The harbour council of Eastmere voted on Tuesday. Passengers cheered when ferries blew their horns."
    assert unsupported(summary, ARTICLE) == ("sentences: 1 of 2",)


def test_the_words_of_a_name_may_swap_sides_unseen() -> None:
    # What the check cannot see, on purpose written down: who lost to whom.
    assert unsupported("Veldhaven lost to Real Norrbridge 1-0.", ARTICLE + " Veldhaven lost to nobody.") == ()


def test_numbers_are_read_without_their_separators() -> None:
    assert numbers("1,200 of 3.5 million, 1 200 000 and twelve, at 5:30.") == [
        "1200",
        "3.5",
        "1",
        "200",
        "000",
        "5:30",
        "12",
    ]


def test_names_are_words_with_a_capital_that_their_place_does_not_give() -> None:
    assert names("Yesterday the U.N. met in New York. Maren Hale spoke. Nobody else did, I think.") == [
        "u.n", "new", "york", "maren", "hale",
    ]  # fmt: skip


def test_quotations_are_read_in_every_style() -> None:
    assert quotations('“One two,” he said, "three" and «four».') == [["one", "two"], ["three"], ["four"]]


def test_support_is_a_share_of_word_pairs() -> None:
    assert support("the old ferry sank", ARTICLE) == pytest.approx(2 / 3)
    assert support("Ferry", ARTICLE) == 1.0


def test_languages_without_spaces_are_checked_by_character() -> None:
    article = "市議会は火曜日に古い桟橋を閉鎖することを決めた。修理には三千万円かかる。"
    assert unsupported("市議会は古い桟橋を閉鎖することを決めた。", article, "ja") == ()
    assert unsupported("県知事が新しい空港の建設に反対した。", article, "ja") == ("sentences: 1 of 1",)

"""Control lines: what a wire says to its editors, and the news that only sounds like it."""

from datetime import UTC, datetime

import pytest

from producers.article import Signal, Status
from worker.clean.control import Control, stricter_embargo, stricter_status, without_control

RECEIVED = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
TITLE = "Mill of Varland closes after storm"
STORY = [
    "VARLAND (NPA) - The mill of Varland closed on Monday after a storm tore away its wheel, the owners said.",
    "Nobody was hurt, but forty workers cannot go back before the wheel has been mended, according to Maren Hale.",
]
SLUG = "BC-Varland-Mill"


def taken(*lines: str, title: str | None = None) -> Control:
    return without_control(lines, title, RECEIVED)


@pytest.mark.parametrize(
    "kill",
    [
        "KILL",
        "KILL KILL KILL",
        "MANDATORY KILL",
        "BULLETIN KILL",
        "Kill notice",
        "Mandatory kill",
        "WITHHOLD",
        "ELIMINATION",
        "BULLETIN ELIMINATION",
        "Story withdrawn",
        "ANNULATION",
        "ANULACIÓN",
        "ANNULLAMENTO",
        "ANNULLIERUNG",
        "АННУЛИРОВАНО",
        "取り消し",
        "撤稿",
        "KILL: " + TITLE,
        f"{SLUG}, KILL",
        f"{SLUG}, Kill",
        f"KILL {SLUG}",
        f"KILL: {SLUG}",
        "Varland-Mill, ELIMINATION",
        f"{SLUG} (KILL)",
        "EDITORS: Kill the story slugged Varland-Mill of 0930 GMT.",
        "EDITORS: Please kill BC-Varland-Mill. The report is false.",
        "Attention editors: the story on the mill of Varland is withdrawn. It must not be used.",
        "NPA KILL",
        f"KILL -- {SLUG}",
        f"{SLUG}-KILL",
        "Varland-Mill KILL",
        f"STORY REMOVED: {SLUG}",
        "ADVISORY-Story on mill of Varland withdrawn",
        "EDITORS: Please withhold publication of BC-Varland-Mill until further notice.",
        "Reuters is withdrawing the story headlined “Mill of Varland closes”.",
        "Please disregard the previous story on the mill of Varland.",
        "Avis aux rédactions : prière de ne pas utiliser la dépêche Varland-Mill.",
        "ACHTUNG REDAKTIONEN: Bitte verwenden Sie die Meldung Varland-Mill nicht.",
        "A LOS SEÑORES EDITORES: Rogamos anulen la noticia Varland-Mill.",
        "NOTA AI REDATTORI: annullare la notizia Varland-Mill.",
    ],
)
@pytest.mark.parametrize("story", [STORY, []], ids=["with its story", "alone"])
def test_a_kill_is_canceled(kill: str, story: list[str]) -> None:
    control = taken(kill, *([TITLE, *story] if story else []))

    assert control.status is Status.CANCELED
    assert control.note


@pytest.mark.parametrize(
    ("lines", "slug"),
    [
        ([f"{SLUG}, KILL"], SLUG),
        ([SLUG, "EDITORS: Kill the story of 0930 GMT."], SLUG),
        (["EDITORS: Kill the story slugged Varland-Mill of 0930 GMT."], "Varland-Mill"),
        (["EDITORS: Please kill BC-Varland-Mill. The report is false."], SLUG),
        ([f"KILL: {SLUG}"], SLUG),
        (["ACHTUNG REDAKTIONEN: Bitte verwenden Sie die Meldung Varland-Mill nicht."], "Varland-Mill"),
        (["KILL KILL KILL", "Slug: Varland-Mill", "EDITORS: A kill is mandatory."], "Varland-Mill"),
    ],
)
def test_a_kill_names_the_slug_of_its_story(lines: list[str], slug: str) -> None:
    control = taken(*lines, "NPA")

    assert (control.status, control.slug, control.paragraphs) == (Status.CANCELED, slug, [])


def test_a_kill_keeps_what_the_agency_says_to_its_editors() -> None:
    control = taken(f"{SLUG}, KILL", "EDITORS: Kill the story slugged BC-Varland-Mill. The report is false.")

    assert control.note == "EDITORS: Kill the story slugged BC-Varland-Mill. The report is false."


@pytest.mark.parametrize(
    "lines",
    [
        ["NPA World News Digest", "EDITORS: Here are the stories that NPA plans to move today.", "FLOODS - Will move."],
        ["EDITORS: A story on the mill of Varland will move at 1500 GMT."],
        ["NOTE TO EDITORS: Our coverage of the vote begins at 0600 GMT.", "All times are GMT."],
        ["ADVISORY", "EDITORS: The service ends at midnight for work on the lines."],
        ["MEDIA ADVISORY", "The mayor speaks to the press at the mill on Monday at ten."],
        [f"{SLUG}, Advisory", "The story on the mill will move at 1500 GMT."],
        ["The following is for your information:", "The desk in Varland is closed on Monday and Tuesday."],
        ["Achtung Redaktionen: Zum Thema folgt ein Bericht."],
        ["Avis aux abonnés : le service ferme à minuit."],
        ["Dear editors,", "please note that we will not send a story on the mill of Varland today."],
        ["Coverage advisory: vote in Varland", "Photos and video will be sent from 0600 GMT on Monday."],
        ["TEST TEST TEST", "This is a test of the wire."],
        ["This is a test, please disregard."],
        [
            "NPA News Budget",
            "MILL - The mill of Varland has closed. UPCOMING: 600 words by 5 p.m. with photos.",
            "TALKS - Talks on tariffs go on for a second day. SENT: 450 words, photos.",
        ],
    ],
)
def test_what_speaks_to_editors_alone_is_withheld_with_a_reason(lines: list[str]) -> None:
    control = taken(*lines)

    assert control.status is Status.WITHHELD
    assert control.note


@pytest.mark.parametrize(
    ("line", "slug", "signal"),
    [
        ("BC-Varland-Mill", "BC-Varland-Mill", None),
        ("AM-Varland", "AM-Varland", None),
        ("News/Mill", "News/Mill", None),
        ("Varland-Mill", "Varland-Mill", None),
        ("Varland/mill/", "Varland/mill", None),
        ("Slug: Varland-Mill", "Varland-Mill", None),
        ("Varland-Mill,1st Ld-Writethru", "Varland-Mill", Signal.UPDATE),
        ("Varland-mill-storm,2ndlead", "Varland-mill-storm", Signal.UPDATE),
        ("BC-EU--Varland-Mill Storm, 2nd Ld-Writethru,416", "BC-EU--Varland-Mill Storm", Signal.UPDATE),
        ("VARLAND-MILL/STORM (UPDATE 2, PIX, TV)", "VARLAND-MILL/STORM", Signal.UPDATE),
        ("CORRECTION: BC-Varland-Mill", "BC-Varland-Mill", Signal.CORRECTION),
        ("BC-Varland-Mill, CORRECTED", "BC-Varland-Mill", Signal.CORRECTION),
    ],
)
@pytest.mark.parametrize("title", [None, TITLE], ids=["title in the text", "title known"])
def test_a_slug_above_the_headline_is_a_field(line: str, slug: str, signal: Signal | None, title: str | None) -> None:
    headline = [] if title else [TITLE]
    control = taken(line, *headline, *STORY, title=title)

    assert (control.slug, control.signal, control.paragraphs) == (slug, signal, [*headline, *STORY])


@pytest.mark.parametrize(
    ("line", "signal"),
    [
        ("CORRECTED", Signal.CORRECTION),
        ("1ST LEAD", Signal.UPDATE),
        ("UPDATE 2", Signal.UPDATE),
        ("BREAKING NEWS", None),
        ("(Corrects the name of the mill in the second paragraph)", Signal.CORRECTION),
        ("Eds: Corrects the name of the mill. With photos.", Signal.CORRECTION),
        ("EDITORS: Updates with quotes. With photos.", Signal.UPDATE),
        ("FOR IMMEDIATE RELEASE", None),
        ("For immediate release: November 30, 2026", None),
        ("PRESS RELEASE", None),
    ],
)
@pytest.mark.parametrize("above", [True, False], ids=["above the headline", "below it"])
def test_other_control_lines_are_taken_and_the_story_stays(line: str, signal: Signal | None, *, above: bool) -> None:
    control = taken(*((line, TITLE) if above else (TITLE, line)), *STORY)

    assert (control.paragraphs, control.signal, control.status) == ([TITLE, *STORY], signal, Status.USABLE)


def test_an_embargo_and_its_time_may_stand_on_two_lines() -> None:
    control = taken("EMBARGO", "0001 GMT Monday 30 November 2026", TITLE, *STORY)

    assert control.embargo == datetime(2026, 11, 30, 0, 1, tzinfo=UTC)
    assert control.paragraphs == [TITLE, *STORY]


def test_an_embargo_holds_wherever_its_line_stands_and_the_later_of_two() -> None:
    control = taken(TITLE, STORY[0], "EMBARGOED UNTIL 0600 GMT 2 DECEMBER 2026", STORY[1], "EMBARGOED UNTIL 1 DECEMBER")

    assert control.embargo == datetime(2026, 12, 2, 6, 0, tzinfo=UTC)
    assert control.paragraphs == [TITLE, *STORY]


def test_marks_and_an_embargo_in_a_known_title_are_read() -> None:
    control = taken(*STORY, title="EMBARGOED UNTIL 0001 GMT 30 NOVEMBER 2026 - CORRECTED: " + TITLE)

    assert (control.title, control.signal) == (TITLE, Signal.CORRECTION)
    assert control.embargo == datetime(2026, 11, 30, 0, 1, tzinfo=UTC)


#: Headlines and first sentences that sound like control lines. Every one is news.
NEWS = [
    "Kill the bill, say protesters",
    "KILL THE BILL, SAY PROTESTERS",
    "Killing of wolves splits Varland",
    "Kill or cure: the new drug of Oda",
    "Withhold your taxes, mayor tells town",
    "Elimination of Hollin stuns the cup",
    "Cancelled: the festival that never was",
    "Withdrawn from sale, the toy is worth a fortune",
    "Advisory council backs mayor of Oda",
    "Advisory: boil your water, town tells Oda",
    "Editors of Oda Post strike over pay",
    "Editors, reporters and printers strike at Oda Post",
    "Editors: the film about a newsroom opens in Oda",
    "Test match: Oda beat Hollin by four runs",
    "Test ban talks begin in Oda",
    "Budget: what it means for the mill of Varland",
    "Press release of mayor angers Oda",
    "Embargoed goods found in hold of ship",
    "Embargo on Varland oil begins Monday",
    "FISH KILL IN HOLLIN",
    "Story of a mill wins prize of Oda",
    "Stratford-upon-Avon floods again",
    "Covid-19 returns to Varland",
    "PM-led coalition falls in Oda",
    "AM-Radio Makes a Late Comeback in Oda",
    "AC/DC play Oda",
    "Lead found in pipes of Varland",
    "Attention deficit: what parents should know",
    "The story of the mill is being withdrawn from the schools of Varland",
]
SENTENCES = [
    "Embargoed goods were found in a warehouse on Monday, police said.",
    "Kill the bill, said the protesters who stood before the mill on Monday.",
    "Editors are to be paid more, the union of the town said on Monday.",
    "The story was withdrawn by the newspaper on Monday after the mayor complained.",
    "This report was killed by the editor in 1987, and nobody printed it until Monday.",
    "The advisory to editors was a forgery, the agency said on Monday.",
    "This is for the planning committee of the town to decide, the mayor said.",
    "To editors, she was a terror; to readers, she was the voice of Varland.",
    "Clients, among them two banks, have withdrawn 40 million crowns.",
    "Subscribers will move to the new network on Monday, the company said.",
    "The prize goes to the best story of 600 words by a pupil, with photos.",
    "Not for publication before the trial ends, the judge said.",
]


@pytest.mark.parametrize("headline", NEWS)
@pytest.mark.parametrize("known", [True, False], ids=["title known", "title in the text"])
def test_a_headline_that_sounds_like_a_control_line_is_a_headline(headline: str, *, known: bool) -> None:
    control = taken(*([] if known else [headline]), *STORY, title=headline if known else None)

    assert (control.status, control.embargo, control.signal, control.slug) == (Status.USABLE, None, None, None)
    assert (control.title, control.paragraphs) == ((headline, STORY) if known else (None, [headline, *STORY]))


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_sentence_that_sounds_like_a_control_line_stays(sentence: str, place: int) -> None:
    lines = [TITLE, *STORY]
    lines.insert(place, sentence)

    control = taken(*lines)

    assert (control.status, control.embargo, control.note) == (Status.USABLE, None, None)
    assert (control.paragraphs, control.dropped) == (lines, [])


def test_of_two_states_and_two_embargoes_the_stricter_counts() -> None:
    early, late = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)

    assert stricter_status(Status.WITHHELD, Status.CANCELED) is Status.CANCELED
    assert stricter_status(Status.WITHHELD, Status.USABLE) is Status.WITHHELD
    assert [stricter_embargo(a, b) for a, b in ((early, late), (late, None), ("unknown", late), (None, None))] == [
        late, late, "unknown", None,
    ]  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "part", ["KILL ", "EDITORS: ", "BC-A", "a-", "the story ", "test ", "(", "AM-A ", "attention editors, "]
)
def test_hostile_repetition_is_read_in_linear_time(part: str) -> None:
    line = part * (500_000 // len(part))
    taken(line, line[:190], *[line[:190]] * 4_000)


@pytest.mark.parametrize("glue", [" ", "\n"])
@pytest.mark.parametrize("note", ["(Eds: Updating with fresh quotes)", "[Note to editors: updates with comment]"])
def test_a_note_in_brackets_above_a_story_leaves_the_story(note: str, glue: str) -> None:
    story = (
        "VARLAND (NPA) - The harbour stayed closed on Tuesday after a storm tore away its pier, officials said. " * 3
    )
    control = without_control(f"{note}{glue}{story.strip()}".split("\n"), None, RECEIVED)

    assert (control.status, control.signal, control.note) == (Status.USABLE, Signal.UPDATE, note)
    assert control.paragraphs == [story.strip()]

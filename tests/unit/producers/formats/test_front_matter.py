"""Front matter: YAML and TOML above a Markdown text."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from producers.article import RawArticle, Revision, Status
from producers.formats import articles
from producers.formats.front_matter import MOST_CHARACTERS, MOST_LINES, UNREADABLE, read


def yaml(header: str) -> dict[str, Any]:
    return read(f"---\n{header}\n---\nIt was loud.").fields


def toml(header: str) -> dict[str, Any]:
    return read(f"+++\n{header}\n+++\nIt was loud.").fields


def pushed(text: str, filename: str = "a.md") -> RawArticle:
    (raw,) = articles(io.BytesIO(text.encode()), filename, "inbox")
    return raw


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("title: 'Council''s vote'", "Council's vote"),
        ('title: "Caf\\u00e9 \\"Mole\\""', 'Café "Mole"'),
        ("title: Storm # a comment", "Storm"),
        ("title: 'Storm # no comment'", "Storm # no comment"),
        ("title: Storm#1", "Storm#1"),
        ("# a comment\n\ntitle: Storm", "Storm"),
        ("title: 2026", "2026"),
        ("title: 1_000.10", "1_000.10"),
        ("title: 0x10", "0x10"),
        ("title: no", "no"),
        ("title: 12:30", "12:30"),
        ("title: 2026-03-05", "2026-03-05"),
        ("title: 'null'", "null"),
        ("title: null", None),
        ("title: ~", None),
        ("title:", None),
        ("title: Storm\n  shuts\n\n  harbour", "Storm shuts harbour"),
        ("title: |\n  Storm\n\n  shuts", "Storm shuts"),
        ("title: !!python/object/apply:os.system 'id'", "id"),
        ("title: Storm\ntitle: Calm", "Calm"),
        ("'title': Storm", "Storm"),
        ("title: 港口关闭 🌊", "港口关闭 🌊"),
    ],
)
def test_a_value_of_yaml_is_the_text_that_its_author_wrote(header: str, value: str | None) -> None:
    assert yaml(header) == {"title": value}


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ('title = "Caf\\u00e9"', "Café"),
        ("title = 'Storm' # a comment", "Storm"),
        ('title = """\nStorm\nshuts"""', "Storm shuts"),
        ("title = 2026", "2026"),
        ("title = 1.10", "1.10"),
        ("title = true", "true"),
        ("title = 12:30:00", "12:30:00"),
        ("title = 2026-03-05", "2026-03-05"),
        ("title = 2026-03-05T10:00:00Z", "2026-03-05T10:00:00+00:00"),
        ('title = ["Storm", "Calm"]', ["Storm", "Calm"]),
    ],
)
def test_a_value_of_toml_is_a_text(header: str, value: object) -> None:
    assert toml(header) == {"title": value}


@pytest.mark.parametrize(
    ("header", "byline"),
    [
        ("---\nauthor: Maren Hale # a comment\n---\n", "Maren Hale"),
        ("---\nauthor: {name: Maren Hale}\n---\n", "Maren Hale"),
        ("---\nauthor:\n  name: Maren Hale\n  email: m@vane.example\n---\n", "Maren Hale"),
        ("---\nauthors: [{name: Maren Hale}, {name: Ode Marr}]\n---\n", "Maren Hale, Ode Marr"),
        ("---\nauthors:\n- name: Maren Hale\n- Ode Marr\n---\n", "Maren Hale, Ode Marr"),
        ('---\nauthors: ["Hale, Maren"]\n---\n', "Hale, Maren"),
        ('+++\nauthor = "Maren Hale"\n+++\n', "Maren Hale"),
        ('+++\ntitle = "Storm"\n[author]\nname = "Maren Hale"\n+++\n', "Maren Hale"),
        ('+++\n[[authors]]\nname = "Maren Hale"\n[[authors]]\nname = "Ode Marr"\n+++\n', "Maren Hale, Ode Marr"),
    ],
)
def test_authors_are_read_however_they_are_given(header: str, byline: str) -> None:
    assert pushed(header + "It was loud.").byline == byline


def test_toml_says_as_much_as_yaml() -> None:
    in_yaml = (
        "---\ntitle: Storm\ndate: 2026-03-05T10:00:00+02:00\nurl: https://vane.example/a\nlang: no\nsource: Vane\n---\n"
    )
    in_toml = (
        '+++\ntitle = "Storm"\ndate = 2026-03-05T10:00:00+02:00\nurl = "https://vane.example/a"\n'
        'lang = "no"\nsource = "Vane"\n+++\n'
    )
    for raw in map(pushed, (in_yaml, in_toml)):
        assert (raw.title, raw.uri, raw.language, raw.publisher) == ("Storm", "https://vane.example/a", "no", "Vane")
        assert raw.published_at == datetime(2026, 3, 5, 8, tzinfo=UTC)


def test_a_date_without_a_time_zone_is_taken_as_utc_and_says_so() -> None:
    raw = pushed("---\ndate: 2026-03-05\n---\nIt was loud.")
    assert raw.published_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert raw.metadata["published_at_assumed"] == "UTC"


@pytest.mark.parametrize("filename", ["a.md", "a.markdown", "stdin.md", "http.md"])
@pytest.mark.parametrize("start", ["---\n", "---  \r\n", "\ufeff---\n"])
def test_the_front_matter_is_no_part_of_the_text_whatever_way_it_comes(start: str, filename: str) -> None:
    raw = pushed(f"{start}title: Storm\n---\n\nIt was loud.\n\n---\n\nNobody was hurt.\n", filename)
    assert (raw.title, raw.text) == ("Storm", "\nIt was loud.\n\n---\n\nNobody was hurt.\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\nIt was loud.\n\nNobody was hurt.\n",
        "---\nIt was loud.\n---\nNobody was hurt.\n",
        '---\n"We heard it," she said: it was loud.\n---\nNobody was hurt.\n',
        "---\nStorm: it was loud.\n\nNobody was hurt.\n---\nMore.\n",
        "---\n- title: Storm\n---\nIt was loud.\n",
        "+++\nIt was loud.\n+++\nNobody was hurt.\n",
        "---\ntitle: Storm\n+++\nIt was loud.\n",
        "\n---\ntitle: Storm\n---\nIt was loud.\n",
        "----\ntitle: Storm\n---\nIt was loud.\n",
        "---\ntitle: Storm\n" + "a: b\n" * MOST_LINES + "---\nIt was loud.\n",
        "---\ntitle: " + "x" * MOST_CHARACTERS + "\n---\nIt was loud.\n",
    ],
)
def test_rules_around_a_text_are_no_front_matter(text: str) -> None:
    found = read(text)
    assert (found.fields, found.text, found.unreadable) == ({}, text, None)


@pytest.mark.parametrize(
    ("header", "fields", "reason"),
    [
        ("---\ntitle: Storm: harbour shut\nauthor: Maren Hale\n---\n", {"title": "Storm: harbour shut"}, "line 2"),
        ("---\nauthor: Maren Hale\ntitle: 'Council's vote'\n---\n", {"title": "Council's vote"}, "line 3"),
        ('---\ntitle: "Storm" shuts harbour\nauthor: Maren Hale\n---\n', {"title": '"Storm" shuts harbour'}, "line 2"),
        ("---\ntitle: @storm shuts\nauthor: Maren Hale\n---\n", {"title": "@storm shuts"}, "line 2"),
        ("---\nauthor:\n  - Maren Hale\na line that is no field\ntitle: x\n---\n", {"title": "x"}, "line 5"),
        ("---\nauthor: Maren Hale\ntitle: \x07red\n---\n", {"title": "\x07red"}, "special characters"),
        (
            "+++\ntitle = Storm shuts\nauthor = 'Maren Hale'\n[x]\ntitle = 'y'\n+++\n",
            {"title": "Storm shuts"},
            "line 2",
        ),
        ("+++\ntitle = 'a'\ntitle = 'b'\nauthor = 'Maren Hale'\n+++\n", {"title": "b"}, "line 3"),
    ],
)
def test_broken_front_matter_gives_what_can_be_read_and_says_so(
    header: str, fields: dict[str, str], reason: str
) -> None:
    raw = pushed(header + "It was loud.")
    assert raw.title == fields["title"]
    assert raw.byline == "Maren Hale"
    assert raw.text == "It was loud."
    assert reason in raw.metadata[UNREADABLE]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("---\na: &a [x,x]\nb: &b [*a,*a]\ntitle: [*b,*b]\n---\n", "aliases"),
        ("---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n", "aliases"),
        ("---\ntitle: &a [*a]\n---\n", "aliases"),
        ("---\ntitle: " + "[" * 60_000 + "\n---\n", "deep"),
        ("---\ntitle: " + "{a: " * 15_000 + "\n---\n", "deep"),
        ("---\ntitle: " + "[" * 20 + "]" * 20 + "\n---\n", "deep"),
        ("+++\ntitle = " + "[" * 60_000 + "\n+++\n", "deep"),
        ("+++\ntitle = " + "[" * 20 + "]" * 20 + "\n+++\n", "deep"),
        ("+++\ntitle = 1\na" + ".a" * 30_000 + " = 1\n+++\n", "a name of more than"),
        ("+++\ntitle = 1\n[" + "a . " * 15_000 + "a]\n+++\n", "a name of more than"),
        ("+++\ntitle = 1\n" + "'a'." * 15_000 + "a = 1\n+++\n", "a name of more than"),
        ("+++\ntitle = " + "1" * 60_000 + "\n+++\n", "4300 digits"),
        ("---\ntitle: x\n? [a]\n: Storm\n---\n", "name is not a text"),
    ],
)
@pytest.mark.timeout(20)
def test_hostile_front_matter_costs_no_article(header: str, reason: str) -> None:
    raw = pushed(header + "It was loud.")
    assert raw.refused is None
    assert raw.text == "It was loud."
    assert reason in raw.metadata.get(UNREADABLE, "")


def test_nothing_but_marks_and_comments_is_taken_off() -> None:
    assert read("---\n---\nIt was loud.").text == "It was loud."
    assert read("---\n# nothing\n---\nIt was loud.").text == "It was loud."


def test_front_matter_says_what_may_be_done_with_the_article() -> None:
    header = (
        "title: Lock shut\nurl: https://moor.example/lock\nitem: moor-17\nversion: 3\nstatus: withheld\n"
        "embargo: 2031-01-01T06:00:00Z\nurgency: 2\nslug: lock\neditorial_note: Adds quote.\nsection: Local\n"
        "tags: [harbour, lock]\nusage: No archive.\ncopyright: Moor Courier\nlocated: Oda\n"
        "updated: 2026-11-27T08:00:00Z"
    )
    raw = pushed(f"---\n{header}\n---\nIt was loud.")
    assert (raw.url, raw.item, raw.uri) == ("https://moor.example/lock", "moor-17", "https://moor.example/lock")
    assert raw.revision == Revision(datetime(2026, 11, 27, 8, tzinfo=UTC), 3)
    assert (raw.status, raw.embargo, raw.urgency) == (Status.WITHHELD, datetime(2031, 1, 1, 6, tzinfo=UTC), 2)
    assert (raw.slug, raw.note, raw.section, raw.located) == ("lock", "Adds quote.", "Local", "Oda")
    assert (raw.usage, raw.copyright) == ("No archive.", "Moor Courier")
    assert [subject.name for subject in raw.subjects] == ["harbour", "lock"]


@pytest.mark.parametrize(
    ("header", "status", "embargo"),
    [
        ("---\ntitle: x\nembargo: soon\n---\n", Status.USABLE, "unknown"),
        ('---\ntitle: x\nembargo: ""\n---\n', Status.USABLE, "unknown"),
        ("---\ntitle: x\nembargo:\n---\n", Status.USABLE, None),
        ("---\ntitle: x\nembargo: no\n---\n", Status.USABLE, None),
        ("---\ntitle: x\ndraft: true\n---\n", Status.WITHHELD, None),
        ("+++\ntitle = 'x'\ndraft = true\n+++\n", Status.WITHHELD, None),
        ("+++\ntitle = 'x'\nembargo = 2031-01-01T06:00:00Z\n+++\n", Status.USABLE, datetime(2031, 1, 1, 6, tzinfo=UTC)),
        ("+++\ntitle = 'x'\nstatus = 'killed'\n+++\n", Status.CANCELED, None),
    ],
)
def test_a_draft_an_embargo_and_a_kill_in_front_matter_hold(header: str, status: Status, embargo: object) -> None:
    raw = pushed(f"{header}It was loud.")
    assert (raw.status, raw.embargo, raw.text) == (status, embargo, "It was loud.")


def test_prose_between_rules_that_begins_like_a_lesser_field_is_text() -> None:
    text = "---\nNote: we were there.\nThe wind rose\nStatus: nobody knew.\n---\nIt was loud."
    assert read(text).text == text

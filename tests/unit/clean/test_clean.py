"""Cleaning as a whole: from a raw article to the article."""

import html
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from producers.article import RawArticle, Record, Revision, Signal, Status, raw_article
from producers.formats import articles
from worker.clean import clean
from worker.errors import UnusableError

LEAD = "The harbour of Alder Vale closed on Monday after a storm tore away its northern pier, the port office said."
MIDDLE = "Nobody was hurt, but forty boats cannot leave before the channel has been dredged, according to Maren Hale."


def raw(text: str, **fields: Any) -> RawArticle:
    return raw_article(
        Record(raw=text.encode(), text=text, **fields), source="inbox", filename="storm.txt", number=None
    )


WIRE = f"""Storm shuts Oda\\'s \\"oldest\\" harbour

A storm has torn away the pier of the town.

Oda Press/North: {LEAD}

\u00a0{MIDDLE}

205/219

Read More:

Council of Oda: measures against fishermen 'reckless'

Storm foils regatta off Vane
"""


def test_a_wire_file_gives_its_headline_its_dateline_and_its_story_alone() -> None:
    article = clean(raw(WIRE))

    assert article.title == 'Storm shuts Oda\'s "oldest" harbour'
    assert article.standfirst == "A storm has torn away the pier of the town."
    assert article.dateline == "Oda Press/North"
    assert article.body == f"{LEAD}\n\n{MIDDLE}"
    assert article.language == "en"
    assert [(dropped.line, dropped.rule) for dropped in article.dropped] == [
        ("Read More:", "list of other stories"),
        ("Council of Oda: measures against fishermen 'reckless'", "list of other stories"),
        ("Storm foils regatta off Vane", "list of other stories"),
        ("205/219", "desk code"),
        ("Oda Press/North", "dateline"),
    ]


def test_the_same_raw_article_gives_the_same_article() -> None:
    article = raw(WIRE)

    assert clean(article) == clean(article)


def test_provenance_passes_through() -> None:
    published = datetime(2026, 3, 5, tzinfo=UTC)

    article = clean(
        raw(
            LEAD + "\n\n" + MIDDLE,
            uri="https://www.vane.example/storm",
            published_at=published,
            byline="Maren Hale",
            publisher="Vane News",
        )
    )

    assert (article.uri, article.source, article.filename) == ("https://www.vane.example/storm", "inbox", "storm.txt")
    assert (article.published_at, article.byline, article.publisher) == (published, "Maren Hale", "Vane News")


def test_what_gives_no_date_has_that_of_its_version() -> None:
    archived = datetime(2017, 3, 6, tzinfo=UTC)
    page = raw(f"<p>{LEAD}</p><p>{MIDDLE}</p>", media_type="text/html", revision=Revision(created=archived))
    said = '<html><head><meta property="article:published_time" content="2016-01-02T00:00:00Z"></head>'
    dated = page.model_copy(update={"text": f"{said}<body>{page.text}</body></html>"})

    assert clean(page).published_at == archived
    assert clean(dated).published_at == datetime(2016, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "text", "publisher"),
    [
        ({"publisher": "Vane News"}, "ODA (Reuters) - " + LEAD, "Vane News"),
        ({"publisher": "AP"}, LEAD, "Associated Press"),
        ({"uri": "https://www.vane.example/storm"}, "ODA (Reuters) - " + LEAD, "vane.example"),
        ({}, "ODA (Reuters) - " + LEAD, "Reuters"),
        ({"uri": "urn:x:1"}, LEAD, None),
    ],
    ids=["declared", "declared agency", "host", "agency of the dateline", "unknown"],
)
def test_the_publisher_is_who_wrote_it_as_far_as_is_known(
    fields: dict[str, Any], text: str, publisher: str | None
) -> None:
    assert clean(raw(text, **fields)).publisher == publisher


def test_the_title_that_a_record_brings_wins_over_the_first_line() -> None:
    article = clean(
        raw(
            f"Storm shuts harbour\n\n{LEAD}\n\n{MIDDLE}", title="Storm shuts harbour - Vane News", publisher="Vane News"
        )
    )

    assert article.title == "Storm shuts harbour"
    assert article.body == f"{LEAD}\n\n{MIDDLE}"


def test_a_text_without_a_headline_has_no_title() -> None:
    assert clean(raw(f"{LEAD}\n\n{MIDDLE}")).title is None


def test_markdown_is_read_with_its_front_matter() -> None:
    front_matter = "---\ntitle: Storm shuts harbour\ndate: 2026-03-05\nauthor: Maren Hale\nlanguage: en\n---"
    text = f"{front_matter}\n\n{LEAD}\n\n**{MIDDLE}**\n"

    (pushed,) = articles(io.BytesIO(text.encode()), "a.md", "inbox")
    article = clean(pushed)

    assert (article.title, article.byline, article.body) == ("Storm shuts harbour", "Maren Hale", f"{LEAD}\n\n{MIDDLE}")
    assert article.published_at == datetime(2026, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize("media_type", ["text/html", "text/html; charset=utf-8", "application/json"])
def test_html_is_read_whatever_file_it_came_in(media_type: str) -> None:
    article = clean(
        raw(f"<p>ODA (Reuters) - {LEAD}</p><p>{MIDDLE}</p><p>Read more: Storm foils regatta</p>", media_type=media_type)
    )

    assert (article.dateline, article.body) == ("ODA (Reuters)", f"{LEAD}\n\n{MIDDLE}")


def test_a_fallback_leaves_a_note() -> None:
    article = clean(raw("<html><body>" + "<div>" * 300 + LEAD, media_type="text/html"))

    assert any("deep" in note for note in article.notes)


def test_a_refused_record_fails_with_its_own_reason() -> None:
    with pytest.raises(UnusableError, match="The file is no UTF-8"):
        clean(raw("", refused="The file is no UTF-8: save it again."))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no text"),
        ("\n \n\u200b", "no text"),
        ("<html><body><script>x</script></body></html>", "no text|no prose"),
        ("Advertisement\n\nRead more:\n\nStorm foils regatta", "no text of its own"),
        ("Storm", "no prose"),
        ("12 34 56 78\n\n9 10 11\n\n1 2 3", "no prose"),
        ("%PDF-1.4 \x93\x8c 1 0 obj << /Type >> \x80\x81\x82 ¢£¥§ 0000 65535 f 0000 n 0000 1111 2222 3333", "no prose"),
        ("Line of data.\n\n" * 25_000, "no prose|paragraphs"),
    ],
    ids=["empty", "white space", "scripts", "noise", "one word", "figures", "rubbish", "a dump"],
)
def test_a_text_without_prose_fails_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(UnusableError, match=reason):
        clean(raw(text))


def test_a_short_flash_is_an_article() -> None:
    assert clean(raw("Storm shuts the harbour of Alder Vale.")).body == "Storm shuts the harbour of Alder Vale."
    assert clean(raw("会议今天在北京举行，没有取得任何结果。")).body


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ท่าเรือปิดในวันจันทร์หลังจากพายุพัดท่าเทียบเรือทางเหนือเสียหาย", "th"),
        ("ທ່າເຮືອປິດໃນວັນຈັນຫຼັງຈາກພາຍຸພັດທ່າເຮືອທາງເໜືອເສຍຫາຍ", "lo"),
        ("កំពង់ផែត្រូវបានបិទនៅថ្ងៃច័ន្ទបន្ទាប់ពីព្យុះបានបំផ្លាញផែខាងជើង", "km"),
        ("မုန်တိုင်းကြောင့်ဆိပ်ကမ်းကို၂၀၂၆ခုနှစ်မတ်လ၁၅ရက်တွင်၂၄နာရီပိတ်ခဲ့ပြီးလှေ၁၂၀၀ကျော်မထွက်နိုင်ခဲ့ပေ။", "my"),
        ("港は月曜日に閉鎖された。嵐が町の北の桟橋を壊したためだ。", "ja"),
        ("항구는 월요일에 폐쇄되었다. 다친 사람은 없었다고 한다.", "ko"),
    ],
)
def test_a_short_item_in_a_script_without_spaces_is_an_article_of_its_language(text: str, language: str) -> None:
    article = clean(raw(text))
    assert (article.body, article.language) == (text, language)


@pytest.mark.parametrize("text", ["ท่าเรือ", "ဆိပ်ကမ်း", "港口"])
def test_a_word_in_a_script_without_spaces_is_no_article(text: str) -> None:
    with pytest.raises(UnusableError, match="no prose"):
        clean(raw(text))


def test_broken_front_matter_leaves_a_note() -> None:
    text = f"---\ntitle: Storm: harbour shut\n---\n\n{LEAD}\n\n{MIDDLE}\n"
    (pushed,) = articles(io.BytesIO(text.encode()), "a.md", "inbox")
    article = clean(pushed)

    assert (article.title, article.body) == ("Storm: harbour shut", f"{LEAD}\n\n{MIDDLE}")
    assert article.notes == (
        "The front matter is not readable as YAML (line 2: mapping values are not allowed here), "
        "so its fields were read one by one.",
    )


def test_what_markdown_drops_is_in_the_article_with_its_rule() -> None:
    article = clean(raw(f"{LEAD}\n\n```\nprint()\n```\n\n{MIDDLE}", media_type="text/markdown"))

    assert article.body == f"{LEAD}\n\n{MIDDLE}"
    assert [(line.rule, line.line) for line in article.dropped] == [
        ("code block", "```"), ("code block", "print()"), ("code block", "```"),
    ]  # fmt: skip


def test_markdown_that_is_code_alone_fails_with_its_rule() -> None:
    with pytest.raises(UnusableError, match=r"no text of its own: .*code block"):
        clean(raw("```\nprint()\n```", media_type="text/markdown"))


def test_markdown_that_is_too_deep_leaves_a_note() -> None:
    article = clean(raw(f"{LEAD}\n\n{'> ' * 100}{MIDDLE}", media_type="text/markdown"))

    assert any("plain text" in note for note in article.notes)


def test_a_date_of_a_record_that_cannot_be_read_leaves_a_note() -> None:
    (raw,) = articles(
        io.BytesIO(b'{"text": "The lock at Oda stays shut for two weeks.", "date": "5/6/2026"}'), "a.json", "x"
    )
    found = clean(raw)

    assert found.published_at is None
    assert any("'5/6/2026'" in note for note in found.notes)


def test_an_embargoed_wire_gives_its_time_its_headline_and_its_story() -> None:
    article = clean(
        raw(f"EMBARGOED UNTIL 00:01 GMT ON MONDAY 2 NOVEMBER 2099\n\nStorm shuts harbour\n\n{LEAD}\n\n{MIDDLE}")
    )

    assert article.embargo == datetime(2099, 11, 2, 0, 1, tzinfo=UTC)
    assert (article.title, article.body, article.status) == (
        "Storm shuts harbour",
        f"{LEAD}\n\n{MIDDLE}",
        Status.USABLE,
    )


def test_an_embargo_without_a_zone_leaves_a_note() -> None:
    article = clean(raw(f"EMBARGOED UNTIL 0001 MONDAY 2 NOVEMBER 2099\n\nStorm shuts harbour\n\n{LEAD}\n\n{MIDDLE}"))

    assert article.notes == ("The embargo in the text names no timezone and was read as UTC.",)


def test_a_kill_in_plain_text_is_an_article_without_a_body() -> None:
    article = clean(raw("BC-Alder-Storm, KILL\n\nEDITORS: Kill the story slugged BC-Alder-Storm. It is false.\n\nNPA"))

    assert (article.status, article.slug, article.body) == (Status.CANCELED, "BC-Alder-Storm", "")
    assert article.note == "EDITORS: Kill the story slugged BC-Alder-Storm. It is false."


def test_an_advisory_is_withheld_with_its_reason() -> None:
    article = clean(raw("NPA World News Digest\n\nEDITORS: Here are the stories that NPA plans to move today."))

    assert (article.status, article.title, article.body) == (Status.WITHHELD, "NPA World News Digest", "")
    assert article.note
    assert article.note.endswith("EDITORS: Here are the stories that NPA plans to move today.")


def test_what_the_producer_says_of_an_item_wins_unless_the_text_is_stricter() -> None:
    later, earlier = datetime(2099, 11, 3, tzinfo=UTC), datetime(2099, 11, 1, tzinfo=UTC)
    control = "BC-Alder-Storm\n\nEMBARGOED UNTIL 0000 GMT 2 NOVEMBER 2099"
    text = f"{control}\n\nUPDATE 1-Storm shuts harbour\n\n{LEAD}\n\n{MIDDLE}"

    said = clean(raw(text, embargo=later, slug="storm", signal=Signal.CORRECTION, note="Ours.", status=Status.WITHHELD))
    weaker = clean(raw(text, embargo=earlier))

    assert (said.embargo, said.slug, said.signal, said.note) == (later, "storm", Signal.CORRECTION, "Ours.")
    assert said.status is Status.WITHHELD
    assert (weaker.embargo, weaker.slug, weaker.signal) == (
        datetime(2099, 11, 2, tzinfo=UTC), "BC-Alder-Storm", Signal.UPDATE,
    )  # fmt: skip


def test_a_canceled_item_may_come_without_text() -> None:
    assert clean(raw("", status=Status.CANCELED)).body == ""


@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_markup_that_was_escaped_once_too_often_is_read_as_markup(media_type: str) -> None:
    text = f"&lt;p&gt;{LEAD}&lt;/p&gt;&lt;p&gt;{MIDDLE}&lt;/p&gt;"

    assert clean(raw(text, media_type=media_type)).body == f"{LEAD}\n\n{MIDDLE}"


def test_an_article_that_shows_markup_to_its_readers_keeps_its_text() -> None:
    opening, closing = html.escape("<div>\n<nav>"), html.escape("</nav>\n</div>")
    story = "".join(f"<p>That was day {n} of the works in the harbour. {MIDDLE}</p>" for n in range(12))
    text = f"<p>{LEAD}</p><p>{MIDDLE}</p><pre>{opening}</pre>{story}<pre>{closing}</pre><p>So it was said.</p>"

    body = clean(raw(f"<html><body><article>{text}</article></body></html>", media_type="text/html")).body

    assert body.startswith(LEAD)
    assert body.count("That was day") == 12


def test_markup_within_a_plain_text_leaves_its_paragraphs_apart() -> None:
    article = clean(raw(f"Storm shuts harbour\n\n{LEAD}\n\n<div class='embed'></div><script></script>\n\n{MIDDLE}"))

    assert (article.title, article.body) == ("Storm shuts harbour", f"{LEAD}\n\n{MIDDLE}")


@pytest.mark.parametrize("media_type", ["text/plain", "text/html", "text/markdown"])
def test_glued_sentences_are_paragraphs(media_type: str) -> None:
    assert clean(raw(f"{LEAD}{MIDDLE}", media_type=media_type)).body == f"{LEAD}\n\n{MIDDLE}"


OFFER = "Subscribe from 1 crown a week to read the full story and everything else that the Oda Post writes."


def test_a_short_text_that_ends_in_an_offer_is_a_teaser() -> None:
    article = clean(raw(f"Storm shuts harbour\n\n{LEAD}\n\nThis article is for subscribers\n\n{OFFER}"))

    assert (article.body, article.teaser) == (LEAD, True)


def test_a_whole_story_above_an_offer_is_no_teaser() -> None:
    story = [f"On day {n} the harbour stayed closed, and {MIDDLE[0].lower()}{MIDDLE[1:]}" for n in range(20)]

    assert not clean(raw("\n\n".join(["Storm shuts harbour", *story, OFFER]))).teaser


@pytest.mark.parametrize(
    ("given", "byline"),
    [
        ("By MAREN HALE, NPA Writer", "MAREN HALE, NPA Writer"),
        ("Maren Hale", "Maren Hale"),
        ("Byron Hale", "Byron Hale"),
    ],
)
def test_the_byline_that_a_source_gives_loses_its_by(given: str, byline: str) -> None:
    assert clean(raw(f"{LEAD}\n\n{MIDDLE}", byline=given)).byline == byline

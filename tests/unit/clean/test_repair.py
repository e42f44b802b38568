"""Repair of characters."""

import pytest

from worker.clean.repair import holds_markup, repaired, typeset, unglued, without_inline_tags


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("segÃºn tomÃ³", "según tomó"),
        ("doesnâ€™t", "doesn’t"),
        ("n&uacute;mero &amp; more", "número & more"),
        ("so\u00adft hy\u200bphen\ufeff", "soft hyphen"),
        ("a\u00a0b\u202fc\u3000d", "a b c d"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\x01b\x08c", "abc"),
        ("ＡＢＣ１２３", "ABC123"),
        ("take-off.\\n\\nBut this year\\nit is", "take-off.\n\nBut this year\nit is"),
        ("The end.\\r\\n“Next,” she said.", "The end.\n“Next,” she said."),
        ("\\u201cWe won,\\u201d she said \\ud83d\\ude00", "“We won,” she said 😀"),
        ("see https:\\/\\/oda.example, caf\\u00e9 \\u2013 bar", "see https://oda.example, café – bar"),
        ('Oda\\\'s \\"pier\\"', 'Oda\'s "pier"'),
        ("Eastmere?s quay isn?t safe.", "Eastmere’s quay isn’t safe."),
        (
            "The council on? Friday closed the quay. The mayor of? Oda left early.? Nobody spoke.",
            "The council on Friday closed the quay. The mayor of Oda left early.? Nobody spoke.",
        ),
    ],
)
def test_what_an_export_or_a_wrong_decoding_did_is_undone(broken: str, whole: str) -> None:
    assert repaired(broken) == whole


@pytest.mark.parametrize(
    "text",
    [
        "“curly” ‘quotes’",
        "C:\\new\\table and \\n \\t \\\\",
        "会议今天举行，没有结果！（完）",
        "می‌خواهم",
        "naïve façade — 5 €",
        "if a < b && c",
        "the escape \\u201c of one mark",
        "https://oda.example/?s=quay&t=1",
        "The boat was named for? Hale does not know.",
        "The quay is shut.? Which rule is that based on? Nobody knows.",
        "D:\\news.\\notes and E:\\Alder",
    ],
)
def test_what_is_whole_stays_as_it_is(text: str) -> None:
    assert repaired(text) == text


def test_the_marks_of_wire_typesetting_are_taken_away() -> None:
    assert typeset("^Headline of Oda< \n^By HALE= \n\t ODA (AP) _ ``We won,'' he said.\n0337GMT<") == (
        'Headline of Oda\nBy HALE\n\t ODA (AP) — "We won," he said.\n0337GMT'
    )


def test_the_codes_of_wordpress_themes_are_taken_away() -> None:
    assert typeset('[dropcap]T[/dropcap]he pier [caption id="a"]Pier[/caption] fell [in Oda].') == (
        "The pier Pier fell [in Oda]."
    )


def test_text_without_such_marks_is_left_alone() -> None:
    text = "The rock ''n'' roll of snake_case, 2^3 and a<b ="

    assert typeset(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>The pier fell.</p><p>Nobody was hurt.</p>", True),
        ("The pier fell.<br>Nobody was hurt.<br/>It rained.", True),
        ("One line\n<div class='a'>and another</div>", True),
        ("The <p> tag of HTML is closed by </p>, she taught them.", False),
        ("<p>Nobody closed it", False),
        ("if a < b and b > c", False),
    ],
)
def test_markup_that_was_escaped_once_too_often_is_seen(text: str, *, expected: bool) -> None:
    assert holds_markup(text) is expected


def test_a_headline_loses_the_tags_of_its_typography() -> None:
    assert without_inline_tags("<em>Oda</em> wins 2<sup>nd</sup> cup") == "Oda wins 2nd cup"
    assert without_inline_tags("a < b > c") == "a < b > c"


@pytest.mark.parametrize(
    ("glued", "whole"),
    [
        ("found a crack.Engineers will pump", "found a crack.\n\nEngineers will pump"),
        ("since the winter.”Eleven ships wait", "since the winter.”\n\nEleven ships wait"),
        ("found a crack.“We have seen it,” he said", "found a crack.\n\n“We have seen it,” he said"),
        ("Who pays?The state will", "Who pays?\n\nThe state will"),
        ("fermé.Le maire a", "fermé.\n\nLe maire a"),
    ],
)
def test_sentences_that_were_glued_are_parted_as_paragraphs(glued: str, whole: str) -> None:
    assert unglued(glued) == whole


@pytest.mark.parametrize(
    "text",
    [
        "The U.S.Navy sailed",
        "example.com, Node.js, v2.1 and ASP.Net are names",
        "System.IO and java.util.List of the program",
        "Booking.Com and www.oda.example.Alder are hosts",
        "Mrs.Hale and Prof.Marr came to St.Alder with J.Hale",
        "He left. The crowd went",
        "No.Five",
    ],
)
def test_names_with_a_full_stop_inside_are_left_alone(text: str) -> None:
    assert unglued(text) == text


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ["aa.B", "\\n", "\\u0041", "<p>", "<br>", "<p ", "aa.B c", ".”"])
def test_hostile_repetition_is_repaired_in_linear_time(part: str) -> None:
    text = part * (2_000_000 // len(part))
    unglued(repaired(text))
    holds_markup(text)

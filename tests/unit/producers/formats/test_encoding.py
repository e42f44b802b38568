"""Bytes to text."""

import pytest

from producers.errors import PermanentError
from producers.formats.encoding import decoded

GERMAN = "Der Bürgermeister von Grünau sagte, die Brücke über die Möhre bleibe zwei Wochen gesperrt. "
FRENCH = "Le maire de Saint-Éloi a déclaré que le pont restera fermé deux semaines, selon la préfecture. "
RUSSIAN = "Мэр города сказал, что мост закрыт на две недели из-за ремонта. Почему, никто не знает. "
CHINESE = "市长说，由于维修，这座桥将关闭两周。居民们对此表示不满。"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", [GERMAN, CHINESE])
def test_a_byte_order_mark_decides(charset: str, text: str) -> None:
    found = decoded(text.encode(charset))
    assert found.text == text
    assert found.notes == {"charset": charset.removesuffix("-sig")}


@pytest.mark.parametrize("text", [GERMAN, CHINESE, "plain", ""])
def test_utf8_without_a_mark_is_no_guess(text: str) -> None:
    assert decoded(text.encode()).notes == {"charset": "utf-8"}


@pytest.mark.parametrize(
    ("text", "charset"),
    [(GERMAN, "cp1252"), (FRENCH, "cp1252"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (CHINESE, "gb18030")],
)
def test_another_charset_is_guessed_and_the_guess_is_recorded(text: str, charset: str) -> None:
    found = decoded((text * 3).encode(charset))
    assert found.text == text * 3
    assert found.notes == {"charset": charset, "charset_guessed": "yes"}


def test_where_two_charsets_are_as_good_the_commoner_is_taken() -> None:
    text = (
        "The mayor of Café Düren said on Monday that the “Café Lumière” would stay shut — and that it’s the owner’s "
        "own fault. The new café, she said, had cost €3 million, and Herr Müller’s décor was no better than the old. "
    )
    assert decoded(text.encode("cp1252")).text == text


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(charset: str) -> None:
    found = decoded(GERMAN.encode(charset))
    assert found.text == GERMAN
    assert found.notes == {"charset": charset, "charset_guessed": "yes"}


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="{}">',
        "<META http-equiv=Content-Type content='text/html; charset={}'>",
        '<?xml version="1.0" encoding="{}"?>',
    ],
)
@pytest.mark.parametrize(("charset", "text"), [("windows-1251", RUSSIAN), ("KOI8-R", RUSSIAN), ("gbk", CHINESE)])
def test_a_declared_charset_is_believed_where_it_fits(head: str, charset: str, text: str) -> None:
    page = head.format(charset) + text
    found = decoded(page.encode(charset), markup=True)
    assert found.text == page
    assert "charset_guessed" not in found.notes


def test_latin_1_declared_means_windows_1252_as_on_the_web() -> None:
    page = '<meta charset="iso-8859-1">“So it goes”, he said – twice.'
    assert decoded(page.encode("cp1252"), markup=True).text == page


def test_a_declaration_that_does_not_fit_is_not_believed_and_recorded() -> None:
    page = '<meta charset="utf-8">' + RUSSIAN * 3
    found = decoded(page.encode("cp1251"), markup=True)
    assert found.text == page
    assert found.notes == {"charset": "cp1251", "charset_guessed": "yes", "charset_declared": "utf-8"}


def test_faultless_utf8_beyond_ascii_outweighs_a_declared_one_byte_charset() -> None:
    page = '<meta charset="iso-8859-1">' + GERMAN
    found = decoded(page.encode(), markup=True)
    assert found.text == page
    assert found.notes == {"charset": "utf-8", "charset_declared": "iso8859-1"}


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "utf-7", "zip", "rot13", "undefined", "klingon"]
)
def test_a_declared_codec_that_is_no_charset_is_ignored(name: str) -> None:
    page = f'<meta charset="{name}">' + "plain text " * 1000
    assert decoded(page.encode(), markup=True).notes["charset"] == "utf-8"


def test_a_declaration_in_plain_text_is_only_text() -> None:
    assert decoded(b'<meta charset="utf-16">plain').notes == {"charset": "utf-8"}


def test_utf8_with_a_few_faults_stays_utf8_and_the_faults_are_counted() -> None:
    found = decoded((RUSSIAN * 3).encode() + b"\xff\xd0")
    assert found.text.startswith(RUSSIAN * 3)
    assert found.notes == {"charset": "utf-8", "charset_errors": "2", "charset_guessed": "yes"}


def test_a_text_cut_within_a_marked_character_is_read_with_its_fault_counted() -> None:
    found = decoded(GERMAN.encode("utf-16")[:-1])
    assert found.text[:-1] == GERMAN[:-1]
    assert found.notes["charset_errors"] == "1"


def test_wire_control_characters_are_text() -> None:
    wire = "\x01BC-Bridge\r\n\x02The bridge is shut.\r\n\x03\x04"
    assert decoded(wire.encode()).text == wire


@pytest.mark.parametrize("data", [bytes(1000), bytes(range(256)) * 20, bytes(range(128, 256)) * 300])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(PermanentError, match=r"text|character set"):
        decoded(data)


@pytest.mark.parametrize(
    ("data", "text", "mixed"),
    [
        ("“Oda” is ".encode() + b"\x93a caf\xe9\x94", "“Oda” is “a café”", 2),
        ("Grünau ".encode() + b"l\xe4dt ein", "Grünau lädt ein", 1),
        ("— Oda —".encode() + "“".encode() + b"\xc9t\xe9", "— Oda —“Été", 2),
    ],
)  # fmt: skip
def test_utf8_with_marks_of_windows_1252_is_read_byte_by_byte(data: bytes, text: str, mixed: int) -> None:
    found = decoded(data)

    assert found.text == text
    assert found.notes == {"charset": "utf-8", "charset_mixed": str(mixed), "charset_guessed": "yes"}


def test_half_a_character_in_a_mixed_text_is_a_fault() -> None:
    found = decoded("“Oda” ".encode() + b"caf\xe9 \xe2\x80 end")

    assert found.text == "“Oda” café \ufffd end"
    assert (found.notes["charset_mixed"], found.notes["charset_errors"]) == ("1", "1")


def test_single_foreign_letters_in_latin_words_are_a_wrong_guess() -> None:
    text = "The café and the naïve man of the old town, said the mayor: “wait”, and he left for the fête."

    assert decoded(text.encode("cp1252")).text == text


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", [b"\xe9 ", b"\xe2\x80\x9c\xe9", b"\xe2\x80 ", b"\xc3\xa9\x93 "])
def test_a_large_mixed_text_is_decoded_in_linear_time(part: bytes) -> None:
    decoded("“Oda”".encode() * 1_000 + part * (3_000_000 // len(part)))


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "ISO-8859-15"])
def test_a_charset_that_the_frame_declares_decides_where_a_guess_would_fail(charset: str) -> None:
    assert decoded("Süd".encode("cp1252"), charset=charset).text == "Süd"


@pytest.mark.parametrize("charset", ["", "x-unknown", "punycode", "\0", "unicode_escape", "a" * 5_000])
def test_a_declared_charset_that_is_not_known_counts_as_none(charset: str) -> None:
    assert decoded(GERMAN.encode(), charset=charset).notes == {"charset": "utf-8"}


def test_faultless_utf8_outweighs_a_declared_charset_of_one_byte() -> None:
    assert decoded(GERMAN.encode(), charset="iso-8859-1").text == GERMAN

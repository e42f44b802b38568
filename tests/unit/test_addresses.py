"""Addresses: what people write is one mailbox, or refused before it comes near a header."""

import pytest

from worker.addresses import mailbox, recipient


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("anna@example.org", "anna@example.org"),
        (" Anna.Lind+news@Example.ORG ", "Anna.Lind+news@example.org"),
        ("Anna Lind <anna@example.org>", "anna@example.org"),
        ("Grüße <anna@zürich.example>", "anna@xn--zrich-kva.example"),
        ("root@localhost", "root@localhost"),
        ('"anna lind"@example.org', '"anna lind"@example.org'),
    ],
)
def test_a_mailbox_is_read_as_people_write_it(text: str, address: str) -> None:
    assert recipient(text) == address


def test_a_name_stays_with_its_mailbox() -> None:
    assert mailbox("Die Nachrichten <desk@news.example>").display_name == "Die Nachrichten"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@example.org, bert@example.org",
        "Readers: anna@example.org;",
        "anna@example.org\r\nBcc: bert@example.org",
        "anna@example.org\nBcc: bert@example.org",
        "Anna\x00 <anna@example.org>",
        "anna@example.org> <bert@example.org",
        "anna example@example.org",
        "jürgen@example.org",
        "anna@exa mple.org",
        "anna@..example.org",
        f"{'a' * 65}@example.org",
        f"anna@{'example.' * 40}org",
    ],
)
def test_what_is_not_one_whole_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not one mail address|not a whole mail address|ASCII letters|longer"):
        mailbox(text)

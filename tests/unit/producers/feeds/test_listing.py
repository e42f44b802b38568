"""The list of feeds: commands and a person change the same file."""

import subprocess
import sys
from pathlib import Path

import pytest

from producers.errors import ConfigurationError
from producers.feeds import listing
from producers.feeds.listing import FILE, Feed


def test_what_is_added_is_listed_in_order(tmp_path: Path) -> None:
    feeds = [
        Feed(name="Courier", url="https://courier.example/feed"),
        Feed(name="Ånd", url="http://and.example/", fulltext=True),
    ]

    for feed in feeds:
        listing.add(tmp_path, feed)

    assert listing.read(tmp_path) == feeds
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_change_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    text = '# ours\n[[feeds]]\nname = "Courier"  # the old one\nurl = "https://courier.example/feed"\nminutes = 30\n'
    (tmp_path / FILE).write_text(text)

    listing.add(tmp_path, Feed(name="Post", url="https://post.example/feed"))
    listing.pause(tmp_path, "Courier", paused=True)
    listing.pause(tmp_path, "Courier", paused=False)
    listing.remove(tmp_path, "Post")

    assert (tmp_path / FILE).read_text().strip() == text.strip()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("feeds = 3", "holds"),
        ("[[feed]]", "holds"),
        ("[[feeds]]\nname = 'A'", "url"),
        ("[[feeds]]\nname = 'A'\nurl = 'ftp://a.example'", "http"),
        ("[[feeds]]\nname = 'A'\nurl = 'https://:80/'", "host"),
        ("[[feeds]]\nname = 'A'\nurl = 'https://a.example:99999/'", "port"),
        ("[[feeds]]\nname = ' '\nurl = 'https://a.example'", "name"),
        ("[[feeds]]\nname = 'inbox'\nurl = 'https://a.example'", "taken"),
        ("[[feeds]]\nname = 'a\\n'\nurl = 'https://a.example'\nminute = 3", "minute"),
        ("[[feeds]]\nname = 'a'\nurl = 'https://a.example'\nminutes = 1", "minutes"),
        ("[[feeds]]\nname = 'a'\nurl = 'https://a.example'\n" * 2, "two feeds"),
        ("[[feeds", "document"),
        ("feeds = [1]", "table"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_with_the_reason_and_stays(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / FILE).write_text(text)

    with pytest.raises(ConfigurationError, match=reason):
        listing.read(tmp_path)
    with pytest.raises(ConfigurationError):
        listing.add(tmp_path, Feed(name="Post", url="https://post.example/feed"))
    assert (tmp_path / FILE).read_text() == text


def test_a_name_and_an_address_are_added_once(tmp_path: Path) -> None:
    listing.add(tmp_path, Feed(name="Courier", url="https://a:secret@courier.example/feed"))

    for name, url in [("Courier", "https://b.example/"), ("B", "https://a:secret@courier.example/feed")]:
        with pytest.raises(ConfigurationError, match="already") as raised:
            listing.add(tmp_path, Feed(name=name, url=url))
        assert "secret" not in str(raised.value)


def test_commands_at_the_same_time_lose_no_feed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from producers.feeds import listing\n"
        "for n in range(5): listing.add(Path(sys.argv[1]), listing.made(f'{sys.argv[2]} {n}', f'https://{sys.argv[2]}.example/{n}'))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in ("a", "b")]

    assert [process.wait(60) for process in running] == [0, 0]
    assert len(listing.read(tmp_path)) == 10


def test_the_last_feed_can_be_removed_and_another_added(tmp_path: Path) -> None:
    for name in ("Courier", "Post"):
        listing.add(tmp_path, Feed(name=name, url="https://courier.example/feed"))
        listing.remove(tmp_path, name)
        assert listing.read(tmp_path) == []

    listing.add(tmp_path, Feed(name="Post", url="https://courier.example/feed"))
    assert (tmp_path / FILE).read_text().startswith("[[feeds]]")


def test_a_feed_is_named_after_its_host_with_a_number_if_that_is_taken() -> None:
    assert listing.free_name("https://www.courier.example/feed", set()) == "courier.example"
    assert (
        listing.free_name("https://courier.example/b", {"courier.example", "courier.example 2"}) == "courier.example 3"
    )

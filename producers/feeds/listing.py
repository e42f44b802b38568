"""The list of feeds, `DATA/feeds.toml`, which a person may edit at any time:

    [[feeds]]
    name = "Heron Quay Courier"
    url = "https://courier.example/feed.xml"
    fulltext = true

What the poller knows of a feed is not here but in producers.feeds.state, so that it never writes into a person's file.
"""

import contextlib
import tomllib
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from producers.article import NO_SOURCES, is_web_address
from producers.errors import ConfigurationError
from producers.files import atomic_write, locked
from producers.terminal import printable

FILE: Final = "feeds.toml"
LOCK: Final = ".feeds.lock"
#: Seconds for which a command waits for another that changes the list.
LOCK_SECONDS: Final = 10.0
#: Least and most minutes between two checks of a feed: a host is no clock, and a day is the longest pause of any feed.
LEAST_MINUTES, MOST_MINUTES = 5, 1440

#: Addresses may hold passwords.
_OWN_FILE: Final = 0o600


class Feed(BaseModel):
    """One feed: `name` is the source of its articles and outlives every change of `url`.

    `fulltext`: the pages of its items are read. `paused`: a person has stopped it. `minutes` between two checks; None:
    as the setting says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    url: Annotated[str, StringConstraints(max_length=2048, strip_whitespace=True)]
    fulltext: bool = False
    paused: bool = False
    minutes: Annotated[int, Field(ge=LEAST_MINUTES, le=MOST_MINUTES)] | None = None

    @field_validator("name")
    @classmethod
    def _is_a_line(cls, name: str) -> str:
        if printable(name) != name:
            raise ValueError("a name is one line of printable characters")
        if name in NO_SOURCES:
            raise ValueError("this name is taken by articles that come from no feed: choose another")
        return name

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not is_web_address(url):
            raise ValueError("an address begins with http:// or https://")
        try:
            parts = urlsplit(url)
            if not parts.hostname or parts.port == 0:
                raise ValueError
        except ValueError:
            raise ValueError("the address has no host, or no port that there is") from None
        return url

    @property
    def shown_url(self) -> str:
        """Its address without a password."""
        return without_password(self.url)


@dataclass(frozen=True, slots=True)
class Signature:
    """What tells two versions of the file apart."""

    inode: int
    changed_ns: int
    size: int


def without_password(url: str) -> str:
    """Return `url` with "***" for the user and the password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}").geturl() if "@" in parts.netloc else url


def without_login(url: str) -> str:
    """Return `url` without a user and a password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def signature(data: Path) -> Signature | None:
    """Return what tells this version of the list in the folder `data` from others; None if there is no list."""
    try:
        status = (data / FILE).stat()
    except FileNotFoundError:
        return None
    return Signature(status.st_ino, status.st_mtime_ns, status.st_size)


def read(data: Path) -> list[Feed]:
    """Return the feeds of the list in the folder `data`, none if there is no list.

    Raises ConfigurationError if the list cannot be read.
    """
    try:
        content = tomllib.loads((data / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise _bad(data, str(error)) from None
    return _feeds(data, content)


def add(data: Path, feed: Feed) -> None:
    """Put `feed` at the end of the list. Raises ConfigurationError if its name or its address is there already."""
    with _change(data) as content:
        for other in _feeds(data, content):
            if other.name == feed.name:
                raise ConfigurationError(f"There is a feed named {feed.name!r} already: give another --name.")
            if other.url == feed.url:
                raise ConfigurationError(f"{feed.shown_url} is in the list already, as {other.name!r}.")
        content.setdefault("feeds", _tables()).append(feed.model_dump(exclude_defaults=True))


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the feeds of another list: which were added, which were there, and why the rest was refused."""

    added: list[Feed]
    known: list[str]
    refused: list[str]


def add_all(data: Path, feeds: Iterable[tuple[str, str]]) -> Imported:
    """Put those of `feeds`, names and addresses, into the list whose address is not there; all in one change.

    A name that is missing or taken is replaced. Raises ConfigurationError if the list cannot be read.
    """
    result = Imported([], [], [])
    with _change(data) as content:
        present = _feeds(data, content)
        names, urls = {feed.name for feed in present}, {feed.url for feed in present}
        for name, url in feeds:
            if url in urls:
                result.known.append(url)
                continue
            line = printable(name)[:150].strip()
            try:
                feed = made(_free(line, names) if line else free_name(url, names), url)
            except (ConfigurationError, ValueError) as error:
                result.refused.append(f"{printable(url)[:200]}: {error}")
                continue
            names.add(feed.name)
            urls.add(feed.url)
            result.added.append(feed)
            content.setdefault("feeds", _tables()).append(feed.model_dump(exclude_defaults=True))
    return result


def remove(data: Path, name: str) -> Feed:
    """Take the feed `name` out of the list and return it. Raises ConfigurationError if there is none."""
    with _change(data) as content:
        number, feed = _numbered(data, content, name)
        del content["feeds"][number]
        if not content["feeds"]:
            # An empty list would be written in the form of TOML that no person edits.
            del content["feeds"]
    return feed


def pause(data: Path, name: str, *, paused: bool) -> Feed:
    """Note that the feed `name` is paused, or no longer; return it. Raises ConfigurationError if there is none."""
    with _change(data) as content:
        number, feed = _numbered(data, content, name)
        if paused:
            content["feeds"][number]["paused"] = True
        else:
            content["feeds"][number].pop("paused", None)
    return feed


def named(data: Path, name: str) -> Feed:
    """Return the feed that is called `name`, or has it as its address. Raises ConfigurationError if there is none."""
    feeds = read(data)
    return feeds[_position(feeds, name)]


def free_name(url: str, names: Set[str]) -> str:
    """Return a name for the feed at `url` that is not in `names`: its host, with a number if there are several."""
    return _free((urlsplit(url).hostname or "feed").removeprefix("www."), names)


def _free(name: str, names: Set[str]) -> str:
    numbered = (f"{name} {number}" for number in range(2, len(names) + 4))
    taken = names | NO_SOURCES
    return name if name not in taken else next(other for other in numbered if other not in taken)


def _numbered(data: Path, content: Any, name: str) -> tuple[int, Feed]:
    feeds = _feeds(data, content)
    position = _position(feeds, name)
    return position, feeds[position]


def _position(feeds: list[Feed], name: str) -> int:
    for position, feed in enumerate(feeds):
        if name in (feed.name, feed.url):
            return position
    raise ConfigurationError(f"There is no feed {name!r}: `wiredesk feeds list` shows the names.")


def _feeds(data: Path, content: Any) -> list[Feed]:
    tables = content.get("feeds", [])
    if set(content) - {"feeds"} or not isinstance(tables, list):
        raise _bad(data, "it holds [[feeds]] and nothing else")
    feeds = []
    names: set[str] = set()
    for number, table in enumerate(tables, 1):
        try:
            feed = Feed.model_validate(dict(table))
        except (ValidationError, TypeError, ValueError) as error:
            raise _bad(data, f"feed {number}: {_wrong(error)}") from None
        if feed.name in names:
            raise _bad(data, f"two feeds are called {feed.name!r}")
        names.add(feed.name)
        feeds.append(feed)
    return feeds


def made(name: str, url: str, *, fulltext: bool = False) -> Feed:
    """Return the feed `name` at `url`. Raises ConfigurationError if it can be none."""
    try:
        return Feed(name=name, url=url, fulltext=fulltext)
    except ValidationError as error:
        raise ConfigurationError(f"This can be no feed: {_wrong(error)}.") from None


def _wrong(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it must be a table"
    fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}"


def _bad(data: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(f"The list {data / FILE} cannot be read ({printable(reason)}): correct it.")


@contextlib.contextmanager
def _change(data: Path) -> Iterator[Any]:
    """Yield the list as a TOML document, and write it at the end: comments and order stay as a person wrote them."""
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(data / LOCK, wait=LOCK_SECONDS):
            file = data / FILE
            text = file.read_text(encoding="utf-8") if file.exists() else ""
            content = tomlkit.parse(text)
            yield content
            atomic_write(file, tomlkit.dumps(content).encode(), mode=_OWN_FILE)
    except (OSError, ParseError, UnicodeDecodeError) as error:
        raise _bad(data, str(error)) from None


def _tables() -> Any:
    import tomlkit

    return tomlkit.aot()

"""The site of the pages: settings, store, the way to Redis, the token, the templates."""

import contextlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from producers.files import atomic_write
from producers.journal import Journal
from producers.push import Queue
from producers.redis_client import redis_url
from worker.clean.outlets import Outlets
from worker.edition import pages
from worker.errors import ConfigurationError
from worker.settings import WEB_TOKEN_CHARACTERS, WorkerSettings
from worker.store import Store, outlets
from worker.web.rate import RateLimit

#: Random bytes of a token that we make: what nobody guesses.
TOKEN_BYTES: Final = 24
#: Requests that push articles, each of which may bring many.
PUSHES_A_SECOND, PUSHES_AT_ONCE = 20, 100
#: Seconds for which what the articles say about their publishers is not read again: it takes 0.1 ms a publisher.
OUTLETS_SECONDS: Final = 60

_TEMPLATES: Final = Path(__file__).parent / "templates"
_EDITION: Final = Path(pages.__file__).parent / "templates"


@dataclass(eq=False)
class Site:
    """All that the pages are made from, for several threads at the same time."""

    settings: WorkerSettings
    store: Store
    token: str
    pushes: RateLimit = field(default_factory=lambda: RateLimit(PUSHES_A_SECOND, PUSHES_AT_ONCE), repr=False)
    _queue: Queue | None = field(default=None, init=False, repr=False)
    _outlets: tuple[float, Outlets] | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown."""
        return ZoneInfo(self.settings.timezone)

    def home(self, profile: str) -> str:
        """Return the path under which a profile's pages lie."""
        return "" if profile == self.settings.profile else f"/profiles/{profile}"

    def home_if_known(self, profile: str) -> str | None:
        """Return the path under which a profile's pages lie, None for a profile that is not in the settings."""
        return self.home(profile) if profile in self.settings.all_profiles else None

    def outlets(self) -> Outlets:
        """Return the publishers of the desk, as its articles named them at most OUTLETS_SECONDS ago."""
        with self._lock:
            if self._outlets is None or time.monotonic() > self._outlets[0]:
                self._outlets = time.monotonic() + OUTLETS_SECONDS, Outlets(outlets.named(self.store))
            return self._outlets[1]

    def queue(self) -> Queue:
        """Return the way to Redis, connected at its first use; raises ConfigurationError if no desk is running."""
        with self._lock:
            if self._queue is None:
                self._queue = Queue.connect(redis_url(self.settings), self.settings.max_pending)
            return self._queue

    def journal(self) -> Journal:
        """Return the journal; raises ConfigurationError if no desk is running."""
        return self.queue().journal

    def allows(self, token: str) -> bool:
        """Return whether `token` is the desk's, in a time that says nothing about it."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def page(self, template: str, values: Mapping[str, Any]) -> str:
        """Return the page that `template` makes of `values`."""
        return _environment().get_template(template).render(values)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._queue is not None:
                self._queue.close()
                self._queue = None


def style() -> bytes:
    """Return the style sheet of all pages: that of the edition and what the pages add."""
    return b"\n".join(path.read_bytes() for path in (_EDITION / "edition.css", _TEMPLATES / "web.css"))


def token(settings: WorkerSettings) -> str:
    """Return the token of `settings`, else the one kept in the data folder, which is made, for its owner only.

    Raises ConfigurationError if it can be neither read nor made.
    """
    if settings.web_token is not None:
        return settings.web_token.get_secret_value()
    file = settings.web_token_file
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            # Of two processes that start together, the second reads the token of the first.
            with contextlib.suppress(FileExistsError):
                content = secrets.token_urlsafe(TOKEN_BYTES).encode()
                atomic_write(file, content, mode=0o600, durable=False, overwrite=False)
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The token in {file} cannot be used ({error}); correct or delete the file.") from None
    if len(kept) < WEB_TOKEN_CHARACTERS:
        raise ConfigurationError(f"The token in {file} is too short; delete the file, and another one is made.")
    return kept


@cache
def _environment() -> Environment:
    return pages.environment().overlay(loader=FileSystemLoader([_TEMPLATES, _EDITION]))

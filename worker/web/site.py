"""What the pages work with: settings, store, the way to Redis, the token, the templates."""

import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from producers.journal import Journal
from producers.push import Queue
from producers.redis_client import redis_url
from worker.edition import pages
from worker.errors import ConfigurationError
from worker.settings import WEB_TOKEN_CHARACTERS, WorkerSettings
from worker.store import Store
from worker.web.rate import RateLimit

#: Random bytes of a token that we make: what nobody guesses.
TOKEN_BYTES: Final = 24
#: Requests that push articles, each of which may bring many.
PUSHES_A_SECOND, PUSHES_AT_ONCE = 20, 100

_TEMPLATES: Final = Path(__file__).parent / "templates"
_EDITION: Final = Path(pages.__file__).parent / "templates"


@dataclass(frozen=True)
class Site:
    """What every page is made from; for several threads at once."""

    settings: WorkerSettings
    store: Store
    token: str
    pushes: RateLimit = field(default_factory=lambda: RateLimit(PUSHES_A_SECOND, PUSHES_AT_ONCE), repr=False)
    _queues: list[Queue] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown."""
        return ZoneInfo(self.settings.timezone)

    def home(self, profile: str) -> str:
        """Return what stands before the addresses of a profile's pages."""
        return "" if profile == self.settings.profile else f"/profiles/{profile}"

    def queue(self) -> Queue:
        """Return the way to Redis, connected at its first use; raises ConfigurationError where no desk is running."""
        with self._lock:
            if not self._queues:
                self._queues.append(Queue.connect(redis_url(self.settings), self.settings.max_pending))
            return self._queues[0]

    def journal(self) -> Journal:
        """Return the journal; raises ConfigurationError where no desk is running."""
        return self.queue().journal

    def allows(self, token: str) -> bool:
        """Return whether `token` is the desk's, in a time that tells nothing about it."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def page(self, template: str, values: Mapping[str, Any]) -> str:
        """Return the page that `template` makes of `values`."""
        return _environment().get_template(template).render(values)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            for queue in self._queues:
                queue.close()
            self._queues.clear()


def style() -> bytes:
    """Return the style sheet of all pages: that of the edition and what the pages add."""
    return b"\n".join(path.read_bytes() for path in (_EDITION / "edition.css", _TEMPLATES / "web.css"))


def token(settings: WorkerSettings) -> str:
    """Return the token of `settings`, else the one kept in the data folder, which is made, for its owner only.

    Raises ConfigurationError where it can be neither read nor made.
    """
    if settings.web_token is not None:
        return settings.web_token.get_secret_value()
    file = settings.web_token_file
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written beside and linked: of two that start together one wins, and no one reads half a token.
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        try:
            fresh.write_text(secrets.token_urlsafe(TOKEN_BYTES), encoding="ascii")
            if not file.exists():
                file.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        found = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The token in {file} cannot be used ({error}); correct or delete the file.") from None
    if len(found) < WEB_TOKEN_CHARACTERS:
        raise ConfigurationError(f"The token in {file} is too short; delete the file, and another one is made.")
    return found


@cache
def _environment() -> Environment:
    return pages.environment().overlay(loader=FileSystemLoader([_TEMPLATES, _EDITION]))

"""What a server answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered. `url` gave it, after the redirects; `moved_to` is where permanent redirects alone led.

    `headers` have names in small letters.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    moved_to: str = ""

    @property
    def media_type(self) -> str:
        """The media type in small letters, "" if the server gives none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset of the Content-Type header."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        charset = message.get_param("charset")
        return charset if isinstance(charset, str) else None

"""Addresses as people write them into settings: of mail, checked before they come near a header, and of hosts."""

import ipaddress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry
from typing import Final

#: Characters of an address, and of what stands before its @ (RFC 5321, section 4.5.3.1).
MOST_CHARACTERS: Final = 254
MOST_LOCAL: Final = 64

_PARSE: Final = HeaderRegistry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends an edition; `unsubscribe` is the address to which readers write who want no more."""

    mailbox: Address
    reply_to: Address | None = None
    unsubscribe: Address | None = None


def mailbox(text: str) -> Address:
    """Return the one mailbox that `text` names: `desk@news.example`, or `The Desk <desk@news.example>`.

    The domain comes in small ASCII letters, a foreign one in its IDNA form. Raises ValueError, one sentence, for
    anything else: nothing that it returns can end a header line or stand for two addresses.
    """
    parsed = _parsed(text) if text.isprintable() else ()
    if len(parsed) != 1:
        raise ValueError(f"{text!r} is not one mail address: write it as name@domain")
    (found,) = parsed
    try:
        domain = found.domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    if not domain or not found.username:
        raise ValueError(f"{text!r} is not a whole mail address: write it as name@domain")
    if not found.username.isascii():
        raise ValueError(f"{text!r} has other than ASCII letters before its @, which few mail servers take")
    address = Address(found.display_name, found.username, domain)
    if len(found.username) > MOST_LOCAL or len(address.addr_spec) > MOST_CHARACTERS:
        raise ValueError(f"{text!r} is longer than a mail address may be")
    return address


def recipient(text: str) -> str:
    """Return the address that `text` names, without a name before it; raises ValueError as `mailbox` does."""
    return mailbox(text).addr_spec


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches `host`, a name or an IP address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parsed(text: str) -> tuple[Address, ...]:
    try:
        header = _PARSE("To", text)
    except (MessageError, ValueError, IndexError):
        return ()
    groups = header.groups  # type: ignore[attr-defined]
    named = any(group.display_name is not None for group in groups)
    return () if header.defects or named else tuple(address for group in groups for address in group.addresses)

"""Which addresses a feed may lead to: those of the public internet, and the private ones that a setting names.

A feed is foreign text: it may name, or redirect to, a machine that only this machine can reach. So a name is resolved
here, once for each request, and the connection goes to an address that was checked.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from producers.errors import WiredeskError

#: Ports of the web; another port only if the person who added the feed wrote it.
WEB_PORTS: Final = frozenset({80, 443, 8080, 8443})
#: IPv4 addresses within IPv6 ones (RFC 6052, well-known prefix; RFC 8215, local use).
_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))

_HOST: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,30}\.?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchError(WiredeskError):
    """An address cannot be fetched; the text says why."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What of private networks may be asked: hosts by name, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> "Allowed":
        """Return what `names` allow: each a host, an address, or a network such as 10.1.0.0/16.

        Raises ValueError for what is none of these.
        """
        hosts, networks = set(), []
        for name in names:
            try:
                networks.append(ipaddress.ip_network(name))
            except ValueError:
                if not _HOST.fullmatch(name):
                    raise
                hosts.add(name.lower().rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def allows(self, host: str, address: Address) -> bool:
        """Return whether `address`, which the name `host` has, may be asked."""
        if host.lower().rstrip(".") in self.hosts or any(address in network for network in self.networks):
            return True
        return is_public(address)


def is_public(address: Address) -> bool:
    """Return whether `address` is one of the public internet, as are all IPv4 addresses that it carries within."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _NAT64):
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(is_public(carried) for carried in inner if carried is not None):
            return False
        # ::ffff:8.8.8.8 is itself not global, and what it carries has been checked.
        if address.ipv4_mapped is not None:
            return True
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def addresses(host: str, port: int, allowed: Allowed) -> Sequence[str]:
    """Return the addresses of `host` that may be connected to, in the system's order, each once.

    Raises FetchError if there is none.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(f"the name {host} has no address: check it, or look after the name server") from None
    every = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    public = [text for text in every if allowed.allows(host, ipaddress.ip_address(text.partition("%")[0]))]
    if not public:
        raise FetchError(
            f"{host} is in a private network ({every[0]}), which feeds may not reach: "
            "name it in WIREDESK_FEEDS_PRIVATE if it is yours"
        )
    return public

"""Addresses of articles as feeds and newsletters give them: made absolute, and without what only counts readers."""

import re
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

#: Parameters by which a site counts where its readers come from: they name no other page.
_COUNTER: Final = re.compile(r"(?:utm_\w*|at_medium|at_campaign|fbclid|gclid|mc_[ce]id|ns_campaign)(?:=|\Z)", re.I)


def absolute(address: str, base: str | None) -> str | None:
    """Return `address` resolved against `base`, or None if it is no address."""
    try:
        return urljoin(base or "", address.strip())
    except ValueError:
        return None


def without_counters(address: str) -> str:
    """Return a web address without the parameters that count readers (utm_source and the like)."""
    if "?" not in address:
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    kept = [part for part in parts.query.split("&") if not _COUNTER.match(part)]
    return urlunsplit(parts._replace(query="&".join(kept)))

"""Whether two titles name the same article, and two addresses the same page."""

from urllib.parse import urlsplit

#: Share of the shorter title's runs of three letters that the longer one has too. Titles of one article, written for
#: readers and for search engines, share most; those of two articles of one section below a third.
_ALIKE = 0.55
#: Longest title, in characters, that is compared.
_LONGEST = 500


def alike(one: str, other: str) -> bool:
    """Return whether two titles are of the same article: the letters of one are mostly in the other."""
    runs, others = _runs(one), _runs(other)
    return bool(runs and others) and len(runs & others) >= _ALIKE * min(len(runs), len(others))


def same_page(one: str, other: str) -> bool:
    """Return whether two addresses are of the same page, whatever their scheme, `www.` and final slash.

    One of them may lack the query. The home page of a site is no page of an article.
    """
    (place, query), (other_place, other_query) = _page(one), _page(other)
    return place == other_place is not None and (query == other_query or not query or not other_query)


def is_home(address: str) -> bool:
    """Return whether `address` is a site's home page, or none at all."""
    return _page(address)[0] is None


def _runs(text: str) -> set[str]:
    letters = "".join(filter(str.isalnum, text[:_LONGEST].lower()))
    return {letters[at : at + 3] for at in range(max(1, len(letters) - 2))} if letters else set()


def _page(address: str) -> tuple[tuple[str, str] | None, str]:
    """Return host and path of an address, None for a home page, and its query."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None, ""
    path = parts.path.rstrip("/")
    return ((host, path) if host and (path or parts.query) else None), parts.query

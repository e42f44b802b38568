"""The identity of an item, and the slug by which a source calls a story in plain text."""

from hashlib import blake2b

from producers.article import is_absolute


def item_name(item: str | None, uri: str) -> str | None:
    """Return what a source calls an item: its own id for it, else the absolute URI; None if it has neither."""
    return item or (uri if is_absolute(uri) else None)


def item_key(source: str, item: str | None, uri: str) -> str | None:
    """Return the key of an item, 32 hexadecimal digits, from its source and name; None if it has no name."""
    name = item_name(item, uri)
    return None if name is None else _key(source, name)


def slug_key(source: str, slug: str | None) -> str | None:
    """Return the key of a slug of `source`, 32 hexadecimal digits, whatever its case; None without a slug."""
    words = " ".join((slug or "").casefold().split())
    return _key(source, words) if words else None


def _key(source: str, name: str) -> str:
    return blake2b(f"{source}\n{name}".encode(), digest_size=16).hexdigest()

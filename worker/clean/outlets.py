"""Which hosts and names the desk's own articles prove to be one publisher, beyond the table of well-known houses."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from worker.clean.houses import house_named, key
from worker.clean.publishers import identity, is_shared, resembles, site_of

#: Letters from which on a name that is spelt as a domain is its publisher's without an article that has both.
_LEAST_SPELLING = 5
#: A name that its domain does not resemble is proven by so many articles, and by this share of those that name one.
_LEAST_ARTICLES, _LEAST_SHARE = 2, 0.8


#: The domain of an article's address (None: it has no address), the publisher that it names, and the number of such
#: articles.
Pair = tuple[str | None, str, int]


class Outlets:
    """The publishers of a desk, each with one name."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        """Read `pairs`; their order does not matter."""
        pairs = list(pairs)
        counted = _counted(pairs)
        self._written = sorted({publisher for _, publisher, _ in pairs})
        one = _Joined()
        for site, name in _proven(counted):
            one.join(site, f"={key(name)}")
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for (_, name), articles in counted.items():
            if not _is_site(name):
                spellings[one.first(f"={key(name)}")][name] += articles
        shown = {first: _best(names) for first, names in spellings.items()}
        self._shown = {node: shown[first] for node in one.nodes() if (first := one.first(node)) in shown}
        self._shown |= {f"={key(name)}": shown[one.first(f"={key(name)}")] for _, name in counted if not _is_site(name)}

    def name(self, publisher: str | None, url: str | None = None) -> str | None:
        """Return the one name of the publisher that an article calls `publisher` and that is read at `url`."""
        known = identity(publisher, url)
        if known is None:
            return None
        return self._shown.get(known if _is_site(known) else f"={key(known)}", known)

    def spellings(self, publisher: str) -> list[str]:
        """Return all ways in which the desk's articles write `publisher`."""
        name = self.name(publisher)
        return [written for written in self._written if name and self.name(written) == name]


class _Joined:
    """Sets of nodes that grow together. A domain is a node, and so is a name's key behind "="."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def first(self, node: str) -> str:
        """Return the first node, in the order of text, of those that are one with `node`."""
        while (parent := self._parent.get(node, node)) != node:
            node = parent
        return node

    def join(self, a: str, b: str) -> None:
        """Make `a` and `b`, and all that are one with them, one."""
        low, high = sorted((self.first(a), self.first(b)))
        self._parent |= {a: self._parent.get(a, a), b: self._parent.get(b, b), high: low}

    def nodes(self) -> list[str]:
        """Return all nodes that were joined."""
        return list(self._parent)


def _counted(pairs: Iterable[Pair]) -> Counter[tuple[str | None, str]]:
    counted: Counter[tuple[str | None, str]] = Counter()
    for site, publisher, articles in pairs:
        if name := identity(publisher, f"https://{site}/" if site else None):
            counted[site, name] += articles
    return counted


def _proven(counted: Counter[tuple[str | None, str]]) -> Iterator[tuple[str, str]]:
    """Yield the domains and the names of their publishers."""
    domains = {site for site, _ in counted if site} | {name for _, name in counted if _is_site(name)}
    spelt: dict[str, list[str]] = defaultdict(list)
    for domain in domains:
        if not is_shared(domain):
            spelt[_label(domain)].append(domain)
    on: dict[str, set[str]] = defaultdict(set)
    named: Counter[str] = Counter()
    for (site, name), articles in counted.items():
        if site and not _is_site(name) and not is_shared(site):
            on[key(name)].add(_label(site))
            named[site] += articles
    for (site, name), articles in counted.items():
        if _is_site(name):
            continue
        own = key(name)
        if house_named(name) is None and len(own) >= _LEAST_SPELLING:
            yield from ((spelling, name) for spelling in spelt[own])
        # A name on several domains is a section's ("News"), or that of papers which share it.
        if site and own in on and _label(site) in on[own] and len(on[own]) == 1:
            often = articles >= _LEAST_ARTICLES and articles >= _LEAST_SHARE * named[site]
            if resembles(name, site) or (often and house_named(name) is None):
                yield site, name


def _best(names: Counter[str]) -> str:
    """Return the spelling that is shown: a house's, else the commonest, else one with large and small letters."""

    def worth(name: str) -> tuple[bool, int, bool, str]:
        return house_named(name) is None, -names[name], name.isupper() or name.islower(), name

    return min(names, key=worth)


def _label(site: str) -> str:
    return key(site.split(".")[0])


def _is_site(name: str) -> bool:
    return " " not in name and "." in name and site_of(f"https://{name}/") == name

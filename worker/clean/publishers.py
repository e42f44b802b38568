"""Who published a text: one name for host, site name and agency, however they are written."""

import html
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from worker.clean.houses import House, house_at, house_named, key
from worker.clean.words import words

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

#: Sites on whose subdomains everybody publishes, as far as the public suffix list does not name them.
_SHARED = words(
    "beehiiv.com canalblog.com ghost.io hatenablog.com hatenablog.jp hateblo.jp livejournal.com medium.com "
    "over-blog.com substack.com tistory.com tumblr.com typepad.com weebly.com wixsite.com wordpress.com"
)
#: Words of a slogan ("Your home for riders"), which publishers' names do without.
_OF_SLOGANS = words(
    "you your we our us for with from about how why what where that is are since more best latest und für ihre ihr "
    "wir aus mit uns pour votre vos notre nos avec tout toute toutes para tu su sus nuestro nuestra con desde per "
    "tutte tutto tutti più как для наш наша voor jouw uw wat"
)
#: Words from which on a name without any sign is a slogan.
_MOST_WORDS = 7
#: Letters of a name or of a domain's label that are compared by their beginnings.
_SHORTEST = 3
#: The share of a site's label that a name within it must have, to be the site's own.
_LEAST_SHARE = 0.6
#: Characters of a publisher's name, as producers.article.RawArticle takes them.
MOST_CHARACTERS = 200
#: Layers of what is no part of a name ("&amp;", a slogan, a legal form) that are taken away.
_MOST_LAYERS = 5

_BETWEEN_PARTS = re.compile(r"\s+(?:[|•·»–—:-]|::|//)\s+|\s*\|\s*|:\s+")
_HOST = re.compile(r"(?:https?:)?(?://)?((?:[\w-]+\.)+[^\W\d_]{2,24})(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_FILE = re.compile(r"\S.*\.(?:txt|text|markdown|html?|xhtml|jsonl?|ndjson|xml|eml|csv|pdf|docx?|rtf|gz)", re.I)
_LEGAL_FORM = re.compile(
    r"[\s,]+(?:\(?haftungsbeschränkt\)?|gGmbH|GmbH|mbH|AG|SE|KGaA|KG|OHG|UG|e\. ?V\.|eG|[Ii]nc\.?|INC\.?|LLC|L\.L\.C\."
    r"|L\.?P\.|LLP|Ltd\.?|LTD\.?|Limited|PLC|plc|Corp\.?|Corporation|Co\.(?=,| L|$)|S\.A\.S?\.?|SAS|SARL|S\.?p\.?A\.?"
    r"|S\.r\.l\.?|Srl|S\.L\.U?\.?|S\.A\.U\.|B\.V\.|BV|N\.V\.|A/S|ApS|AB|Oyj?|Sp\. z o\.o\.|s\.r\.o\.|a\.s\.|Kft\.?"
    r"|Pty\.?|Pte\.?|Pvt\.?|K\.K\.|Ltda\.?)(?=[\s,.&)]|$).*"
)
_LEGAL_FORM_BEFORE = re.compile(r"^(?:ООО|ЗАО|ОАО|ПАО|АО|株式会社|\(주\)|주식회사)\s*[«\"“]?(.+?)[»\"”]?$")
_LEGAL_FORM_BEHIND = re.compile(r"\s*(?:株式会社|有限公司|股份有限公司|有限责任公司|주식회사)$")
_AMP = ".cdn.ampproject.org"
_AROUND = " \t\n\"“”«»„'@©|·•–—-,;:*"


def identity(name: str | None, url: str | None = None) -> str | None:
    """Return the one name of the publisher that calls itself `name` and whose text is read at `url`; None if unknown.

    A well-known house has the name of the table, by its domain or by any of its names. A paper that prints an agency's
    text is its publisher, not the agency. Another publisher has the name that it gives itself, without a slogan and
    its company's legal form; one that gives none has the registrable domain of `url`. The name of a file is no
    publisher. For a name that this function returned, at the same `url`, it returns the same name.
    """
    site, at = _place(url)
    if at and not at.carries:
        return at.name
    stated = _stated(name, site)
    house = house_named(stated) if stated else None
    if house and not (house.is_agency and site and not at and not resembles(house.name, site)):
        return house.name
    if stated and not house:
        return stated
    return at.name if at else site


def agency_credited(name: str | None, url: str | None) -> str | None:
    """Return the agency that `name` is, if the text is read on the site of another publisher; None otherwise."""
    house = house_named(company(name) or name) if name else None
    return house.name if house and house.is_agency and identity(name, url) not in (None, house.name) else None


def site_of(url: str | None) -> str | None:
    """Return the domain that the publisher of `url` has registered, None for an address without one.

    It is the domain of a well-known house ("abcnews.go.com"), the whole host on a site where everybody publishes, and
    else what is below a public suffix.
    """
    return _place(url)[0]


def is_shared(site: str) -> bool:
    """Return whether `site` carries the texts of many publishers, so that a name on it is not the site's."""
    at = house_at(site)
    return site in _SHARED or bool(at and at[1].carries and not is_everybodys(site))


def company(name: str | None) -> str | None:
    """Return what the company `name` is called without its legal form; None if it has none, or is no company."""
    text = " ".join((name or "").split())
    bare = _LEGAL_FORM_BEHIND.sub("", _LEGAL_FORM_BEFORE.sub(r"\1", _LEGAL_FORM.sub("", text))).strip(" ,&")
    return bare if bare and bare != text else None


def resembles(name: str, site: str) -> bool:
    """Return whether `name` may be what the publisher at the domain `site` calls itself: "The Oda Post" at odapost.com,
    or its initials.
    """
    label, own = key(site.split(".")[0]), key(name)
    if min(len(label), len(own)) < _SHORTEST:
        return label == own
    if label.startswith(own) or own.startswith(label):
        return True
    if own in label or label in own:
        return len(own) >= _LEAST_SHARE * len(label) and len(label) > _SHORTEST
    initials = "".join(word[0] for word in re.findall(r"\w+", name.casefold()))
    return label in (initials, initials.removeprefix("t"))


def _stated(name: str | None, site: str | None) -> str | None:
    """Return the publisher's own `name` as it is shown, None if it is none."""
    text: str | None = " ".join((name or "").split())
    for _ in range(_MOST_LAYERS):
        before, text = text, _mended(text, site) if text else None
        if text == before:
            break
    return text


def _mended(name: str, site: str | None) -> str | None:
    """Return `name` without one layer of what is no part of a publisher's name."""
    text = html.unescape(name)[:MOST_CHARACTERS].strip(_AROUND)
    if not text or _FILE.fullmatch(text):
        return None
    # A name in another script may end like a domain: "新報ODA.com".
    if (address := _HOST.fullmatch(text)) and (address[1].isascii() or "/" in text):
        return _of_host(address[1].lower())
    text = company(text) or text
    if house := house_named(text):
        return house.name
    parts = [part for part in map(str.strip, _BETWEEN_PARTS.split(text)) if part]
    if len(parts) > 1:
        known = [part for part in parts if house_named(part)]
        own = [part for part in parts if site and resembles(part, site)]
        return (known or own or parts)[0]
    if site and text != site and not resembles(text, site) and _is_slogan(text):
        return None
    # A name that is no more than the label of its domain is not better than the domain.
    return site if site and text.islower() and text == site.split(".")[0] else text


def _of_host(host: str) -> str | None:
    site, at = _place(f"https://{host}")
    return at.name if at else site


def _is_slogan(text: str) -> bool:
    spoken = text.casefold().split()
    return len(spoken) >= _MOST_WORDS or text.endswith((".", "!", "?")) or not _OF_SLOGANS.isdisjoint(spoken)


def _host(url: str | None) -> str | None:
    """Return the host of a web address in lower case; None if it has none that a publisher can register."""
    try:
        parts = urlsplit((url or "").strip())
        host = (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https") else ""
        host = _out_of_cache(host if host.isascii() else host.encode("idna").decode())
    except (ValueError, UnicodeError):
        return None
    return host if "." in host and not host.rsplit(".", 1)[1].isdigit() else None


def _out_of_cache(host: str) -> str:
    """Return the publisher's own host for one in the cache of AMP, where it is a label: "www-oda--post-example"."""
    label = host.removesuffix(_AMP)
    return "-".join(part.replace("-", ".") for part in label.split("--")) if label != host else host


def _place(url: str | None) -> tuple[str | None, House | None]:
    """Return the domain of the publisher of `url`, and the well-known house that it belongs to."""
    host = _host(url)
    if host is None:
        return None, None
    at = house_at(host)
    if at is None or (is_everybodys(host) and not host.startswith("www.")):
        return _own_site(host), None
    return at


def is_everybodys(host: str) -> bool:
    """Return whether `host` lies under a domain where everybody publishes."""
    return any(host.endswith(f".{domain}") for domain in _SHARED)


def _own_site(host: str) -> str | None:
    site = host if is_everybodys(host) and not host.startswith("www.") else _suffixes().privatesuffix(host)
    try:
        # As readers know it: "новости.рф", not "xn--b1amnebsh.xn--p1ai".
        return site.encode().decode("idna") if site else None
    except UnicodeError:
        return site


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()

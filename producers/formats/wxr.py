"""WXR, the export of WordPress: its published posts. A post is kept as it was typed, with WordPress's own codes."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BufferedReader
from typing import Any, Final

from producers.article import Record
from producers.errors import PermanentError
from producers.formats.feed_items import Parts, Text, fields_of, identity_of, link_of
from producers.formats.feeds import parsed, record, rest

#: Types of posts that are articles: WordPress's own, and those that the plugins of newsrooms add. All else is a page,
#: a picture, an entry of a menu, or a part of the site's design.
_NEWS: Final = re.compile(
    r"post|.*(?:article|artikel|articulo|news|story|stories|report|column|opinion|editorial|interview|release|review"
    r"|breve|noticia|nachricht|beitrag).*",
    re.IGNORECASE,
)
#: The date that WordPress gives what has none.
_NO_DATE: Final = "0000-00-00"

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: Codes that hold no text of the article: what is between them goes, too.
_MEDIA_CODES = "caption|gallery|embed|audio|video|playlist|youtube|vimeo|soundcloud|twitter|instagram|facebook|tiktok"
_MEDIA = re.compile(
    rf"\[({_MEDIA_CODES}|wp_caption)\b[^\[\]]{{0,2000}}\](?:(?:(?!\[\1\b).){{0,5000}}?\[/\1\])?", re.DOTALL | re.I
)
#: Codes with attributes, and closing ones. A word in brackets alone is the author's: [sic].
_CODE = re.compile(
    r"\[/([a-z][\w-]{1,60})\]|\[([a-z][\w-]{1,60})(?:\s+[\w-]+\s?=[^\[\]]{0,2000}|\s?/)\]", re.IGNORECASE
)
_BLOCK_TAG = re.compile(
    r"\s*(</?(?:p|div|section|article|ul|ol|li|dl|dd|dt|table|thead|tbody|tr|td|th|blockquote|h[1-6]|figure|figcaption"
    r"|pre|hr)\b[^<>]{0,2000}>)\s*",
    re.IGNORECASE,
)
#: Elements that hold lines, not paragraphs.
_HOLDS_LINES = re.compile(r"<(/?)(?:li|dd|dt|td|th|h[1-6]|figcaption|pre)\b", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(r"</?p\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,2000}>")


def read(stream: BufferedReader) -> Iterator[Record]:
    """Yield the published posts of an export. Drafts, pages, pictures and what needs a password are passed over.

    Raises PermanentError if there is no published post in it.
    """
    export = parsed(stream.read(), "item")
    site = link_of(export.channel, None)
    names = dict(_authors(export.channel))
    of_site = fields_of(export.channel)
    passed_over: Counter[str] = Counter()
    posts = 0
    for number, item in enumerate(export.items, 1):
        parts = Parts(item)
        if kind := _no_article(parts):
            passed_over[kind] += 1
            continue
        posts += 1
        own = fields_of(parts)
        fields: dict[str, Any] = {
            "publisher": of_site.get("headline"),
            "language": of_site.get("language"),
            **{name: value for name, value in own.items() if name not in ("section", "subject", "datepublished")},
            **_dates(parts, own.get("datepublished")),
            **_terms(parts),
            "url": link_of(parts, site),
            "item": identity_of(parts),
            "author": [names.get(author, author) for author in own.get("author", ())],
        }
        cut = export.fault if export.cut and number == len(export.items) else None
        yield record(fields, _text(parts), notes=export.notes, cut=cut)
    if not posts:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in passed_over.most_common(5))
        raise PermanentError(f"the export of WordPress has no published post: it holds {kinds}; export its posts")
    yield from rest(export)


def _no_article(parts: Parts) -> str | None:
    """Return what an item of an export is, if it is no published post."""
    kind = parts.line("wp:post_type") or "post"
    status = (parts.line("wp:status") or "publish").lower()
    if not _NEWS.fullmatch(kind):
        return f"of the type {kind[:40]}"
    if status != "publish":
        return f"with the status {status[:40]}"
    return "behind a password" if parts.line("wp:post_password") else None


def _authors(channel: Parts) -> Iterator[tuple[str, str]]:
    """Yield the accounts of an export's authors, and their names."""
    for author in map(Parts, channel.every("wp:author")):
        login = author.line("wp:author_login")
        name = " ".join(filter(None, (author.line("wp:author_first_name"), author.line("wp:author_last_name"))))
        if login and (shown := author.line("wp:author_display_name") or name):
            yield login, shown if shown != login or not name else name


def _dates(parts: Parts, published: str | None) -> dict[str, str | None]:
    """Return when a post was published and changed, by the fields whose times are in UTC if they are there."""
    given = (parts.line(f"wp:post_{name}_gmt") for name in ("date", "modified"))
    date, modified = (value if value and not value.startswith(_NO_DATE) else None for value in given)
    return {"dategmt": date, "datepublished": None if date else published, "modifiedgmt": modified}


def _terms(parts: Parts) -> dict[str, Any]:
    """Return the categories and tags of a post; its first category is its section."""
    terms = [(child.get("domain") or "", Parts(child)) for child in parts.every("category")]
    names = [(domain, text) for domain, term in terms if (text := " ".join((term.element.text or "").split()))]
    section = next((name for domain, name in names if domain == "category" and name != "Uncategorized"), None)
    subjects = [{"name": name} for domain, name in names if domain in ("category", "post_tag", "tag")]
    return {"section": section, "subject": [about for about in subjects if about["name"] != "Uncategorized"]}


def _text(parts: Parts) -> Text | None:
    """Return the text of a post as HTML, as WordPress would show it; None if it has none."""
    source = next((child.text for child in parts.every("content:encoded") if child.text), "")
    text = without_codes(source)
    return Text("content:encoded", _as_shown(text), is_html=True) if _TAG.sub("", text).strip() else None


def _as_shown(source: str) -> str:
    """Return the source of a post with the paragraphs and breaks that WordPress makes of its empty and other lines."""
    one_line = _TAG.sub(lambda tag: tag[0].replace("\n", " "), source)
    shown: list[str] = []
    held = 0
    for part in re.split(r"\n\s*\n", _BLOCK_TAG.sub(r"\n\n\1\n\n", one_line)):
        piece = part.strip()
        if not piece or _PARAGRAPH_TAG.fullmatch(piece):
            continue
        if _BLOCK_TAG.fullmatch(piece):
            if holder := _HOLDS_LINES.match(piece):
                held = max(0, held + (-1 if holder[1] else 1))
            shown.append(piece)
            continue
        lines = piece.replace("\n", "<br>\n")
        shown.append(lines if held else f"<p>{lines}</p>")
    return "\n".join(shown)


def without_codes(text: str) -> str:
    """Return the source of a post without the marks of its blocks and the codes of themes and plugins."""
    text = _MEDIA.sub("", _COMMENT.sub("", text.replace("\r\n", "\n")))
    closed = {found[1].lower() for found in _CODE.finditer(text) if found[1]}
    text = _CODE.sub("", text)
    return re.sub(
        r"\[([a-z][\w-]{1,60})\]", lambda code: "" if code[1].lower() in closed else code[0], text, flags=re.I
    )

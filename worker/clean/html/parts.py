"""Articles in parts: a body that a page divides among several elements, with advertisements between them."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Shortest paragraph, in characters without spaces, that tells where an article is: shorter ones are captions.
_SHORTEST = 60
#: Least share of what was found, in characters, that must lie in further parts before they are joined to it.
_LEAST_MORE = 0.15
#: Classes and ids of what is not the article although it may look alike.
_BESIDE = re.compile(
    r"comment|related|recommend|promo|footer|sidebar|newsletter|teaser|disqus|popular|latest", re.IGNORECASE
)

_Kind = tuple[str, str, "HtmlElement | None"]


def joined(tree: "HtmlElement", lines: list[str]) -> "HtmlElement | None":
    """Return a copy of the page `tree` in which the parts of its article are one element, or None if they are.

    `lines` are what was found of the article. An element of the same kind (name, class, article around it) as one that
    holds some of them, which holds paragraphs and none of these lines, is a further part.
    """
    found = "".join("".join(lines).split())
    held: dict[HtmlElement, int] = {}
    known: set[HtmlElement] = set()
    for paragraph in tree.iter("p"):
        text = "".join(paragraph.text_content().split())
        part = paragraph.getparent()
        if len(text) >= _SHORTEST and part is not None and part.get("class"):
            held[part] = held.get(part, 0) + len(text)
            if text in found:
                known.add(part)
    kinds = {_kind(part) for part in known}
    alike = [part for part in held if _kind(part) in kinds and (part in known or not _is_beside(part))]
    if sum(held[part] for part in alike if part not in known) <= _LEAST_MORE * len(found):
        return None
    divided = {_kind(part) for part in alike if part not in known}
    outer = [part for part in alike if not any(around in alike for around in part.iterancestors())]
    return _with_joined(tree, [[part for part in outer if _kind(part) == kind] for kind in divided])


def _with_joined(tree: "HtmlElement", groups: list[list["HtmlElement"]]) -> "HtmlElement":
    """Return a copy of `tree` in which the content of each group is in the group's first element."""
    path = tree.getroottree().getpath
    copy = deepcopy(tree)
    for first, *further in [[copy.xpath(path(part))[0] for part in group] for group in groups if group]:
        for part in further:
            first.extend([*part])
    return copy


def _kind(part: "HtmlElement") -> _Kind:
    return part.tag, part.get("class", ""), next(part.iterancestors("article"), None)


def _is_beside(part: "HtmlElement") -> bool:
    return any(_BESIDE.search(name) for name in _names(part))


def _names(part: "HtmlElement") -> Iterator[str]:
    for element in (part, *part.iterancestors()):
        if element.tag not in ("body", "html"):
            yield f"{element.get('class', '')} {element.get('id', '')}"

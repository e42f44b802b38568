"""The body of a page: the ways to read it, the best first.

trafilatura is the best of thirteen extractors on 181 pages; resiliparse serves if it finds next to nothing. What the
page shows wins over what its JSON-LD says, unless that holds all of what is shown, and more.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from worker.article import Dropped
from worker.clean.html.furniture import rules_of
from worker.clean.html.lines import lines
from worker.clean.html.offers import is_closed, is_offer
from worker.clean.html.parts import joined
from worker.clean.source import Reading

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Least share of the shown text, in letters, that JSON-LD's articleBody holds if it is the same article, and how many
#: times as long it is then if the page shows only a part.
_COVERED, _LONGER = 0.9, 1.2
#: Shortest articleBody, in letters, that is an article, and the longest, in characters, that is looked at.
_SHORTEST, _LONGEST = 100, 500_000
#: Lines at the end among which a paywall makes its offers.
_END = 12


def readings(tree: "HtmlElement", article_body: list[str], dropped: tuple[Dropped, ...] = ()) -> Iterator[Reading]:
    """Yield the ways to read the article of the page `tree`, the best first; each is made only if it is asked for.

    `article_body` are the lines of its JSON-LD's articleBody, if it has one; `dropped` what was taken out of `tree`,
    which stays as it is.
    """
    shown, furniture = _sorted(_shown(tree))
    stated = _stated(article_body, shown)
    if stated and _holds_more(article_body, shown):
        yield stated
    yield Reading(shown, (*dropped, *furniture), teaser=any(is_closed(line.line) for line in furniture))
    if stated:
        yield stated
    note = "trafilatura found next to no text on the page, so it was read by resiliparse."
    main, furniture = _sorted(_main_text(tree))
    yield Reading(main, (*dropped, *furniture), (note,))


def _shown(tree: "HtmlElement") -> list[str]:
    """Return the lines of the article that the page shows."""
    shown = _extracted(tree)
    whole = joined(tree, shown)
    return shown if whole is None else max(shown, _extracted(whole), key=lambda found: sum(map(len, found)))


def _sorted(written: list[str]) -> tuple[list[str], list[Dropped]]:
    """Return the lines of the article among those `written`, and the others with their rules."""
    kept: list[str] = []
    dropped: list[Dropped] = []
    for at, (line, rule) in enumerate(zip(written, rules_of(written), strict=True)):
        found = rule or ("paywall offer" if at >= len(written) - _END and is_offer(line) else None)
        if found:
            dropped.append(Dropped(line, found))
        else:
            kept.append(line)
    return kept, dropped


def _extracted(tree: "HtmlElement") -> list[str]:
    # Late: 0.5 s to import, and only for HTML.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    document = bare_extraction(tree, favor_precision=True, include_comments=False, include_tables=True)
    return lines(document.body, hidden=frozenset()) if isinstance(document, Document) else []


def _stated(article_body: list[str], shown: list[str]) -> Reading | None:
    held = _letters("".join(article_body))
    if not _SHORTEST <= len(held) <= _LONGEST:
        return None
    missing = tuple(Dropped(line, "not in articleBody") for line in shown if _letters(line) not in held)
    return Reading(article_body, missing, ("The body is the articleBody of the page's JSON-LD.",))


def _holds_more(article_body: list[str], shown: list[str]) -> bool:
    held = _letters("".join(article_body))
    texts = [_letters(line) for line in shown]
    total = sum(map(len, texts))
    return sum(len(text) for text in texts if text in held) >= _COVERED * total and len(held) >= _LONGER * total


def _main_text(tree: "HtmlElement") -> list[str]:
    from lxml.html import tostring
    from resiliparse.extract.html2text import extract_plain_text

    source = tostring(tree, encoding="unicode")
    text = extract_plain_text(source, preserve_formatting=True, main_content=True, alt_texts=False, list_bullets=False)
    return [line for line in map(str.strip, text.splitlines()) if line]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))

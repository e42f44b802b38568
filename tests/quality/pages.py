"""The quality gate of the page reader: pages of our own in the layouts of the web, each with its gold body.

    python -m tests.quality.pages

prints the F1 of each page and of all. The measure is that of the article-extraction-benchmark: multisets of runs of
four words; precision and recall are averaged over the pages, F1 is theirs. What the pages tell is invented.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from producers.article import RawArticle
from worker.article import Article
from worker.clean import clean

#: Words in a run.
_RUN = 4

TITLE = "Crack in the weir gate of Skarne shuts the upper basin"
PARAGRAPHS = (
    "The river office of Skarne closed its upper basin on Thursday after a diver found a crack of three metres in the "
    "old weir gate.",
    "Workers will lower a steel plate in front of it overnight and hope to weld the gate before the rain that is "
    "forecast for Sunday, the office said.",
    "“My father painted that gate in 1974, and it was old then,” said Iven Torsby, who keeps the lock house.",
    "Nine barges are waiting below the town, two of them with grain for the mill at Brunn, and their owners have asked "
    "for lorries.",
    "The repair is expected to cost 2.4 million crowns, of which the province will pay a third.",
    "Rowing boats may use the side channel, whose depth is kept at one metre and a half.",
    "The weir was built in 1921 to drive a saw mill, and has fed the canal to Ostrand since the mill burned down in "
    "the winter of 1956.",
    "Councillor Petra Lund asked why the yearly inspection of the gate was put off twice, in April and again in "
    "September.",
)
OTHERS = (
    "Tram line to the airport wins a vote in Hollin",
    "Storm Ylva leaves three hundred homes dark",
    "Ferry Sunniva refloated after nine days on a sandbank",
    "Rovers lose at home for the first time since spring",
)
TEASERS = tuple(f"{title}, as the council had feared for many a month before it came about." for title in OTHERS)
URL = "https://www.weirpost.example/news/weir-gate-skarne"
NODE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "url": URL,
    "datePublished": "2026-11-19T07:30:00+01:00",
    "author": {"@type": "Person", "name": "Ida Fennel"},
    "publisher": {"@type": "Organization", "name": "Weir Post"},
}
OTHER_NODES = [
    {"@type": "NewsArticle", "headline": title, "datePublished": "2024-01-05T00:00:00Z", "author": {"name": "Tov Lind"}}
    for title in OTHERS
]


@dataclass(frozen=True)
class Case:
    """A page, the paragraphs of its article, and whether it states byline and date of the article."""

    name: str
    html: str
    gold: tuple[str, ...] = PARAGRAPHS
    states: bool = True


def text(paragraphs: tuple[str, ...] = PARAGRAPHS, tag: str = "p", name: str = "") -> str:
    """Return `paragraphs` in elements of `tag`."""
    kind = f' class="{name}"' if name else ""
    return "\n".join(f"<{tag}{kind}>{paragraph}</{tag}>" for paragraph in paragraphs)


def script(node: object) -> str:
    """Return a block of JSON-LD."""
    return f'<script type="application/ld+json">{json.dumps(node, ensure_ascii=False)}</script>'


def links(tag: str = "li") -> str:
    """Return the headlines of other stories as links."""
    return "".join(f'<{tag}><a href="/news/{n}">{title}</a></{tag}>' for n, title in enumerate(OTHERS))


NAVIGATION = (
    f"<nav><ul>{''.join(f'<li><a href=/{name}>{name}</a></li>' for name in ('News', 'Sport', 'Weather'))}</ul></nav>"
)
FOOTER = "<footer><p>Weir Post, Mill Lane 4, Skarne. All rights reserved. Imprint, privacy, cookies.</p></footer>"
HEADING = f"<h1>{TITLE}</h1>"


def page(body: str, *nodes: object, head: str = "", title: str = f"{TITLE} | Weir Post") -> str:
    """Return a page with `body` between navigation and footer, and `nodes` as its JSON-LD (the article's own first)."""
    scripts = "".join(map(script, nodes or (NODE,)))
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>{head}{scripts}</head>"
        f"<body>{NAVIGATION}{body}{FOOTER}</body></html>"
    )


def article(inside: str, *nodes: object, head: str = "", title: str = f"{TITLE} | Weir Post") -> str:
    """Return a page whose article element holds the heading and `inside`."""
    return page(f"<main><article>{HEADING}{inside}</article></main>", *nodes, head=head, title=title)


def amid(markup: str) -> str:
    """Return the article with `markup` in its midst."""
    return article(text(PARAGRAPHS[:4]) + markup + text(PARAGRAPHS[4:]))


def nested(depth: int) -> str:
    """Return a page that wraps its article, and empty boxes before it, in `depth` elements."""
    empty = "\n".join(["<div>"] * depth + ["</div>"] * depth)
    return page(f"{'<div>' * depth}\n{empty}\n<div class='story'>{HEADING}{text()}</div>\n{'</div>' * depth}")


def parts(name: str) -> str:
    """Return a page that divides its article among four elements, with advertisements between them."""
    chunks = (PARAGRAPHS[at : at + 2] for at in range(0, len(PARAGRAPHS), 2))
    boxes = (f"<div class='row'><div class='{name}'>{text(chunk)}</div></div>" for chunk in chunks)
    return page(f"<div class='wrap'>{HEADING}{'<div class=ad>Advertisement</div>'.join(boxes)}</div>")


META = (
    f'<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="Weir Post">'
    f'<meta property="og:url" content="{URL}"><meta name="author" content="Ida Fennel">'
)
BODY_OF_NODE = "\n".join(PARAGRAPHS)
ROWS = (("Basin", "Barges", "Depth"), ("Upper", "9", "3.1 m"), ("Lower", "4", "2.2 m"), ("Side channel", "0", "1.5 m"))
TABLE = "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS) + "</table>"
ENTRIES = (
    "The plate is to be lowered at two in the morning.",
    "The welders begin at five, if the water is low enough.",
)
FORMS_OF_DATE = {
    "long form": '<meta property="article:published_time" content="November 19, 2026, 1:30 AM EST">',
    "RFC 2822": '<meta name="pubdate" content="Thu, 19 Nov 2026 06:30:00 GMT">',
    "article:published": '<meta property="article:published" content="2026-11-19T07:30:00+01:00">',
    "JavaScript": '<meta name="date" content="Thu Nov 19 2026 07:30:00 GMT+0100 (CET)">',
    "microdata": '<meta itemprop="datePublished" content="2026-11-19T06:30:00Z">',
}


def cases() -> Iterator[Case]:
    """Yield the pages."""
    yield Case("article element", article(text()))
    yield from (Case(f"nested {depth} deep", nested(depth)) for depth in (2, 5, 12, 40))
    yield Case("paragraphs of div", article(text(tag="div")))
    yield Case("line breaks", article(f"<div>{'<br><br>'.join(PARAGRAPHS)}</div>"))
    yield Case(
        "spans as blocks", article(f"<div>{''.join(f'<span style=display:block>{p}</span>' for p in PARAGRAPHS)}</div>")
    )
    yield Case("spans side by side", article(f"<div>{''.join(f'<span>{p}</span>' for p in PARAGRAPHS)}</div>"))
    yield from (Case(f"parts: {name}", parts(name)) for name in ("chunk body", "article-text", "story__section"))
    yield Case("a layout table", page(f"<table><tr><td>Menu</td><td>{HEADING}{text()}</td></tr></table>"))
    yield Case(
        "a form around the page", page(f"<form id='aspnetForm'><div class='content'>{HEADING}{text()}</div></form>")
    )
    yield Case("no article element", page(f"<div id='content'><div class='post'>{HEADING}{text()}</div></div>"))
    yield Case("unclosed paragraphs", article("".join(f"<p>{paragraph}\n" for paragraph in PARAGRAPHS)))
    noises = {
        "related list": f"<h3>Related stories</h3><ul>{links()}</ul>",
        "related box": f"<div class='related'><h4>More on this</h4>{links('p')}</div>",
        "teaser cards": "".join(
            f"<div class='teaser'><h4>{t}</h4><p>{w}</p></div>" for t, w in zip(OTHERS, TEASERS, strict=True)
        ),
        "read more": f"<p><strong>READ MORE:</strong> <a href='/x'>{OTHERS[0]}</a></p>",
        "figure": "<figure><img src='a.jpg'><figcaption>The weir on Thursday. Photo: Ode Marr</figcaption></figure>",
        "caption": "<div class='image'><img src='a.jpg'><p class='caption'>The weir on Thursday morning.</p></div>",
        "gallery": "<div class='photo-gallery'><p>Image 1 of / 9</p><p>A weir, seen from afar.</p><p>Close</p></div>",
        "video overlay": "<p>CLOSE</p><p>The head of the river office speaks about the gate. WEIR POST</p>",
        "dialog": "<div role='dialog'><p>Where do you live? We show you the weather of your town.</p></div>",
        "newsletter": "<div class='newsletter-signup'><h3>The Morning Weir</h3><p>The news in your inbox.</p></div>",
        "share bar": "<ul class='share'><li><a href='#'>Facebook</a></li><li><a href='#'>Twitter</a></li></ul>",
        "hidden": "<p class='visually-hidden'>Skip to the end of the advertisement.</p>",
    }
    yield from (Case(f"amid: {name}", amid(noise)) for name, noise in noises.items())
    yield Case(
        "comments", page(f"<article>{HEADING}{text()}</article><section class='comments'>{text(TEASERS)}</section>")
    )
    yield Case(
        "most read", page(f"<article>{HEADING}{text()}</article><aside><h3>Most read</h3><ol>{links()}</ol></aside>")
    )
    rows = tuple(" | ".join(row) for row in ROWS)
    yield Case(
        "table", article(text(PARAGRAPHS[:4]) + TABLE + text(PARAGRAPHS[4:])), (*PARAGRAPHS[:4], *rows, *PARAGRAPHS[4:])
    )
    entries = f"<ul>{''.join(f'<li>{entry}</li>' for entry in ENTRIES)}</ul>"
    yield Case("list", amid(entries), (*PARAGRAPHS[:4], *ENTRIES, *PARAGRAPHS[4:]))
    yield Case("articleBody", article(text(), NODE | {"articleBody": BODY_OF_NODE}))
    yield Case("teaser as articleBody", article(text(), NODE | {"articleBody": "\n".join(PARAGRAPHS[:2])}))
    older = BODY_OF_NODE.replace("2.4 million", "1.8 million").replace(PARAGRAPHS[-1], "")
    yield Case("older articleBody", article(text(), NODE | {"articleBody": older}))
    yield Case("articleBody alone", page("<div id='app'></div>", NODE | {"articleBody": BODY_OF_NODE}))
    markup = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    yield Case("articleBody of markup alone", page("<div id='app'></div>", NODE | {"articleBody": markup}))
    yield Case("related node first", article(text(), *OTHER_NODES, NODE))
    yield Case(
        "list of related nodes first", article(text(), {"@type": "ItemList", "itemListElement": OTHER_NODES}, NODE)
    )
    yield Case("graph", article(text(), {"@graph": [{"@type": "WebSite", "name": "Weir Post"}, *OTHER_NODES, NODE]}))
    yield Case("related nodes only", article(text(), *OTHER_NODES), states=False)
    yield Case("site in og:title", article(text(), head='<meta property="og:title" content="Weir Post">'))
    yield Case(
        "slogan as headline", article(text(), NODE | {"headline": "News from the river and all around it"}, head=META)
    )
    for name, date in FORMS_OF_DATE.items():
        yield Case(f"date: {name}", article(text(), {"@type": "WebSite"}, head=META + date))
    offer = "<h2>This article is for subscribers</h2><p>Subscribe from 1 crown a week to read the full story.</p>"
    yield Case("paywall", article(text(PARAGRAPHS[:3]) + offer, NODE | {"isAccessibleForFree": False}), PARAGRAPHS[:3])


def cleaned(case: Case) -> Article:
    """Return the article that cleaning makes of a page."""
    raw = RawArticle(
        id=UUID(int=0),
        source="quality",
        uri=URL,
        media_type="text/html",
        text=case.html,
        received_at=datetime(2026, 11, 27, tzinfo=UTC),
    )
    return clean(raw)


def compared(gold: str, found: str) -> tuple[float, float]:
    """Return the precision and the recall of the text `found` against `gold`, each from 0 to 1."""
    wanted, has = _runs(gold), _runs(found)
    both = sum((wanted & has).values())
    return both / max(1, sum(has.values())), both / max(1, sum(wanted.values()))


def f1(scores: list[tuple[float, float]]) -> float:
    """Return the F1 of the mean precision and the mean recall of `scores`."""
    precision, recall = (sum(score[at] for score in scores) / len(scores) for at in (0, 1))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _runs(body: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", body)
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def main(show: Callable[[str], None] = print) -> None:
    """Score and print."""
    scores = []
    for case in cases():
        scores.append(compared("\n".join(case.gold), cleaned(case).body))
        show(f"{case.name:30} F1 {f1(scores[-1:]):.3f}  precision {scores[-1][0]:.3f}  recall {scores[-1][1]:.3f}")
    show(f"{len(scores)} pages, F1 {f1(scores):.4f}")


if __name__ == "__main__":
    main()

"""A page around an article, for the tests of the HTML reader."""

from datetime import UTC, datetime
from uuid import UUID

from producers.article import RawArticle
from worker.article import Article
from worker.clean import clean

STORY = [
    "The harbour of Alder Vale closed on Monday after a storm tore away its northern pier, the port office said.",
    "Nobody was hurt, but forty boats cannot leave before the channel has been dredged, according to Maren Hale.",
    "Repairs will begin next week and are expected to cost 3.5 million crowns, most of it paid by the province.",
]


def article(content: str, head: str = "") -> Article:
    """Return what cleaning makes of a page with `content` in its article element."""
    title = "Storm shuts the harbour of Alder Vale"
    text = (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head>"
        f"<body><main><article><h1>{title}</h1>{content}</article></main></body></html>"
    )
    return clean(
        RawArticle(
            id=UUID(int=0),
            source="test",
            uri="page.html",
            media_type="text/html",
            text=text,
            received_at=datetime(2026, 11, 27, tzinfo=UTC),
        )
    )

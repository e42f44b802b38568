from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from worker.article import Article
from worker.summarize.encoder import Encoder, load_encoder
from worker.summarize.extractive import Extractive

Writer = Callable[..., Article]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The bundled encoder, in the precision that every machine has."""
    return load_encoder(precision="float32")


@pytest.fixture(scope="session")
def small_encoder() -> Encoder:
    """The bundled encoder in the other precision; slow where the processor has no instructions for it."""
    return load_encoder(precision="bfloat16")


@pytest.fixture(scope="session")
def engine(encoder: Encoder) -> Extractive:
    return Extractive(encoder, words=75, most_sentences=3)


@pytest.fixture(scope="session")
def write() -> Writer:
    """Return an article of the given body; any other field by its name."""
    blank = Article(
        id="a",
        source="inbox",
        uri="a.txt",
        media_type="text/plain",
        filename="a.txt",
        publisher=None,
        title=None,
        standfirst=None,
        dateline=None,
        byline=None,
        body="",
        language="en",
        published_at=None,
        received_at=datetime(2026, 3, 1, tzinfo=UTC),
    )

    def written(body: str, **fields: object) -> Article:
        return replace(blank, body=body, **fields)  # type: ignore[arg-type]

    return written

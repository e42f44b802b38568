"""What other libraries cost on the articles of tests.benchmarks.compare, in this process; those that are installed."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.benchmarks.summarize import cpu_seconds, generate
from tests.servers import free_port, redis_server
from worker.clean.sentences import sentences
from worker.summarize.smollm2 import FOLDER
from worker.summarize.weights import bundled_folder

#: Articles for sentence-transformers and SmolLM2, which take a second or several for one.
_SOME, _FEW = 48, 4

Row = dict[str, Any]


def lines(texts: Sequence[Row], pages: Sequence[Row]) -> Iterator[str]:
    """Yield a line for each library: milliseconds for each article of `texts`, or of the web `pages`."""
    bodies = [row["text"] for row in texts]
    yield f"{'peer':<34}{'ms':>10}"
    libraries: tuple[tuple[str, str, Callable[[], float | None]], ...] = (
        ("LexRank (sumy), CPU", "sumy", lambda: _ranked("lex", bodies)),
        ("TextRank (sumy), CPU", "sumy", lambda: _ranked("text", bodies)),
        ("trafilatura.extract, CPU", "trafilatura", lambda: _extracted([row["text"] for row in pages])),
        ("datasketch on Redis, wall clock", "datasketch", lambda: _looked_up(bodies)),
        ("sentence-transformers, CPU", "sentence_transformers", lambda: _centroids(bodies[:_SOME])),
        ("SmolLM2, generate, CPU", "transformers", lambda: _generated(bodies[:_FEW])),
    )
    for name, package, work in libraries:
        seconds = work() if find_spec(package) else None
        yield f"{name:<34}" + (f"{'-':>10}" if seconds is None else f"{1000 * seconds:>10.1f}")


def _ranked(which: str, bodies: Sequence[str]) -> float:
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer

    from tests.quality.summaries import article, ranked

    system = ranked(LexRankSummarizer if which == "lex" else TextRankSummarizer)
    articles = [article({"id": str(number), "text": body}) for number, body in enumerate(bodies)]
    return cpu_seconds(lambda: system(articles)) / len(articles)


def _extracted(texts: Sequence[str]) -> float:
    import trafilatura

    return cpu_seconds(lambda: [trafilatura.extract(text) for text in texts]) / len(texts)


def _looked_up(bodies: Sequence[str]) -> float:
    from tests.benchmarks import claims

    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with redis_server(port, Path(folder)):
            return 1 / claims.baseline(port, bodies)


def _centroids(bodies: Sequence[str]) -> float:
    """Let sentence-transformers embed the sentences of each article and take those nearest to their mean."""
    import numpy as np
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(bundled_folder()), device="cpu")

    def summaries() -> None:
        for body in bodies:
            lines = sentences(body, "en")
            vectors = model.encode(lines, normalize_embeddings=True, show_progress_bar=False)
            np.argsort(vectors @ vectors.mean(axis=0))[-3:]

    return cpu_seconds(summaries) / len(bodies)


def _generated(bodies: Sequence[str]) -> float | None:
    """Let SmolLM2 write a summary of each article; None if `make smollm2` has not made it."""
    if not FOLDER.is_dir():
        return None
    return cpu_seconds(lambda: generate(bodies)) / len(bodies)

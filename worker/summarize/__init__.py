"""Ways to summarise. The only package that knows torch, and it imports it when an engine is loaded, not before."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from producers.errors import installing
from worker.article import Article, Digest, Failed
from worker.errors import ConfigurationError

__all__ = ["ENGINES", "FORKABLE", "Engine", "Options", "load", "require"]


class Engine(Protocol):
    """A way to summarise, its model in memory. One engine a process; not for several threads at once."""

    @property
    def name(self) -> str:
        """The engine's name in ENGINES."""

    @property
    def model(self) -> str:
        """The model, as digests name it."""

    def summarize(self, articles: Sequence[Article]) -> list[Digest | Failed]:
        """Return a result for each of `articles`, in their order. One article's error is that article's result."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an engine is loaded with; see `load`."""

    model: str | None
    encoder: str | None
    words: int
    most_sentences: int


def _extractive(options: Options) -> Engine:
    from worker.summarize import multilingual
    from worker.summarize.encoder import load_encoder
    from worker.summarize.extractive import Extractive

    if options.model:
        raise ConfigurationError(
            "the extractive engine takes no model: leave WIREDESK_MODEL empty, or name its encoder in WIREDESK_ENCODER"
        )
    multilingual.check()
    return Extractive(load_encoder(options.encoder), words=options.words, most_sentences=options.most_sentences)


def _generative(name: str, options: Options) -> Engine:
    from worker.summarize import multilingual
    from worker.summarize.encoder import load_encoder
    from worker.summarize.extractive import Extractive
    from worker.summarize.generative import load_generative

    multilingual.check()
    budget = {"words": options.words, "most_sentences": options.most_sentences}
    extractive = Extractive(load_encoder(options.encoder), **budget)
    return load_generative(name, options.model, extractive, **budget)


#: Every engine by its name, with the function that loads it. A new engine is one module and one row.
ENGINES: Mapping[str, Callable[[Options], Engine]] = {
    "extractive": _extractive,
    "seq2seq": partial(_generative, "seq2seq"),
    "causal": partial(_generative, "causal"),
}

#: Those that work in a process forked from the one that loaded them: they never use a GPU, whose driver does not.
FORKABLE = frozenset({"extractive"})

#: What the worker extra brings and an engine imports.
_OPTIONAL = frozenset({"numpy", "safetensors", "torch", "transformers"})


def require(engine: str) -> None:
    """Raise ConfigurationError if there is no engine named `engine`."""
    if engine not in ENGINES:
        raise ConfigurationError(
            f"WIREDESK_ENGINE is {engine!r}, which is no engine: take one of {', '.join(sorted(ENGINES))}"
        )


def load(
    engine: str,
    *,
    model: str | None = None,
    encoder: str | None = None,
    words: int = 75,
    most_sentences: int = 3,
) -> Engine:
    """Return the engine named `engine` of ENGINES, ready to work; the extractive one takes a few seconds.

    `model` names the model of an engine that generates; `encoder` is None for the bundled sentence encoder, a folder,
    or "hub-id@revision". A summary has at most `words` words and `most_sentences` sentences, but at least one sentence.

    Raises ConfigurationError for an unknown engine, a model that is not there or not what it should be, a budget below
    one, and where the worker extra is not installed.
    """
    require(engine)
    if words < 1 or most_sentences < 1:
        raise ConfigurationError(
            f"a summary of at most {words} words and {most_sentences} sentences would be empty: set "
            "WIREDESK_SUMMARY_WORDS and WIREDESK_SUMMARY_SENTENCES to 1 or more"
        )
    try:
        with _uncollected():
            return ENGINES[engine](Options(model, encoder, words, most_sentences))
    except ModuleNotFoundError as error:
        if error.name not in _OPTIONAL:
            raise
        raise ConfigurationError(
            f"the engine {engine} needs {error.name}, which is not installed: run `{installing('worker')}`"
        ) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: importing torch and transformers makes a million objects that are all kept, and
    looking through them again and again takes a sixth of the imports' time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

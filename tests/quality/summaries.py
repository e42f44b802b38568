"""ROUGE of an engine beside Lead, TextRank and LexRank, all under one word budget, on clean and on dirty text.

    python -m tests.quality.summaries [DATA.jsonl.gz ...] [--noise FILE] [--engine E] [--model M] [--rows N] [--seed S]

DATA are JSON Lines of {id, title, text, summary}, by default the development splits. With --noise, lines of that file
are put into every article as sites put them: 2 to 5 lines, 1 to 3 of them at the top, the others anywhere, drawn by the
seed; nothing cleans the text in between, and the share of summaries that hold such a line is printed.

ROUGE is F1 in percent by the package rouge-score with its stemmer (Lsum over our sentences), `se` the standard error of
the mean; gains are paired, article by article. TextRank and LexRank are sumy's, over our sentences.
"""

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from rouge_score.rouge_scorer import RougeScorer
from sumy.models.dom import ObjectDocumentModel, Paragraph
from sumy.models.dom import Sentence as RankedSentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from worker.article import Article, Digest
from worker.clean.layout import paragraphs
from worker.clean.sentences import sentences
from worker.summarize import Engine, load
from worker.summarize.headline import STOP_WORDS
from worker.summarize.measure import length

#: Where the data lies beside a checkout; it belongs to its publishers and is not in the repository.
DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data" / "summaries"
SPLITS: Final = ("cnndm.dev", "inshorts.dev", "xsum.dev")
NOISE: Final = DATA / "noise.dev.txt"
#: The budget of all systems: the defaults of the settings.
WORDS, MOST_SENTENCES = 75, 3
#: Lines put into an article, and how many of them at its top.
FEWEST_LINES, MOST_LINES, MOST_ON_TOP = 2, 5, 3

Row = dict[str, str]
System = Callable[[Sequence[Article]], list[str]]

_SCORER = RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)


@dataclass(frozen=True)
class Score:
    """What a system reached. `rouge` holds ROUGE-1, -2 and -Lsum of each article, shape (articles, 3), in percent.

    `words` is the mean length of a summary, `seconds` the CPU seconds an article, `noisy` the share of summaries that
    hold an inserted line.
    """

    rouge: np.ndarray[Any, np.dtype[np.float64]]
    words: float
    seconds: float
    noisy: float

    def gain(self, other: "Score") -> tuple[float, float]:
        """Return the mean gain in ROUGE-1 over `other` on the same articles, and its standard error."""
        gains = self.rouge[:, 0] - other.rouge[:, 0]
        return float(gains.mean()), float(gains.std() / len(gains) ** 0.5)


def rouge(summary: str, reference: str) -> tuple[float, float, float]:
    """Return ROUGE-1, ROUGE-2 and ROUGE-Lsum of `summary`, in percent."""
    found = _SCORER.score("\n".join(sentences(reference, "en")), "\n".join(sentences(summary, "en")))
    one, two, longest = (100 * found[name].fmeasure for name in ("rouge1", "rouge2", "rougeLsum"))
    return one, two, longest


def lead(articles: Sequence[Article]) -> list[str]:
    """Return the first sentences of each article that fit the budget, at least one."""
    return [" ".join(_fitting(sentences(article.body, "en"), stop=True)) for article in articles]


def ranked(ranker: type[TextRankSummarizer] | type[LexRankSummarizer]) -> System:
    """Return sumy's `ranker` as a system: its best sentences that fit the budget, in document order."""
    rank = ranker(Stemmer("english"))
    rank.stop_words = STOP_WORDS["en"]

    def system(articles: Sequence[Article]) -> list[str]:
        return [" ".join(str(sentence) for sentence in rank(_document(article), _best)) for article in articles]

    return system


def of_engine(engine: Engine, batch: int = 16) -> System:
    """Return `engine` as a system that gets its articles in batches, as a worker does."""

    def system(articles: Sequence[Article]) -> list[str]:
        found: list[str] = []
        for start in range(0, len(articles), batch):
            for result in engine.summarize(articles[start : start + batch]):
                assert isinstance(result, Digest), result
                found.append(result.summary)
        return found

    return system


def read(path: Path) -> list[Row]:
    """Return the rows of `path`, plain or gzipped: id, title, text, summary."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def article(row: Row, lines: Sequence[str] = (), on_top: int = 0, chance: random.Random | None = None) -> Article:
    """Return `row` as a cleaned article, with `lines` put into it: `on_top` of them first, the others anywhere."""
    parts = paragraphs(row["text"])
    if lines and chance is not None:
        parts = parts if len(parts) > 1 else sentences(row["text"], "en")
        for line in lines[on_top:]:
            parts.insert(chance.randint(1, len(parts)), line)
        parts = [*lines[:on_top], *parts]
    return Article(
        id=row["id"],
        source="quality",
        uri=row["id"],
        media_type="text/plain",
        filename="",
        publisher=None,
        title=row.get("title") or None,
        standfirst=None,
        dateline=None,
        byline=None,
        body="\n\n".join(parts),
        language="en",
        published_at=None,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def articles_of(rows: Sequence[Row], noise: Sequence[str] = (), seed: int = 1) -> tuple[list[Article], list[list[str]]]:
    """Return `rows` as articles, and the lines of `noise` that each has got; the same for the same `seed`."""
    chance = random.Random(seed)
    found, inserted = list[Article](), list[list[str]]()
    for row in rows:
        lines = chance.sample(list(noise), min(len(noise), chance.randint(FEWEST_LINES, MOST_LINES))) if noise else []
        on_top = chance.randint(1, min(MOST_ON_TOP, len(lines))) if lines else 0
        found.append(article(row, lines, on_top, chance))
        inserted.append(lines)
    return found, inserted


def judge(system: System, articles: Sequence[Article], inserted: Sequence[Sequence[str]], rows: Sequence[Row]) -> Score:
    """Return the score of `system` on `articles`, made of `rows` with the lines `inserted`."""
    started = time.process_time()
    summaries = system(articles)
    seconds = time.process_time() - started
    noisy = [any(line in text for line in lines) for text, lines in zip(summaries, inserted, strict=True)]
    return Score(
        rouge=np.array([rouge(text, row["summary"]) for text, row in zip(summaries, rows, strict=True)]),
        words=float(np.mean([length(text) for text in summaries])),
        seconds=seconds / len(articles),
        noisy=float(np.mean(noisy)),
    )


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file of boilerplate."""
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _fitting(texts: Sequence[str], *, stop: bool) -> list[str]:
    """Return those of `texts` that fit the budget, in order; with `stop` none behind the first that does not."""
    taken: list[str] = []
    for text in texts:
        if len(taken) < MOST_SENTENCES and (not taken or sum(map(length, taken)) + length(text) <= WORDS):
            taken.append(text)
        elif stop:
            break
    return taken


def _best(ranking: Sequence[Any]) -> list[Any]:
    fitting = set(_fitting([str(info.sentence) for info in ranking], stop=False))
    return [info for info in ranking if str(info.sentence) in fitting]


class _Words:
    """The tokenizer that sumy asks for; its own would download one."""

    def to_words(self, text: str) -> list[str]:
        return [word for word in (part.strip(".,;:!?\"'“”‘’()") for part in text.split()) if word]


def _document(article: Article) -> ObjectDocumentModel:
    return ObjectDocumentModel(
        [Paragraph([RankedSentence(text, _Words()) for text in sentences(article.body, article.language)])]
    )


def _scored(name: str, system: System, baseline: Score | None, *given: Any) -> Score:
    score = judge(system, *given)
    one, two, longest = score.rouge.mean(axis=0)
    error = score.rouge[:, 0].std() / len(score.rouge) ** 0.5
    line = f"  {name:22} R1 {one:5.2f} (se {error:.2f})  R2 {two:5.2f}  RLsum {longest:5.2f}  {score.words:3.0f} words"
    line += f"  {score.seconds:.4f} CPU s"
    if any(given[1]):
        line += f"  {score.noisy:6.1%} with boilerplate"
    if baseline is not None:
        gain, error = score.gain(baseline)
        line += f"  R1 over Lead {gain:+.2f} (se {error:.2f})"
    print(line)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="*", help="JSON Lines of {id, title, text, summary}, gzipped or not")
    parser.add_argument("--noise", type=Path, help="lines of boilerplate to put into the articles")
    parser.add_argument("--engine", default="extractive")
    parser.add_argument("--model", help="model of a generative engine")
    parser.add_argument("--rows", type=int, help="only the first so many rows of each file")
    parser.add_argument("--seed", type=int, default=1, help="of the places and choice of the boilerplate")
    options = parser.parse_args()
    engine = load(options.engine, model=options.model, words=WORDS, most_sentences=MOST_SENTENCES)
    print(f"{engine.name}, {engine.model}; every system at most {WORDS} words and {MOST_SENTENCES} sentences")
    noise = lines_of(options.noise) if options.noise else []
    gains, others = [], {"TextRank (sumy)": ranked(TextRankSummarizer), "LexRank (sumy)": ranked(LexRankSummarizer)}
    for path in options.data or [DATA / f"{split}.jsonl.gz" for split in SPLITS]:
        rows = read(path)[: options.rows]
        articles, inserted = articles_of(rows, noise, options.seed)
        print(f"{path.name}: {len(rows)} articles")
        first = _scored("Lead", lead, None, articles, inserted, rows)
        ours = _scored(engine.name, of_engine(engine), first, articles, inserted, rows)
        gains.append(ours.gain(first))
        for name, system in others.items():
            _scored(name, system, first, articles, inserted, rows)
    means, errors = np.array(gains).T
    error = float((errors**2).sum() ** 0.5 / len(errors))
    print(f"mean of the sets: R1 over Lead {means.mean():+.2f} (se {error:.2f})")


if __name__ == "__main__":
    main()

"""The quality gate of cleaning: scores `worker.clean.clean` on labelled texts with the scorer that lies beside them.

    python -m tests.quality.cleaning [--data FILE.jsonl]
    python -m tests.quality.cleaning --dropped [--lines N]

The first prints a line for each case and the totals. The second cleans articles that hold hardly any noise, and prints
the share of their words that is dropped, the time, and N dropped lines to read: nearly each must be noise. The texts
belong to their publishers and are not in the repository.
"""

import argparse
import gzip
import importlib.util
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from producers.article import RawArticle
from worker.article import Dropped
from worker.clean import clean
from worker.errors import UnusableError

#: Where the labelled cases lie beside a checkout of the project.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "clean" / "public.jsonl"
#: Articles without noise, but for the little that their collectors left, and how many are read of each set.
CLEAN_SETS, MOST_OF_A_SET = ("cnndm", "xsum", "bbc"), 3_000
CLEAN_ARTICLES = DATA.parents[1] / "summaries"
#: Rules that take a line into a field or take a second copy: nothing is lost.
_KEPT = frozenset({"dateline", "byline", "repeated title", "repeated paragraph"})


@dataclass(frozen=True)
class Result:
    """What became of one case: `body` and `title` as the scorer judges them, and what it found (for the report)."""

    name: str
    control: bool
    body: bool
    title: bool
    dateline: bool
    recall: float
    precision: float
    forbidden: tuple[str, ...]


def cleaned(text: str) -> dict[str, str | None]:
    """Return what the scorer asks for: title, dateline and body of the plain `text`."""
    try:
        article = clean(_raw(text))
    except UnusableError:
        return {"title": None, "dateline": None, "body": ""}
    return {"title": article.title, "dateline": article.dateline, "body": article.body}


def _raw(text: str) -> RawArticle:
    return RawArticle(
        id=UUID(int=0), source="quality", uri="case.txt", text=text, received_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


@dataclass
class Losses:
    """What cleaning took from texts: words of all texts and of the dropped lines, the lines, refusals, CPU seconds."""

    articles: int = 0
    words: int = 0
    dropped: int = 0
    lines: list[Dropped] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    not_usable: list[str] = field(default_factory=list)
    seconds: float = 0.0


def losses(texts: Iterator[str]) -> Losses:
    """Clean each of `texts` and return what was lost."""
    lost = Losses()
    for text in texts:
        lost.articles += 1
        lost.words += len(text.split())
        started = time.process_time()
        try:
            article = clean(_raw(text))
        except UnusableError as error:
            lost.refused.append(str(error))
            continue
        finally:
            lost.seconds += time.process_time() - started
        if article.status != "usable" or article.embargo or article.teaser:
            lost.not_usable.append(f"{article.status} {article.embargo} {article.note}: {text[:80]!r}")
        lines = [line for line in article.dropped if line.rule not in _KEPT]
        lost.dropped += sum(len(line.line.split()) for line in lines)
        lost.lines += lines
    return lost


def clean_articles(folder: Path = CLEAN_ARTICLES) -> Iterator[str]:
    """Yield the texts of the articles without noise."""
    for name in CLEAN_SETS:
        with gzip.open(folder / f"{name}.train.jsonl.gz", "rt", encoding="utf-8") as lines:
            for _, line in zip(range(MOST_OF_A_SET), lines, strict=False):
                yield json.loads(line)["text"]


def results(data: Path = DATA) -> list[Result]:
    """Return a result for each case of `data`, a JSON Lines file that lies beside its score.py."""
    score = _scorer(data.parent / "score.py")
    cases = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    return [_result(case, score(case, cleaned(case["input"]))) for case in cases]


def _result(case: dict[str, Any], judged: dict[str, Any]) -> Result:
    return Result(
        name=case["id"],
        control="negative-control" in case["tags"],
        body=judged["ok"],
        title=judged["title"],
        dateline=judged["dateline"],
        recall=judged["recall"],
        precision=judged["precision"],
        forbidden=tuple(judged["bad"]),
    )


def _scorer(path: Path) -> Callable[[dict[str, Any], dict[str, str | None]], dict[str, Any]]:
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"There is no scorer at {path}: give --data a file that has its score.py beside it.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[dict[str, Any], dict[str, str | None]], dict[str, Any]] = module.score
    return found


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description="Score cleaning on labelled texts.")
    parser.add_argument("--data", type=Path, default=DATA, help="JSON Lines with its score.py beside it")
    parser.add_argument("--dropped", action="store_true", help="what is dropped from articles without noise")
    parser.add_argument("--lines", type=int, default=200, help="how many of the dropped lines are printed")
    options = parser.parse_args()
    if options.dropped:
        _print_losses(losses(clean_articles()), options.lines)
    else:
        _print_results(results(options.data))


def _print_losses(lost: Losses, lines: int) -> None:
    """Print the losses; the same lines each time, so that two runs compare."""
    for line in random.Random(0).sample(lost.lines, min(lines, len(lost.lines))):
        print(f"{line.rule:22} {line.line}")
    for text in (*lost.refused, *lost.not_usable):
        print(f"not printed: {text}")
    print(dict(Counter(line.rule for line in lost.lines).most_common()))
    print(
        f"{lost.articles:,} articles, {lost.dropped:,} of {lost.words:,} words dropped "
        f"({100 * lost.dropped / max(1, lost.words):.2f} %) in {len(lost.lines):,} lines; {len(lost.refused)} refused; "
        f"{1000 * lost.seconds / max(1, lost.articles):.2f} CPU ms an article"
    )


def _print_results(found: list[Result]) -> None:
    for result in found:
        flags = " ".join(
            f"{name}:{'ok' if good else 'FAIL'}"
            for name, good in (("body", result.body), ("title", result.title), ("dateline", result.dateline))
        )
        forbidden = f" keeps {list(result.forbidden)}" if result.forbidden else ""
        print(f"{result.name:28} {flags}  recall {result.recall:.3f} precision {result.precision:.3f}{forbidden}")
    controls = [result for result in found if result.control]
    print(
        f"bodies {sum(r.body for r in found)}/{len(found)}, titles {sum(r.title for r in found)}/{len(found)}, "
        f"datelines {sum(r.dateline for r in found)}/{len(found)}, "
        f"negative controls {sum(r.body and r.title for r in controls)}/{len(controls)}"
    )


if __name__ == "__main__":
    main()

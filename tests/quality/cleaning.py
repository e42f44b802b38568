"""The quality gate of cleaning: scores `worker.clean.clean` on labelled texts with the scorer that lies beside them.

    python -m tests.quality.cleaning [--data FILE.jsonl]

prints a line for each case and the totals. The texts belong to their publishers and are not in the repository.
"""

import argparse
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from producers.article import RawArticle
from worker.clean import clean
from worker.errors import UnusableError

#: Where the labelled cases lie beside a checkout of the project.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "clean" / "public.jsonl"


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
    raw = RawArticle(
        id=UUID(int=0), source="quality", uri="case.txt", text=text, received_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    try:
        article = clean(raw)
    except UnusableError:
        return {"title": None, "dateline": None, "body": ""}
    return {"title": article.title, "dateline": article.dateline, "body": article.body}


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
    found = results(parser.parse_args().data)
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

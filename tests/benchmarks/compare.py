"""What each stage costs in this tree and in a past one, and what other libraries cost beside it.

    python -m tests.benchmarks.compare --base REF [--articles 400] [--rounds 2] [--stages clean claim ...]
        [--data FILE.jsonl.gz] [--pages FILE.jsonl.gz] [--peers]

Both trees work on the same articles in turn, each in processes of its own; the past one lies in a git worktree for as
long as this takes. Compared are CPU seconds, those of the Redis server included, so that other processes on the machine
disturb little; a ratio above 1 says that this tree is that much faster. The articles are invented, or the rows
{id, title, text} of --data and {id, html} of --pages. Stages: clean and ingest (of text and of pages), claim, engine,
and desk: `wiredesk up --once` with all its processes and its start.

With --peers the same articles go through LexRank and TextRank (sumy), trafilatura, datasketch (on a Redis of its own),
sentence-transformers and SmolLM2 (`make smollm2`), those that are installed.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import peers
from tests.benchmarks.stages import STAGES, WARM
from tests.benchmarks.summarize import invented
from tests.servers import free_port, redis_server

ROOT: Final = Path(__file__).resolve().parents[2]
#: The kinds of article that a stage is run on.
_KINDS: Final = {"clean": ("text", "html"), "ingest": ("text", "html")}
#: An invented page: the article between what every page of its site has.
_PAGE: Final = (
    "<!doctype html><html><head><title>{title}</title></head><body><nav><ul>{links}</ul></nav><article><h1>{title}</h1>"
    "{body}</article><aside><h2>Most read</h2><ul>{links}</ul></aside><footer><p>Imprint</p></footer></body></html>"
)
_LINKS: Final = "".join(f'<li><a href="/section/{n}">Section {n} of the paper</a></li>' for n in range(60))

Row = dict[str, Any]


def texts(count: int, data: Path | None) -> list[Row]:
    """Return `count` articles of plain text, with those that warm a stage; fewer if the file `data` has fewer."""
    if data is not None:
        rows = [(row["id"], row.get("title") or None, row["text"]) for row in _rows(data)]
    else:
        rows = [(one.id, one.title, one.body) for one in invented(count + WARM)]
    return [
        {"id": identity, "title": title, "text": text, "media_type": "text/plain"}
        for identity, title, text in rows[: count + WARM]
    ]


def pages(count: int, data: Path | None) -> list[Row]:
    """Return `count` web pages, with those that warm a stage; fewer if the file `data` has fewer."""
    if data is not None:
        rows = [(row["id"], row["html"]) for row in _rows(data)]
    else:
        rows = [(one.id, _page(one.title or "", one.body)) for one in invented(count + WARM)]
    return [
        {"id": identity, "title": None, "text": text, "media_type": "text/html"}
        for identity, text in rows[: count + WARM]
    ]


def compare(base: Path, stages: Sequence[str], files: dict[str, Path], rounds: int) -> Iterator[str]:
    """Yield a line for each stage and kind of article: the cost in the tree `base`, in this one, and their ratio."""
    yield f"{'stage':<14}{'base, CPU ms':>14}{'now, CPU ms':>14}{'ratio':>8}   more"
    for stage in stages:
        for kind in _KINDS.get(stage, ("text",)):
            taken: dict[Path, list[dict[str, float]]] = {base: [], ROOT: []}
            for _ in range(rounds):
                for tree, runs in taken.items():
                    runs.append(run(tree, stage, files[kind]))
            was, now = (_milliseconds(runs) for runs in taken.values())
            more = "  ".join(
                f"{name} {runs_before[-1][name]:,.0f} -> {runs_now[-1][name]:,.0f}"
                for runs_before, runs_now in [tuple(taken.values())]
                for name in ("megabytes", "bytes")
                if name in runs_now[-1]
            )
            yield f"{stage + ' ' + kind:<14}{was:>14.2f}{now:>14.2f}{was / now:>8.2f}   {more}"


def run(tree: Path, stage: str, articles: Path) -> dict[str, float]:
    """Run `stage` of the code in `tree` on the file `articles`, with a server and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-compare-") as folder:
        port = free_port()
        with redis_server(port, Path(folder)) as url:
            script = ROOT / "tests" / "benchmarks" / "stages.py"
            work = Path(folder, "work")
            work.mkdir()
            done = subprocess.run(
                [sys.executable, "-P", str(script), stage, str(articles), "--redis", url, "--folder", str(work)],
                env=os.environ | {"PYTHONPATH": str(tree)}, cwd=work, capture_output=True, text=True, check=False,
            )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"{stage} failed in {tree}:\n{done.stderr[-3000:]}")
        result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return result


@contextmanager
def past(reference: str) -> Iterator[Path]:
    """Give a folder with the tree of the commit `reference` while the block runs."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-past-") as folder:
        tree = Path(folder, "tree")
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), reference], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def _milliseconds(runs: Sequence[dict[str, float]]) -> float:
    """Return the CPU milliseconds an article, the server's included, of the quietest of `runs`."""
    return min(1000 * (one["cpu"] + one["server"]) / one["articles"] for one in runs)


def _rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _page(title: str, body: str) -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body.split("\n\n"))
    return _PAGE.format(title=title, links=_LINKS, body=paragraphs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", metavar="REF", required=True, help="the commit to compare with")
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=2, help="times that each tree runs each stage")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--data", type=Path, help="a gzipped JSON Lines file of {id, title, text}")
    parser.add_argument("--pages", type=Path, help="a gzipped JSON Lines file of {id, html}")
    parser.add_argument("--peers", action="store_true", help="measure other libraries on the same articles")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wiredesk-articles-") as folder, past(options.base) as base:
        files = {}
        rows = {"text": texts(options.articles, options.data), "html": pages(options.articles, options.pages)}
        for kind, some in rows.items():
            files[kind] = Path(folder, f"{kind}.jsonl")
            files[kind].write_text("\n".join(map(json.dumps, some)), encoding="utf-8")
        for line in compare(base, options.stages, files, options.rounds):
            print(line, flush=True)
        if options.peers:
            for line in peers.lines(rows["text"][WARM:], rows["html"][WARM:]):
                print(line, flush=True)


if __name__ == "__main__":
    main()

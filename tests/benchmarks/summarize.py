"""How fast the extractive engine is, and how fast a whole desk is on the same articles.

    python -m tests.benchmarks.summarize [--articles 160] [--data FILE.jsonl.gz] [--desk] [--generation 20]

The articles are invented, or the rows {id, title, text} of a file. Speeds are per second of process CPU time, which
other processes on the machine disturb little; with --desk the whole desk is measured too, by the clock. With
--generation N, `wiredesk summarize` on the articles is compared with what many do first: a model (SmolLM2-135M, from
`make smollm2`) that generates the summaries of N of them, one by one, in float32.
"""

import argparse
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from worker.article import Article, Digest
from worker.summarize import Engine, load
from worker.summarize.encoder import Precision, load_encoder
from worker.summarize.extractive import Extractive
from worker.summarize.generative import PROMPT
from worker.summarize.smollm2 import FOLDER

#: Articles that a worker gives to its engine at once: the batch that design.md's summarize stage leases.
BATCH = 16
#: How many times faster than generation one by one the extracts must be, and the memory they may take, megabytes.
LEAST_TIMES, MOST_MEGABYTES = 20, 1000
#: Sentences of an invented article; the mean of long reports.
SENTENCES = 28

_PLACES = ("Eastmere", "Veldhaven", "Norrbridge", "Castel Oro", "Port Salin", "Hohenau", "Lakemont", "Tirvale")
_PEOPLE = ("Maren Hale", "Oda Lindqvist", "Piet Voss", "Tomas Arrieta", "Ines Calloway", "Yusuf Demirel", "Ruth Okafor")
_BODIES = ("the harbour council", "the transport ministry", "the city court", "a citizens' group", "the grain exchange")
_DEEDS = (
    "approved a plan to rebuild {thing} at a cost of {number} million crowns",
    "warned that {thing} would close by the end of {month} unless money was found",
    "rejected an appeal by the owners of {thing} after a hearing that lasted {number} days",
    "published figures that show {number} per cent fewer visitors to {thing} than a year before",
    "asked engineers to inspect {thing} after cracks were found in {number} of its pillars",
    "signed a contract for {thing} with a company that had built {number} others in the region",
)
_THINGS = ("the old ferry terminal", "the northern bridge", "the salt works", "the night train", "the opera house")
_MONTHS = ("March", "June", "September", "November")
_FRAMES = (
    "{body} in {place} {deed}.",
    "In {place}, {body} {deed}, {person} said on Tuesday.",
    "“We had no other choice,” said {person}, who speaks for {body}.",
    "{person}, a resident of {place} for {number} years, said that the decision had surprised nobody in the town.",
    "Meanwhile, {body} {deed}.",
    "According to {person}, {body} {deed}, although the vote in {place} was close.",
    "It was not clear on Wednesday whether {thing} would be open again in {month}.",
    "However, {person} doubts that {number} million crowns would be enough for {thing}.",
)


def invented(count: int, *, seed: int = 2) -> list[Article]:
    """Return `count` invented English articles of SENTENCES sentences; the same for the same seed."""
    chance = random.Random(seed)

    def sentence() -> str:
        words = {
            "place": chance.choice(_PLACES),
            "person": chance.choice(_PEOPLE),
            "body": chance.choice(_BODIES),
            "thing": chance.choice(_THINGS),
            "month": chance.choice(_MONTHS),
            "number": str(chance.randint(3, 90)),
        }
        text = chance.choice(_FRAMES).format(deed=chance.choice(_DEEDS).format(**words), **words)
        return text[:1].upper() + text[1:]

    articles = []
    for number in range(count):
        paragraphs = [" ".join(sentence() for _ in range(4)) for _ in range(SENTENCES // 4)]
        articles.append(_article(f"invented-{number}", sentence().rstrip("."), "\n\n".join(paragraphs)))
    return articles


def read(path: Path) -> list[Article]:
    """Return the articles of a gzipped JSON Lines file with the fields id, title and text."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [_article(row["id"], row.get("title") or None, row["text"]) for row in rows]


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the process CPU seconds that `work` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def one_by_one(engine: Engine, articles: Sequence[Article]) -> list[object]:
    """Summarise each article in a call of its own."""
    return [result for article in articles for result in engine.summarize([article])]


def pooled(engine: Engine, articles: Sequence[Article]) -> list[object]:
    """Summarise the articles in batches of BATCH."""
    starts = range(0, len(articles), BATCH)
    return [result for start in starts for result in engine.summarize(articles[start : start + BATCH])]


def compare_ways(articles: Sequence[Article]) -> None:
    """Print the speed of both ways in both precisions; the ratio is to the first line."""
    print(f"{len(articles)} articles, one torch thread; the engine by itself takes {load('extractive').model}")
    precisions: tuple[Precision, ...] = ("float32", "bfloat16")
    first = None
    for precision in precisions:
        engine = Extractive(load_encoder(precision=precision), words=75, most_sentences=3)
        engine.summarize(articles[:2])
        for name, way in (("one by one", one_by_one), (f"pooled by {BATCH}", pooled)):
            results: list[object] = []
            seconds = cpu_seconds(lambda way=way, results=results, engine=engine: results.extend(way(engine, articles)))
            assert all(isinstance(result, Digest) for result in results)
            first = first or seconds
            print(
                f"{precision:9} {name:12} {seconds:7.2f} CPU s  {len(articles) / seconds:7.1f} articles/CPU s  "
                f"{first / seconds:5.2f}x"
            )


def desk_against_engine(articles: Sequence[Article]) -> None:
    """Print the speed of `wiredesk up --once` on a folder of `articles`, and of the bare engine on the same ones.

    The desk's start (workers, model, server) is measured on a folder of one article and taken off.
    """
    engine = load("extractive")
    started, cpu = time.monotonic(), time.process_time()
    pooled(engine, articles)
    bare, bare_cpu = time.monotonic() - started, time.process_time() - cpu
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder:
        start, start_cpu, _ = _run_desk(articles[:1], Path(folder, "one"))
        whole, whole_cpu, last_line = _run_desk(articles, Path(folder, "all"))
    more = len(articles) - 1
    desk, desk_cpu = max(whole - start, 1e-9), max(whole_cpu - start_cpu, 1e-9)
    print(f"bare engine  {len(articles) / bare:7.1f} articles/s  {1000 * bare_cpu / len(articles):7.1f} CPU ms/article")
    print(f"whole desk   {more / desk:7.1f} articles/s  {1000 * desk_cpu / more:7.1f} CPU ms/article")
    print(f"desk against engine: {more / desk / (len(articles) / bare):.2f}x the speed, all cores against one process")
    print(f"start of the desk: {start:.1f} s; with it: {len(articles) / whole:.1f} articles/s; it said: {last_line}")


def time_first_summary(article: Article) -> None:
    """Print how long `wiredesk summarize` takes from the start of its process to its end on one article."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(article.body)
        file.flush()
        seconds = []
        for _ in range(3):
            started = time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "worker.cli", "summarize", file.name], check=True, stdout=subprocess.DEVNULL
            )
            seconds.append(time.monotonic() - started)
    print(f"from the start of a process to its first summary: {min(seconds):.1f} s, the best of {len(seconds)}")


def against_generation(articles: Sequence[Article], few: int) -> bool:
    """Print how much faster `wiredesk summarize` is on `articles` than generation on the first `few`, and its memory.

    Returns whether it is at least LEAST_TIMES faster and stays below MOST_MEGABYTES.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for article in articles:
            file.write(json.dumps({"id": article.id, "title": article.title, "text": article.body}) + "\n")
        file.flush()
        command = [sys.executable, "-m", "worker.cli", "summarize", file.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            started = time.monotonic()
            lines, first = 0, 0.0
            for _ in process.stdout:
                first = first or time.monotonic() - started
                lines += 1
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    assert (process.returncode, lines) == (0, len(articles))
    ours = len(articles) / (used.ru_utime + used.ru_stime)
    megabytes = used.ru_maxrss / 1024
    theirs = few / cpu_seconds(lambda: generate([article.body for article in articles[:few]]))
    print(
        f"wiredesk summarize: {len(articles)} articles, {ours:.1f} a CPU second with its start, the first batch after "
        f"{first:.1f} s, {megabytes:.0f} MB at most"
    )
    print(f"SmolLM2-135M, generate one by one in float32: {few} articles, {theirs:.3f} a CPU second")
    print(f"{ours / theirs:.0f} times")
    return ours >= LEAST_TIMES * theirs and megabytes <= MOST_MEGABYTES


def generate(bodies: Sequence[str]) -> None:
    """Let SmolLM2 write a summary of each of `bodies`, as its model card shows it."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    model = AutoModelForCausalLM.from_pretrained(FOLDER, dtype=torch.float32)
    for body in bodies:
        message = PROMPT.format(sentences=3, text=" ".join(body.split()[:350]))
        asked = tokenizer.apply_chat_template(
            [{"role": "user", "content": message}], add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        with torch.inference_mode():
            model.generate(**asked, max_new_tokens=100, do_sample=False)


def _run_desk(articles: Sequence[Article], folder: Path) -> tuple[float, float, str]:
    """Run a desk once; return the seconds, the CPU seconds of it and its children, and its last line."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    for number, article in enumerate(articles):
        record = {"id": article.id, "title": article.title or "", "text": article.body}
        (inbox / f"{number:06}.json").write_text(json.dumps(record), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "worker.cli",
        "up",
        "--once",
        "--inbox",
        str(inbox),
        "--data",
        str(folder / "data"),
    ]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"the desk ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, (done.stdout.strip().splitlines() or [""])[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=160, help="how many articles (default 160)")
    parser.add_argument("--data", type=Path, help="a gzipped JSON Lines file of {id, title, text}")
    parser.add_argument("--desk", action="store_true", help="measure a whole desk too")
    parser.add_argument("--generation", type=int, metavar="N", help="compare with generation on N of the articles")
    arguments = parser.parse_args()
    articles = (read(arguments.data) if arguments.data else invented(arguments.articles))[: arguments.articles]
    if arguments.generation:
        sys.exit(not against_generation(articles, arguments.generation))
    compare_ways(articles)
    time_first_summary(articles[0])
    if arguments.desk:
        desk_against_engine(articles)


def _article(identity: str, title: str | None, body: str) -> Article:
    return Article(
        id=identity,
        source="benchmark",
        uri=identity,
        media_type="text/plain",
        filename="",
        publisher=None,
        title=title,
        standfirst=None,
        dateline=None,
        byline=None,
        body=body,
        language="en",
        published_at=None,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


if __name__ == "__main__":
    main()

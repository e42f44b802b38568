"""How the pages answer while a desk works, and what they cost the desk.

    python -m tests.benchmarks.web [--articles 300] [--readers 50]

A desk (`wiredesk up --once`) works through invented articles, first alone, then beside `wiredesk serve` with 50
readers who ask for a page every 5 seconds each, and a program that pushes an article every second. Printed are the
99th percentile of the answers, the errors, and the desk's speed with the server as a share of that without it.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.benchmarks.summarize import invented
from tests.rig import until
from tests.servers import free_port

#: The issue's bounds: seconds for 99 of 100 pages, and the least share of the desk's speed that is left.
MOST_SECONDS, LEAST_SHARE = 0.5, 0.85
#: Seconds between two pages of a reader.
EVERY = 5.0
TOKEN = "a-token-for-the-benchmark"
PAGES = ("/", "/editions", "/search?q=council", "/desk", "/search?q=bridge&publisher=x", "/style.css")


def ask(url: str, body: bytes | None = None) -> tuple[float, int]:
    """Return the seconds and the status of one request; 0 for one without an answer."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"} if body else {}
    started = time.monotonic()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:  # noqa: S310
            answer.read()
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError:
        status = 0
    return time.monotonic() - started, status


def read(address: str, stop: threading.Event, seed: int, told: list[tuple[float, int]]) -> None:
    """Ask for a page every EVERY seconds until `stop`."""
    chance = random.Random(seed)
    stop.wait(chance.random() * EVERY)
    while not stop.is_set():
        told.append(ask(address + chance.choice(PAGES)))
        stop.wait(EVERY)


def push(address: str, stop: threading.Event, told: list[tuple[float, int]]) -> None:
    """Push an article a second until `stop`."""
    number = 0
    while not stop.wait(1.0):
        number += 1
        article = {"url": f"https://bench.example/{number}", "text": f"The council of town {number} met. " * 20}
        told.append(ask(f"{address}/articles?source=bench", json.dumps(article).encode()))


def work(folder: Path, articles: int, seed: int) -> float:
    """Let a desk with the data folder `folder` work through new articles; return its articles a second."""
    inbox = folder / f"inbox-{seed}"
    inbox.mkdir(parents=True)
    for number, one in enumerate(invented(articles, seed=seed)):
        row = {"id": f"{seed}-{one.id}", "title": one.title, "text": one.body}
        (inbox / f"{number:05}.json").write_text(json.dumps(row), encoding="utf-8")
    command = [sys.executable, "-m", "worker.cli", "up", "--once", "--inbox", inbox, "--data", folder / "data"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the desk ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return float(done.stdout.strip().splitlines()[-1].rsplit(":", 1)[1].split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=300, help="articles of each run (default 300)")
    parser.add_argument("--readers", type=int, default=50, help="readers (default 50)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as name:
        folder = Path(name)
        work(folder, 20, seed=1)
        alone = work(folder, arguments.articles, seed=2)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "worker.cli", "serve", "--port", str(port), "--data", folder / "data"]
        server = subprocess.Popen(
            command, env={**os.environ, "WIREDESK_WEB_TOKEN": TOKEN}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        stop, pages, pushes = threading.Event(), list[tuple[float, int]](), list[tuple[float, int]]()
        until(lambda: ask(address + "/healthz")[1] == 200, "the pages are served")
        threads = [threading.Thread(target=read, args=(address, stop, n, pages)) for n in range(arguments.readers)] + [
            threading.Thread(target=push, args=(address, stop, pushes))
        ]
        for thread in threads:
            thread.start()
        beside = work(folder, arguments.articles, seed=3)
        stop.set()
        for thread in threads:
            thread.join()
        server.terminate()
        server.communicate(timeout=30)
    seconds = sorted(took for took, _ in pages)
    slow = seconds[int(len(seconds) * 0.99)]
    wrong = sum(status != 200 for _, status in pages)
    away = sum(status not in (202, 503) for _, status in pushes)
    print(
        f"{len(pages)} pages: 99 of 100 within {1000 * slow:.0f} ms, {wrong} errors; "
        f"{len(pushes)} pushes, {away} errors"
    )
    print(f"the desk: {alone:.1f} articles a second alone, {beside:.1f} beside the pages: {beside / alone:.2f} of it")
    if slow > MOST_SECONDS or wrong or away or beside < LEAST_SHARE * alone:
        raise SystemExit(f"Asked are {MOST_SECONDS} s, no error, and {LEAST_SHARE} of the speed.")


if __name__ == "__main__":
    main()

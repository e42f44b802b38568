"""A day of a thousand feeds: requests against the fewest possible, and what the poller takes.

    python -m tests.benchmarks.feeds [--feeds 1000] [--hours 24] [--skip-real]

First a day of simulated time: servers of every habit, in this process, are asked by the poller's own `visited` and
`after`, and what is new goes into the journal of a real server. The fewest possible requests are those of a poller that
asks each feed that answers at the end of the pause that this feed and its server want, and not a second later; the
fewest whole answers are one for each change that was seen, and one for each request to a server without validators.

Then one real check of as many feeds, each on a host of its own (Linux: all of 127.0.0.0/8 is this machine), by
`wiredesk feeds poll --once` in a process of its own.
"""

import argparse
import heapq
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from producers.feeds import listing, state
from producers.feeds.answer import Answer
from producers.feeds.listing import Feed
from producers.feeds.visit import Visit, after, visited
from producers.push import Queue
from tests.feed_server import feed_server, item, rss
from tests.servers import free_port, redis_server

#: Seconds of the interval in the settings, and when the day begins (seconds since 1970).
INTERVAL, START = 3600.0, 1_800_000_000.0
#: Items that a feed shows, the newest first.
SHOWN = 30


@dataclass
class Server:
    """One feed's server: how often it publishes (seconds, on average), and its habits."""

    number: int
    chance: random.Random
    period: float
    validators: bool
    max_age: float
    ttl: int
    fault: str
    published: int = SHOWN
    next_item: float = START + 2
    counts: Counter[str] = field(default_factory=Counter)
    given: int = -1

    @classmethod
    def of(cls, number: int, chance: random.Random) -> "Server":
        """Return a server of the usual mix: most publish a few items a day, a few a hundred, some nothing."""
        return cls(
            number,
            random.Random(number),
            period=chance.choice([900.0, 3600.0, 4 * 3600.0, 86_400.0, 30 * 86_400.0]),
            validators=chance.random() < 0.8,
            max_age=chance.choice([0, 0, 0, 300, 900, 3600, 4 * 3600.0]),
            ttl=chance.choice([0, 0, 0, 15, 60, 180]),
            fault=chance.choices(["", "gone", "missing", "broken", "late"], [92, 1, 2, 3, 2])[0],
        )

    @property
    def pause(self) -> float:
        """The seconds between two checks that the feed and its server want."""
        return max(INTERVAL, self.max_age, 60.0 * self.ttl)

    def answer(self, url: str, headers: dict[str, str], now: float) -> Answer:
        """Return the answer at the time `now`."""
        self.counts["requests"] += 1
        if self.fault == "late" and self.counts["requests"] % 10 == 0:
            return Answer(status=503, url=url, headers={"retry-after": "1800"})
        if self.fault in ("gone", "missing", "broken"):
            return Answer(status={"gone": 410, "missing": 404, "broken": 500}[self.fault], url=url)
        while self.next_item <= now:
            self.published += 1
            self.next_item += self.chance.expovariate(1 / self.period)
        tag = f'"{self.published}"'
        if self.validators and headers.get("If-None-Match") == tag:
            return Answer(status=304, url=url, headers={"etag": tag})
        self.counts["whole answers"] += 1
        self.counts["fewest whole answers"] += not self.validators or self.published != self.given
        self.given = self.published
        numbers = range(self.published, self.published - SHOWN, -1)
        items = (item(f"{self.number}-{n}", text=f"The council of quarter {n} has decided. " * 12) for n in numbers)
        body = rss(*items, channel=f"<ttl>{self.ttl}</ttl>" if self.ttl else "")
        self.counts["bytes"] += len(body)
        given = {"etag": tag} if self.validators else {}
        return Answer(status=200, url=url, body=body, headers={**given, "cache-control": f"max-age={self.max_age:.0f}"})


def simulated(feeds: int, hours: float, data: Path, queue: Queue) -> None:
    """Poll `feeds` feeds for so many hours of simulated time and print what it took."""
    chance = random.Random(1)
    servers = [Server.of(number, chance) for number in range(feeds)]
    polled = [Feed(name=f"feed {n}", url=f"https://{n}.example/feed") for n in range(feeds)]
    due = [(START + chance.random(), number) for number in range(feeds)]
    heapq.heapify(due)
    end = START + hours * 3600
    pushed = 0
    began = time.process_time()
    while due and due[0][0] <= end:
        now, number = heapq.heappop(due)
        known = state.load(data, polled[number])

        def ask(url: str, headers: dict[str, str], server: Server = servers[number], now: float = now) -> Answer:
            return server.answer(url, headers, now)

        visit: Visit = visited(polled[number], known, ask)
        queue.push_absent(visit.raws)
        pushed += len(visit.raws)
        known = after(visit, now, INTERVAL)
        state.save(data, polled[number], known)
        if not known.stopped:
            heapq.heappush(due, (known.next_at, number))
    spent = time.process_time() - began
    total = sum((server.counts for server in servers), Counter())
    asked = sum(s.counts["requests"] for s in servers if s.fault in ("", "late"))
    fewest = sum(1 + math.floor((hours * 3600 - 1) / s.pause) for s in servers if s.fault in ("", "late"))
    published = sum(s.given for s in servers if s.given >= 0)
    print(f"{feeds:,} feeds, {hours:g} simulated hours: {total['requests']:,} requests")
    print(f"  feeds that answer: {asked:,} requests; the fewest possible: {fewest:,}")
    print(f"  feeds that are gone, missing or broken: {total['requests'] - asked:,} requests")
    print(f"  whole answers: {total['whole answers']:,}; the fewest possible: {total['fewest whole answers']:,}")
    print(f"  {pushed:,} articles pushed of {published:,} items that were shown; {total['bytes'] / 1e6:,.0f} MB")
    print(f"  {spent:.1f} CPU s (with the servers' own work), {memory(resource.RUSAGE_SELF)} MB at most")


def real(feeds: int, data: Path, redis_url: str) -> None:
    """Poll `feeds` feeds once, over connections, in a process of its own, and print what it took."""
    items = [item(f"n{n}", text="The council has decided on it after a long debate. " * 12) for n in range(SHOWN)]
    given = {"WIREDESK_FEEDS_PRIVATE": '["127.0.0.0/8"]', "WIREDESK_REDIS_URL": redis_url}
    with feed_server("0.0.0.0") as web:  # noqa: S104 (only while the benchmark runs)
        port = web.url.rpartition(":")[2]
        paths = [f"/{number}" for number in range(feeds)]
        for path in paths:
            web.serve(path, rss(*items), etag='"a"')
        hosts = (f"127.0.{number // 250}.{number % 250 + 1}" for number in range(feeds))
        listing.add_all(
            data, ((f"feed{path}", f"http://{host}:{port}{path}") for host, path in zip(hosts, paths, strict=True))
        )
        command = [sys.executable, "-m", "worker.cli", "feeds", "poll", "--once", "--data", str(data)]
        environment = {**os.environ, **given, "WIREDESK_MAX_PENDING": "10000000"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        for check in ("first", "second"):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            now = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime
            spent = f"{time.perf_counter() - began:.1f} s, {cpu:.1f} CPU s, {now.ru_maxrss // 1024} MB at most"
            print(f"{check} run: {done.stdout.strip()} {spent}")
            before, began = now, time.perf_counter()


def memory(whose: int) -> int:
    """Return the most memory of this process, or of its children, in MB."""
    return resource.getrusage(whose).ru_maxrss // 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--skip-real", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, redis_server(free_port(), Path(folder)) as url:
        queue = Queue.connect(url, 10_000_000)
        simulated(options.feeds, options.hours, Path(folder), queue)
        queue.close()
        if not options.skip_real:
            # A folder of its own: the simulated feeds have other addresses.
            real(options.feeds, Path(folder, "real"), url)

"""What a claim costs: claims a second, server CPU and memory at two sizes of the index, datasketch beside it.

    python -m tests.benchmarks.claims [--sizes 10000 100000] [--claims 2000] [--server PROGRAM]

The index is filled with claims of random sketches; then articles that nobody has told before are claimed, one round
trip each. datasketch (MinHashLSH on the same server, 128 permutations, threshold 0.5) queries and inserts the same
texts from one client in the same run. Server CPU is read from the server's own `usec_per_call` and process times.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import redis
from datasketch import MinHash, MinHashLSH

from producers.redis_client import connect
from tests.quality.reprints import original
from tests.servers import free_port, redis_server
from worker.dedup.claim import Claimant, Claims
from worker.dedup.sketch import BITS, PLACES, SIZE, Sketch, sketch, tokens
from worker.pipeline import lead_facts

#: Claims in one round trip while the index is filled.
_BATCH = 500
#: Distinct shingles of a random sketch: a report of 300 words.
_SHINGLES = 300
#: Articles that datasketch is given; it is slow, and its rate does not change within a run.
_BASELINE = 500


def filled(claims: Claims, start: int, count: int, facts: Sequence[str]) -> None:
    """Claim `count` stories of random sketches with one of `facts` each, numbered from `start`."""
    for at in range(start, start + count, _BATCH):
        claims.claim(
            [
                Claimant(f"filled-{n:029}", "en", random_sketch(n), facts[n % len(facts)])
                for n in range(at, min(at + _BATCH, start + count))
            ]
        )


def random_sketch(number: int) -> Sketch:
    """Return the sketch of a text that shares nothing with any other: the smallest of _SHINGLES random hashes."""
    chance = random.Random(number)
    hashes = sorted(chance.getrandbits(BITS) for _ in range(_SHINGLES))[:SIZE]
    return Sketch(tuple(hashes), tuple(chance.randrange(PLACES) for _ in hashes), _SHINGLES)


def measured(client: redis.Redis, claims: Claims, claimants: Sequence[Claimant]) -> tuple[float, float, list[float]]:
    """Claim one by one; return claims a second, server CPU microseconds a claim, and each claim's seconds."""
    before, each = cpu(client), []
    started = time.perf_counter()
    for one in claimants:
        at = time.perf_counter()
        claims.claim([one])
        each.append(time.perf_counter() - at)
    spent = time.perf_counter() - started
    return len(claimants) / spent, (cpu(client) - before) / len(claimants) * 1e6, sorted(each)


def cpu(client: redis.Redis) -> float:
    """Return the CPU seconds that the server has used."""
    used = client.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def memory(client: redis.Redis) -> int:
    """Return the bytes that the server's data take."""
    return int(client.info("memory")["used_memory"])


def baseline(port: int, bodies: Sequence[str]) -> float:
    """Return the articles a second that datasketch queries and inserts on the server at `port`."""
    index = MinHashLSH(
        threshold=0.5,
        num_perm=128,
        storage_config={"type": "redis", "basename": b"datasketch", "redis": {"host": "127.0.0.1", "port": port}},
    )
    signatures = [signature(body) for body in bodies]
    started = time.perf_counter()
    for number, one in enumerate(signatures):
        index.query(one)
        index.insert(f"b{number}", one)
    return len(bodies) / (time.perf_counter() - started)


def signature(body: str) -> MinHash:
    """Return the MinHash of the body's 4-word shingles."""
    words = tokens(body)
    made = MinHash(num_perm=128)
    made.update_batch([" ".join(words[at : at + 4]).encode() for at in range(len(words) - 3)])
    return made


def sizes(options: argparse.Namespace) -> Iterator[str]:
    """Yield a line for each size of the index and one for the baseline."""
    bodies = [original(n, seed=9) for n in range(options.claims * len(options.sizes))]
    started = time.process_time()
    sketches = [sketch(body) for body in bodies]
    yield f"sketches: {len(bodies) / (time.process_time() - started):,.0f} a CPU second"
    started = time.process_time()
    facts = [lead_facts(body, None, "en") for body in bodies]
    yield f"facts: {len(bodies) / (time.process_time() - started):,.0f} a CPU second"
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with redis_server(port, Path(folder), options.server) as url:
            client = connect(url)
            claims = Claims(client, lambda _language, _after: ())
            empty, stored, asked, costs = memory(client), 0, 0, []
            for size in options.sizes:
                filled(claims, stored, size - stored, facts)
                stored = size
                each = (memory(client) - empty) / size
                some = [
                    Claimant(f"claimed-{asked + n:028}", "en", sketches[asked + n], facts[asked + n])
                    for n in range(options.claims)
                ]
                asked += len(some)
                rate, cost, times = measured(client, claims, some)
                costs.append(cost)
                yield (
                    f"{size:>9,} stored: {rate:,.0f} claims/s, p50 {times[len(times) // 2] * 1e3:.2f} ms, "
                    f"p99 {times[len(times) * 99 // 100] * 1e3:.2f} ms, server CPU {cost:.0f} us a claim, "
                    f"{each:,.0f} bytes an article"
                )
            last = rate
            client.flushall()
            theirs = baseline(port, bodies[:_BASELINE])
            fresh = [Claimant(f"again-{n:030}", "en", one) for n, one in enumerate(sketches[:_BASELINE])]
            claims.claim([Claimant("first", "en", random_sketch(-1))])
            client.delete(*client.keys("wiredesk:{en}:4:[pda]:*"))
            ours, _, _ = measured(client, claims, fresh)
            client.close()
    yield f"datasketch {theirs:,.0f} articles/s; claims, the same articles: {ours:,.0f}/s, {ours / theirs:.1f} times"
    yield (
        f"against claims at {options.sizes[-1]:,} stored: {last / theirs:.1f} times; "
        f"cost from {options.sizes[0]:,} to {options.sizes[-1]:,}: {costs[-1] / costs[0]:.2f} times"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure claims.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--claims", type=int, default=2000)
    parser.add_argument("--server", help="a redis-server or valkey-server; default: the embedded one")
    for line in sizes(parser.parse_args()):
        print(line, flush=True)


if __name__ == "__main__":
    main()

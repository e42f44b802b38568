"""How long the grouping of one edition takes, and how much memory.

    python -m tests.benchmarks.grouping [--digests 10000]

The digests are invented: events with one to eight digests, in words whose frequencies fall as those of a language do
(Zipf), each event with names of its own, and embeddings around a centre of its own. The bound holds for the process's
CPU time, which other processes on the machine disturb little.
"""

import argparse
import random
import resource
import time
from bisect import bisect
from itertools import accumulate

import numpy as np

from worker.edition.group import Groupable, groups

#: Words of the invented language, and of an article.
VOCABULARY, WORDS = 60_000, (120, 500)
#: Tellings of an event: most are told once.
SIZES = (1, 1, 1, 1, 1, 1, 2, 2, 3, 8)
#: The issue's bound, for 10,000 digests.
MOST_SECONDS = 60
DIMENSIONS = 384

_SYLLABLES = [first + vowel + last for first in "bdfgklmnprstv" for vowel in "aeiou" for last in ("", "l", "n", "r")]


def invented(count: int, *, seed: int = 4) -> tuple[list[Groupable], dict[str, int]]:
    """Return `count` invented digests and the event of each, by id; the same for the same seed."""
    chance, numbers = random.Random(seed), np.random.default_rng(seed)
    vocabulary = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(VOCABULARY)]
    heap = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
    field = numbers.standard_normal(DIMENSIONS)
    digests: list[Groupable] = []
    events: dict[str, int] = {}
    event = 0
    while len(digests) < count:
        event += 1
        names = [word.capitalize() for word in chance.sample(vocabulary, 6)]
        own = [vocabulary[word] for word in chance.sample(range(200, VOCABULARY), 25)]
        centre = numbers.standard_normal(DIMENSIONS) + field
        for _ in range(min(chance.choice(SIZES), count - len(digests))):
            words = []
            for _ in range(chance.randint(*WORDS)):
                draw = chance.random()
                if draw < 0.06:
                    words.append(chance.choice(names))
                elif draw < 0.16:
                    words.append(chance.choice(own))
                else:
                    words.append(vocabulary[bisect(heap, chance.random() * heap[-1])])
            vector = centre + 0.7 * numbers.standard_normal(DIMENSIONS)
            vector /= np.linalg.norm(vector)
            one = Groupable(
                id=f"{len(digests):06}",
                text=" ".join(words),
                language="en",
                embedding=vector.astype("<f4").tobytes(),
            )
            digests.append(one)
            events[one.id] = event
    return digests, events


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digests", type=int, default=10_000, help="how many digests (default 10,000)")
    arguments = parser.parse_args()
    digests, events = invented(arguments.digests)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.monotonic(), time.process_time()
    found = groups(digests)
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    pure = sum(len({events[one] for one in group}) == 1 for group in found)
    print(f"{len(digests)} digests, {len(set(events.values()))} events, {len(found)} groups, {pure} of one event only")
    print(f"{seconds:.1f} s by the clock, {cpu:.1f} s of CPU; {more:.0f} MB more memory at the most")
    if cpu > MOST_SECONDS and arguments.digests <= 10_000:
        raise SystemExit(f"grouping took more than {MOST_SECONDS} s")


if __name__ == "__main__":
    main()

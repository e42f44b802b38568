"""The claim: one atomic step in Redis that tells whether an article opens a story or joins one.

    wiredesk:{LANGUAGE}:...     see claim.lua

Redis proposes and the store decides: what Redis forgets is rebuilt from the store before the next claim. All keys of
a language share one hash tag, so that a cluster spreads the languages, and every key has a time to live.
"""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import redis
import structlog

from producers.redis_client import KEY_PREFIX, redis_errors, sync
from worker.dedup.sketch import AS_LONG, GROWTH, SURE_CONTAINMENT, VARIANT, WINDOW_SECONDS, Sketch
from worker.errors import RetryableError
from worker.waiting import check

logger = structlog.get_logger(__name__)

#: Form of the keys; raised with every change of it, so that an index of another form is passed over and rebuilt.
FORM: Final = 4
#: Strings of Redis over which the postings of a generation are spread: 2 to the power of 16, so that 4 bytes say the
#: rest of a hash of 48 bits. About 200 postings in each at 100,000 stories; changing it needs a wiped Redis.
BUCKETS: Final = 65_536
#: Stories that may hold a hash before it counts as template or footer and is ignored (without: F1 0.59, not 0.94).
CAP: Final = 5
#: Fewest hashes that two texts must share, and the least containment that makes one a reprint of the other.
LEAST_SHARED: Final = 6
LEAST_CONTAINMENT: Final = 0.5
#: A text's lead and its middle, as places in it (percent). Header and footer of one site can be half of two short
#: copies; in the middle they have nothing in common.
LEAD, MIDDLE_FROM, MIDDLE_TO = 40, 20, 60
#: Least share of the shorter text's middle that must stand in the other, below SURE_CONTAINMENT.
FILLED: Final = 0.25
#: A text with every seventh word replaced has about half of its shingles left: that little is enough between texts of
#: nearly one length (ratio) that share many hashes.
REWORDED_CONTAINMENT, REWORDED_SHARED = 0.42, 30
#: Least share of the leads in common, for that, and before a reprint of two stories proves them to be one.
ALIKE: Final = 0.2
#: Least containment of these two in one another: two damaged copies of one text have more in common, the parts of a
#: round-up less.
AKIN: Final = 0.2
#: Least share of their words, and fewest words, that two sentences have in common before their facts are compared: with
#: half of them, sentences of one author's making were taken for one.
SAME_SENTENCE, SAME_WORDS = 0.6, 2
#: What the kinds of fact of one sentence must sum up to to settle it: one that most were replaced of counts 2.
SETTLED: Final = 3
#: How much longer than the claimant the text may be whose story it proves to be another's.
LARGER: Final = 1.2
#: Documents of one generation that are remembered for a hash: a story has a few.
MOST_POSTINGS: Final = 16

#: How long one process rebuilds the index before it lets another go on, seconds: less than the hard limit of ingest.
REBUILD_SECONDS: Final = 12.0
#: Life of the rebuild's lock, seconds; it is renewed with every batch of documents.
LOCK_SECONDS: Final = 20
#: How long a process waits for another's rebuild before it hands its message back, and between two looks, seconds.
WAIT_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.1
#: Documents posted in one round trip of a rebuild.
_BATCH: Final = 200

#: What claim.lua is given of the numbers above.
_NUMBERS: Final = json.dumps(
    {
        "window_seconds": WINDOW_SECONDS,
        "buckets": BUCKETS,
        "cap": CAP,
        "least_shared": LEAST_SHARED,
        "least_containment": LEAST_CONTAINMENT,
        "sure_containment": SURE_CONTAINMENT,
        "growth": GROWTH,
        "lead": LEAD,
        "middle_from": MIDDLE_FROM,
        "middle_to": MIDDLE_TO,
        "filled": FILLED,
        "reworded_containment": REWORDED_CONTAINMENT,
        "reworded_shared": REWORDED_SHARED,
        "as_long": AS_LONG,
        "alike": ALIKE,
        "akin": AKIN,
        "larger": LARGER,
        "variant": VARIANT,
        "most_postings": MOST_POSTINGS,
        "same_sentence": SAME_SENTENCE,
        "same_words": SAME_WORDS,
        "settled": SETTLED,
    }
)

_RENEW = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('EXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_OPEN = """#!lua
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('DEL', KEYS[2])
return 1
"""


class ClaimsUnavailableError(RetryableError):
    """The claims of a language are being rebuilt from the store; the work waits for that."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """An article that asks for its story.

    `facts` is the compact form of worker.dedup.facts; "" contradicts nothing. `update` says that the text calls itself
    an update, which no contradiction keeps from its story.
    """

    article: str
    language: str
    sketch: Sketch
    facts: str = ""
    update: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer: `joins` names an article of the story that the claimant reports too, None where it opens one.

    `opener` is the article that opened the story of that one. `containment` is the estimated share of the shorter text
    that stands in the other; 0.0 for a new story. `proves` names the openers of further stories that the claimant
    proves to be the same story. `epoch` is the life of the index in which the answer was given.
    """

    joins: str | None = None
    opener: str | None = None
    containment: float = 0.0
    epoch: str = ""
    proves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text of the store with which others are compared, for a rebuild.

    `age` is in seconds. `joined` names an article of the story that it joined, None where it opened one. `facts` is the
    compact form of worker.dedup.facts.
    """

    article: str
    sketch: Sketch
    age: float
    joined: str | None = None
    facts: str = ""


#: What a rebuild asks of the store: the documents of a language that are young enough, oldest first, from the one
#: behind the article that it names on (None: all).
Documents = Callable[[str, str | None], Iterable[Document]]


class Claims:
    """The claims of one desk. Methods raise the errors of `redis_errors`; a server at its memory limit refuses."""

    def __init__(self, client: redis.Redis, documents: Documents, *, clock: Callable[[], int] | None = None) -> None:
        """Use `client`; `documents(language, after)` is read for a rebuild.

        `clock` stands in for the server's own, in whole seconds: for streams of the past.
        """
        self.redis = client
        self._documents = documents
        self._clock = clock or (lambda: 0)
        self._source = resources.files(__package__).joinpath("claim.lua").read_text(encoding="utf-8")
        self._digest = client.register_script(self._source).sha
        self._renew = client.register_script(_RENEW)
        self._release = client.register_script(_RELEASE)
        self._open = client.register_script(_OPEN)

    def claim(self, claimants: Sequence[Claimant]) -> list[Claim]:
        """Return an answer for each of `claimants`, in order; the same article always gets the same answer.

        A text too short for a sketch is not compared and gets "new". Raises ClaimsUnavailableError while another
        process rebuilds the index.
        """
        answers: dict[int, Claim] = {}
        waiting = [i for i, one in enumerate(claimants) if one.sketch.comparable]
        while waiting:
            check()
            given = self._ask([claimants[i] for i in waiting])
            answers |= {i: claim for i, claim in zip(waiting, given, strict=True) if claim is not None}
            waiting = [i for i in waiting if i not in answers]
            for language in sorted({claimants[i].language for i in waiting}):
                self._restore(language)
        return [answers.get(i, Claim()) for i in range(len(claimants))]

    def keep(self, claimants: Sequence[Claimant], claims: Sequence[Claim]) -> None:
        """Claim again what was answered in a life of the index that has ended since; call it after the commit.

        A rebuild could not have found these articles in the store, and would leave them out of the index.
        """
        languages = sorted({one.language for one in claimants if one.sketch.comparable})
        if not languages:
            return
        with redis_errors():
            epochs = dict(zip(languages, sync(self.redis.mget([_key(one, "epoch") for one in languages])), strict=True))
        lost = [
            one
            for one, claim in zip(claimants, claims, strict=True)
            if one.sketch.comparable and (epochs[one.language] or b"").decode() != claim.epoch
        ]
        if lost:
            self.claim(lost)

    def _ask(self, claimants: Sequence[Claimant]) -> list[Claim | None]:
        calls = [
            ([_key(one.language, "epoch")], self._arguments(one.article, one.sketch, one.facts, update=one.update))
            for one in claimants
        ]
        return [_claim(answer) for answer in self._run(calls)]

    def _arguments(
        self,
        article: str,
        sketch: Sketch,
        facts: str,
        *,
        age: float = 0.0,
        token: str = "",
        joined: str = "",
        update: bool = False,
    ) -> list[Any]:
        numbers = [sketch.shingles, sketch.packed(), _NUMBERS, self._clock(), int(age)]
        return [article, *numbers, token, joined, facts, int(update)]

    def _run(self, calls: Sequence[tuple[list[str], list[Any]]]) -> list[Any]:
        """Run claim.lua once for each `(keys, arguments)` in one round trip, and return the answers."""
        with redis_errors():
            try:
                return self._piped(calls)
            except redis.exceptions.NoScriptError:
                # What ran before another process flushed the scripts may run again: it gets the same answer.
                self.redis.script_load(self._source)
                return self._piped(calls)

    def _piped(self, calls: Sequence[tuple[list[str], list[Any]]]) -> list[Any]:
        pipe = self.redis.pipeline(transaction=False)
        for keys, arguments in calls:
            pipe.evalsha(self._digest, len(keys), *keys, *arguments)
        return pipe.execute()

    def _restore(self, language: str) -> None:
        """Return when the index of `language` lives: rebuilt by this process, or by another in WAIT_SECONDS."""
        token = str(uuid.uuid4())
        epoch, lock = _key(language, "epoch"), _key(language, "rebuilding")
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            with redis_errors():
                if self.redis.exists(epoch):
                    return
                if self.redis.set(lock, token, nx=True, ex=LOCK_SECONDS):
                    break
            if time.monotonic() > deadline:
                raise ClaimsUnavailableError(
                    f"The claims of the language {language!r} are being rebuilt from the store; waiting for that."
                )
            time.sleep(LOOK_SECONDS)
        try:
            self._rebuild(language, token)
        finally:
            with redis_errors():
                self._release(keys=[lock], args=[token])

    def _rebuild(self, language: str, token: str) -> None:
        epoch, lock, done = (_key(language, name) for name in ("epoch", "rebuilding", "rebuilt"))
        started = time.monotonic()
        with redis_errors():
            # Where an earlier turn ended: what it posted lies in the index, and need not be sketched again.
            last = sync(self.redis.get(done))
        posted, batch = 0, list[Document]()
        for document in self._documents(language, last.decode() if last else None):
            batch.append(document)
            if len(batch) >= _BATCH:
                self._post(language, token, batch)
                posted, batch = posted + len(batch), []
                if time.monotonic() - started > REBUILD_SECONDS:
                    raise ClaimsUnavailableError(
                        f"{posted:,} stories of the language {language!r} are known again; the rest comes next."
                    )
        self._post(language, token, batch)
        with redis_errors():
            opened = self._open(keys=[epoch, lock], args=[token, 2 * WINDOW_SECONDS + 3600])
            self.redis.delete(done)
        if opened and (posted or batch):
            spent = round(time.monotonic() - started, 1)
            logger.info("claims_rebuilt", language=language, stories=posted + len(batch), seconds=spent)

    def _post(self, language: str, token: str, batch: Sequence[Document]) -> None:
        if not batch:
            return
        epoch, lock, done = (_key(language, name) for name in ("epoch", "rebuilding", "rebuilt"))
        calls = [
            (
                [epoch, lock],
                self._arguments(one.article, one.sketch, one.facts, age=one.age, token=token, joined=one.joined or ""),
            )
            for one in batch
        ]
        answers = self._run(calls)
        with redis_errors():
            held = self._renew(keys=[lock], args=[token, LOCK_SECONDS])
            if held and all(answers):
                self.redis.set(done, batch[-1].article, ex=WINDOW_SECONDS)
        if not held or not all(answers):
            raise ClaimsUnavailableError(
                f"Another process rebuilds the claims of the language {language!r}; waiting for that."
            )


def _claim(answer: list[bytes]) -> Claim | None:
    """Return what the script said, None where there is no index."""
    if not answer:
        return None
    epoch, told = (part.decode() for part in answer)
    if not told:
        return Claim(epoch=epoch)
    score, joins, opener, *proves = told.split("\n")
    return Claim(joins, opener, float(score), epoch, tuple(dict.fromkeys(proves)))


def _key(language: str, name: str) -> str:
    tag = re.sub(r"[^a-z]", "", language.lower().split("-")[0]) or "und"
    return f"{KEY_PREFIX}{{{tag}}}:{FORM}:{name}"

"""The journal: what Redis holds of an article from its push until the store has it.

    wiredesk:journal        hash   id -> packed RawArticle
    wiredesk:names          hash   id -> JSON of its source, uri and filename, which show what it is without opening it
    wiredesk:sent           zset   id -> server time of the last message that carried it
    wiredesk:attempts       hash   id -> which attempt at it was noted last
    wiredesk:refused        hash   id -> how often the store refused it alone, and the count of settled ids then
    wiredesk:settled        string how many ids were ever settled
    wiredesk:outcome:ID     string what became of it, for OUTCOME_SECONDS

Every change is one script, so that a crash leaves either all of it or nothing.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import redis

from producers.article import RawArticle, is_id, scrubbed
from producers.redis_client import (
    KEY_PREFIX,
    QueueFullError,
    QueueUnavailableError,
    lacks_right,
    redis_errors,
    sync,
)
from producers.terminal import counted

JOURNAL: Final = KEY_PREFIX + "journal"
NAMES: Final = KEY_PREFIX + "names"
SENT: Final = KEY_PREFIX + "sent"
ATTEMPTS: Final = KEY_PREFIX + "attempts"
REFUSED: Final = KEY_PREFIX + "refused"
SETTLED: Final = KEY_PREFIX + "settled"
OUTCOME: Final = KEY_PREFIX + "outcome:"

#: How long an outcome can be asked for, seconds. A producer that was away longer pushes again, which is harmless.
OUTCOME_SECONDS: Final = 24 * 3600
#: Seconds by which a stamp is ahead of Redis' clock only if a clock was wrong; synchronised servers differ by less.
AHEAD_SECONDS: Final = 3600
#: Share of the server's memory limit above which producers wait, so that the workers always have room to settle.
FULL_SHARE: Final = 0.8
#: Seconds in which a replica must acknowledge a push: less than the client waits for an answer (ANSWER_SECONDS).
REPLICA_SECONDS: Final = 5.0
#: Bytes of the largest journal entry that is fetched: a text at its cap, packed, has at most 5 MB and its fields.
MAX_ENTRY_BYTES: Final = 16_000_000
#: Bytes of the longest name that is fetched: its fields at their longest, escaped as JSON, take 40,000.
MAX_NAME_BYTES: Final = 65_536

_ADMIT = """
local fresh = 0
for i = 3, #ARGV, 3 do fresh = fresh + 1 - redis.call('HEXISTS', KEYS[1], ARGV[i]) end
local pending = redis.call('HLEN', KEYS[1])
if fresh > 0 and pending + fresh > tonumber(ARGV[1]) then return pending end
local now = redis.call('TIME')[1]
for i = 3, #ARGV, 3 do
  -- What is pushed again while it waits keeps its attempts: else an article that ends the whole desk never fails.
  if redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) == 1 then redis.call('HDEL', KEYS[3], ARGV[i]) end
  redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 2])
  redis.call('ZADD', KEYS[2], now, ARGV[i])
  redis.call('DEL', ARGV[2] .. ARGV[i])
end
return -1
"""

# Settling frees memory, so it must also work at the server's limit.
_SETTLE = """#!lua flags=allow-oom
for i = 3, #ARGV, 2 do
  redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('ZREM', KEYS[2], ARGV[i])
  redis.call('HDEL', KEYS[3], ARGV[i])
  redis.call('HDEL', KEYS[4], ARGV[i])
  redis.call('HDEL', KEYS[6], ARGV[i])
  redis.call('SET', ARGV[2] .. ARGV[i], ARGV[i + 1], 'EX', ARGV[1])
end
redis.call('INCRBY', KEYS[5], (#ARGV - 2) / 2)
"""

# An entry that is too large to be ours is returned as an empty one, which no article unpacks from.
_ENTRIES = """#!lua flags=no-writes
local entries = {}
for i = 2, #ARGV do
  local small = redis.call('HSTRLEN', KEYS[1], ARGV[i]) <= tonumber(ARGV[1])
  entries[i - 1] = small and redis.call('HGET', KEYS[1], ARGV[i]) or (not small and '')
end
return entries
"""

_BEGIN = """#!lua flags=allow-oom
for i = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
"""

# An attempt that is settled, or taken back already, or followed by another one, is not taken back.
_TAKE_BACK = """#!lua flags=allow-oom
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1] - 1) end
end
"""

_REFUSED = """#!lua flags=allow-oom
local settled = redis.call('GET', KEYS[2]) or '0'
local count, at = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (%d+)$')
if at == settled then return tonumber(count) end
count = (tonumber(count) or 0) + 1
redis.call('HSET', KEYS[1], ARGV[1], count .. ' ' .. settled)
return count
"""

_MARK_SENT = """#!lua flags=allow-oom
local now = redis.call('TIME')[1]
for i = 1, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then redis.call('ZADD', KEYS[2], now, ARGV[i]) end
end
"""

# A message from the future was sent before the clock was set back. Nobody knows when, so it counts as sent now.
_COUNT_AS_SENT_NOW = """#!lua flags=allow-oom
local now = redis.call('TIME')[1]
local ahead = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
for _, id in ipairs(ahead) do redis.call('ZADD', KEYS[1], now, id) end
return #ahead
"""

_OVERDUE = """
local before = redis.call('TIME')[1] - ARGV[1]
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', before, 'LIMIT', 0, ARGV[2])
"""


class Standing(StrEnum):
    """How far a pushed id has come."""

    STORED = "stored"
    FAILED = "failed"
    WAITING = "waiting"
    #: Neither an outcome nor a journal entry: Redis has forgotten it, push it again.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a pushed id; `stage` and `reason` are given if it failed."""

    standing: Standing
    stage: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """How a person finds an article; the fields are those of RawArticle."""

    source: str = "unknown"
    uri: str = ""
    filename: str = ""


class Journal:
    """The journal of one desk. All methods raise the errors of `redis_errors`."""

    def __init__(self, client: redis.Redis, max_pending: int = 10_000) -> None:
        self.redis = client
        self.max_pending = max_pending
        self._admit = client.register_script(_ADMIT)
        self._settle = client.register_script(_SETTLE)
        self._begin = client.register_script(_BEGIN)
        self._take_back = client.register_script(_TAKE_BACK)
        self._refused = client.register_script(_REFUSED)
        self._mark_sent = client.register_script(_MARK_SENT)
        self._entries = client.register_script(_ENTRIES)
        self._count_as_sent_now = client.register_script(_COUNT_AS_SENT_NOW)
        self._overdue = client.register_script(_OVERDUE)

    def check_server(self) -> None:
        """Raise ConfigurationError for a server that can never serve the desk: cluster mode, an unknown database."""
        with redis_errors():
            # A server in cluster mode refuses any command with keys of different slots.
            self.redis.exists(JOURNAL, SENT)

    def server(self, *sections: str) -> dict[str, Any]:
        """Return what INFO says in `sections` (none: the usual ones).

        That is nothing if the user may not ask, or if the command is renamed.
        """
        with redis_errors():
            try:
                return dict(sync(self.redis.info(*sections)))
            except redis.exceptions.ResponseError as error:
                if lacks_right(error) or "unknown command" in str(error):
                    return {}
                raise

    def admit(self, raws: Sequence[RawArticle]) -> None:
        """Write all of `raws` into the journal or, at the bound or near the memory limit, none (QueueFullError).

        If the server has a replica, it returns when a replica has them, too, so that they outlive a failover. Raises
        QueueUnavailableError after REPLICA_SECONDS without that: the articles may be in the journal, and pushing them
        again settles the doubt.
        """
        with redis_errors():
            server = self.server("memory", "replication")
            _refuse_near_memory_limit(server)
            packed: list[bytes | str] = []
            for raw in raws:
                packed += [str(raw.id), raw.packed(), _packed_name(raw)]
            # A server waits for the replicas of what the same connection wrote.
            pipe = self.redis.pipeline(transaction=False)
            self._admit(keys=[JOURNAL, SENT, ATTEMPTS, NAMES], args=[self.max_pending, OUTCOME, *packed], client=pipe)
            if replicas := _online_replicas(server):
                pipe.wait(1, round(REPLICA_SECONDS * 1000))
            pending, *acknowledged = pipe.execute()
        if pending != -1:
            raise QueueFullError(
                f"{counted(pending, 'article')} in the journal, which takes {self.max_pending:,} at most; waiting."
            )
        if acknowledged == [0]:
            raise QueueUnavailableError(
                f"None of Redis' {replicas:,} replicas has acknowledged the articles within {REPLICA_SECONDS:.0f} s: "
                "look after the replicas; until then a failover could lose what is pushed."
            )

    def entries(self, ids: Sequence[str]) -> list[bytes | None]:
        """Return the packed articles of `ids` in the same order, None for an id that the journal does not have.

        An entry beyond MAX_ENTRY_BYTES, which is nobody's article, comes as an empty one.
        """
        with redis_errors():
            return self._entries(keys=[JOURNAL], args=[MAX_ENTRY_BYTES, *ids]) if ids else []

    def name(self, name: str) -> Name:
        """Return how a person finds the article `name`, whose journal entry need not be opened for it.

        Its uri is the id if an older producer pushed it, or if the note about it is not one of ours.
        """
        with redis_errors():
            (note,) = self._entries(keys=[NAMES], args=[MAX_NAME_BYTES, name])
        try:
            fields = {key: scrubbed(str(value)) for key, value in json.loads(note or b"").items()}
            return Name(fields["source"][:200], fields["uri"][:2048], fields["filename"][:1000])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Name(uri=name)

    def outcomes(self, ids: Sequence[UUID]) -> list[Outcome]:
        """Return how far each of `ids` has come, in the same order."""
        if not ids:
            return []
        names = [str(i) for i in ids]
        with redis_errors():
            # The outcome is read after the journal: an id that is settled between the two is found in the second.
            pipe = self.redis.pipeline(transaction=False)
            for name in names:
                pipe.hexists(JOURNAL, name)
            pipe.mget([OUTCOME + name for name in names])
            *waiting, settled = pipe.execute()
        return [_outcome(text, bool(waits)) for text, waits in zip(settled, waiting, strict=True)]

    def settle(self, outcomes: Mapping[str, Outcome]) -> None:
        """Let go of the ids in `outcomes`: the store has them. Works beyond the server's memory limit."""
        if not outcomes:
            return
        args: list[str | int] = [OUTCOME_SECONDS, OUTCOME]
        for name, outcome in outcomes.items():
            fields = {"standing": outcome.standing, "stage": outcome.stage, "reason": outcome.reason}
            args += [name, json.dumps({k: v for k, v in fields.items() if v}, ensure_ascii=False)]
        with redis_errors():
            self._settle(keys=[JOURNAL, SENT, ATTEMPTS, REFUSED, SETTLED, NAMES], args=args)

    def attempts(self, ids: Sequence[str]) -> list[int]:
        """Return how often the work on each of `ids` was started."""
        with redis_errors():
            counts = sync(self.redis.hmget(ATTEMPTS, list(ids))) if ids else []
        return [int(n) if n is not None and n.isdigit() and len(n) < 10 else 0 for n in counts]

    def begin(self, attempts: Mapping[str, int]) -> None:
        """Note, just before the work on a message, which attempt at each of its ids this is, from 1.

        It may be noted twice.
        """
        if attempts:
            with redis_errors():
                self._begin(keys=[ATTEMPTS], args=[part for item in attempts.items() for part in item])

    def take_back(self, attempts: Mapping[str, int]) -> None:
        """Forget the `attempts` that were noted, by id: not the article failed but the store, Redis or the disk."""
        if attempts:
            with redis_errors():
                self._take_back(keys=[ATTEMPTS], args=[part for item in attempts.items() for part in item])

    def refused(self, name: str) -> int:
        """Note that the store refused `name` alone, and return how often it did while other articles were settled.

        A second refusal counts only if anything was settled since the last one: else the store refuses everything.
        """
        with redis_errors():
            return int(self._refused(keys=[REFUSED, SETTLED], args=[name]))

    def mark_sent(self, ids: Sequence[str]) -> None:
        """Note that a message has just carried `ids`."""
        if ids:
            with redis_errors():
                self._mark_sent(keys=[JOURNAL, SENT], args=list(ids))

    def ahead(self) -> int:
        """Return how many messages were sent at a time that Redis' clock reaches in AHEAD_SECONDS or later."""
        with redis_errors():
            now = int(sync(self.redis.time())[0])
            return int(sync(self.redis.zcount(SENT, now + AHEAD_SECONDS, "+inf")))

    def count_as_sent_now(self) -> int:
        """Let the messages of which Redis' clock says that they were sent in the future count as sent now, and return
        how many.
        """
        with redis_errors():
            return int(self._count_as_sent_now(keys=[SENT]))

    def overdue(self, seconds: float, most: int) -> list[str]:
        """Return up to `most` ids whose last message is at least `seconds` old by Redis' clock, oldest first.

        An id that no message ever carried comes first. A message from the future counts as sent now.
        """
        self.count_as_sent_now()
        with redis_errors():
            held, sent = self.pending(), int(sync(self.redis.zcard(SENT)))
            ids = self._own(sync(self._overdue(keys=[SENT], args=[int(seconds), most])))
            unsent = []
            if held != sent or not held:
                marked = set(sync(self.redis.zrange(SENT, 0, -1)))
                keys = set(sync(self.redis.hkeys(JOURNAL)))
                unsent = sorted(self._own(keys - marked))
                if gone := marked - keys:
                    self.redis.zrem(SENT, *gone)
                ids = [i for i in ids if i.encode() in keys]
        return (unsent + ids)[:most]

    def _own(self, names: Iterable[bytes]) -> list[str]:
        """Return those of `names` that are ids; the journal loses the others, which somebody else has put there."""
        text = {name: name.decode("ascii", "replace") for name in names}
        if others := [name for name, i in text.items() if not is_id(i)]:
            self.redis.hdel(JOURNAL, *others)
            self.redis.hdel(NAMES, *others)
            self.redis.zrem(SENT, *others)
        return [i for i in text.values() if is_id(i)]

    def pending(self) -> int:
        """Return how many articles the journal holds."""
        with redis_errors():
            return int(sync(self.redis.hlen(JOURNAL)))

    def queue_length(self, queue: str) -> int:
        """Return how many messages wait in Celery's list `queue`."""
        with redis_errors():
            return int(sync(self.redis.llen(KEY_PREFIX + queue)))


def _refuse_near_memory_limit(server: Mapping[str, Any]) -> None:
    used, limit = server.get("used_memory", 0), server.get("maxmemory", 0)
    if limit and used > FULL_SHARE * limit:
        raise QueueFullError(
            f"Redis uses {used >> 20:,} of its {limit >> 20:,} MB; waiting until the workers have caught up."
        )


def _online_replicas(server: Mapping[str, Any]) -> int:
    """Return how many replicas have the data and receive every write; the server lists them as slave0, slave1, ..."""
    replicas = [value for name, value in server.items() if re.fullmatch(r"slave\d+", name)]
    return sum(replica.get("state") == "online" for replica in replicas)


def _packed_name(raw: RawArticle) -> str:
    return json.dumps({"source": raw.source, "uri": raw.uri, "filename": raw.filename})


def _outcome(text: bytes | None, waits: bool) -> Outcome:
    if text is not None:
        try:
            fields = json.loads(text)
            stage, reason = str(fields.get("stage", "")), str(fields.get("reason", ""))[:2000]
            return Outcome(Standing(fields["standing"]), stage, reason)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # Not written by us: as good as none, and pushing again puts ours in its place.
            pass
    return Outcome(Standing.WAITING if waits else Standing.UNKNOWN)

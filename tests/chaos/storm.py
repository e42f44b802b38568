"""A storm: a whole desk is given articles while its processes are killed, and then every article is accounted for."""

import itertools
import logging
import os
import random
import signal
import sqlite3
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis
import sqlalchemy as sa

import tests.postgres
import tests.sentinel
from producers import redis_client
from producers.journal import Journal
from producers.redis_client import QueueUnavailableError
from producers.servers.embedded import embedded_url
from tests import rig
from tests.acceptance.desks import Desk, Folders, Process, running, until
from tests.chaos import news, weather
from tests.chaos.planted import sitecustomize as planted
from tests.postgres import Server
from tests.servers import free_port
from worker.errors import RetryableError
from worker.store import Store, connect, future
from worker.store.contents import counts, export_articles
from worker.store.tables import failures

logger = logging.getLogger(__name__)

#: Seconds between two faults, from and to.
PAUSE = (0.8, 3.2)
#: A desk gives up when one of its children ends five times within a minute (worker.desk.children). So no child is
#: killed more often than this, and of the articles that end their summarize worker, once a minute each, there are two.
MOST_KILLS, KILLS_SECONDS = 2, 60.0
#: Seconds in which each fault must come about: every child may have had its kills just now, and is then still away.
FAULT_SECONDS = KILLS_SECONDS + 60.0
#: Seconds for which the store is away.
STORE_AWAY = 8.0
#: Sessions of the pooler, fewer than the desk's processes have.
POOLED = 4
#: What a schedule says whose clock is not the store's.
APART = "The clocks of this machine and of the store differ"
#: Text of the file to which a link is dropped.
PRECIOUS = "This file lies beside the inbox, and no article may come of it.\n"
#: Share of the articles that come in files of many, and how many such a file holds.
SHARE_MANY, MANY = 0.75, 60


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a storm does: articles of each kind by their number, faults of each kind by theirs."""

    name: str
    engine: str
    workers: int
    honest: int
    copies: int
    planted: Mapping[str, int]
    faults: Mapping[str, int]
    #: Seconds, after the last fault, in which the desk must come nearer to its end.
    patience: float
    #: Whether the desk has PostgreSQL (if it is installed) rather than SQLite.
    postgres: bool = False
    #: Whether the desk has a Redis and a store of others, behind a line and a pooler, and serves its pages.
    outside: bool = False

    @property
    def articles(self) -> int:
        """All articles that the desk is given."""
        return self.honest + self.copies + sum(self.planted.values())


@dataclass
class Account:
    """What a storm came to."""

    plan: Plan
    faults: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    stored_twice: list[str] = field(default_factory=list)
    digested_twice: list[str] = field(default_factory=list)
    wrongly_failed: list[str] = field(default_factory=list)
    wrongly_passed: list[str] = field(default_factory=list)
    wrong_reprints: int = 0
    files_left: list[str] = field(default_factory=list)
    #: Articles that nobody gave, times in the future, and files beside the inbox that the desk changed.
    strange: list[str] = field(default_factory=list)
    #: Readers without an answer.
    turned_away: int = 0
    exit_code: int = 0
    seconds: float = 0.0
    #: What ended the storm, or its accounting, before its time.
    errors: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether all that the desk promises held."""
        wrong = (self.lost, self.stored_twice, self.digested_twice, self.wrongly_failed, self.wrongly_passed)
        return not any(wrong) and not (
            self.wrong_reprints or self.files_left or self.strange or self.turned_away or self.exit_code or self.errors
        )


#: What is planted: the file's suffix, and what makes its text from a number. Every one ends as a failure.
PLANTS: Mapping[str, Callable[[int], str]] = {
    "empty": lambda _number: "",
    "ends-ingest": lambda number: news.text(number, planted.ENDS_INGEST),
    "hangs-ingest": lambda number: news.text(number, planted.HANGS_INGEST),
    "ends-summarize": lambda number: news.text(number, planted.ENDS_SUMMARIZE),
    "breaks-summarize": lambda number: news.text(number, planted.BREAKS_SUMMARIZE),
}
#: Numbers of planted articles: none has the words of an honest one, nor of a plant of another kind, whose reprint it
#: would be.
FIRST_PLANT, PLANTS_OF_A_KIND = 1_000_000, 1_000


def files(plan: Plan, chance: random.Random) -> list[tuple[str, str]]:
    """Return the names and contents of the files of `plan`, in the order in which they are dropped."""
    many = int(plan.honest * SHARE_MANY)
    rows = [news.row(f"wire-{number}", number) for number in range(many)]
    rows += [news.row(f"copy-{number}", number) for number in range(plan.copies)]
    chance.shuffle(rows)
    made = [(f"wire/{n:06}.jsonl", "\n".join(rows[n : n + MANY])) for n in range(0, len(rows), MANY)]
    made += [(f"honest-{number}.txt", news.text(number)) for number in range(many, plan.honest)]
    for first, kind in zip(itertools.count(FIRST_PLANT, PLANTS_OF_A_KIND), plan.planted):
        made += [(f"planted-{kind}-{n}.txt", PLANTS[kind](first + n)) for n in range(plan.planted[kind])]
    chance.shuffle(made)
    return made


def expected(plan: Plan) -> Iterator[str]:
    """Yield the uri of every article of `plan`."""
    many = int(plan.honest * SHARE_MANY)
    yield from (f"wire-{number}" for number in range(many))
    yield from (f"copy-{number}" for number in range(plan.copies))
    yield from (f"honest-{number}.txt" for number in range(many, plan.honest))
    for kind, number in plan.planted.items():
        yield from (f"planted-{kind}-{n}.txt" for n in range(number))


class Storm:
    """A storm over one desk in a folder of its own; `server` is its PostgreSQL, None: it has the SQLite store."""

    def __init__(self, plan: Plan, root: Path, seed: int, server: Server | None, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.folders = Folders(root)
        self.folders.inbox.mkdir(parents=True)
        self.folders.data.mkdir()
        self.say = say
        self._chance = random.Random(seed)
        self._server = server
        #: The Redis of a plan with outside services, and the lines to its servers.
        self._redis: tests.sentinel.Group | None = None
        self._lines: list[weather.Line] = []
        #: The port of the pages.
        self._pages = 0
        self._turned_away = 0
        #: A folder beside the inbox, to which links lead.
        self._elsewhere = root / "elsewhere"
        self._stack = ExitStack()
        self._kills: defaultdict[str, deque[float]] = defaultdict(deque)
        self._faults: Mapping[str, Callable[[Desk], bool]] = {
            "worker killed": self._kill_worker,
            "server killed": lambda desk: self._kill(desk, "server"),
            "watcher killed": lambda desk: self._kill(desk, "watch"),
            "schedule killed": lambda desk: self._kill(desk, "schedule"),
            "Redis wiped": self._wipe,
            "store cut": self._cut,
            "store locked": self._lock,
            "store frozen": self._freeze,
            "Redis slow": self._slow,
            "Redis failed over": self._fail_over,
            "clock ahead": self._set_clock_ahead,
            "links planted": self._plant,
            "silent clients": self._fall_silent,
        }

    def run(self) -> Account:
        """Run the storm and account for every article, also if an error ended it before its time."""
        account = Account(self.plan)
        began = time.monotonic()
        url = self._server.url if self._server else f"sqlite:///{self.folders.data / 'wiredesk.db'}"
        with noting(account.errors):
            self._blow(url, account)
        account.seconds = time.monotonic() - began
        with noting(account.errors):
            self._settle(url, account)
        return account

    def _blow(self, url: str, account: Account) -> None:
        """Run the desk through the storm, its store at `url`, to its end."""
        variables = {"PYTHONPATH": str(rig.PLANTED), "WIREDESK_ENGINE": self.plan.engine, "WIREDESK_STORE_URL": url}
        flags = ["--workers", str(self.plan.workers)]
        with ExitStack() as stack:
            if self.plan.outside:
                variables |= self._outside(stack, url)
                flags.append("--serve")
            stack.enter_context(environment(variables))
            desk = stack.enter_context(running(self.folders, *flags))
            self._stack = stack
            until(lambda: desk.members("summarize"), "the desk starts its workers")
            store = connect(url)
            stack.callback(store.close)
            audit(store)
            if self.plan.outside:
                desk.wait_for("The desk is up")
            self._rage(desk, account)
            self._calm(desk, store)
            if self.plan.outside:
                account.turned_away = self._turned_away + (not weather.answers(self._pages))
            desk.signal(signal.SIGTERM)
            account.exit_code = desk.end()

    def _outside(self, stack: ExitStack, store_url: str) -> dict[str, str]:
        """Start what others run, and return the environment of a desk that uses it."""

        def line(port: int) -> int:
            self._lines.append(stack.enter_context(weather.line(port)))
            return self._lines[-1].port

        servers = self.folders.root / "redis"
        servers.mkdir()
        self._redis = stack.enter_context(tests.sentinel.group(servers, line, weather.SERVERS))
        self._pages = free_port()
        self._elsewhere.mkdir()
        (self._elsewhere / "precious.txt").write_text(PRECIOUS)
        if program := tests.postgres.pooler():
            store_url = stack.enter_context(tests.postgres.pooling(program, store_url, free_port(), POOLED))
        else:
            self.say("PgBouncer is not installed: no pooler stands before PostgreSQL")
        return {
            "WIREDESK_REDIS_URL": self._redis.url,
            "WIREDESK_STORE_URL": store_url,
            "WIREDESK_WEB_PORT": str(self._pages),
        }

    def _rage(self, desk: Desk, account: Account) -> None:
        left = files(self.plan, self._chance)
        faults = [name for name, number in self.plan.faults.items() for _ in range(number)]
        self._chance.shuffle(faults)
        share = -(-len(left) // len(faults))
        for number, fault in enumerate(faults, 1):
            for name, content in left[:share]:
                self.folders.drop(name, content)
            del left[:share]
            time.sleep(self._chance.uniform(*PAUSE))
            until(lambda fault=fault: self._faults[fault](desk), f"a fault: {fault}", FAULT_SECONDS)
            account.faults[fault] += 1
            if number % 10 == 0:
                self.say(f"{number} of {len(faults)} faults")

    def _calm(self, desk: Desk, store: Store) -> None:
        """Wait until everything is settled, or nothing has changed for as long as patience lasts."""
        deadline = time.monotonic() + self.plan.patience
        told = time.monotonic()
        before: object = None
        while time.monotonic() < deadline and desk.process.poll() is None:
            time.sleep(1)
            with suppress(RetryableError):
                held = counts(store)
                waiting, pending = self.folders.waiting(), self._pending()
                now = (held, len(waiting), pending)
                if now != before:
                    before, deadline = now, time.monotonic() + self.plan.patience
                settled = not waiting and not pending and not held.ready + held.leased + held.open_stories
                if settled and held.articles >= self.plan.articles:
                    return
                if time.monotonic() - told > 30:
                    told = time.monotonic()
                    self.say(f"{held.articles} stored, {held.ready + held.leased} wait for a digest")

    def _settle(self, url: str, account: Account) -> None:
        """Write into `account` what became of every article, by the store at `url`."""
        store = connect(url)
        rows = list(export_articles(store))
        uris = Counter(row["uri"] for row in rows)
        states = {row["uri"]: row["state"] for row in rows}
        with store.reading() as connection:
            twice = sa.text("SELECT article_id FROM digest_writes GROUP BY article_id HAVING count(*) > 1")
            account.digested_twice = list(connection.execute(twice).scalars())
            failed = connection.scalar(sa.select(sa.func.count()).select_from(failures))
        account.states = Counter(row["state"] for row in rows)
        account.stored_twice = sorted(uri for uri, number in uris.items() if number > 1)
        done = {"digested", "reprint"}
        for uri in expected(self.plan):
            state = states.get(uri)
            if uri.startswith("planted-"):
                if state != "failed":
                    account.wrongly_passed.append(f"{uri}: {state}")
            elif state == "failed":
                account.wrongly_failed.append(f"{uri}: {next(row['error'] for row in rows if row['uri'] == uri)}")
            elif state not in done:
                account.lost.append(f"{uri}: {state}")
        if failed != account.states["failed"]:
            account.wrongly_failed.append(f"{failed} failures for {account.states['failed']} failed articles")
        account.wrong_reprints = abs(account.states["reprint"] - self.plan.copies)
        account.files_left = self.folders.waiting()
        account.strange = sorted(set(uris) - set(expected(self.plan)))
        account.strange += [f"{number} of {what} in the future" for what, number in future.counts(store).items()]
        store.close()
        if self.plan.outside:
            files = {path.name: path.read_text() for path in self._elsewhere.rglob("*") if path.is_file()}
            account.strange += [name for name, text in files.items() if (name, text) != ("precious.txt", PRECIOUS)]
            account.strange += [] if "precious.txt" in files else ["precious.txt is gone"]

    def _pending(self) -> int:
        url = self._redis.url if self._redis else embedded_url(self.folders.data)
        if url is None:
            return 1
        with redis_client.connect(url) as client, suppress(QueueUnavailableError):
            return Journal(client).pending()
        return 1

    def _kill_worker(self, desk: Desk) -> bool:
        candidates = [p for role in ("ingest", "summarize") for p in desk.members(role)]
        self._chance.shuffle(candidates)
        return any(self._killed(process) for process in candidates)

    def _kill(self, desk: Desk, role: str) -> bool:
        return any(self._killed(process) for process in desk.members(role)[:1])

    def _killed(self, process: Process) -> bool:
        """Kill `process` unless it is a child of the desk that was killed too often; return whether it was."""
        with suppress(OSError):
            child = Path(f"/proc/{process.pid}/fd/1").readlink().name
            if os.getsid(process.pid) == process.pid:
                times = self._kills[child]
                while times and time.monotonic() - times[0] > KILLS_SECONDS:
                    times.popleft()
                if len(times) >= MOST_KILLS:
                    return False
                times.append(time.monotonic())
            os.kill(process.pid, signal.SIGKILL)
            return True
        return False

    def _wipe(self, desk: Desk) -> bool:
        url = embedded_url(self.folders.data)
        if url is not None:
            with redis.Redis.from_url(url) as client, suppress(redis.exceptions.RedisError):
                return bool(client.flushall())
        return False

    def _lock(self, desk: Desk) -> bool:
        assert self._server is not None
        weather.lock(self._server.url, self._chance.choice(["SHARE", "ACCESS EXCLUSIVE"]))
        return True

    def _freeze(self, desk: Desk) -> bool:
        assert self._server is not None
        self._server.freeze(weather.STORE_HANGS)
        return True

    def _slow(self, desk: Desk) -> bool:
        for line in self._lines:
            line.seconds = weather.LATENCY
        time.sleep(weather.REDIS_SLOW)
        for line in self._lines:
            line.seconds = 0.0
        return True

    def _fail_over(self, desk: Desk) -> bool:
        group = self._redis
        assert group is not None
        group.primary.kill()
        until(lambda: group.failed_over, "the replica becomes the primary", weather.FAILOVER)
        return True

    def _set_clock_ahead(self, desk: Desk) -> bool:
        """Let a schedule and workers with a clock years ahead work beside the desk, and kill them."""
        days = self._chance.randint(*weather.DAYS_AHEAD)
        ahead = {**os.environ, "WIREDESK_DATA": str(self.folders.data), planted.DAYS_AHEAD: str(days)}
        roles = {"schedule": ["schedule"], "ingest": ["worker", "ingest"], "summarize": ["worker", "summarize"]}
        logs = self.folders.root / "ahead"
        logs.mkdir(exist_ok=True)
        with rig.processes(roles, ahead, logs):
            until(lambda: APART in (logs / "schedule.log").read_text(), "the schedule sees that its clock is ahead")
            time.sleep(weather.CLOCK_AHEAD)
        return True

    def _plant(self, desk: Desk) -> bool:
        with weather.links(self.folders.inbox, self._elsewhere):
            time.sleep(weather.LINKED)
        return True

    def _fall_silent(self, desk: Desk) -> bool:
        """Hold silent connections until the end of the storm, and ask for a page beside them."""
        self._stack.enter_context(weather.silence(self._pages))
        self._turned_away += not weather.answers(self._pages)
        return True

    def _cut(self, desk: Desk) -> bool:
        if self._server is None:
            with suppress(sqlite3.OperationalError):
                lock = sqlite3.connect(self.folders.data / "wiredesk.db", timeout=10, isolation_level=None)
                lock.execute("BEGIN IMMEDIATE")
                time.sleep(STORE_AWAY)
                lock.close()
                return True
            return False
        if self._chance.random() < 0.5:
            self._server.disconnect()
        else:
            self._server.restart(STORE_AWAY)
        return True


@contextmanager
def noting(errors: list[str]) -> Iterator[None]:
    """Add the error that ends the block to `errors`, and show where it came from."""
    try:
        yield
    except Exception as error:
        logger.exception("the storm ended early")
        errors.append(f"{type(error).__name__}: {error}")


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables while the block runs."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def audit(store: Store) -> None:
    """Let the store itself note each digest that is ever written, in `digest_writes`.

    The vector that compares digests across languages is added later, once, and is no second digest.
    """
    statements = {
        "sqlite": [
            "CREATE TABLE digest_writes (article_id TEXT)",
            "CREATE TRIGGER noted_insert AFTER INSERT ON digests BEGIN INSERT INTO digest_writes "
            "VALUES (NEW.article_id); END",
            "CREATE TRIGGER noted_update AFTER UPDATE OF summary ON digests BEGIN INSERT INTO digest_writes "
            "VALUES (NEW.article_id); END",
        ],
        "postgresql": [
            "CREATE TABLE digest_writes (article_id text)",
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO digest_writes VALUES (NEW.article_id); RETURN NEW; END $$",
            "CREATE TRIGGER noted AFTER INSERT OR UPDATE OF summary ON digests FOR EACH ROW EXECUTE FUNCTION note()",
        ],
    }
    with store.writing() as connection:
        for statement in statements[connection.dialect.name]:
            connection.exec_driver_sql(statement)

"""The connection to the store: SQLite in WAL mode or PostgreSQL, their transactions and their clock."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from producers.errors import installing
from worker import waiting
from worker.errors import ConfigurationError, StoreUnavailableError

#: How long a transaction waits for another writer, milliseconds. Ours take a few; a migration, or a slow disk, takes
#: longer. With the wait that follows it must be well under the time limit of ingest.
BUSY_MILLISECONDS: Final = 15_000
#: The same for a lock of PostgreSQL, outside of a task: CREATE INDEX, REINDEX and dumps hold theirs for minutes.
LOCK_SECONDS: Final = 15.0
#: Seconds for which PostgreSQL may keep silent on one statement, outside of a task; the longest of ours is a migration.
SILENT_SECONDS: Final = 240.0
#: Seconds that the server has to end a statement itself before the connection is given up: a server that is stopped, or
#: behind a proxy that swallows its answers, never does.
GRACE_SECONDS: Final = 1.0
#: Ids in one statement; SQLite takes 32,766 parameters.
MOST_AT_ONCE: Final = 5_000
#: SQLSTATE classes of errors that are an article's: its data, its integrity, its size (PostgreSQL, appendix A).
_OF_AN_ARTICLE: Final = ("22", "23", "54")
#: How a PostgreSQL that vanished (its machine, the network) is distinguished from a slow one: seconds to connect,
#: milliseconds until sent data must be acknowledged, seconds of silence before a connection is probed.
_LIVENESS: Final = {
    "connect_timeout": 5,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

#: Arguments of a connection to PostgreSQL: text on the wire as UTF-8, whatever the server would choose; no prepared
#: statements, which live in one session of the server, since a pooler may give each transaction another one.
_ARGUMENTS: Final[dict[str, Any]] = {**_LIVENESS, "client_encoding": "utf8", "prepare_threshold": None}

#: Takes the locks of a list of names, in its order (PostgreSQL).
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name"
_SHARE: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name"

#: What a URL may begin with. Others are of databases, or drivers, that the store does not know.
_DRIVERS: Final = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
_UNKNOWN: Final = (
    "The store must be SQLite or PostgreSQL: write WIREDESK_STORE_URL as sqlite:////FOLDER/FILE.db or "
    "postgresql+psycopg://USER:PASSWORD@HOST/NAME."
)


class Store:
    """A store: `reading()` and `writing()` give its transactions."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a transaction that sees one state of the store and changes nothing."""
        with store_errors(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sa.Connection]:
        """Give a transaction that may write; it is committed at the end of the block, or undone by an exception.

        In SQLite it holds the one write lock from its beginning, so that another writer never makes it fail half-way. A
        transaction that is not `durable` does not wait for the disk: a power cut may undo it and all that were written
        after it, never out of order. It is for work that is simply repeated.
        """
        engine = self.engine.execution_options(wiredesk_writes="FULL" if durable else "NORMAL")
        with store_errors(), engine.connect() as connection, connection.begin():
            if not durable and connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn the errors of the store into StoreUnavailableError, all but those that are an article's.

    An article's are errors of data, integrity and size, and Python's own. Any other error says something of the server,
    its disk, its tables or a pooler before it, and the same work may succeed later.
    """
    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        if _is_of_an_article(error):
            raise
        raise StoreUnavailableError(
            f"The store is not available ({_shortly(error)}): check its server, its disk and WIREDESK_STORE_URL."
        ) from error


def connect(url: str) -> Store:
    """Return the store at the SQLAlchemy `url`; raises ConfigurationError if that is no such URL."""
    try:
        parsed = sa.make_url(url)
        if parsed.drivername not in _DRIVERS:
            raise ConfigurationError(_UNKNOWN)
        server = parsed.get_backend_name() == "postgresql"
        # Options in the URL take precedence.
        arguments = {k: v for k, v in _ARGUMENTS.items() if k not in parsed.query} if server else {}
        engine = sa.create_engine(parsed, pool_pre_ping=server, connect_args=arguments)
    except ValueError:
        # The error quotes the wrong part of the URL, which may be the password.
        raise ConfigurationError(
            "The store's URL is not usable: write WIREDESK_STORE_URL as postgresql+psycopg://USER:PASSWORD@HOST/NAME, "
            "and / @ : # ? % in the password as %2F %40 %3A %23 %3F %25."
        ) from None
    except sa.exc.ArgumentError:
        raise ConfigurationError(_UNKNOWN) from None
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"PostgreSQL needs the package {error.name}: run `{installing('postgres')}`."
        ) from None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _prepare_postgresql(engine)
    return Store(engine)


def sqlite_url(file: Path) -> str:
    """Return the SQLAlchemy URL of the SQLite file."""
    return f"sqlite:///{file.absolute()}"


def current_time(connection: sa.Connection) -> datetime:
    """Return the store's own time, timezone-aware, to the microsecond: all leases are judged by this one clock."""
    if connection.dialect.name == "sqlite":
        # The clock of a SQLite file is its machine's. SQLite's own functions cut it to milliseconds, in which a fast
        # machine ends several transactions.
        return datetime.now(UTC)
    return (
        connection.execute(sa.select(sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))))
        .scalar_one()
        .astimezone(UTC)
    )


def lock(connection: sa.Connection, *names: str, shared: bool = False) -> None:
    """Hold the locks `names` until the transaction ends: alone, or together with others that hold them `shared`.

    They are taken in the order of the names, so that two transactions never wait for each other. SQLite's writers
    exclude each other already.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_SHARE if shared else _LOCK, (sorted(names),))


def insert_new(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> bool:
    """Insert `row` unless its primary key or a unique key is taken, and return whether it was inserted."""
    return connection.execute(_insert_new(connection.dialect.name, table), row).rowcount == 1


@cache
def _insert_new(dialect: str, table: sa.Table) -> sa.Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Without the option the count of an INSERT is -1 on PostgreSQL.
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def parts(ids: Iterable[str], most: int = MOST_AT_ONCE) -> Iterator[list[str]]:
    """Yield the sorted `ids` in lists of at most `most`, which one statement can take."""
    names = sorted(ids)
    for start in range(0, len(names), most):
        yield names[start : start + most]


def _prepare_postgresql(engine: sa.Engine) -> None:
    from psycopg import Connection, OperationalError

    class Limited(Connection[Any]):
        """A connection that is closed when the server keeps silent for longer than the work may take."""

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            left = waiting.remaining()
            limit = SILENT_SECONDS if left is None else left + GRACE_SECONDS
            began = time.monotonic()
            try:
                return super().wait(gen, interval, limit if timeout is None else timeout)
            except OperationalError:
                if timeout is None and time.monotonic() - began >= limit:
                    # Its answer would be taken for that of the next statement.
                    self.close()
                raise

    @sa.event.listens_for(engine, "do_connect")
    def on_do_connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        return Limited.connect(*arguments, **options)

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        waiting.check()
        left = waiting.remaining()
        # 0 would mean no limit. Set for the transaction alone: a pooler may refuse them at the start of a connection.
        milliseconds = max(1, int((LOCK_SECONDS if left is None else left) * 1000))
        connection.exec_driver_sql(
            "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)",
            (str(milliseconds), "0" if left is None else str(milliseconds)),
        )

    @sa.event.listens_for(engine, "connect")
    def on_connect(raw: Any, _record: Any) -> None:
        if (encoding := raw.info.parameter_status("server_encoding")) != "UTF8":
            raise ConfigurationError(
                f"The database has the encoding {encoding}, in which news cannot be kept: make one with ENCODING "
                "'UTF8' TEMPLATE template0, and name it in WIREDESK_STORE_URL."
            )


def _prepare_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def on_connect(raw: Any, _record: Any) -> None:
        # The driver's own transaction handling is off: it would begin too late, and not at all before a DDL statement.
        raw.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            "foreign_keys = ON",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("wiredesk_writes")
        if writes:
            # A journal entry is let go right after the commit, so that commit must survive a power cut (FULL).
            connection.exec_driver_sql(f"PRAGMA synchronous = {writes}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_of_an_article(error: SQLAlchemyError) -> bool:
    if isinstance(error, (sa.exc.DataError, sa.exc.IntegrityError)):
        return True
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return state is not None and state.startswith(_OF_AN_ARTICLE)


def _shortly(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip().split("\n", 1)[0][:200]

"""The tables of the store. A change here needs a migration (worker/store/migrations)."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Float,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    literal,
    or_,
)

from producers.article import Signal, Status
from worker.items.ruling import Act, Decider
from worker.store.states import MessageState, State


class UTCTime(TypeDecorator[datetime]):
    """A timezone-aware time, kept in UTC; SQLite has no such type, so there the zone is added when it is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times and convert the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone was given to the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        if value is None:
            return None
        time: datetime = value
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _one_of(values: type[StrEnum], name: str = "state") -> Enum:
    """Return the type of a column that holds one of `values`, and a CHECK constraint that refuses all else."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )


def _literally(column: ColumnElement[Any], value: StrEnum) -> ColumnElement[bool]:
    """Return the condition that `column` is `value`, which is written into the statement and not bound."""
    return column == literal(value, column.type, literal_execute=True)


def _few(name: str, condition: ColumnElement[bool], *columns: Column[Any]) -> None:
    """Give the rows of which `condition` holds an index of `columns`."""
    Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: One row of facts about the desk: its id, which Redis carries too.
desk = Table(
    "desk",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("created_at", UTCTime, nullable=False),
)

#: Every article that was ever taken in. `state_at` is when it came to its `state`. `text_key` identifies the normalised
#: body. `rule` says why it is in its story (worker.store.placement.Rule), since `joined_at`, because of the article
#: `matched_id`; `containment` is 1.0 for an exact copy and null for a canonical. `attempts` counts leases.
#:
#: `item_id` is the key of its item (worker.items.identity), or the article's own id if it belongs to none; `version` is
#: its place among the versions of its item, the oldest first, null if it is of none. The columns from `item` on are
#: what the source says of it, as in worker.article.Article; `embargo` as in worker.items.ruling, whether or not it is
#: over. Whether the article may be shown is in `items`.
articles = Table(
    "articles",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source", Text, nullable=False),
    Column("publisher", Text),
    Column("site", Text),
    Column("uri", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("title", Text),
    Column("standfirst", Text),
    Column("dateline", Text),
    Column("byline", Text),
    Column("body", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("published_at", UTCTime),
    Column("received_at", UTCTime, nullable=False),
    Column("dropped", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("stored_at", UTCTime, nullable=False),
    Column("state", _one_of(State), nullable=False),
    Column("state_at", UTCTime, nullable=False),
    Column("text_key", String(32)),
    Column("story_id", String(36)),
    Column("containment", Float),
    Column("attempts", Integer, nullable=False),
    Column("lease_token", String(36)),
    Column("lease_until", UTCTime),
    Column("rule", String(9)),
    Column("matched_id", String(36)),
    Column("joined_at", UTCTime),
    Column("item_id", String(36), nullable=False),
    Column("version", Integer),
    Column("item", Text),
    Column("url", Text),
    Column("teaser", Boolean, nullable=False),
    Column("revision_created", UTCTime),
    Column("revision_number", BigInteger),
    Column("status", _one_of(Status, "status"), nullable=False),
    Column("embargo", UTCTime),
    Column("signal", _one_of(Signal, "signal")),
    Column("note", Text),
    Column("slug", Text),
    Column("slug_key", String(32)),
    Column("urgency", Integer),
    Column("subjects", Text, nullable=False),
    Column("section", Text),
    Column("usage", Text),
    Column("copyright", Text),
    Column("located", Text),
    Column("captions", Text, nullable=False),
    Index(None, "text_key"),
    Index(None, "item_id", "version"),
    Index(None, "slug_key"),
    Index(None, "status"),
    Index(None, "story_id"),
    Index(None, "stored_at"),
    Index(None, "site", "publisher"),
    Index(None, "source", "stored_at"),
    # By their hashes: an entry of PostgreSQL's other index may not be as long as an address.
    Index(None, "url", postgresql_using="hash"),
    Index(None, "filename", postgresql_using="hash"),
)

#: Conditions of few rows among many, each with its own index. Their values are written into the statement: a planner
#: does not take such an index for a value that it cannot see.
IS_READY: Final = _literally(articles.c.state, State.READY)
IS_LEASED: Final = _literally(articles.c.state, State.LEASED)
HAS_FAILED_IN_A_STORY: Final = and_(_literally(articles.c.state, State.FAILED), articles.c.story_id.is_not(None))
_few("ix_articles_ready", IS_READY, articles.c.stored_at)
_few("ix_articles_ready_attempts", IS_READY, articles.c.attempts)
_few("ix_articles_leased", IS_LEASED, articles.c.lease_until)
_few("ix_articles_failed", HAS_FAILED_IN_A_STORY, articles.c.state, articles.c.story_id)

#: What holds for all versions of an item (worker.items.ruling.Ruling), and its newest version: the article
#: `article_id`, `created`, `number`, `published_at` and `received_at` (worker.items.order). `name` is what its source
#: calls it. An article that belongs to none has a row, under its own id and without a name, if something was decided
#: about it.
items = Table(
    "items",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source", Text, nullable=False),
    Column("name", Text),
    Column("article_id", String(36)),
    Column("created", UTCTime),
    Column("number", BigInteger),
    Column("published_at", UTCTime),
    Column("received_at", UTCTime, nullable=False),
    Column("status", _one_of(Status, "status"), nullable=False),
    Column("embargo", UTCTime),
    Column("decided_by", _one_of(Decider, "decided_by"), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("note", Text),
    Column("cause", String(36)),
    Index(None, "status", "embargo"),
    Index(None, "embargo"),
    Index(None, "cause"),
)


def is_hidden(row: FromClause = items) -> ColumnElement[bool]:
    """Return the condition of a row of `items`, or of an alias of it, whose articles may not be shown."""
    return or_(
        _literally(row.c.status, Status.WITHHELD), _literally(row.c.status, Status.CANCELED), row.c.embargo.is_not(None)
    )


_few("ix_items_hidden", is_hidden(), items.c.id)

#: The articles of an item that may not be shown, or might not once. The rows outlive their articles, so that a copy is
#: known after they were pruned.
item_articles = Table(
    "item_articles",
    metadata,
    Column("article_id", String(36), primary_key=True),
    Column("item_id", String(36), nullable=False),
    Column("story_id", String(36)),
    Column("text_key", String(32)),
    Column("publisher", Text),
    Column("received_at", UTCTime, nullable=False),
    Index(None, "item_id"),
    Index(None, "story_id"),
    Index(None, "text_key"),
)

#: Every decision about an item that changed whether, or since when, it may be shown, in their order.
#: `revised_at` is null until the editions that showed the item are without it, `filed_at` until the decision is in the
#: data folder's withdrawn.jsonl.
rulings = Table(
    "rulings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", String(36), nullable=False),
    Column("act", _one_of(Act, "act"), nullable=False),
    Column("status", _one_of(Status, "status"), nullable=False),
    Column("embargo", UTCTime),
    Column("decided_by", _one_of(Decider, "decided_by"), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("note", Text),
    Column("revised_at", UTCTime),
    Column("filed_at", UTCTime),
    Index(None, "item_id"),
    Index(None, "revised_at"),
    Index(None, "filed_at"),
    sqlite_autoincrement=True,
)

#: A story's id is the id of the article that opened it. `canonical_id` is null, or names an article that may fail.
stories = Table(
    "stories",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("canonical_id", String(36)),
    Column("opened_at", UTCTime, nullable=False),
    Index(None, "canonical_id"),
    Index(None, "opened_at"),
)

#: Stories that were merged into another, and the story that they are part of now.
merged_stories = Table(
    "merged_stories",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("story_id", String(36), nullable=False),
    Column("merged_at", UTCTime, nullable=False),
    Index(None, "story_id"),
    Index(None, "merged_at"),
)

#: A person's decisions: this article belongs into that story (`joined`), or never into it.
decisions = Table(
    "decisions",
    metadata,
    Column("article_id", String(36), primary_key=True),
    Column("story_id", String(36), primary_key=True),
    Column("joined", Boolean, nullable=False),
    Column("decided_at", UTCTime, nullable=False),
    Index(None, "decided_at"),
)

#: The digest of an article; it goes with its article.
digests = Table(
    "digests",
    metadata,
    Column("article_id", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", String(36), nullable=False),
    Column("headline", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("supported", Boolean, nullable=False),
    Column("checks", Text, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
    Column("across", LargeBinary),
    Column("across_by", Text),
    Column("seconds", Float, nullable=False),
    Column("made_at", UTCTime, nullable=False),
    Index(None, "story_id"),
    Index(None, "made_at"),
)

#: The failure of an article; it goes with its article. `raw` is the packed RawArticle of an article that failed before
#: it was stored; null when the row of `articles` is the whole of it.
failures = Table(
    "failures",
    metadata,
    Column("article_id", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("stage", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("raw", LargeBinary),
    Column("failed_at", UTCTime, nullable=False),
    Index(None, "failed_at"),
)

#: `document` is the edition's whole JSON, and `head` its part `edition`; `delivered_at` is null until its files are
#: written, `queued_at` until its messages are in the outbox. A `revision` below 1 is that of an edition that a clock
#: which was ahead has closed: it counts for nothing (worker.store.future).
editions = Table(
    "editions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile", Text, nullable=False),
    Column("date", String(10), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("closed_at", UTCTime, nullable=False),
    Column("delivered_at", UTCTime),
    Column("queued_at", UTCTime),
    Column("head", Text, nullable=False),
    Column("document", Text, nullable=False),
    UniqueConstraint("profile", "date", "revision"),
    Index(None, "profile", "closed_at"),
    Index(None, "closed_at"),
    Index(None, "date"),
    Index(None, "revision"),
)

#: Editions whose files are still to be written, and whose messages are still to be queued.
IS_UNDELIVERED: Final = editions.c.delivered_at.is_(None)
IS_UNQUEUED: Final = editions.c.queued_at.is_(None)
_few("ix_editions_undelivered", IS_UNDELIVERED, editions.c.closed_at, editions.c.id)
_few("ix_editions_unqueued", IS_UNQUEUED, editions.c.closed_at, editions.c.id)

#: Since when a profile exists; null for the desk's first, whose editions carry everything.
profiles = Table(
    "profiles",
    metadata,
    Column("name", Text, primary_key=True),
    Column("since", UTCTime),
)

#: Every digest that an edition of the profile has met, and whether it was carried or passed over: `left_out_by` and
#: `teller_id` are of worker.edition.document.Fate, by the day's last revision. A digest that was not looked at is left
#: out by "superseded" if its story had another canonical, by "since" if it is older than the profile. Both columns are
#: null for editions that closed before reasons were kept.
edition_digests = Table(
    "edition_digests",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("article_id", String(36), primary_key=True),
    Column("story_id", String(36), nullable=False),
    Column("edition_id", Integer, ForeignKey("editions.id"), nullable=False),
    Column("carried", Boolean, nullable=False),
    Column("left_out_by", String(14)),
    Column("teller_id", String(36)),
    Index(None, "edition_id"),
    Index(None, "story_id"),
)

#: The digests that no edition of a profile has met. The database's own triggers keep it (migration 0002) by what
#: `profiles`, `digests` and `edition_digests` hold, so that no closing visits every digest.
unmet = Table(
    "unmet",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("article_id", String(36), primary_key=True),
    Index(None, "article_id"),
)

#: A ruling that the editions are without (worker.store.revisions): what was withdrawn, `articles` by their ids, when,
#: and by whom. `files_at` is null until the files of editions that are not in the store any more are without it, too.
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("ruling_id", Integer, primary_key=True),
    Column("at", UTCTime, nullable=False),
    Column("by", String(6), nullable=False),
    Column("articles", Text, nullable=False),
    Column("files_at", UTCTime),
    Index(None, "files_at"),
    Index(None, "at"),
)

#: The editions that showed what a withdrawal took back. `noticed_at` is null until its readers are to be told by mail.
withdrawn_editions = Table(
    "withdrawn_editions",
    metadata,
    Column("ruling_id", Integer, ForeignKey("withdrawals.ruling_id", ondelete="CASCADE"), primary_key=True),
    Column("edition_id", Integer, ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True),
    Column("noticed_at", UTCTime),
    Index(None, "edition_id"),
    Index(None, "noticed_at"),
)

#: An edition's message to one recipient (worker.store.outbox); without `edition_id` a `notice` of withdrawals, as JSON.
#: `earlier` are the keys of the messages it follows, separated by spaces; `token` is the sender's that took it, and
#: `begun` says whether the server may have it already.
outbox = Table(
    "outbox",
    metadata,
    Column("key", String(36), primary_key=True),
    Column("edition_id", Integer, ForeignKey("editions.id")),
    Column("recipient", Text, nullable=False),
    Column("notice", Text),
    Column("earlier", Text, nullable=False),
    Column("state", _one_of(MessageState), nullable=False),
    Column("state_at", UTCTime, nullable=False),
    Column("queued_at", UTCTime, nullable=False),
    Column("due_at", UTCTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("token", String(36)),
    Column("lease_until", UTCTime),
    Column("begun", Boolean, nullable=False),
    Column("reason", Text),
    UniqueConstraint("edition_id", "recipient"),
    Index(None, "state", "due_at"),
    Index(None, "due_at"),
)

#: How many rows of the table `counted` are in each state: the sum of `number` over the rows of that state. The
#: database's own triggers keep it (migration 0002), so that no count visits every row; worker.store.tallies reads it.
tallies = Table(
    "tallies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("counted", String(8), nullable=False),
    Column("state", String(8), nullable=False),
    Column("number", BigInteger, nullable=False),
    Index(None, "counted", "state"),
)

#: An article of a story as the search knows it (worker.store.search): the number under which its words are indexed and
#: which is never used twice; its time, of publication, else of receipt; its publisher, as it is written, and the folded
#: name of that, else of its source, both cut. The index itself, `search_words`, is of another kind on each store
#: (migrations 0001 and 0004).
search = Table(
    "search",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", String(36), nullable=False, unique=True),
    Column("at", UTCTime, nullable=False),
    Column("publisher", Text),
    Column("name", Text, nullable=False),
    Index(None, "at", "id", "name"),
    Index(None, "publisher"),
    sqlite_autoincrement=True,
)

"""The outbox: a row for each edition and recipient, so that a message is sent once, or is known to be uncertain.

A notice of withdrawals is a row without an edition, for a reader of editions that showed what was withdrawn.

    waiting --take--> sending --begin--> sending, begun --accepted--> sent
       ^                 |                     |
       |  put_back, or   |                     +-- lost, or the lease ran out --> unknown
       +-- lease ran out-+                     |
       |                                       +-- put_back (the server said "later") --> waiting
       +-- again (a person asked) -- failed <--+-- refused (the server said "never")

`begin` is committed, to the disk, before the first byte of a message goes out. So if a sender dies before `begin`, its
row is sent again; if it dies later, nobody can know, and the row is `unknown` until a person decides. A sender that
comes back after its lease finds its token gone; if the row is `unknown`, it may still say that the server accepted it.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from worker.edition.calendar import local_day, time_zone
from worker.edition.document import Document, Notice, Recalled, shown
from worker.store.connect import Store, current_time, lock, parts
from worker.store.future import ahead, horizon, void
from worker.store.states import MessageState
from worker.store.tables import IS_UNQUEUED, desk, editions, outbox, withdrawals, withdrawn_editions
from worker.store.tallies import tally

#: How long a sender may take for one message, seconds; worker.mail.smtp ends it before.
LEASE_SECONDS: Final = 20 * 60
#: The pause before the second try, seconds; it doubles before each further try, up to MOST_BACK_OFF_SECONDS.
BACK_OFF_SECONDS: Final = 60
MOST_BACK_OFF_SECONDS: Final = 3600
#: After this time a message is old news, and is given up.
GIVE_UP: Final = timedelta(days=2)

#: Held by every transaction that looks for rows to change, so that no two of them wait for each other.
LOCK: Final = "outbox"
#: A message in one of these states reached its reader, or may have.
_RECEIVED: Final = (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)
_FREE: Final[dict[str, Any]] = {"token": None, "lease_until": None, "begun": False}
#: As values of the column: within an expression SQLAlchemy does not know the type of a state.
_WAITING, _FAILED = (sa.literal(state, outbox.c.state.type) for state in (MessageState.WAITING, MessageState.FAILED))
#: Returns the content of a document, which is JSON.
ContentOf = Callable[[str], set[tuple[str, str, str]]]
_LEASE_OVER: Final = "The process that was sending it ended, or hung, before the server had answered."


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A message that a sender took: an edition's document, or a notice, for `recipient`.

    `key` is the message's identity, the same at every try, and `earlier` are the keys of the messages it follows. It is
    dated `at`, when its edition closed or what it tells of was withdrawn.
    """

    token: str
    recipient: str
    key: str
    earlier: tuple[str, ...]
    content: Document | Notice
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row as a person sees it; `state_at` is when it came into its state, `reason` why it is not sent."""

    edition_id: int | None
    recipient: str
    key: str
    state: MessageState
    state_at: datetime
    due_at: datetime
    attempts: int
    reason: str | None

    @classmethod
    def from_row(cls, row: sa.Row[Any]) -> "Delivery":
        """Return the delivery of a row of `outbox`."""
        return cls(
            edition_id=row.edition_id,
            recipient=row.recipient,
            key=row.key,
            state=row.state,
            state_at=row.state_at,
            due_at=row.due_at,
            attempts=row.attempts,
            reason=row.reason,
        )


def unqueued(store: Store) -> list[tuple[int, str, Document]]:
    """Return id, profile and document of the editions that are not in the outbox yet, oldest first.

    Those that lie in the future, since a clock was ahead, are not to be sent.
    """
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(editions.c.id, editions.c.profile, editions.c.document)
            .where(IS_UNQUEUED, ~ahead(horizon(connection)))
            .order_by(editions.c.closed_at, editions.c.id)
        )
        return [(row.id, row.profile, json.loads(row.document)) for row in rows]


def queue(store: Store, edition: int, recipients: Sequence[str]) -> int:
    """Put the messages of `edition` to `recipients` into the outbox, unless that was done; return how many.

    A revision replaces the earlier revisions of its day that still wait. A recipient who was sent one of those, or may
    have been, gets it only if its content differs, as an answer to them. A revision that is queued after a newer one of
    its day is not sent.
    """
    content_of = _contents(store, edition)
    with store.writing() as connection:
        lock(connection, LOCK)
        own = _edition(connection, edition)
        if own.queued_at is not None:
            return 0
        added = _add(connection, own, recipients, content_of)
        connection.execute(
            sa.update(editions).where(editions.c.id == edition).values(queued_at=current_time(connection))
        )
    return added


def send_now(store: Store, edition: int, recipients: Sequence[str], *, resend: bool) -> int:
    """Let the day's last message to each of `recipients` be due now, and return how many are.

    A recipient without a message gets that of `edition`, which is the newest revision of its day; a message that waits
    need wait no longer. With `resend`, failed and unknown messages are sent again. A message that was sent, or is being
    sent, is left alone.
    """
    states = (MessageState.WAITING, MessageState.FAILED, MessageState.UNKNOWN) if resend else (MessageState.WAITING,)
    content_of = _contents(store, edition)
    with store.writing() as connection:
        lock(connection, LOCK)
        own = _edition(connection, edition)
        _add(connection, own, recipients, content_of)
        now = current_time(connection)
        connection.execute(sa.update(editions).where(editions.c.id == edition).values(queued_at=now))
        of_day = _of_day(connection, own)
        last = [of_day[recipient][-1] for recipient in dict.fromkeys(recipients) if recipient in of_day]
        notices = sa.select(outbox).where(outbox.c.edition_id.is_(None), outbox.c.recipient.in_(recipients))
        due = [row.key for rows in (last, connection.execute(notices)) for row in rows if row.state in states]
        for part in parts(due):
            connection.execute(
                sa.update(outbox)
                .where(outbox.c.key.in_(part))
                # Without its token, a sender that is still at an earlier try cannot settle this one.
                .values(state=MessageState.WAITING, state_at=now, queued_at=now, due_at=now, attempts=0, **_FREE)
            )
        return len(due)


def queue_notices(store: Store) -> int:
    """Put a notice into the outbox for each reader who was sent, or may have been, an edition that showed what was
    withdrawn since the last call; return how many. It is one for all of them.
    """
    pending = withdrawn_editions.c.noticed_at.is_(None)
    with store.reading() as connection:
        if not connection.scalar(sa.select(sa.exists().where(pending))):
            return 0
    with store.writing() as connection:
        lock(connection, LOCK)
        now = current_time(connection)
        desk_id = connection.execute(sa.select(desk.c.id)).scalar_one()
        rows = connection.execute(
            sa.select(
                outbox.c.recipient,
                outbox.c.key,
                editions.c.profile,
                editions.c.date,
                outbox.c.edition_id,
                withdrawals.c.ruling_id,
                withdrawals.c.at,
                withdrawals.c.by,
            )
            .join(editions, editions.c.id == outbox.c.edition_id)
            .join(withdrawn_editions, withdrawn_editions.c.edition_id == editions.c.id)
            .join(withdrawals, withdrawals.c.ruling_id == withdrawn_editions.c.ruling_id)
            .where(pending, outbox.c.state.in_(_RECEIVED))
            .order_by(editions.c.date, editions.c.id, withdrawals.c.ruling_id)
        ).all()
        connection.execute(sa.update(withdrawn_editions).where(pending).values(noticed_at=now))
        zones = _zones(connection, {row.edition_id for row in rows})
        of_recipients: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            of_recipients[row.recipient].append(row)
        for recipient, own in sorted(of_recipients.items()):
            stories = {(row.ruling_id, row.profile, row.date): _recalled(row, zones[row.edition_id]) for row in own}
            name = f"wiredesk:{desk_id}/withdrawn/{max(row.ruling_id for row in own)}/{recipient}"
            notice = {
                "key": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
                "edition_id": None,
                "recipient": recipient,
                "notice": json.dumps([asdict(story) for story in stories.values()]),
                "earlier": " ".join(dict.fromkeys(row.key for row in own)),
            }
            connection.execute(sa.insert(outbox).values(**notice, **_new(now)))
        return len(of_recipients)


def let_go_unsent(connection: sa.Connection, ids: Sequence[int], now: datetime) -> None:
    """Take the messages of the editions `ids` from senders that have not begun to send them: they wait again.

    The caller holds LOCK.
    """
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.edition_id.in_(ids), outbox.c.state == MessageState.SENDING, ~outbox.c.begun)
        .values(state=MessageState.WAITING, state_at=now, due_at=now, **_FREE)
    )


def take(store: Store) -> OutboxMessage | None:
    """Take the message that is due first, for LEASE_SECONDS; None if none is due.

    Messages whose sender has outlived its lease are let go first. A message of an edition that lies in the future is
    due only if another reader has received that edition.
    """
    with store.reading() as connection:
        # Most ticks end here, without the one write lock of SQLite.
        if connection.scalar(sa.select(sa.func.count()).where(sa.or_(*_open(connection)))) == 0:
            return None
    token = str(uuid.uuid4())
    with store.writing() as connection:
        lock(connection, LOCK)
        now = current_time(connection)
        due, over = _open(connection)
        _let_go(connection, now, over)
        row = connection.execute(
            sa.select(outbox).where(due).order_by(outbox.c.due_at, outbox.c.edition_id, outbox.c.recipient).limit(1)
        ).one_or_none()
        if row is None:
            return None
        connection.execute(
            sa.update(outbox)
            .where(outbox.c.key == row.key)
            .values(
                state=MessageState.SENDING,
                state_at=now,
                attempts=row.attempts + 1,
                token=token,
                lease_until=now + timedelta(seconds=LEASE_SECONDS),
                begun=False,
            )
        )
        content, at = _content_of(connection, row)
        return OutboxMessage(
            token=token,
            recipient=row.recipient,
            key=row.key,
            earlier=tuple(row.earlier.split()),
            content=content,
            at=at,
        )


def begin(store: Store, token: str) -> bool:
    """Note, on the disk, that the message goes out now; False if the caller holds it no longer and must not send it."""
    with store.writing() as connection:
        mine = (
            outbox.c.token == token,
            outbox.c.state == MessageState.SENDING,
            outbox.c.lease_until > current_time(connection),
        )
        return connection.execute(sa.update(outbox).where(*mine).values(begun=True)).rowcount == 1


def accepted(store: Store, token: str) -> None:
    """Note that the server has accepted the message, even if it has become `unknown` meanwhile."""
    _settle(store, token, (MessageState.SENDING, MessageState.UNKNOWN), state=MessageState.SENT, reason=None)


def refused(store: Store, token: str, reason: str) -> None:
    """Note that the server will never accept the message, in its words."""
    _settle(store, token, (MessageState.SENDING, MessageState.UNKNOWN), state=MessageState.FAILED, reason=reason)


def lost(store: Store, token: str, reason: str) -> None:
    """Note that the message went out and that its acceptance is not known."""
    _settle(store, token, (MessageState.SENDING,), state=MessageState.UNKNOWN, reason=reason)


def put_back(store: Store, token: str, reason: str) -> None:
    """Let a message that was certainly not accepted wait for its next try, longer each time; it fails after GIVE_UP."""
    with store.writing() as connection:
        _put_back(connection, token, reason)


def put_all_back(store: Store, token: str, reason: str) -> None:
    """Do as `put_back`, and let all other messages wait as long: the server itself is at fault."""
    with store.writing() as connection:
        due = _put_back(connection, token, reason)
        if due is not None:
            waiting = outbox.c.state == MessageState.WAITING, outbox.c.due_at < due
            connection.execute(sa.update(outbox).where(*waiting).values(due_at=due))


def back_off(attempts: int) -> int:
    """Return how long to wait before the next try after `attempts` tries, seconds."""
    return min(BACK_OFF_SECONDS << min(attempts - 1, 16), MOST_BACK_OFF_SECONDS)


def shorten(store: Store) -> int:
    """Let messages that wait longer than any has to, since a clock was ahead, be due now, and leases that end later
    than any can, last LEASE_SECONDS from now; return how many of both.
    """
    with store.reading() as connection:
        if not connection.scalar(sa.select(sa.exists().where(sa.or_(*_too_long(current_time(connection)))))):
            return 0
    with store.writing() as connection:
        lock(connection, LOCK)
        now = current_time(connection)
        waits, leased = _too_long(now)
        until = now + timedelta(seconds=LEASE_SECONDS)
        earlier = sa.case(
            (outbox.c.queued_at > now, sa.literal(now, outbox.c.queued_at.type)), else_=outbox.c.queued_at
        )
        due = sa.update(outbox).where(waits).values(due_at=now, queued_at=earlier)
        held = sa.update(outbox).where(leased).values(lease_until=until)
        return connection.execute(due).rowcount + connection.execute(held).rowcount


def deliveries(store: Store) -> dict[int, list[Delivery]]:
    """Return all rows, by the id of their edition, each by its recipient."""
    by_edition: dict[int, list[Delivery]] = {}
    of_editions = sa.select(outbox).where(outbox.c.edition_id.is_not(None))
    with store.reading() as connection:
        for row in connection.execute(of_editions.order_by(outbox.c.edition_id, outbox.c.recipient)):
            by_edition.setdefault(row.edition_id, []).append(Delivery.from_row(row))
    return by_edition


def notices(store: Store) -> list[Delivery]:
    """Return the notices of withdrawals, oldest first."""
    chosen = sa.select(outbox).where(outbox.c.edition_id.is_(None)).order_by(outbox.c.queued_at, outbox.c.recipient)
    with store.reading() as connection:
        return [Delivery.from_row(row) for row in connection.execute(chosen)]


def counts(store: Store) -> dict[MessageState, int]:
    """Return how many rows are in each state; a state without rows is left out."""
    with store.reading() as connection:
        return {MessageState(state): number for state, number in tally(connection, "outbox").items()}


def of_day(store: Store, edition: int, recipients: Sequence[str]) -> list[Delivery]:
    """Return the last row that each of `recipients` has for the day of `edition`, in their order."""
    with store.reading() as connection:
        own = _edition(connection, edition)
        rows = _of_day(connection, own)
        return [Delivery.from_row(rows[recipient][-1]) for recipient in dict.fromkeys(recipients) if recipient in rows]


def _open(connection: sa.Connection) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return the conditions of rows that are due, and of rows whose sender's lease is over."""
    now = current_time(connection)
    unsent = sa.select(editions.c.id).where(void(horizon(connection)))
    sendable = sa.or_(outbox.c.edition_id.is_(None), outbox.c.edition_id.not_in(unsent))
    return (
        sa.and_(outbox.c.state == MessageState.WAITING, outbox.c.due_at <= now, sendable),
        sa.and_(outbox.c.state == MessageState.SENDING, outbox.c.lease_until <= now),
    )


def _too_long(now: datetime) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return the conditions of waiting rows, and of leased ones, with a time that no clock can have set before now."""
    return (
        sa.and_(
            outbox.c.state == MessageState.WAITING,
            outbox.c.due_at > now + timedelta(seconds=MOST_BACK_OFF_SECONDS),
        ),
        sa.and_(
            outbox.c.state == MessageState.SENDING,
            outbox.c.lease_until > now + timedelta(seconds=LEASE_SECONDS),
        ),
    )


def _edition(connection: sa.Connection, edition: int) -> sa.Row[Any]:
    return connection.execute(sa.select(editions).where(editions.c.id == edition)).one()


def _content_of(connection: sa.Connection, row: sa.Row[Any]) -> tuple[Document | Notice, datetime]:
    """Return what the message of `row` holds, and the time that it is dated."""
    if row.notice is not None:
        return Notice(tuple(Recalled(**story) for story in json.loads(row.notice))), row.queued_at
    edition = _edition(connection, row.edition_id)
    document: Document = json.loads(edition.document)
    return document, edition.closed_at


def _of_day(connection: sa.Connection, own: sa.Row[Any]) -> dict[str, list[sa.Row[Any]]]:
    """Return the rows for the revisions of the day of `own`, oldest first, by their recipients."""
    rows: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        sa.select(outbox)
        .join(editions, editions.c.id == outbox.c.edition_id)
        .where(editions.c.profile == own.profile, editions.c.date == own.date)
        .order_by(editions.c.revision)
    ):
        rows[row.recipient].append(row)
    return rows


def _contents(store: Store, edition: int) -> ContentOf:
    """Return what gives the content of a document; it has read those of the day of `edition`.

    Documents are long: they are read here, before a transaction holds the outbox, and once for all readers. One that a
    withdrawal changes meanwhile is read when it is asked for.
    """

    @cache
    def content_of(document: str) -> set[tuple[str, str, str]]:
        return _content(json.loads(document))

    with store.reading() as connection:
        own = _edition(connection, edition)
        of_day = editions.c.profile == own.profile, editions.c.date == own.date
        documents = connection.scalars(sa.select(editions.c.document).where(*of_day)).all()
    for document in documents:
        content_of(document)
    return content_of


def _add(connection: sa.Connection, own: sa.Row[Any], recipients: Sequence[str], content_of: ContentOf) -> int:
    of_day = sa.select(editions.c.id).where(editions.c.profile == own.profile, editions.c.date == own.date)
    newer, older = of_day.where(editions.c.revision > own.revision), of_day.where(editions.c.revision < own.revision)
    if connection.scalar(sa.select(sa.func.count()).where(outbox.c.edition_id.in_(newer))):
        return 0
    waits = outbox.c.edition_id.in_(older), outbox.c.state == MessageState.WAITING
    readers = list(recipients)
    content = content_of(own.document)
    if content or recipients:
        # What a withdrawal replaces goes to the same readers, whatever the settings say by now.
        same = sa.select(editions.c.id).where(editions.c.closed_at == own.closed_at)
        readers += connection.scalars(sa.select(outbox.c.recipient).where(*waits, outbox.c.edition_id.in_(same)))
    connection.execute(sa.delete(outbox).where(*waits))
    now = current_time(connection)
    desk_id = connection.execute(sa.select(desk.c.id)).scalar_one()
    chosen = sa.select(editions.c.id, editions.c.document).where(editions.c.id.in_(of_day))
    equal = {row.id for row in connection.execute(chosen) if content_of(row.document) == content}
    rows = _of_day(connection, own)
    added: list[dict[str, Any]] = []
    for recipient in dict.fromkeys(readers):
        received = [row for row in rows.get(recipient, ()) if row.state != MessageState.FAILED]
        if own.id in {row.edition_id for row in rows.get(recipient, ())} or (
            received and received[-1].edition_id in equal
        ):
            continue
        added.append(
            {
                "edition_id": own.id,
                "recipient": recipient,
                "key": _key(desk_id, own, recipient),
                "earlier": " ".join(row.key for row in received),
                **_new(now),
            }
        )
    if added:
        connection.execute(sa.insert(outbox), added)
    return len(added)


def _zones(connection: sa.Connection, ids: Collection[int]) -> dict[int, ZoneInfo]:
    """Return the time zones of the editions `ids`."""
    chosen = sa.select(editions.c.id, editions.c.document).where(editions.c.id.in_(ids))
    return {row.id: time_zone(json.loads(row.document)["edition"]["timezone"]) for row in connection.execute(chosen)}


def _recalled(row: Any, zone: ZoneInfo) -> Recalled:
    return Recalled(profile=row.profile, date=row.date, on=local_day(row.at, zone).isoformat(), by=row.by)


def _new(now: datetime) -> dict[str, Any]:
    return {
        "state": MessageState.WAITING,
        "state_at": now,
        "queued_at": now,
        "due_at": now,
        "attempts": 0,
        **_FREE,
    }


def _key(desk_id: str, own: sa.Row[Any], recipient: str) -> str:
    name = f"wiredesk:{desk_id}/{own.profile}/{own.date}/{own.revision}/{recipient}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _content(document: Document) -> set[tuple[str, str, str]]:
    """Return the content of `document` for a reader: what it shows, whatever its order and its outlets."""
    return {(topic["story_id"], topic["headline"] or "", topic["summary"]) for topic in shown(document)}


def _let_go(connection: sa.Connection, now: datetime, over: sa.ColumnElement[bool]) -> None:
    connection.execute(
        sa.update(outbox)
        .where(over, outbox.c.begun)
        .values(state=MessageState.UNKNOWN, state_at=now, reason=_LEASE_OVER)
    )
    connection.execute(
        sa.update(outbox)
        .where(over, ~outbox.c.begun)
        .values(
            state=sa.case((outbox.c.queued_at <= now - GIVE_UP, _FAILED), else_=_WAITING),
            state_at=now,
            due_at=now,
            reason=_LEASE_OVER,
            **_FREE,
        )
    )


def _put_back(connection: sa.Connection, token: str, reason: str) -> datetime | None:
    """Put the message of `token` back and return when it is due again; None if `token` holds nothing any more."""
    lock(connection, LOCK)
    mine = outbox.c.token == token, outbox.c.state.in_((MessageState.SENDING, MessageState.UNKNOWN))
    row = connection.execute(sa.select(outbox).where(*mine)).one_or_none()
    if row is None:
        return None
    now = current_time(connection)
    due = now + timedelta(seconds=back_off(row.attempts))
    given_up = now - row.queued_at >= GIVE_UP
    connection.execute(
        sa.update(outbox)
        .where(*mine)
        .values(
            state=MessageState.FAILED if given_up else MessageState.WAITING,
            state_at=now,
            due_at=due,
            reason=f"Given up after {GIVE_UP.days} days. At last: {reason}" if given_up else reason,
            **_FREE,
        )
    )
    return due


def _settle(
    store: Store, token: str, states: Sequence[MessageState], *, state: MessageState, reason: str | None
) -> None:
    with store.writing() as connection:
        connection.execute(
            sa.update(outbox)
            .where(outbox.c.token == token, outbox.c.state.in_(states))
            .values(state=state, state_at=current_time(connection), reason=reason, lease_until=None)
        )

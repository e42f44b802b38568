"""Editions in the store: the digests that a closing meets and an edition carries, and the closed editions."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from producers.article import is_web_address
from worker.edition.document import (
    Carried,
    Document,
    DocumentHead,
    Earlier,
    EditionCounts,
    Fate,
    Said,
    StorySource,
    Text,
    Texts,
    encode,
    shown_articles,
)
from worker.store.articles import revision_of, subjects_of
from worker.store.connect import Store, current_time, insert_new, lock, parts
from worker.store.future import ahead, horizon, let_go, void, void_ids
from worker.store.states import State
from worker.store.tables import (
    IS_UNDELIVERED,
    articles,
    digests,
    edition_digests,
    editions,
    failures,
    profiles,
    stories,
    unmet,
)
from worker.store.usable import usable, usable_id

#: The lock under which a profile comes into being.
PROFILES: Final = "profiles"

#: Days before an edition whose topics it may continue.
PAST_DAYS: Final = 7

_OF_A_SOURCE: Final = (
    articles.c.id,
    articles.c.story_id,
    articles.c.source,
    articles.c.publisher,
    articles.c.title,
    articles.c.uri,
    articles.c.dateline,
    articles.c.byline,
    articles.c.containment,
)


_OF_A_DIGEST: Final = (
    digests.c.headline,
    digests.c.summary,
    digests.c.engine,
    digests.c.model,
    digests.c.supported,
    articles.c.id,
    articles.c.story_id,
    articles.c.language,
    articles.c.published_at,
    articles.c.received_at,
    articles.c.signal,
    articles.c.note,
    articles.c.revision_created,
    articles.c.revision_number,
    articles.c.located,
    articles.c.section,
    articles.c.subjects,
    articles.c.urgency,
    articles.c.captions,
    articles.c.usage,
    articles.c.copyright,
    sa.func.length(articles.c.body).label("length"),
)

#: Texts that are read together: a long one has 5 MB, most have 5 KB.
_TEXTS_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A closed edition. `document` is its whole JSON; `delivered` says whether its files are written."""

    id: int
    profile: str
    date: date
    revision: int
    closed_at: datetime
    document: Document
    delivered: bool

    @classmethod
    def from_row(cls, row: sa.Row[Any]) -> "Edition":
        """Return the edition of a row of `editions`."""
        document: Document = json.loads(row.document)
        return cls(
            id=row.id,
            profile=row.profile,
            date=date.fromisoformat(row.date),
            revision=document["edition"]["revision"],
            closed_at=row.closed_at,
            document=document,
            delivered=row.delivered_at is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionHead:
    """A closed edition without its topics. `head` is what its document says of it as `edition`."""

    id: int
    profile: str
    date: date
    closed_at: datetime
    head: DocumentHead
    delivered: bool

    @classmethod
    def from_row(cls, row: sa.Row[Any]) -> "EditionHead":
        """Return the head of a row of `editions`, with its document or without."""
        return cls(
            id=row.id,
            profile=row.profile,
            date=date.fromisoformat(row.date),
            closed_at=row.closed_at,
            head=json.loads(row.head),
            delivered=row.delivered_at is not None,
        )


def document_columns(document: Document) -> dict[str, str]:
    """Return the columns of `editions` that hold `document`."""
    return {"head": json.dumps(document["edition"], ensure_ascii=False), "document": encode(document).decode()}


def begin(store: Store, profile: str) -> None:
    """Note since when `profile` exists, if that is not known yet.

    The first profile of a desk carries everything. A profile that is added after others have had editions starts now,
    so that its first edition does not carry the desk's whole past. If that was noted by a clock that was ahead, it
    starts now.
    """
    with store.reading() as connection:
        known = connection.execute(sa.select(profiles).where(profiles.c.name == profile)).one_or_none()
        is_ahead = known is not None and known.since is not None and known.since > horizon(connection)
    if is_ahead:
        with store.writing() as connection:
            connection.execute(
                sa.update(profiles).where(profiles.c.name == profile).values(since=current_time(connection))
            )
    if known is not None:
        return
    others = sa.select(editions.c.id).where(editions.c.profile != profile)
    own = sa.select(editions.c.id).where(editions.c.profile == profile)
    with store.writing() as connection:
        # A withdrawal looks at the editions of every profile: it must not miss one that comes meanwhile.
        lock(connection, PROFILES)
        lock(connection, f"edition {profile}")
        is_new = connection.scalar(sa.select(sa.exists(others) & ~sa.exists(own)))
        insert_new(connection, profiles, {"name": profile, "since": current_time(connection) if is_new else None})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """The ground of an edition: the day's last revision, and the digests (article, story, canonical) that it meets."""

    last: int | None
    unmet: tuple[tuple[str, str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that was read for an edition. `met` are the digests that it may show; the stories of the articles `kept` told
    a topic which an earlier revision of the day showed. `before` is the document of the last of these, if there is one;
    `earlier` told the topics of the last PAST_DAYS.
    """

    closed_at: datetime
    revision: int
    basis: _Basis
    met: list[Carried]
    kept: frozenset[str]
    earlier: list[Earlier]
    counts: EditionCounts
    before: Document | None


def _basis(connection: sa.Connection, profile: str, day: str, closed_at: datetime) -> _Basis:
    last = connection.scalar(
        sa.select(sa.func.max(editions.c.revision)).where(
            editions.c.profile == profile, editions.c.date == day, editions.c.revision > 0
        )
    )
    return _Basis(last=last, unmet=tuple(_unmet(connection, profile, closed_at)))


def drafted(store: Store, profile: str, day: date, at: datetime | None) -> Draft | Edition:
    """Return the draft of an edition that closes `at`, or now by the store's clock; or that edition, if it is closed.

    It meets every digest made before the close that no earlier edition of the profile has met. Editions that lie in
    the future do not close the day, and what they met is met again, unless a reader may have received it.
    """
    with store.reading() as connection:
        return _drafted(connection, profile, day.isoformat(), at)


def of_the_last_day(store: Store) -> Draft:
    """Return the draft of an edition that meets the digests of the last 24 hours, by the store's clock, whatever other
    editions have met: it is to be looked at and not to be written.
    """
    with store.reading() as connection:
        now = current_time(connection)
        since = now - timedelta(days=1)
        chosen = connection.scalars(
            sa.select(digests.c.article_id)
            .join(stories, stories.c.canonical_id == digests.c.article_id)
            .where(digests.c.made_at > since, usable_id(digests.c.article_id))
        )
        return Draft(
            closed_at=now,
            revision=1,
            basis=_Basis(last=None, unmet=()),
            met=_carried(connection, list(chosen), updates=()),
            kept=frozenset(),
            before=None,
            earlier=[],
            counts=_counts(connection, since, now),
        )


def texts(store: Store) -> Texts:
    """Return what reads the texts of digests from `store`, a few at a time, so that few are in memory together."""

    def read(ids: Iterable[str]) -> Iterator[Text]:
        for part in parts(ids, _TEXTS_AT_ONCE):
            with store.reading() as connection:
                rows = connection.execute(
                    sa.select(
                        articles.c.id, articles.c.body, digests.c.embedding, digests.c.across, digests.c.across_by
                    )
                    .join(digests, digests.c.article_id == articles.c.id)
                    .where(articles.c.id.in_(part), usable())
                )
                by_id = {
                    row.id: Text(
                        article_id=row.id,
                        body=row.body,
                        embedding=bytes(row.embedding),
                        across=bytes(row.across or b""),
                        across_by=row.across_by or "",
                    )
                    for row in rows
                }
            yield from (by_id.get(name, Text(article_id=name)) for name in part)

    return read


def write(store: Store, draft: Draft, document: Document, fates: Mapping[str, Fate]) -> Edition | None:
    """Store `document`, the edition made from `draft`, and note what became of the digests that it met (`fates`, by the
    ids of their articles).

    Returns None, with nothing written, if the ground of the draft has changed since, or `document` shows an article
    that is not usable any more: draft again.
    """
    head = document["edition"]
    columns = document_columns(document)
    with store.writing() as connection:
        lock(connection, f"edition {head['profile']}")
        if _basis(connection, head["profile"], head["date"], draft.closed_at) != draft.basis:
            return None
        if not _all_usable(connection, shown_articles(document)):
            return None
        number = _written(connection, draft, head, columns, fates)
    return Edition(
        id=number,
        profile=head["profile"],
        date=date.fromisoformat(head["date"]),
        revision=head["revision"],
        closed_at=draft.closed_at,
        document=document,
        delivered=False,
    )


def _drafted(connection: sa.Connection, profile: str, day: str, at: datetime | None) -> Draft | Edition:
    closed_at = at or current_time(connection)
    basis = _basis(connection, profile, day, closed_at)
    last = _row(
        connection,
        sa.select(editions)
        .where(editions.c.profile == profile, editions.c.date == day, ~ahead(horizon(connection)))
        .order_by(editions.c.revision.desc()),
    )
    if last is not None and (last.closed_at >= at if at is not None else not basis.unmet):
        return Edition.from_row(last)
    since = connection.scalar(sa.select(profiles.c.since).where(profiles.c.name == profile))
    canonical = {article for article, story, canonical in basis.unmet if article == canonical}
    if since is not None:
        canonical = set(_made_after(connection, since, canonical))
    # A story that an earlier revision met with another article appears once, with its present canonical.
    renewed = {story for article, story, _ in basis.unmet if article in canonical}
    today = _met_on(connection, profile, day)
    again = {story: article for story, article in today.items() if story not in renewed}
    told = _told_on(connection, profile, day)
    kept = {article for article, story, _ in basis.unmet if story in told} | {
        again[story] for story in told & set(again)
    }
    before = _carried_before(connection, profile, day, {*renewed, *again})
    before_today = sa.select(editions.c.closed_at).where(editions.c.profile == profile, editions.c.date < day)
    closed = before_today.order_by(editions.c.closed_at.desc()).limit(1)
    return Draft(
        closed_at=closed_at,
        revision=1 + (basis.last or 0),
        basis=basis,
        met=_carried(connection, canonical.union(again.values()), updates=before),
        kept=frozenset(kept),
        before=json.loads(last.document) if last is not None else None,
        earlier=_told_before(connection, profile, day),
        counts=_counts(connection, connection.scalar(closed) or since, closed_at),
    )


def _written(
    connection: sa.Connection, draft: Draft, head: DocumentHead, columns: dict[str, str], fates: Mapping[str, Fate]
) -> int:
    """Insert the edition of `head`, whose document is `columns`, and what it met, and return its id."""
    let_go(connection, void_ids(connection, head["profile"]))
    number: int = connection.execute(
        sa.insert(editions)
        .values(
            profile=head["profile"],
            date=head["date"],
            revision=draft.revision,
            closed_at=draft.closed_at,
            **columns,
            delivered_at=None,
        )
        .returning(editions.c.id)
    ).scalar_one()
    if draft.basis.unmet:
        connection.execute(
            sa.insert(edition_digests),
            [
                {
                    "profile": head["profile"],
                    "article_id": article,
                    "story_id": story,
                    "edition_id": number,
                    **_fate(fates.get(article) or Fate(left_out_by="since" if article == canonical else "superseded")),
                }
                for article, story, canonical in draft.basis.unmet
            ],
        )
    # What an earlier revision of the day met without showing it may tell a topic of this one.
    inserted = {article for article, _, _ in draft.basis.unmet}
    if again := sorted(set(fates) - inserted):
        connection.execute(
            sa.update(edition_digests)
            .where(
                edition_digests.c.profile == head["profile"],
                edition_digests.c.article_id == sa.bindparam("of_article"),
                sa.or_(~edition_digests.c.carried, sa.bindparam("is_carried", type_=sa.Boolean)),
            )
            .values({column: sa.bindparam(f"new_{column}") for column in _fate(fates[again[0]])}),
            [
                {
                    "of_article": article,
                    "is_carried": fates[article].left_out_by is None,
                    **{f"new_{column}": value for column, value in _fate(fates[article]).items()},
                }
                for article in again
            ],
        )
    return number


def _fate(fate: Fate) -> dict[str, Any]:
    """Return the columns of `edition_digests` that hold `fate`."""
    return {"carried": fate.left_out_by is None, "left_out_by": fate.left_out_by, "teller_id": fate.teller_id}


def last_closed(store: Store, profile: str) -> tuple[datetime | None, datetime | None]:
    """Return when the profile's last edition closed, and since when its editions are due; None for never.

    Editions that lie in the future do not count: a clock was ahead when they closed.
    They are due since the first article of the desk came, or since `begin` first met a profile that came later.
    """
    with store.reading() as connection:
        past = ~ahead(horizon(connection))
        of_profile = sa.select(editions.c.closed_at).where(editions.c.profile == profile, past)
        closed = of_profile.order_by(editions.c.closed_at.desc()).limit(1)
        since = connection.scalar(sa.select(profiles.c.since).where(profiles.c.name == profile))
        return connection.scalar(closed), since or connection.scalar(sa.select(sa.func.min(articles.c.stored_at)))


def recent(store: Store, profile: str, most: int) -> list[Document]:
    """Return the documents of the profile's newest `most` days that are not in the future, the newest first, each as
    its last revision.
    """
    with store.reading() as connection:
        last = (
            sa.select(editions.c.date, editions.c.document)
            .where(editions.c.profile == profile, ~ahead(horizon(connection)))
            .order_by(editions.c.date.desc(), editions.c.revision.desc())
        )
        documents: list[Document] = []
        # Day by day: the days that come before are not looked at.
        row = _row(connection, last)
        while row is not None and len(documents) < most:
            documents.append(json.loads(row.document))
            row = _row(connection, last.where(editions.c.date < row.date))
        return documents


def void_editions(store: Store) -> list[Edition]:
    """Return the editions that lie in the future and that nobody received."""
    with store.reading() as connection:
        return [
            Edition.from_row(row) for row in connection.execute(sa.select(editions).where(void(horizon(connection))))
        ]


def count_as_made_now(store: Store) -> int:
    """Let digests that a clock which was ahead has stamped count as made now, so that the next closing meets them;
    return how many.
    """
    with store.reading() as connection:
        if not connection.scalar(sa.select(sa.exists().where(digests.c.made_at > horizon(connection)))):
            return 0
    with store.writing() as connection:
        future = digests.c.made_at > horizon(connection)
        return connection.execute(sa.update(digests).where(future).values(made_at=current_time(connection))).rowcount


def undelivered(store: Store) -> list[Edition]:
    """Return the editions whose files are not known to be written, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(editions).where(IS_UNDELIVERED).order_by(editions.c.closed_at, editions.c.id)
        )
        return [Edition.from_row(row) for row in rows]


def mark_delivered(store: Store, edition: int) -> None:
    """Note that the files of `edition` are written."""
    with store.writing() as connection:
        connection.execute(
            sa.update(editions).where(editions.c.id == edition).values(delivered_at=current_time(connection))
        )


def find(store: Store, profile: str, day: date | None = None) -> Edition | None:
    """Return the newest revision of the edition of `day`, or of the newest day that is not in the future; None if there
    is none.
    """
    chosen = sa.select(editions).where(editions.c.profile == profile)
    with store.reading() as connection:
        if day is not None:
            chosen = chosen.where(editions.c.date == day.isoformat())
        else:
            chosen = chosen.where(~ahead(horizon(connection)))
        row = _row(connection, chosen.order_by(editions.c.date.desc(), editions.c.revision.desc()))
    return Edition.from_row(row) if row is not None else None


def newest(store: Store, profile: str) -> EditionHead | None:
    """Return the head of what `find` returns for no day."""
    with store.reading() as connection:
        chosen = sa.select(editions).where(editions.c.profile == profile, ~ahead(horizon(connection)))
        row = _row(connection, _of_heads(chosen).order_by(editions.c.date.desc(), editions.c.revision.desc()))
    return EditionHead.from_row(row) if row is not None else None


def listed(store: Store, profile: str | None = None) -> list[Edition]:
    """Return all editions, of one profile or of all, newest first. Documents are long: `heads` is without them."""
    with store.reading() as connection:
        return [Edition.from_row(row) for row in connection.execute(_newest_first(profile))]


def heads(store: Store, profile: str | None = None) -> list[EditionHead]:
    """Return the heads of all editions, of one profile or of all, newest first."""
    with store.reading() as connection:
        return [EditionHead.from_row(row) for row in connection.execute(_of_heads(_newest_first(profile)))]


def _newest_first(profile: str | None) -> sa.Select[Any]:
    chosen = sa.select(editions).order_by(editions.c.date.desc(), editions.c.profile, editions.c.revision.desc())
    return chosen if profile is None else chosen.where(editions.c.profile == profile)


def _of_heads(chosen: sa.Select[Any]) -> sa.Select[Any]:
    """Return `chosen`, a query for editions, without their documents."""
    return chosen.with_only_columns(*(column for column in editions.c if column is not editions.c.document))


def _unmet(connection: sa.Connection, profile: str, closed_at: datetime) -> list[tuple[str, str, str | None]]:
    """Return (article, story, the story's canonical) of each digest made until `closed_at` that no edition has met.

    What a void edition met is met again.
    """
    void_ones = void_ids(connection, profile)
    met = sa.select(edition_digests.c.article_id).where(
        edition_digests.c.profile == profile,
        edition_digests.c.article_id == digests.c.article_id,
        edition_digests.c.edition_id.not_in(void_ones),
    )
    is_unmet = ~sa.exists(met)
    # Nothing is noted of a profile before it begins.
    if connection.scalar(sa.select(sa.exists().where(profiles.c.name == profile))):
        of_void = sa.select(edition_digests.c.article_id).where(edition_digests.c.edition_id.in_(void_ones))
        noted = sa.select(unmet.c.article_id).where(unmet.c.profile == profile)
        is_unmet = sa.and_(digests.c.article_id.in_(sa.union(noted, of_void)), is_unmet)
    rows = connection.execute(
        sa.select(digests.c.article_id, digests.c.story_id, stories.c.canonical_id)
        .outerjoin(stories, stories.c.id == digests.c.story_id)
        .where(digests.c.made_at <= closed_at, is_unmet, usable_id(digests.c.article_id))
        .order_by(digests.c.article_id)
    )
    return [(article, story, canonical) for article, story, canonical in rows]


def _made_after(connection: sa.Connection, since: datetime, chosen: Iterable[str]) -> Iterator[str]:
    for part in parts(chosen):
        yield from connection.scalars(
            sa.select(digests.c.article_id).where(
                digests.c.article_id.in_(part), digests.c.made_at > since, usable_id(digests.c.article_id)
            )
        )


def _all_usable(connection: sa.Connection, chosen: Collection[str]) -> bool:
    usable_ones = 0
    for part in parts(chosen):
        counted = sa.select(sa.func.count()).where(articles.c.id.in_(part), usable())
        usable_ones += connection.scalar(counted) or 0
    return usable_ones == len(chosen)


def _of_the_day(connection: sa.Connection, profile: str, day: str) -> tuple[sa.ColumnElement[bool], ...]:
    return editions.c.profile == profile, editions.c.date == day, ~void(horizon(connection))


def _met_on(connection: sa.Connection, profile: str, day: str) -> dict[str, str]:
    """Return the article by which the day's revisions met each story last, by the story's present id."""
    rows = connection.execute(
        sa.select(digests.c.story_id, digests.c.article_id)
        .join(edition_digests, edition_digests.c.article_id == digests.c.article_id)
        .join(editions, editions.c.id == edition_digests.c.edition_id)
        .outerjoin(stories, stories.c.canonical_id == digests.c.article_id)
        .where(
            *_of_the_day(connection, profile, day),
            usable_id(digests.c.article_id),
        )
        .order_by(stories.c.id.is_not(None), editions.c.id, digests.c.article_id)
    )
    return {row.story_id: row.article_id for row in rows}


def _told_on(connection: sa.Connection, profile: str, day: str) -> set[str]:
    """Return the stories that told the topics which the day's revisions showed, by their present ids."""
    return set(
        connection.scalars(
            sa.select(digests.c.story_id)
            .join(edition_digests, edition_digests.c.article_id == digests.c.article_id)
            .join(editions, editions.c.id == edition_digests.c.edition_id)
            .where(*_of_the_day(connection, profile, day), edition_digests.c.carried, usable_id(digests.c.article_id))
        )
    )


def _told_before(connection: sa.Connection, profile: str, day: str) -> list[Earlier]:
    """Return the digests that told the topics of the editions of the PAST_DAYS before `day`, the newest first.

    An article that may not be shown any more is named as no earlier report.
    """
    first = date.fromisoformat(day) - timedelta(days=PAST_DAYS)
    rows = connection.execute(
        sa.select(
            editions.c.date,
            digests.c.story_id,
            digests.c.article_id,
            digests.c.headline,
            digests.c.embedding,
            articles.c.uri,
            articles.c.language,
            articles.c.body,
        )
        .join(edition_digests, edition_digests.c.edition_id == editions.c.id)
        .join(digests, digests.c.article_id == edition_digests.c.article_id)
        .join(articles, articles.c.id == digests.c.article_id)
        .where(
            editions.c.profile == profile,
            editions.c.date < day,
            editions.c.date >= first.isoformat(),
            usable(),
            ~void(horizon(connection)),
            edition_digests.c.carried,
            usable(),
        )
        .order_by(editions.c.date.desc(), digests.c.article_id)
    )
    return [
        Earlier(
            date=date.fromisoformat(row.date),
            story_id=row.story_id,
            article_id=row.article_id,
            headline=row.headline,
            url=row.uri if is_web_address(row.uri) else None,
            language=row.language,
            body=row.body,
            embedding=bytes(row.embedding),
        )
        for row in rows
    ]


def _carried_before(connection: sa.Connection, profile: str, day: str, candidates: Iterable[str]) -> set[str]:
    """Return which stories were carried by an earlier edition: they return as updates."""
    carried: set[str] = set()
    for part in parts(set(candidates)):
        carried.update(
            connection.scalars(
                sa.select(edition_digests.c.story_id)
                .join(editions, editions.c.id == edition_digests.c.edition_id)
                .where(
                    editions.c.profile == profile,
                    editions.c.date < day,
                    edition_digests.c.carried,
                    edition_digests.c.story_id.in_(part),
                )
            )
        )
    return carried


def _carried(connection: sa.Connection, chosen: Iterable[str], updates: Collection[str]) -> list[Carried]:
    """Return the digests of the articles `chosen`, by id, each with all the articles of its story."""
    carried: list[Carried] = []
    for part in parts(chosen):
        rows = connection.execute(
            sa.select(*_OF_A_DIGEST)
            .join(articles, articles.c.id == digests.c.article_id)
            .where(digests.c.article_id.in_(part), usable())
            .order_by(digests.c.article_id)
        ).all()
        digested = {row.id for row in rows}
        members: dict[str, list[StorySource]] = defaultdict(list)
        for member in connection.execute(
            sa.select(*_OF_A_SOURCE)
            .where(articles.c.story_id.in_({row.story_id for row in rows}))
            .where(sa.or_(articles.c.state == State.REPRINT, articles.c.id.in_(digested)), usable())
            .order_by(articles.c.id)
        ):
            members[member.story_id].append(
                StorySource(
                    publisher=member.publisher,
                    title=member.title,
                    uri=member.uri,
                    article_id=member.id,
                    containment=None if member.id in digested else member.containment,
                    url=member.uri if is_web_address(member.uri) else None,
                    source=member.source,
                    dateline=member.dateline,
                    byline=member.byline,
                )
            )
        carried += [
            Carried(
                story_id=row.story_id,
                article_id=row.id,
                headline=row.headline,
                summary=row.summary,
                language=row.language,
                published_at=row.published_at,
                received_at=row.received_at,
                update=row.story_id in updates,
                sources=tuple(members[row.story_id]),
                engine=row.engine,
                model=row.model,
                supported=row.supported,
                said=_said(row),
                length=row.length,
            )
            for row in rows
        ]
    return carried


def _said(row: Any) -> Said:
    return Said(
        signal=row.signal,
        note=row.note,
        revision=revision_of(row),
        located=row.located,
        section=row.section,
        subjects=subjects_of(row),
        urgency=row.urgency,
        captions=tuple(json.loads(row.captions)),
        usage=row.usage,
        copyright=row.copyright,
    )


def _counts(connection: sa.Connection, since: datetime | None, closed_at: datetime) -> EditionCounts:
    def count(column: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> int:
        window = [column <= closed_at, *conditions]
        if since is not None:
            window.append(column > since)
        return connection.scalar(sa.select(sa.func.count()).where(*window)) or 0

    return EditionCounts(
        received=count(articles.c.stored_at, usable()),
        reprints=count(articles.c.stored_at, articles.c.state == State.REPRINT, usable()),
        failed=count(failures.c.failed_at, usable_id(failures.c.article_id)),
    )


def _row(connection: sa.Connection, chosen: sa.Select[Any]) -> sa.Row[Any] | None:
    return connection.execute(chosen.limit(1)).one_or_none()

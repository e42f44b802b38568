"""The stages in order: how an article becomes a digest, and digests an edition.

    journal -> clean -> claim its story -> store -> settle        `ingest`, any number of processes
    lease   -> summarise                -> store                  `summarize`, any number of processes
    select  -> rank -> render           -> deliver                `close_edition`, once a day

Each may be repeated after a crash at any line: the journal lets go only when the store has committed, a row is leased
until its digest is committed, and an edition is delivered until its files are written.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

import structlog

from producers.article import RawArticle
from producers.journal import Journal, Outcome, Standing
from worker.article import Digest, Failed
from worker.clean import clean
from worker.dedup import text_key
from worker.dedup.claim import Claim, Claimant, Claims, Document
from worker.dedup.sketch import sketch
from worker.dedup.updates import marked_as_update
from worker.edition import closing, deliver
from worker.edition.feeds import MOST_EDITIONS
from worker.edition.profile import DEFAULT_OUTPUTS, Profile
from worker.errors import PermanentError, RetryableError, UnusableError
from worker.store import Store, articles, editions, leases, stories
from worker.store.states import State
from worker.summarize import Engine
from worker.waiting import wait_out

logger = structlog.get_logger(__name__)

#: How often the work on one article is begun before it is a failure: a crash may be the machine's, three are its own.
MAX_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one message came to: rows that became ready, and ids that must travel in messages of their own."""

    ready: int = 0
    alone: tuple[str, ...] = ()


def ingest(ids: Sequence[str], journal: Journal, store: Store) -> Ingested:
    """Take the articles `ids` from the journal into the store; each succeeds or fails by itself.

    Raises RetryableError when Redis or the store is away; then nothing is lost, and the attempts are taken back.
    """
    held = {name: entry for name, entry in zip(ids, journal.entries(ids), strict=True) if entry is not None}
    known = articles.standing(store, list(held))
    outcomes = {name: Outcome(Standing.STORED) for name, state in known.items() if state is not State.FAILED}
    fresh = [name for name in held if name not in outcomes]
    begun_before = dict(zip(fresh, journal.attempts(fresh), strict=True))
    alone = tuple(name for name in fresh if len(ids) > 1 and begun_before[name])
    work = _Work()
    try:
        for name in fresh:
            if name not in alone:
                work.begin(name, journal)
                _clean_one(name, held[name], begun_before[name] + 1, work)
        claims = Claims(journal.redis, lambda language, after: _documents(store, language, after))
        claimants, answers = work.claim(claims)
        ready = _take_in(store, work, held, begun_before)
        claims.keep(claimants, answers)
        outcomes |= {item.article.id: Outcome(Standing.STORED) for item in work.incoming}
        outcomes |= {one.id: Outcome(Standing.FAILED, one.stage, one.reason) for one in work.failed}
        journal.settle(outcomes)
        if outcomes:
            logger.info("articles_ingested", articles=len(outcomes), failed=len(work.failed), ready=ready)
    except Exception:
        # Whatever stopped the message was not an article: those become failures one by one in _clean_one.
        journal.take_back(work.begun)
        raise
    return Ingested(ready, alone)


@dataclass(slots=True)
class _Work:
    begun: list[str] = field(default_factory=list)
    incoming: list[articles.Incoming] = field(default_factory=list)
    failed: list[articles.IncomingFailure] = field(default_factory=list)

    def begin(self, name: str, journal: Journal) -> None:
        journal.begin(name)
        self.begun.append(name)

    def claim(self, claims: Claims) -> tuple[list[Claimant], list[Claim]]:
        """Ask for the story of each incoming article and write the answers into `incoming`."""
        claimants = [
            Claimant(item.article.id, item.article.language, sketch(item.article.body)) for item in self.incoming
        ]
        answers = claims.claim(claimants)
        self.incoming = [
            replace(
                item,
                joins=answer.joins,
                opener=answer.opener,
                containment=answer.containment,
                proves=answer.proves,
            )
            for item, answer in zip(self.incoming, answers, strict=True)
        ]
        return claimants, answers


def _clean_one(name: str, entry: bytes, attempt: int, work: _Work) -> None:
    """Put the article of a journal entry into `work`, cleaned or as a failure."""
    raw: RawArticle | None = None
    stage = "read"
    try:
        # Once more after the last attempt it is opened, so that the failure has its name; should even that end the
        # worker, it fails without.
        raw = _unpacked(entry) if attempt <= MAX_ATTEMPTS + 1 else None
        if raw is None or attempt > MAX_ATTEMPTS:
            stage = "clean"
            raise UnusableError(
                f"Cleaning it ended its worker, or took longer than allowed, {MAX_ATTEMPTS} times; "
                "it will not be tried again."
            )
        if str(raw.id) != name:
            raw = None
            raise UnusableError("Its journal entry holds another article; push it again with a current producer.")
        if raw.refused:
            raise UnusableError(raw.refused)
        stage = "clean"
        article = clean(raw)
        update = marked_as_update(raw.title, raw.text)
        work.incoming.append(articles.Incoming(article, text_key(article.body), update=update))
        return
    except PermanentError as error:
        reason = str(error)
    except Exception as error:
        logger.exception("cleaning_failed", article_id=name)
        reason = f"Cleaning it failed unexpectedly ({type(error).__name__}: {error}); please report this."
    logger.warning("article_failed", article_id=name, stage=stage, reason=reason)
    work.failed.append(_failure(name, raw, stage, reason, min(attempt, MAX_ATTEMPTS), entry))


def _take_in(store: Store, work: _Work, held: Mapping[str, bytes], begun_before: Mapping[str, int]) -> int:
    """Store what `work` holds and return how many rows became ready.

    An article that the store refuses becomes a failure, and its neighbours are stored one by one.
    """
    try:
        return articles.take_in(store, work.incoming, work.failed)
    except RetryableError:
        raise
    except Exception:
        logger.exception("message_refused", articles=work.begun)
    ready = 0
    for item in list(work.incoming):
        name = item.article.id
        try:
            ready += articles.take_in(store, [item])
        except RetryableError:
            raise
        except Exception as error:
            wrong = " ".join(str(error).split())[:300]
            reason = f"The store refused it ({type(error).__name__}: {wrong}); please report this."
            logger.exception("article_failed", article_id=name, stage="store", reason=reason)
            work.incoming.remove(item)
            # Without its own fields: what the store refused may be among them. The raw article has them all.
            work.failed.append(_failure(name, None, "store", reason, begun_before[name] + 1, held[name]))
    articles.take_in(store, [], work.failed)
    return ready


def _documents(store: Store, language: str, after: str | None) -> Iterator[Document]:
    """Yield what the claims of `language` are rebuilt from."""
    for text in stories.texts(store, language, after):
        sketched = sketch(text.body)
        if sketched.comparable:
            yield Document(text.article, sketched, text.age, text.joined)


def _unpacked(entry: bytes) -> RawArticle:
    try:
        return RawArticle.unpacked(entry)
    except ValueError as error:
        wrong = " ".join(str(error).split())[:300]
        raise UnusableError(
            f"It is not an article that this version understands ({wrong}); push it again with a current producer."
        ) from None


def _failure(
    name: str, raw: RawArticle | None, stage: str, reason: str, attempts: int, entry: bytes
) -> articles.IncomingFailure:
    return articles.IncomingFailure(
        id=name,
        source=raw.source if raw else "unknown",
        uri=raw.uri if raw else name,
        media_type=raw.media_type if raw else "application/octet-stream",
        filename=raw.filename if raw else "",
        title=raw.title if raw else None,
        publisher=raw.publisher if raw else None,
        published_at=raw.published_at if raw else None,
        received_at=raw.received_at if raw else None,
        stage=stage,
        reason=reason,
        attempts=attempts,
        raw=entry,
    )


@dataclass(frozen=True, slots=True)
class Summarized:
    """What one wake-up came to: results written, and whether more rows wait."""

    written: int
    more: bool


def summarize(store: Store, engine: Engine, keep: Callable[[str], AbstractContextManager[object]]) -> Summarized:
    """Lease one batch of ready rows, summarise it and write the digests.

    `keep(token)` is entered while the engine works: it renews the lease. An error of the whole batch sends its rows
    back to be worked alone; the error of a row that was alone is that row's failure. A store that is away when the
    work is done is waited for, since the work would be lost, and counted as an attempt.
    """
    lease = leases.lease(store)
    if lease.articles:
        try:
            with keep(lease.token):
                results = engine.summarize(lease.articles)
            written = _finish(store, lease.token, results)
        except Exception as error:
            logger.exception("batch_failed", articles=[article.id for article in lease.articles])
            if len(lease.articles) > 1:
                wait_out(lambda: leases.release(store, lease.token))
                return Summarized(0, True)
            reason = f"The engine {engine.name} failed ({type(error).__name__}: {error})."
            written = _finish(store, lease.token, [Failed(article_id=lease.articles[0].id, reason=reason)])
        logger.info("batch_done", articles=len(lease.articles), written=written)
    else:
        written = 0
    return Summarized(written, leases.waiting(store, 1) > 0)


def _finish(store: Store, token: str, results: Sequence[Digest | Failed]) -> int:
    return wait_out(lambda: leases.finish(store, token, results))


def close_edition(
    store: Store, folder: Path, name: str, profile: Profile, *, date: date, at: datetime | None
) -> editions.Edition:
    """Close the edition of `profile`, called `name`, of the local day `date` at the moment `at` (None: now) and write
    its files into `folder`.
    """
    edition = closing.close(store, profile=name, timezone=profile.timezone, date=date, at=at, selection=profile)
    deliver_edition(store, edition, folder, profile.outputs)
    return edition


def deliver_edition(
    store: Store, edition: editions.Edition, folder: Path, outputs: Collection[str] = DEFAULT_OUTPUTS
) -> list[Path]:
    """Write the files of `edition`, those of `outputs`, note that they are written, and return their paths."""
    paths = deliver.write(
        edition.document, folder, outputs, recent=lambda: editions.recent(store, edition.profile, MOST_EDITIONS)
    )
    editions.mark_delivered(store, edition.id)
    return paths

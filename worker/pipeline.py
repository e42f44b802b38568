"""The stages in order: how an article becomes a digest, and digests an edition.

    journal -> clean -> claim its story -> store -> settle        `ingest`, any number of processes
    lease   -> summarise                -> store                  `summarize`, any number of processes
    select  -> group -> rank -> render  -> deliver                `close_edition`, once a day

    held    -> claim its story again    -> store                  `release_due`, when its embargo is over

Each may be repeated after a crash at any line: the journal lets go only when the store has committed, a row is leased
until its digest is committed, and an edition is delivered until its files are written.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

import redis
import structlog

from producers.article import UNKNOWN, NewerVersionError, RawArticle
from producers.journal import Journal, Name, Outcome, Standing
from worker.article import Article, Digest, Failed
from worker.clean import clean
from worker.clean.sentences import sentences
from worker.dedup import text_key
from worker.dedup.claim import Claim, Claimant, Claims, Document
from worker.dedup.facts import HEAD, facts
from worker.dedup.sketch import sketch
from worker.dedup.updates import marked_as_update
from worker.edition.profile import DEFAULT_OUTPUTS, Profile
from worker.edition.revising import revise
from worker.errors import PermanentError, RefusedError, RetryableError, StoreUnavailableError, UnusableError
from worker.items.identity import item_key
from worker.items.ruling import Decider
from worker.store import Store, across, articles, by_hand, editions, leases, releasing, stories
from worker.store.states import State
from worker.summarize import Engine
from worker.waiting import Wait, check, remaining, wait_out

logger = structlog.get_logger(__name__)

#: Earlier digests that are made comparable with those in other languages after each batch: half a second of CPU time.
MOST_COMPARED = 64
#: How often the work on one article is begun before it is a failure: a crash may be the machine's, three are its own.
MAX_ATTEMPTS: Final = 3
#: The field of a raw article's metadata in which its producer keeps an embargo without a time that can be read.
EMBARGO_UNREADABLE: Final = "embargo_unreadable"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one message came to: rows that became ready, ids that must travel in messages of their own, and ids that
    were left for another message because time ran out.
    """

    ready: int = 0
    alone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def ingest(
    ids: Sequence[str], journal: Journal, store: Store, *, ignore_empty_embargo: Collection[str] = ()
) -> Ingested:
    """Take the articles `ids` from the journal into the store; each succeeds or fails by itself.

    Of the sources `ignore_empty_embargo` an embargo that is there and empty is none. An article that only a newer
    wiredesk can read stays in the journal.

    Raises RetryableError if Redis or the store is unavailable, or takes longer than the task allows
    (`worker.waiting.within`); then nothing is lost, and the attempts are taken back. Raises RefusedError, a kind of it,
    if the store could be read and refused to write these articles: each of them then needs a message of its own.
    """
    held = {name: entry for name, entry in zip(ids, journal.entries(ids), strict=True) if entry is not None}
    known = articles.standing(store, list(held))
    outcomes = {name: Outcome(Standing.STORED) for name, state in known.items() if state is not State.FAILED}
    fresh = [name for name in held if name not in outcomes]
    check()
    attempts = {name: before + 1 for name, before in zip(fresh, journal.attempts(fresh), strict=True)}
    alone = tuple(name for name in fresh if len(ids) > 1 and attempts[name] > 1)
    ours = deque(name for name in fresh if name not in alone)
    work = _Work(frozenset(ignore_empty_embargo))
    try:
        work.begin({name: attempts[name] for name in ours}, journal)
        # Articles are cleaned in the first half of the time; the others are left for another message.
        enough = (remaining() or 0.0) / 2
        while ours and (len(ours) == len(work.begun) or (left := remaining()) is None or left > enough):
            name = ours.popleft()
            _clean_one(name, held[name], attempts[name], work, journal)
        check()
        claims = claims_of(journal.redis, store)
        claimants, answers = work.claim(claims)
        ready = _take_in(store, work, held, journal, len(ids) == 1)
        check()
        claims.keep(claimants, answers)
        outcomes |= {item.article.id: Outcome(Standing.STORED) for item in work.incoming}
        outcomes |= {one.id: Outcome(Standing.FAILED, one.stage, one.reason) for one in work.failed}
        journal.settle(outcomes)
        journal.take_back({name: work.begun[name] for name in (*work.unknown, *ours)})
        if outcomes:
            logger.info("articles_ingested", articles=len(outcomes), failed=len(work.failed), ready=ready)
    except Exception:
        # Whatever stopped the message was not an article: those become failures one by one in _clean_one.
        journal.take_back(work.begun)
        raise
    return Ingested(ready, alone, tuple(ours))


@dataclass(slots=True)
class _Work:
    ignore_empty_embargo: frozenset[str]
    #: Id -> which attempt at it this is.
    begun: dict[str, int] = field(default_factory=dict)
    #: Those that only a newer version can read: they stay in the journal.
    unknown: list[str] = field(default_factory=list)
    incoming: list[articles.Incoming] = field(default_factory=list)
    failed: list[articles.IncomingFailure] = field(default_factory=list)

    def begin(self, attempts: Mapping[str, int], journal: Journal) -> None:
        # Before the call: attempts may have been noted although the answer is lost.
        self.begun.update(attempts)
        journal.begin(attempts)

    def fail(self, item: articles.Incoming, reason: str, held: Mapping[str, bytes], journal: Journal) -> None:
        """Make `item`, which the store refused, a failure."""
        name = item.article.id
        self.incoming.remove(item)
        # Without its other fields: what the store refused may be among them. The raw article has them all.
        self.failed.append(_failure(journal.name(name), name, "store", reason, self.begun[name], held[name]))

    def claim(self, claims: Claims) -> tuple[list[Claimant], list[Claim]]:
        """Ask for the story of each incoming article that is news and write the answers into `incoming`."""
        news = [item for item in self.incoming if item.is_news]
        claimants = _claimants(news)
        answers = claims.claim(claimants)
        self.incoming = [*_answered(news, answers), *(item for item in self.incoming if not item.is_news)]
        return claimants, answers


def _clean_one(name: str, entry: bytes, attempt: int, work: _Work, journal: Journal) -> None:
    """Put the article of a journal entry into `work`, cleaned or as a failure."""
    raw: RawArticle | None = None
    stage = "read"
    try:
        # Once more after the last attempt it is opened, so that the failure has its title; should even that end the
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
        article = _without_empty_embargo(clean(raw), raw, work.ignore_empty_embargo)
        update = marked_as_update(raw.title, raw.text)
        work.incoming.append(articles.Incoming(article, text_key(article.body), update=update))
        return
    except NewerVersionError as error:
        logger.warning("article_waits", article_id=name, reason=str(error))
        work.unknown.append(name)
        return
    except PermanentError as error:
        reason = str(error)
    except Exception as error:
        logger.exception("cleaning_failed", article_id=name)
        reason = f"Cleaning it failed unexpectedly ({type(error).__name__}: {error}); please report this."
    logger.warning("article_failed", article_id=name, stage=stage, reason=reason)
    work.failed.append(_failure(raw or journal.name(name), name, stage, reason, min(attempt, MAX_ATTEMPTS), entry))


def _without_empty_embargo(article: Article, raw: RawArticle, sources: Collection[str]) -> Article:
    """Return `article` without an embargo that its source gave and left empty, if the source is one of `sources`."""
    if article.embargo != UNKNOWN or raw.source not in sources or raw.metadata.get(EMBARGO_UNREADABLE) != "":
        return article
    return replace(
        article, embargo=None, notes=(*article.notes, "Its empty embargo counts as none, as the setting says.")
    )


def _take_in(store: Store, work: _Work, held: Mapping[str, bytes], journal: Journal, is_alone: bool) -> int:
    """Store what `work` holds and return how many rows became ready.

    An article that the store refuses for its data becomes a failure, and its neighbours are stored one by one. So does
    one that is alone in its message (`is_alone`) and meets any other error of the store MAX_ATTEMPTS times while
    others are stored; until then that is taken for the store's error, which is waited for.
    """
    try:
        return articles.take_in(store, work.incoming, work.failed, revise)
    except StoreUnavailableError as error:
        if not is_alone or not work.incoming:
            raise RefusedError(str(error)) from error
        (item,) = work.incoming
        if journal.refused(item.article.id) < MAX_ATTEMPTS:
            raise
        work.fail(item, f"The store refused it {MAX_ATTEMPTS} times and took others ({error}).", held, journal)
        articles.take_in(store, [], work.failed, revise)
        return 0
    except RetryableError:
        raise
    except Exception:
        logger.exception("message_refused", articles=list(work.begun))
    ready = 0
    for item in list(work.incoming):
        name = item.article.id
        try:
            ready += articles.take_in(store, [item], revise=revise)
        except RetryableError:
            raise
        except Exception as error:
            wrong = " ".join(str(error).split())[:300]
            reason = f"The store refused it ({type(error).__name__}: {wrong}); please report this."
            logger.exception("article_failed", article_id=name, stage="store", reason=reason)
            work.fail(item, reason, held, journal)
    articles.take_in(store, [], work.failed, revise)
    return ready


def _documents(store: Store, language: str, after: str | None) -> Iterator[Document]:
    """Yield what the claims of `language` are rebuilt from."""
    for text in stories.texts(store, language, after):
        sketched = sketch(text.body)
        if sketched.comparable:
            told = lead_facts(text.body, text.dateline, language)
            yield Document(text.article, sketched, text.age, text.joined, told)


def lead_facts(body: str, dateline: str | None, language: str) -> str:
    """Return the facts of the first sentences of `body`, in the compact form of `worker.dedup.facts`."""
    return facts(sentences(body[:HEAD], language), dateline, language)


def _unpacked(entry: bytes) -> RawArticle:
    try:
        return RawArticle.unpacked(entry)
    except NewerVersionError:
        raise
    except ValueError as error:
        wrong = " ".join(str(error).split())[:300]
        raise UnusableError(
            f"It is not an article that this version understands ({wrong}); push it again with a current producer."
        ) from None


def _failure(
    known: RawArticle | Name, name: str, stage: str, reason: str, attempts: int, entry: bytes
) -> articles.IncomingFailure:
    """Return the failure of the article with the id `name`, of which `known` is known."""
    raw = known if isinstance(known, RawArticle) else None
    return articles.IncomingFailure(
        id=name,
        source=known.source,
        uri=known.uri,
        media_type=raw.media_type if raw else "application/octet-stream",
        filename=known.filename,
        title=raw.title if raw else None,
        publisher=raw.publisher if raw else None,
        published_at=raw.published_at if raw else None,
        received_at=raw.received_at if raw else None,
        stage=stage,
        reason=reason,
        attempts=attempts,
        raw=entry,
        item=item_key(raw.source, raw.item, raw.uri) if raw else None,
    )


def claims_of(client: redis.Redis, store: Store) -> Claims:
    """Return the claims that the Redis server of `client` keeps, which are rebuilt from `store`."""
    return Claims(client, lambda language, after: _documents(store, language, after))


def release_due(store: Store, claims: Claims | None) -> int:
    """Release the items whose embargo is over by the store's clock; return how many.

    Without `claims`, or if Redis does not answer, an article stays with the story that its claim named when it came.
    """
    return sum(_release(store, claims, item, None) for item in releasing.due(store))


def release_by_hand(store: Store, claims: Claims | None, prefix: str) -> int:
    """Release, as a person, every item that may not be shown of the story whose id, or one of whose articles' ids,
    begins with `prefix`; return how many.

    Raises ConfigurationError if there is no such story, or more than one.
    """
    return sum(_release(store, claims, item, Decider.PERSON) for item in by_hand.held_of(store, prefix))


def _release(store: Store, claims: Claims | None, item: str, decided_by: Decider | None) -> bool:
    incoming = releasing.arrival(store, item)
    if incoming is not None and claims is not None:
        try:
            incoming = _claimed([incoming], claims)[0]
        except RetryableError as error:
            logger.warning("released_without_claim", item=item, reason=str(error))
    return releasing.release(store, item, incoming, decided_by, revise)


def _claimed(incoming: Sequence[articles.Incoming], claims: Claims) -> list[articles.Incoming]:
    return _answered(incoming, claims.claim(_claimants(incoming)))


def _claimants(incoming: Sequence[articles.Incoming]) -> list[Claimant]:
    return [
        Claimant(
            article.id,
            article.language,
            sketch(article.body),
            lead_facts(article.body, article.dateline, article.language),
            item.update,
        )
        for item in incoming
        if (article := item.article)
    ]


def _answered(incoming: Sequence[articles.Incoming], answers: Sequence[Claim]) -> list[articles.Incoming]:
    """Return `incoming` with the answers of the claims."""
    return [
        replace(item, joins=answer.joins, opener=answer.opener, containment=answer.containment, proves=answer.proves)
        for item, answer in zip(incoming, answers, strict=True)
    ]


#: Renews a lease while it is entered: `keep(token, ends)`, see `summarize`.
Keep = Callable[[str, bool], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Summarized:
    """What one wake-up came to: results written, and whether more rows wait."""

    written: int
    more: bool


def summarize(store: Store, engine: Engine, keep: Keep, wait: Wait = wait_out) -> Summarized:
    """Lease one batch of ready rows, summarise it and write the digests.

    `keep(token, ends)` is entered to renew the lease: while the engine works, with `ends` True, a batch that hangs ends
    its process; while the digests are written, with `ends` False, it may take as long as the store is unavailable. An
    error of the whole batch sends its rows back to be worked alone; the error of a row that was alone is that row's
    failure. `wait` waits for a store that is unavailable when the work is done: the work would be lost, and count as an
    attempt.
    """
    lease = leases.lease(store)
    if lease.articles:
        try:
            with keep(lease.token, True):
                results = engine.summarize(lease.articles)
            written = _finish(store, lease.token, results, keep, wait)
        except Exception as error:
            logger.exception("batch_failed", articles=[article.id for article in lease.articles])
            if len(lease.articles) > 1:
                wait(lambda: leases.release(store, lease.token))
                return Summarized(0, True)
            reason = f"The engine {engine.name} failed ({type(error).__name__}: {error})."
            failed = Failed(article_id=lease.articles[0].id, reason=reason)
            written = _finish(store, lease.token, [failed], keep, wait)
        logger.info("batch_done", articles=len(lease.articles), written=written)
        _compare_across(store)
    else:
        written = 0
    return Summarized(written, leases.waiting(store, 1) > 0)


def _compare_across(store: Store) -> None:
    """Give the digests of the last hours the vectors that compare them with those in other languages, once this process
    has met another language. What cannot be done now the next batch does.
    """
    # Only summarize workers have an encoder.
    from worker.summarize import multilingual

    if not multilingual.is_loaded():
        return
    try:
        lacking = across.lacking(store, multilingual.LANGUAGES, MOST_COMPARED)
        vectors = {article: multilingual.of_digest(headline, summary) for article, headline, summary in lacking}
        across.put(store, multilingual.NAME, vectors)
    except RetryableError as error:
        logger.warning("not_compared_across_languages", error=str(error))


def _finish(store: Store, token: str, results: Sequence[Digest | Failed], keep: Keep, wait: Wait) -> int:
    # Without the lease another worker would take the rows meanwhile, and count an attempt.
    with keep(token, False):
        return wait(lambda: leases.finish(store, token, results))


def close_edition(
    store: Store, folder: Path, name: str, profile: Profile, *, date: date, at: datetime | None
) -> editions.Edition:
    """Close the edition of `profile`, called `name`, of the local day `date` at the moment `at` (None: now) and write
    its files into `folder`.
    """
    # Imported here, as below: ingest and summarize workers need no renderers.
    from worker.edition import closing

    edition = closing.close(
        store,
        profile=name,
        title=profile.title,
        web_url=profile.web_url,
        timezone=profile.timezone,
        date=date,
        at=at,
        selection=profile,
    )
    deliver_edition(store, edition, folder, profile.outputs)
    return edition


def deliver_edition(
    store: Store, edition: editions.Edition, folder: Path, outputs: Collection[str] = DEFAULT_OUTPUTS
) -> list[Path]:
    """Write the files of `edition`, those of `outputs`, note that they are written, and return their paths."""
    from worker.edition import deliver
    from worker.edition.feeds import MOST_EDITIONS

    paths = deliver.write(
        edition.document, folder, outputs, recent=lambda: editions.recent(store, edition.profile, MOST_EDITIONS)
    )
    editions.mark_delivered(store, edition.id)
    return paths

"""Closings: the editions that are due, those that a person asks for, and the files that are still to be written."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from producers.redis_client import connect, redis_url
from worker.dedup.claim import Claims
from worker.edition import deliver
from worker.edition.calendar import closing, closing_time, due, time_zone
from worker.edition.document import shown_articles
from worker.edition.feeds import MOST_EDITIONS
from worker.edition.profile import Profile
from worker.edition.revising import rewritten
from worker.errors import ConfigurationError, RetryableError
from worker.pipeline import claims_of, close_edition, deliver_edition, release_due
from worker.schedule.clocks import check_clocks, read_clocks
from worker.settings import WorkerSettings
from worker.store import Store, editions, revisions

logger = structlog.get_logger(__name__)

#: Seconds for which a command waits for an answer of Redis.
ANSWER_SECONDS: Final = 2.0


def release(settings: WorkerSettings, store: Store) -> int:
    """Release the items whose embargo is over, so that the next closing carries them; return how many.

    None is released while the clocks of this machine and of the store are far apart.
    """
    try:
        check_clocks(store, read_clocks())
    except RetryableError as error:
        logger.warning("releases_wait", reason=str(error))
        return 0
    return release_due(store, claims_at(settings, store))


def claims_at(settings: WorkerSettings, store: Store) -> Claims | None:
    """Return the claims of the desk; None if no desk runs: then nothing else arrives that could be compared."""
    try:
        return claims_of(connect(redis_url(settings), ANSWER_SECONDS), store)
    except ConfigurationError:
        return None


def close_due(settings: WorkerSettings, store: Store, now: datetime | None = None) -> int:
    """Close the editions of every profile whose time has come at `now` (None: by this machine's clock), and return how
    many.

    Raises RetryableError, which says who waits and why, if a profile cannot close now; then all others have closed.
    """
    now = now or datetime.now(UTC)

    def close(name: str, profile: Profile) -> int:
        editions.begin(store, name)
        last, since = editions.last_closed(store, name)
        dates = due(last, since, now, zone=time_zone(profile.timezone), at=closing_time(profile.edition_time))
        for planned in dates:
            edition = close_edition(store, settings.editions, name, profile, date=planned.date, at=planned.at)
            logger.info("edition_closed", profile=name, date=planned.date.isoformat(), revision=edition.revision)
        return len(dates)

    return _each((name, partial(close, name, profile)) for name, profile in settings.all_profiles.items())


def _each(steps: Iterable[tuple[str, Callable[[], int]]]) -> int:
    """Run the step of each profile and return the sum of what they return.

    One profile's folder must not keep the others from their readers: RetryableError is raised when all were run.
    """
    done, waiting = 0, defaultdict[str, list[str]](list)
    for profile, step in steps:
        try:
            done += step()
        except RetryableError as error:
            waiting[str(error)].append(profile)
    if waiting:
        raise RetryableError(
            " ".join(f"The edition waits ({', '.join(names)}): {reason}" for reason, names in waiting.items())
        )
    return done


def close_now(settings: WorkerSettings, store: Store, name: str) -> editions.Edition:
    """Close today's edition of the profile `name` now: the next revision of the day where there is one and new digests
    were made. What is due is released before.
    """
    release(settings, store)
    profile = settings.all_profiles[name]
    today = datetime.now(time_zone(profile.timezone)).date()
    return close_edition(store, settings.editions, name, profile, date=today, at=None)


def build(
    settings: WorkerSettings, store: Store, name: str, day: date | None, *, force: bool
) -> tuple[editions.Edition, list[Path]]:
    """Return the edition of the profile `name` and the local `day` (None: today) and its files, written again.

    An edition that is not closed yet is closed: now with `force`, which is for today only, else at its scheduled time
    where that has passed. Raises ConfigurationError where neither holds, RetryableError if the clocks of this machine
    and of the store are far apart.
    """
    check_clocks(store, read_clocks())
    profile = settings.all_profiles[name]
    zone = time_zone(profile.timezone)
    today = datetime.now(zone).date()
    day = day or today
    if force and day != today:
        raise ConfigurationError("Only today's edition can be closed by force; leave out --date or --force.")
    edition = close_now(settings, store, name) if force else editions.find(store, name, day)
    if edition is None:
        release(settings, store)
        planned = closing(day, zone=zone, at=closing_time(profile.edition_time))
        if planned is None or planned.at > datetime.now(UTC):
            raise ConfigurationError(
                f"The edition of {day} closes at {profile.edition_time} {profile.timezone}; --force closes today's now."
            )
        edition = close_edition(store, settings.editions, name, profile, date=planned.date, at=planned.at)
    return edition, deliver_edition(store, edition, settings.editions, profile.outputs)


def clear_files(settings: WorkerSettings, store: Store) -> int:
    """Take what was withdrawn out of the files of editions that the store has no more; return how many withdrawals."""
    taken = revisions.unfiled(store)
    if not taken:
        return 0
    for document in deliver.written(settings.editions):
        head = document["edition"]
        shown = [withdrawal for withdrawal in taken if withdrawal.articles & shown_articles(document)]
        if shown and not revisions.is_stored(store, head["profile"], head["date"]):
            profile = settings.all_profiles.get(head["profile"], Profile())
            deliver.write(
                rewritten(document, shown, head["revision"] + 1),
                settings.editions,
                profile.outputs,
                recent=partial(editions.recent, store, head["profile"], MOST_EDITIONS),
            )
    revisions.mark_filed(store, [withdrawal.ruling for withdrawal in taken])
    return len(taken)


def deliver_pending(settings: WorkerSettings, store: Store) -> int:
    """Write the files of every edition that was closed but not delivered; return how many.

    Raises RetryableError, which says who waits and why, if one cannot be written now; then all others are written.
    """

    def deliver(edition: editions.Edition) -> int:
        profile = settings.all_profiles.get(edition.profile, Profile())
        deliver_edition(store, edition, settings.editions, profile.outputs)
        return 1

    return _each((edition.profile, partial(deliver, edition)) for edition in editions.undelivered(store))

"""What is wrong with a desk, in sentences that say what to do; deploy/monitoring/alerts.yml asks for the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from producers.processes import KEPT_SECONDS, Process
from producers.terminal import counted, duration
from worker.operations.status import EditionStatus, Look, is_overdue
from worker.store.activity import Activity
from worker.store.states import MessageState
from worker.web.view import line

#: Seconds that an article may wait for its digest.
STUCK_SECONDS: Final = 1800
#: Share of the articles of a day that may fail, and a number that may fail besides: of few a share says little.
FAILED_SHARE, FAILED_BESIDES = 0.1, 20
#: Share of the journal's room at which a warning is given, before producers have to wait.
FULL_SHARE: Final = 0.5
#: Items of one source that are held for an embargo without a time: from so many on it may be a habit of the source.
MANY_UNREAD: Final = 6
#: What no desk can do without; a watched folder is no must.
NEEDED: Final = ("ingest", "summarize", "schedule")


def alerts(
    status: Look,
    activity: Activity,
    seen: Sequence[Process],
    editions: Mapping[str, EditionStatus | None],
    mail: Mapping[MessageState, int],
    max_pending: int,
) -> Iterator[str]:
    """Yield a sentence for everything that is wrong; none if all is well.

    `status` and `editions` are of `worker.operations.status`: `look` and `last_editions`. `mail` are the messages by
    state, `max_pending` is the journal's bound in articles.
    """
    queue = status["queue"]
    if "error" in queue:
        yield queue["error"]
    else:
        yield from _processes(seen)
        if queue["journal"] > FULL_SHARE * max_pending:
            yield (
                f"{counted(queue['journal'], 'raw article')} wait in the journal; at {max_pending:,} producers have to "
                "wait: add ingest workers."
            )
    waits = status["oldest_ready_seconds"] or 0
    if waits > STUCK_SECONDS:
        waited = f"An article has waited for its digest for {duration(waits)}"
        yield f"{waited}: see whether a summarize worker runs, or add some."
    failed, came = sum(activity.failures), sum(activity.articles)
    if failed > FAILED_SHARE * came + FAILED_BESIDES:
        yield f"{failed:,} of the last day's {came:,} articles failed: their reasons are below."
    for profile, edition in editions.items():
        if edition and is_overdue(edition, activity.until):
            yield f"The edition {profile} of {edition['date']} is not written yet: the log of schedule says why."
    if unknown := mail.get(MessageState.UNKNOWN):
        yield (
            f"{unknown:,} messages may or may not have been sent: `wiredesk edition list` names them, and "
            "`wiredesk edition send --resend` sends them again."
        )


def unread_embargoes(sources: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Yield a sentence for each of the `sources`, of which so many items are held for an embargo without a time."""
    for source, number in sources:
        yield (
            f"{number:,} items of the source {line(source)} are held because their embargo gives no time: release them,"
            " or add the source to `ignore_empty_embargo` if its empty embargo means none."
        )


def _processes(seen: Sequence[Process]) -> Iterator[str]:
    alive = {process.role for process in seen if not process.late}
    for role in sorted({*NEEDED, *(process.role for process in seen)} - alive):
        if any(process.role == role for process in seen):
            yield f"No {role} process has a recent heartbeat: look at its log and start one again."
        else:
            yield f"There is no {role} process: start one."
    for process in seen:
        if process.late and process.role in alive:
            yield (
                f"The {process.role} process {process.pid} on {line(process.host)} has no recent heartbeat, and others "
                f"do its work: see whether it hangs or has ended. After {duration(KEPT_SECONDS)} it is listed no more."
            )

"""`wiredesk failed`: what failed and why; retry it or drop it."""

import json
import math
import shutil
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError, RetryableError
from producers.terminal import counted, echo, printable
from worker.cli.common import SHOWN, existing_store, load_settings

if TYPE_CHECKING:
    from worker.store import Store
    from worker.store.failures import Failure

#: Seconds before a retry that the queue refused is tried again.
RETRY_SECONDS: Final = 2.0
#: Seconds between two states of a long retry: on a terminal, and in a file.
TERMINAL_SECONDS: Final = 0.2
LINE_SECONDS: Final = 30.0

app = typer.Typer(name="failed", help="What failed and why; retry it or drop it.", no_args_is_help=True)


@app.command("list")
def failed_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the failures, newest first."""
    from worker.store import failures

    for failure in failures.listed(existing_store(load_settings(data=data)), raw=False):
        if as_json:
            echo(json.dumps(_failure(failure), ensure_ascii=False))
        else:
            echo(f"{failure.article_id[:SHOWN]}  {failure.stage:<9}  {failure.uri}: {failure.reason}")


@app.command("show")
def failed_show(
    article: Annotated[str, typer.Argument(help="The article's id or its first characters.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one failure with the raw article."""
    from producers.article import RawArticle
    from worker.store import failures

    store = existing_store(load_settings(data=data))
    (failure,) = failures.of(store, _ids(store, [article]))
    raw: dict[str, Any] | None = None
    if failure.raw is not None:
        try:
            raw = RawArticle.unpacked(failure.raw).model_dump(mode="json", exclude_none=True)
        except ValueError as error:
            raw = {"unreadable": str(error), "bytes": len(failure.raw)}
    if as_json:
        echo(json.dumps({**_failure(failure), "raw": raw}, ensure_ascii=False))
        return
    for name, value in _failure(failure).items():
        echo(f"{name:<12} {value if value is not None else ''}")
    if raw:
        echo(f"\n{raw.get('text') or raw.get('unreadable') or '(it has no text)'}")


@app.command("retry")
def failed_retry(
    articles: Annotated[
        list[str] | None, typer.Argument(help="Ids, or their first characters.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every failure.")] = False,
    data: DataOption = None,
) -> None:
    """Process failed articles again; at the bound of the queue this waits, and Ctrl-C loses nothing."""
    from worker.operations.retry import Retried, retry

    settings = load_settings(data=data)
    store = existing_store(settings)
    ids = _ids(store, articles or [], everything)
    progress = _Progress(len(ids))
    results: Counter[Retried] = Counter()
    stopped = False
    try:
        for result in retry(settings, store, ids, progress.wait):
            results[result] += 1
            progress.advance(results.total())
    except KeyboardInterrupt:
        stopped = True
    finally:
        progress.end()
    parts = [f"{results[Retried.AGAIN]:,} of {counted(len(ids), 'failure')} on the way again"]
    if results[Retried.GONE]:
        parts.append(f"{results[Retried.GONE]:,} were retried or dropped meanwhile")
    if results[Retried.UNREADABLE]:
        parts.append(
            f"{results[Retried.UNREADABLE]:,} could not be, because this version cannot read the raw articles that "
            "they kept: drop their files again"
        )
    if stopped:
        parts.append(
            f"stopped, and {len(ids) - results.total():,} are as they were: the same command goes on with them"
        )
    echo("; ".join(parts) + ".")
    if stopped:
        raise typer.Exit(130)
    if results[Retried.UNREADABLE]:
        raise typer.Exit(1)


@app.command("drop")
def failed_drop(
    articles: Annotated[
        list[str] | None, typer.Argument(help="Ids, or their first characters.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every failure.")] = False,
    data: DataOption = None,
) -> None:
    """Delete failures with their articles, for good."""
    from worker.store import failures

    store = existing_store(load_settings(data=data))
    echo(f"{counted(failures.drop(store, _ids(store, articles or [], everything)), 'failure')} dropped.")


def _ids(store: "Store", prefixes: list[str], everything: bool = False) -> list[str]:
    """Return the article ids of the failures that a person names; raises ConfigurationError if that is not clear."""
    from worker.store import failures

    if everything:
        return failures.ids(store)
    if not prefixes:
        raise ConfigurationError("Name the failures by their ids, or give --all; `wiredesk failed list` shows them.")
    ids = []
    for prefix in prefixes:
        match failures.matching(store, prefix):
            case [failure]:
                ids.append(failure.article_id)
            case []:
                raise ConfigurationError(f"No failure has an id that begins with {prefix!r}.")
            case several:
                raise ConfigurationError(f"{len(several)} failures begin with {prefix!r}; give more characters.")
    return list(dict.fromkeys(ids))


class _Progress:
    """How far a long retry is, on standard error: one line that changes on a terminal, else a line now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._waits_for = ""
        self._on_terminal = sys.stderr.isatty()
        self._shown = time.monotonic()
        self._said_waiting = False

    def advance(self, done: int) -> None:
        """Show that `done` failures are dealt with."""
        self._done, self._waits_for = done, ""
        self._show()

    def wait(self, error: RetryableError) -> None:
        """Show why the work waits, and wait before the next try."""
        self._waits_for = str(error)
        if not self._said_waiting:
            self._said_waiting = True
            self._shown = -math.inf
        self._show()
        time.sleep(RETRY_SECONDS)

    def end(self) -> None:
        """Clear the line of a terminal."""
        if self._on_terminal:
            sys.stderr.write("\r\033[K")

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._shown < (TERMINAL_SECONDS if self._on_terminal else LINE_SECONDS):
            return
        self._shown = now
        text = f"{self._done:,} of {counted(self._total, 'failure')} dealt with."
        if self._waits_for:
            text = f"{text} {self._waits_for}"
        if self._on_terminal:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\033[K{printable(text)[:width]}")
            sys.stderr.flush()
        else:
            echo(text, err=True)


def _failure(failure: "Failure") -> dict[str, Any]:
    return {
        "id": failure.article_id,
        "source": failure.source,
        "uri": failure.uri,
        "filename": failure.filename,
        "title": failure.title,
        "stage": failure.stage,
        "reason": failure.reason,
        "attempts": failure.attempts,
        "failed_at": failure.failed_at.isoformat(),
    }

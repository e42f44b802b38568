"""`wiredesk failed`: what failed and why; retry it or drop it."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError
from producers.terminal import echo
from worker.cli.common import SHOWN, existing_store, load_settings

if TYPE_CHECKING:
    from worker.store import Store
    from worker.store.failures import Failure

app = typer.Typer(name="failed", help="What failed and why; retry it or drop it.", no_args_is_help=True)


@app.command("list")
def failed_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the failures, newest first."""
    from worker.store import failures

    for failure in failures.listed(existing_store(load_settings(data=data))):
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

    failure = _failures(existing_store(load_settings(data=data)), [article])[0]
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
    """Process failed articles again."""
    from worker.operations.retry import retry

    settings = load_settings(data=data)
    store = existing_store(settings)
    chosen = _failures(store, articles or [], everything)
    done = retry(settings, store, chosen)
    echo(f"{done:,} of {len(chosen):,} failures are being processed again.")


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
    chosen = _failures(store, articles or [], everything)
    echo(f"{failures.drop(store, [failure.article_id for failure in chosen]):,} failures dropped.")


def _failures(store: "Store", prefixes: list[str], everything: bool = False) -> "list[Failure]":
    from worker.store import failures

    if everything:
        return failures.listed(store)
    if not prefixes:
        raise ConfigurationError("Name the failures by their ids, or give --all; `wiredesk failed list` shows them.")
    found = []
    for prefix in prefixes:
        match failures.matching(store, prefix):
            case [one]:
                found.append(one)
            case []:
                raise ConfigurationError(f"No failure has an id that begins with {prefix!r}.")
            case several:
                raise ConfigurationError(f"{len(several)} failures begin with {prefix!r}; give more characters.")
    return found


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

"""`wiredesk article`: what became of an article, and why it is in an edition or in none."""

import json
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError, RetryableError
from producers.terminal import counted, echo
from worker.cli.common import SHOWN, existing_store, load_settings

if TYPE_CHECKING:
    from worker.settings import WorkerSettings

app = typer.Typer(name="article", help="Say why an article is in an edition or in none.", no_args_is_help=True)


@app.command("show")
def article_show(
    name: Annotated[
        str, typer.Argument(help="Its address, its id or the first characters of that, or the name of its file.")
    ],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an article's way: received, cleaned, which story, which digest, which editions and why not."""
    from worker.operations import ledger
    from worker.store.ledger import MOST_MATCHES, matching

    settings = load_settings(data=data)
    store = existing_store(settings)
    matches = matching(store, name)
    if not matches:
        raise ConfigurationError(_unknown(settings, name))
    if len({match.item for match in matches}) > 1:
        for match in matches:
            echo(ledger.match_text(match, SHOWN))
        more = " or more" if len(matches) == MOST_MATCHES else ""
        raise ConfigurationError(f"{len(matches)}{more} articles are meant by {name!r}: give the id of one of them.")
    newest, *earlier = matches
    entry = ledger.trace(store, newest.id, settings.all_profiles)
    if entry is None:
        raise ConfigurationError(f"The article {newest.id} was deleted a moment ago.")
    if as_json:
        versions = [match.id for match in earlier]
        echo(json.dumps({**ledger.record(entry), "earlier_versions": versions}, ensure_ascii=False))
        return
    echo(ledger.text(entry, SHOWN))
    for match in earlier:
        echo(f"version   {ledger.match_text(match, SHOWN)}")


def _unknown(settings: "WorkerSettings", name: str) -> str:
    """Return what may have become of an article that the store does not have."""
    from producers.article import is_id
    from producers.journal import Journal, Standing
    from producers.redis_client import connect, redis_url

    sentence = f"No stored article has the address, the id or the file name {name!r}"
    try:
        journal = Journal(connect(redis_url(settings)))
        waiting = journal.pending()
        if is_id(name) and journal.outcomes([UUID(name)])[0].standing is Standing.WAITING:
            return f"The article {name} waits in the queue for an ingest worker: ask again when it is stored."
    except (ConfigurationError, RetryableError):
        return f"{sentence}, and Redis does not answer: it may wait in the queue. Start the desk and ask again."
    if waiting:
        number = counted(waiting, "raw article waits", "raw articles wait")
        return f"{sentence}; {number} in the queue: ask again when they are stored."
    return (
        f"{sentence}, and nothing waits in the queue: it never came, its file is still in the inbox or in .failed, or "
        "it was pruned."
    )

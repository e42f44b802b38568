"""`wiredesk items`: what may not be shown, until when, and why."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError
from producers.terminal import echo
from worker.cli.common import SHOWN, existing_store, load_settings

if TYPE_CHECKING:
    from worker.store.by_hand import Listed

app = typer.Typer(name="items", help="List what may not be shown.", no_args_is_help=True)


@app.command("list")
def items_list(
    held: Annotated[bool, typer.Option("--held", help="Only what is held: embargoes, withheld items, copies.")] = False,
    killed: Annotated[bool, typer.Option("--killed", help="Only what was killed or withdrawn.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the items that may not be shown, the last decided first: until when, who decided, and why."""
    from worker.items.ruling import Standing
    from worker.store import by_hand

    if held and killed:
        raise ConfigurationError("Give --held or --killed; without either the list has both.")
    standing = Standing.HELD if held else Standing.KILLED if killed else None
    for item in by_hand.listed(existing_store(load_settings(data=data)), standing):
        echo(json.dumps(_row(item), ensure_ascii=False) if as_json else _text(item))


def _row(item: "Listed") -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(item).items()}


def _text(item: "Listed") -> str:
    until = "until a decision" if item.until is None else f"until {item.until:%Y-%m-%d %H:%M} UTC"
    state = f"held {until}" if item.standing == "held" else "killed"
    name = (item.article_id or item.item)[:SHOWN]
    newer = "; a newer version waits for your decision" if item.newer else ""
    decided = f"by the {item.decided_by}, {item.at:%Y-%m-%d %H:%M} UTC"
    endless = (
        "its embargo gives no time; release it, or ignore the empty embargoes of its source (ignore_empty_embargo)"
    )
    why = item.note or (endless if item.endless else "no reason was given")
    return (
        f"{name}  {state}  {item.publisher or item.source}: {item.title or '(no title)'}\n"
        f"{'':{SHOWN}}  {decided}: {why}{newer}"
    )

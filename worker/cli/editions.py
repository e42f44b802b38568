"""`wiredesk edition`: build, show, send and list editions."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError
from producers.terminal import counted, echo
from worker.cli.common import ProfileOption, day_of, existing_store, known_profile, load_settings

if TYPE_CHECKING:
    from worker.store.outbox import Delivery

app = typer.Typer(name="edition", help="Build, show, send and list editions.", no_args_is_help=True)


@app.command("build")
def edition_build(
    date: Annotated[str | None, typer.Option(help="Local day, YYYY-MM-DD; default: today.", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Close today's edition now, before its time.")] = False,
    profile: ProfileOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close an edition whose time has come, or write the files of a closed one again."""
    from worker.schedule.closings import build

    settings = load_settings(data=data)
    edition, paths = build(
        settings, existing_store(settings), known_profile(settings, profile), day_of(date), force=force
    )
    if as_json:
        echo(json.dumps({"edition": edition.document["edition"], "files": [str(p) for p in paths]}))
    else:
        echo(f"Edition of {edition.date}, revision {edition.revision}:")
        for path in paths:
            echo(f"  {path}")


@app.command("show")
def edition_show(
    date: Annotated[
        str | None, typer.Option(help="Local day, YYYY-MM-DD; default: the last.", show_default=False)
    ] = None,
    profile: ProfileOption = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Print an edition as plain text, as Markdown or as JSON."""
    from worker.edition.render import RENDERERS
    from worker.store import editions

    settings = load_settings(data=data)
    store = existing_store(settings)
    # One whose table is gone may have editions all the same.
    found = editions.find(store, profile or settings.profile, day_of(date))
    if found is None:
        known_profile(settings, profile)
        raise ConfigurationError(
            f"There is no edition of {date}; `wiredesk edition list` names those that there are."
            if date
            else "There is no edition yet; `wiredesk edition build --force` closes one now."
        )
    sys.stdout.buffer.write(RENDERERS["json" if as_json else "md" if as_markdown else "txt"](found.document))


@app.command("preview")
def edition_preview(
    profile: ProfileOption = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Print what a profile's edition of the last day would be; nothing is closed, written or sent."""
    from worker.edition.closing import preview
    from worker.edition.render import RENDERERS

    settings = load_settings(data=data)
    name = known_profile(settings, profile)
    whole = preview(existing_store(settings), name, settings.all_profiles[name])
    sys.stdout.buffer.write(RENDERERS["json" if as_json else "md" if as_markdown else "txt"](whole))


@app.command("send")
def edition_send(
    date: Annotated[
        str | None, typer.Option(help="Local day, YYYY-MM-DD; default: the last.", show_default=False)
    ] = None,
    profile: ProfileOption = None,
    to: Annotated[
        list[str] | None, typer.Option(help="An address; default: the profile's recipients.", show_default=False)
    ] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send failed messages again, and those that may already have been sent.")
    ] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Send it although it has no story.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send an edition by mail now; no message is sent twice, unless --resend is given."""
    from worker.schedule.mailing import send
    from worker.store.states import MessageState

    settings = load_settings(data=data)
    edition, deliveries = send(
        settings,
        existing_store(settings),
        known_profile(settings, profile),
        day_of(date),
        to or [],
        resend=resend,
        empty=empty,
    )
    if as_json:
        echo(json.dumps({"edition": edition.document["edition"], "mail": [_delivery(one) for one in deliveries]}))
    else:
        echo(f"Edition of {edition.date}, revision {edition.revision}:")
        for one in deliveries:
            echo(_delivery_line(one))
    if any(one.state is not MessageState.SENT for one in deliveries):
        raise typer.Exit(1)


@app.command("list")
def edition_list(
    profile: Annotated[
        str | None, typer.Option(help="Only the editions of this profile; default: of all.", show_default=False)
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the editions, newest first, with the state of their messages."""
    from worker.mail.post import is_late
    from worker.store import editions, future, outbox
    from worker.store.states import MessageState

    settings = load_settings(data=data)
    store = existing_store(settings)
    mail = outbox.deliveries(store)
    in_future = future.edition_ids(store)
    heads = editions.heads(store, profile)
    if not heads:
        known_profile(settings, profile)
    for edition in heads:
        messages = mail.get(edition.id, [])
        digests = edition.head["counts"]["digests"]
        row = {
            "profile": edition.profile,
            "date": edition.date.isoformat(),
            "revision": edition.head["revision"],
            "closed_at": edition.closed_at.isoformat(),
            "digests": digests,
            "delivered": edition.delivered,
            "future": edition.id in in_future,
            "mail": [_delivery(one) for one in messages],
        }
        if as_json:
            echo(json.dumps(row))
            continue
        late = any(is_late(edition.closed_at, one.state_at) for one in messages if one.state is MessageState.SENT)
        marks = [
            mark
            for mark, holds in (("in the future", row["future"]), ("empty", not digests), ("mailed late", late))
            if holds
        ]
        sent = sum(one.state is MessageState.SENT for one in messages)
        marks += [f"mail: {sent} of {len(messages)} sent"] if messages else []
        marked = f"  {', '.join(marks)}" if marks else ""
        # A closed edition that was found to lie in the future is none of its day's revisions.
        revision = f"revision {edition.head['revision']}" if edition.head["revision"] > 0 else "no revision"
        echo(f"{row['date']}  {revision}  {counted(digests, 'digest'):>13}  {edition.profile}{marked}")
        for one in messages:
            if one.state is not MessageState.SENT:
                echo(_delivery_line(one))


def _delivery(one: "Delivery") -> dict[str, Any]:
    from worker.store.states import MessageState

    return {
        "recipient": one.recipient,
        "state": one.state,
        "state_at": one.state_at.isoformat(),
        "due_at": one.due_at.isoformat() if one.state is MessageState.WAITING else None,
        "attempts": one.attempts,
        "key": one.key,
        "reason": one.reason,
    }


def _delivery_line(one: "Delivery") -> str:
    from worker.store.states import MessageState

    reason = f": {one.reason}" if one.reason and one.state is not MessageState.SENT else ""
    unknown = one.state is MessageState.UNKNOWN
    advice = " Look whether it came; `wiredesk edition send --resend` sends it again." if unknown else ""
    return f"  {one.state:<8} {one.recipient}{reason}{advice}"

"""`wiredesk feeds`: the list of feeds that are polled, and the poller."""

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from producers import cli as producers
from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError
from producers.terminal import counted, echo
from worker.cli.common import load_settings

if TYPE_CHECKING:
    from producers.feeds.listing import Feed
    from producers.feeds.state import State
    from producers.feeds.visit import Visit

app = typer.Typer(name="feeds", help="Poll feeds: the list, and what is known of each.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Name of the feed, or its address.", show_default=False)]


@app.command("add")
def feeds_add(
    url: Annotated[str, typer.Argument(help="Address of the feed.", show_default=False)],
    name: Annotated[
        str | None, typer.Option(help="Source of its articles; default: the host's name.", show_default=False)
    ] = None,
    fulltext: Annotated[bool, typer.Option("--fulltext", help="Read the pages of its items, too.")] = False,
    data: DataOption = None,
) -> None:
    """Add a feed to the list; a running desk notices it."""
    from producers.feeds import listing

    settings = load_settings(data=data)
    address = url if "://" in url else f"https://{url}"
    names = {feed.name for feed in listing.read(settings.data)}
    feed = listing.made(name or listing.free_name(address, names), address, fulltext=fulltext)
    listing.add(settings.data, feed)
    echo(f"Added {feed.name!r}. `wiredesk feeds check` shows what it holds.")


@app.command("import")
def feeds_import(
    file: Annotated[Path, typer.Argument(help="A list of feeds (OPML).", metavar="FILE.opml", show_default=False)],
    data: DataOption = None,
) -> None:
    """Add the feeds of another reader's list (OPML) to the list."""
    from producers.feeds import listing, opml

    try:
        with file.open("rb") as stream:
            content = stream.read(opml.MOST_BYTES)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read ({error.strerror}): check its name and rights.") from None
    result = listing.add_all(load_settings(data=data).data, opml.read(content))
    for reason in result.refused:
        echo(reason, err=True)
    echo(
        f"{counted(len(result.added), 'feed')} added, {len(result.known):,} in the list already, "
        f"{len(result.refused):,} refused."
    )
    if result.refused:
        raise typer.Exit(1)


@app.command("export")
def feeds_export(data: DataOption = None) -> None:
    """Write the list as OPML for other readers of feeds, without logins."""
    from producers.feeds import listing, opml

    echo(opml.written(listing.read(load_settings(data=data).data)).decode().rstrip())


@app.command("list")
def feeds_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the feeds: what is known of each, and when it is asked next."""
    from producers.feeds import listing
    from producers.feeds.state import load

    settings = load_settings(data=data)
    for feed in listing.read(settings.data):
        known = load(settings.data, feed)
        echo(json.dumps(_row(feed, known), ensure_ascii=False) if as_json else _text(feed, known))


@app.command("check")
def feeds_check(name: NameArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Ask a feed now and show what it gives; nothing is pushed, and nothing is changed."""
    from producers.feeds import listing
    from producers.feeds.guard import Allowed
    from producers.feeds.state import State
    from producers.feeds.visit import visitor

    settings = load_settings(data=data)
    if "://" in name and name not in {feed.url for feed in listing.read(settings.data)}:
        feed = listing.made("feed", name)
    else:
        feed = listing.named(settings.data, name)
    # The items as the feed has them: a page a second would take a while.
    plain = feed.model_copy(update={"fulltext": False})
    visit = visitor(Allowed.of(settings.feeds_private))(plain, State(url=feed.url))
    echo(json.dumps(_checked(visit), ensure_ascii=False) if as_json else _shown(visit))
    if visit.error:
        raise typer.Exit(1)


@app.command("pause")
def feeds_pause(name: NameArgument, data: DataOption = None) -> None:
    """Stop asking a feed until it is resumed."""
    from producers.feeds import listing

    feed = listing.pause(load_settings(data=data).data, name, paused=True)
    echo(f"{feed.name!r} is paused.")


@app.command("resume")
def feeds_resume(name: NameArgument, data: DataOption = None) -> None:
    """Ask a feed again that was paused, or that the poller has stopped."""
    from dataclasses import replace

    from producers.feeds import listing
    from producers.feeds.state import load, save

    settings = load_settings(data=data)
    feed = listing.named(settings.data, name)
    known = load(settings.data, feed)
    if known.stopped:
        save(settings.data, feed, replace(known, stopped="", errors=0, missing_since=0.0, next_at=0.0))
    # Last, and even if it was not paused: the poller looks at the states again when the list is written.
    listing.pause(settings.data, feed.name, paused=False)
    echo(f"{feed.name!r} is asked again.")


@app.command("remove")
def feeds_remove(name: NameArgument, data: DataOption = None) -> None:
    """Take a feed out of the list; its articles stay."""
    from producers.feeds import listing
    from producers.feeds.state import forget

    settings = load_settings(data=data)
    feed = listing.remove(settings.data, name)
    forget(settings.data, feed)
    echo(f"Removed {feed.name!r}; its articles stay.")


@app.command("poll")
def feeds_poll(
    once: Annotated[bool, typer.Option("--once", help="End when every feed that is due has been asked.")] = False,
    data: DataOption = None,
) -> None:
    """Ask each feed when it is due and push what is new, until it is stopped."""
    from worker.process.parent import die_with_desk

    of_desk = die_with_desk()
    import structlog

    from producers import logs
    from producers.errors import RetryableError
    from producers.feeds.guard import Allowed
    from producers.feeds.poll import Event, Kind, PollSettings, poll
    from producers.feeds.visit import visitor
    from producers.processes import Entry, Heartbeat
    from producers.push import Queue
    from producers.redis_client import redis_url

    settings = load_settings(data=data)
    logs.configure()
    logger = structlog.get_logger("feeds")
    queue = Queue.connect(redis_url(settings), settings.max_pending)
    # A Redis that does not answer yet is waited for; a wrong address or password is refused before any article.
    with contextlib.suppress(RetryableError):
        queue.journal.check_server()
    heartbeat = Heartbeat(settings.heartbeat, "feeds", Entry(lambda: redis_url(settings), "feeds"), data=settings.data)

    def report(event: Event) -> None:
        for part, reason in event.waits.items():
            heartbeat.wait(part, reason)
        values = {"feed": event.name, "reason": event.message, "pushed": event.pushed}
        if event.error is not None:
            logger.error(event.kind.value, feed=event.name, exc_info=event.error)
            return
        log = logger.warning if event.kind in (Kind.FAILED, Kind.STOPPED, Kind.WAITING) else logger.info
        log(event.kind.value, **{name: value for name, value in values.items() if value})

    with heartbeat:
        pushed = poll(
            settings.data,
            queue,
            PollSettings(
                visit=visitor(Allowed.of(settings.feeds_private)),
                interval=settings.feeds_minutes * 60.0,
                stop=producers.stop_on_signal(),
                report=report,
                beat=heartbeat.beat,
                once=once,
                # The desk would take a poller that is refused again and again for broken, and stop.
                patient=of_desk and not once,
                give_up_seconds=settings.give_up_seconds if once and not of_desk else None,
            ),
        )
    queue.close()
    if once and not of_desk:
        echo(f"{counted(pushed, 'article')} pushed.")


def _row(feed: "Feed", known: "State") -> dict[str, Any]:
    return {
        "name": feed.name,
        "url": feed.shown_url,
        "fulltext": feed.fulltext,
        "state": _standing(feed, known),
        "moved_to": _shown_move(known) or None,
        "checked_at": _iso(known.checked_at),
        "read_at": _iso(known.read_at),
        "next_at": None if feed.paused or known.stopped else _iso(known.next_at),
        "errors": known.errors,
        "error": known.stopped or known.error or None,
        "note": known.note or None,
    }


def _standing(feed: "Feed", known: "State") -> str:
    from producers.feeds.schedule import BROKEN

    if feed.paused:
        return "paused"
    if known.stopped:
        return "stopped"
    if known.errors >= BROKEN:
        return "broken"
    return "failing" if known.errors else "read" if known.read_at else "new"


def _text(feed: "Feed", known: "State") -> str:
    from producers.feeds.schedule import shown_time

    standing = _standing(feed, known)
    when = f", next {shown_time(known.next_at)}" if known.next_at and standing not in ("paused", "stopped") else ""
    lines = [f"{feed.name}  {standing}{when}", f"  {feed.shown_url}{', with full text' if feed.fulltext else ''}"]
    if known.moved_to:
        lines.append(f"  it lives at {_shown_move(known)} now: write that into feeds.toml")
    if reason := known.stopped or known.error:
        lines.append(f"  {reason}" + (f" ({counted(known.errors, 'time')} in a row)" if known.errors > 1 else ""))
    if known.note:
        lines.append(f"  {known.note}")
    return "\n".join(lines)


def _shown_move(known: "State") -> str:
    from producers.feeds.listing import without_password

    return without_password(known.moved_to)


def _iso(at: float) -> str | None:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") if at else None


def _checked(visit: "Visit") -> dict[str, Any]:
    answer = visit.answer
    return {
        "error": visit.error or None,
        "status": answer.status if answer else None,
        "moved_to": (answer.moved_to or None) if answer else None,
        "note": visit.note or None,
        "items": [
            {"title": raw.title, "url": raw.url, "characters": len(raw.text), "refused": raw.refused}
            for raw in visit.raws
        ],
    }


def _shown(visit: "Visit") -> str:
    if visit.error:
        return f"It cannot be read: {visit.error}."
    lines = [f"{counted(len(visit.raws), 'item')}."]
    for raw in visit.raws[:10]:
        size = "no text" if raw.refused else counted(len(raw.text), "character")
        lines.append(f"  {raw.title or raw.uri} ({size})")
    if visit.note:
        lines.append(f"Not read: {visit.note}.")
    return "\n".join(lines)

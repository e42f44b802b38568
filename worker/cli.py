"""`wiredesk`: every command, each a thin layer over the rooms that do the work.

Heavy imports stand inside the commands that need them, so that `wiredesk --help` answers at once.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from producers import cli as producers
from producers.cli import DataOption, JsonOption, echo
from producers.errors import ConfigurationError, WiredeskError

if TYPE_CHECKING:
    from worker.settings import WorkerSettings
    from worker.store import Store
    from worker.store.failures import Failure
    from worker.store.outbox import Delivery

app = typer.Typer(
    name="wiredesk",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
edition_app = typer.Typer(name="edition", help="Build, show, send and list editions.", no_args_is_help=True)
failed_app = typer.Typer(name="failed", help="What failed and why; retry it or drop it.", no_args_is_help=True)
story_app = typer.Typer(name="story", help="Show why articles are one story; correct it.", no_args_is_help=True)
app.add_typer(edition_app)
app.add_typer(story_app)
app.add_typer(failed_app)
app.command()(producers.push)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        echo(f"wiredesk {version('wiredesk')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Turns a stream of news articles into a daily digest, on your own machines."""


ProfileOption = Annotated[
    str | None, typer.Option(help="The edition's profile; default: `WIREDESK_PROFILE`.", show_default=False)
]

#: Celery's command line. It would look for the app in the folder in which it is started, and so take a worker.py that
#: lies there for ours; one that is imported already it takes as it is.
_CELERY: Final = "import worker.app; from celery.__main__ import main; main()"
#: Characters of an article's id that are shown to people, and at least needed to name it.
SHOWN: Final = 8


@app.command()
def up(
    inbox: Annotated[Path | None, typer.Option(help="The watched folder.", show_default=False)] = None,
    no_inbox: Annotated[bool, typer.Option("--no-inbox", help="Run without a watched folder.")] = False,
    data: DataOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Summarize workers; default: one per core.", show_default=False)
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Deal with what is there, close an edition and end.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="With --once: exit code 3 if anything failed.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="With the reading room and the desk page, too.")] = False,
) -> None:
    """Run the whole desk on this machine."""
    from worker import desk

    if once and serve:
        raise ConfigurationError("With --once there is no time to read: leave out --serve, or --once.")
    if strict and not once:
        raise ConfigurationError("--strict is about the exit code of --once: give both, or neither.")
    settings = _settings(data=data, inbox=inbox)
    folder = None if no_inbox else settings.inbox
    raise typer.Exit(desk.up(settings, inbox=folder, workers=workers, once=once, strict=strict, serve=serve))


@app.command()
def watch(
    folder: Annotated[Path | None, typer.Argument(help="The inbox; default: the setting.", show_default=False)] = None,
    once: Annotated[bool, typer.Option("--once", help="End when every file is dealt with.")] = False,
    data: DataOption = None,
) -> None:
    """Watch a folder and push every article that is dropped into it."""
    from worker.parent import die_with_desk

    die_with_desk()
    producers.watch(folder, once, data)


@app.command()
def worker(
    role: Annotated[Literal["ingest", "summarize"], typer.Argument(help="Which queue it serves.")],
    data: DataOption = None,
) -> None:
    """Run one worker process with the right pool and flags."""
    from worker.parent import die_with_desk

    if sys.platform == "linux":
        # Holds across the exec. Elsewhere it is a thread, which worker.app starts on the other side.
        die_with_desk()
    settings = _settings(data=data)
    if data is not None:
        os.environ["WIREDESK_DATA"] = str(data.absolute())
    os.environ["WIREDESK_ROLE"] = role
    # The folder in which it is started is no place to look for modules: an email.py may lie there.
    os.environ["PYTHONSAFEPATH"] = "1"
    # A model thread more than there are cores makes every process slower (notes/summaries.md section 5).
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    pool = {"ingest": ["prefork", "-c", str(settings.ingest_processes)], "summarize": ["solo", "-c", "1"]}[role]
    argv = [
        sys.executable,
        "-c",
        _CELERY,
        "--quiet",
        "-A",
        "worker.app",
        "worker",
        "-Q",
        role,
        "-n",
        f"{role}-{os.getpid()}@%h",
    ]
    argv += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO", "-P", *pool]
    os.execv(sys.executable, argv)  # noqa: S606 - our own program


@app.command()
def schedule(data: DataOption = None) -> None:
    """Run the tick: send again what was lost, close editions when their time comes, mail them."""
    from worker.parent import die_with_desk

    die_with_desk()
    from producers import log
    from worker import parts
    from worker.schedule import run

    log.configure()
    _use(data)
    os.environ[parts.ROLE_VARIABLE] = "schedule"
    run(parts.settings(), parts.store(), parts.queue(), producers.stop_on_signal(), parts.heart().beat)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default: this machine only.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; default: the setting.", show_default=False)
    ] = None,
    data: DataOption = None,
) -> None:
    """Serve the reading room and the desk page to browsers."""
    from worker.parent import die_with_desk

    die_with_desk()
    from producers.heartbeat import Heart
    from producers.presence import teller
    from producers.settings import redis_url
    from worker.patience import patiently
    from worker.web.serve import serve as run

    settings = _settings(data=data, web_host=host, web_port=port)
    heart = Heart(settings.heartbeat, "serve", teller(lambda: redis_url(settings), "serve"))

    def opened() -> "Store":
        heart.beat()
        return _store(settings)

    run(settings, patiently(opened), heart)


@edition_app.command("build")
def edition_build(
    date: Annotated[str | None, typer.Option(help="Local day, YYYY-MM-DD; default: today.", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Close today's edition now, before its time.")] = False,
    profile: ProfileOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close an edition whose time has come, or write the files of a closed one again."""
    from worker.schedule import build

    settings = _settings(data=data)
    edition, paths = build(settings, _store(settings), _profile(settings, profile), _day(date), force=force)
    if as_json:
        echo(json.dumps({"edition": edition.document["edition"], "files": [str(p) for p in paths]}))
    else:
        echo(f"Edition of {edition.date}, revision {edition.revision}:")
        for path in paths:
            echo(f"  {path}")


@edition_app.command("show")
def edition_show(
    date: Annotated[
        str | None, typer.Option(help="Local day, YYYY-MM-DD; default: the last.", show_default=False)
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Print an edition as Markdown, or its JSON."""
    from worker.edition.render import RENDERERS
    from worker.store import editions

    settings = _settings(data=data)
    store = _store(settings)
    # One whose table is gone may have editions all the same.
    found = editions.find(store, profile or settings.profile, _day(date))
    if found is None:
        _profile(settings, profile)
        raise ConfigurationError(
            f"There is no edition{f' of {date}' if date else ''} yet; `wiredesk edition build --force` closes one now."
        )
    sys.stdout.buffer.write(RENDERERS["json" if as_json else "md"](found.document))


@edition_app.command("send")
def edition_send(
    date: Annotated[
        str | None, typer.Option(help="Local day, YYYY-MM-DD; default: the last.", show_default=False)
    ] = None,
    profile: ProfileOption = None,
    to: Annotated[
        list[str] | None, typer.Option(help="An address; default: the profile's recipients.", show_default=False)
    ] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send again what failed, and what nobody knows to have been sent.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send an edition by mail now; nothing that was sent is sent again."""
    from worker.schedule import send

    settings = _settings(data=data)
    edition, deliveries = send(
        settings, _store(settings), _profile(settings, profile), _day(date), to or [], resend=resend
    )
    if as_json:
        echo(json.dumps({"edition": edition.document["edition"], "mail": [_delivery(one) for one in deliveries]}))
    else:
        echo(f"Edition of {edition.date}, revision {edition.revision}:")
        for one in deliveries:
            echo(_delivery_line(one))
    if any(one.state != "sent" for one in deliveries):
        raise typer.Exit(1)


@edition_app.command("list")
def edition_list(
    profile: Annotated[
        str | None, typer.Option(help="Only the editions of this profile; default: of all.", show_default=False)
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the editions, newest first, and what became of their messages."""
    from worker.mail.post import is_late
    from worker.store import editions, outbox

    settings = _settings(data=data)
    store = _store(settings)
    mail = outbox.deliveries(store)
    found = editions.listed(store, profile)
    if not found:
        _profile(settings, profile)
    for edition in found:
        messages = mail.get(edition.id, [])
        digests = edition.document["edition"]["counts"]["digests"]
        row = {
            "profile": edition.profile,
            "date": edition.date.isoformat(),
            "revision": edition.revision,
            "closed_at": edition.closed_at.isoformat(),
            "digests": digests,
            "delivered": edition.delivered,
            "mail": [_delivery(one) for one in messages],
        }
        if as_json:
            echo(json.dumps(row))
            continue
        late = any(is_late(edition.closed_at, one.state_at) for one in messages if one.state == "sent")
        marks = [mark for mark, holds in (("empty", not digests), ("mailed late", late)) if holds]
        sent = sum(one.state == "sent" for one in messages)
        marks += [f"mail: {sent} of {len(messages)} sent"] if messages else []
        told = f"  {', '.join(marks)}" if marks else ""
        echo(f"{row['date']}  revision {edition.revision}  {digests:>5} digests  {edition.profile}{told}")
        for one in messages:
            if one.state != "sent":
                echo(_delivery_line(one))


@app.command()
def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show what is where."""
    from worker.status import status as look
    from worker.status import text

    settings = _settings(data=data)
    found = look(settings, _store(settings))
    echo(json.dumps(found, ensure_ascii=False) if as_json else text(found))


@failed_app.command("list")
def failed_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the failures, newest first."""
    from worker.store import failures

    for failure in failures.listed(_store(_settings(data=data))):
        if as_json:
            echo(json.dumps(_failure(failure), ensure_ascii=False))
        else:
            echo(f"{failure.article_id[:SHOWN]}  {failure.stage:<9}  {failure.uri}: {failure.reason}")


@failed_app.command("show")
def failed_show(
    article: Annotated[str, typer.Argument(help="The article's id or its first characters.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one failure with the raw article."""
    from producers.article import RawArticle

    failure = _failures(_store(_settings(data=data)), [article])[0]
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


@failed_app.command("retry")
def failed_retry(
    articles: Annotated[
        list[str] | None, typer.Argument(help="Ids, or their first characters.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every failure.")] = False,
    data: DataOption = None,
) -> None:
    """Process failed articles again."""
    from worker.retry import retry

    settings = _settings(data=data)
    store = _store(settings)
    chosen = _failures(store, articles or [], everything)
    done = retry(settings, store, chosen)
    echo(f"{done:,} of {len(chosen):,} failures are being processed again.")


@failed_app.command("drop")
def failed_drop(
    articles: Annotated[
        list[str] | None, typer.Argument(help="Ids, or their first characters.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every failure.")] = False,
    data: DataOption = None,
) -> None:
    """Delete failures with their articles, for good."""
    from worker.store import failures

    store = _store(_settings(data=data))
    chosen = _failures(store, articles or [], everything)
    echo(f"{failures.drop(store, [failure.article_id for failure in chosen]):,} failures dropped.")


@story_app.command("show")
def story_show(
    name: Annotated[str, typer.Argument(help="The id of a story or of an article in it, or its first characters.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a story: its canonical, its reprints, and which rule, article and score put each of them there."""
    from worker.explain import story_text
    from worker.store import stories

    found = stories.show(_store(_settings(data=data)), name)
    echo(json.dumps(found, ensure_ascii=False) if as_json else story_text(found, SHOWN))


@story_app.command("split")
def story_split(
    article: Annotated[str, typer.Argument(help="The article's id or its first characters.")],
    data: DataOption = None,
) -> None:
    """Take an article out of its story, for good; it gets a story of its own."""
    from worker.store import stories

    fresh = stories.split(_store(_settings(data=data)), article)
    echo(f"The article is the story {fresh} now, and will not join the one that it left by itself.")


@story_app.command("join")
def story_join(
    article: Annotated[str, typer.Argument(help="The article's id or its first characters.")],
    story: Annotated[str, typer.Argument(help="The id of the story or of an article in it, or its first characters.")],
    data: DataOption = None,
) -> None:
    """Put an article into another story, for good; a canonical brings its reprints with it."""
    from worker.store import stories

    joined = stories.join(_store(_settings(data=data)), article, story)
    echo(f"The article is in the story {joined} now.")


@app.command()
def clean(
    file: Annotated[str, typer.Argument(help="A file of any known format; - reads standard input as text.")],
    as_json: JsonOption = False,
) -> None:
    """Show what cleaning makes of a file, and which rule removed which line."""
    from worker.trial import clean_file, cleaned_text

    failed = False
    for result in clean_file(file):
        failed = failed or "error" in result
        echo(json.dumps(result, ensure_ascii=False) if as_json else cleaned_text(result))
    if failed:
        raise typer.Exit(1)


@app.command()
def summarize(
    file: Annotated[
        str, typer.Argument(help="Plain text, or JSON Lines of {id, title, text}; - is standard input.")
    ] = "-",
    engine: Annotated[str | None, typer.Option(help="The engine; default: the setting.", show_default=False)] = None,
) -> None:
    """Summarise text without a queue; writes JSON Lines of {id, headline, summary, engine, model, ...}."""
    from worker.trial import summarize_file

    failed = False
    for result in summarize_file(file, _settings(engine=engine)):
        failed = failed or "error" in result
        echo(json.dumps(result, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)


@app.command()
def export(
    what: Annotated[Literal["articles", "stories"], typer.Argument(help="What to write.")], data: DataOption = None
) -> None:
    """Write the store as JSON Lines."""
    from worker.store import contents

    rows = {"articles": contents.export_articles, "stories": contents.export_stories}[what]
    for row in rows(_store(_settings(data=data))):
        echo(json.dumps(row, ensure_ascii=False))


@app.command()
def prune(
    days: Annotated[
        int | None, typer.Option(min=4, help="Keep so many days; default: the setting.", show_default=False)
    ] = None,
    inbox: Annotated[Path | None, typer.Option(help="The watched folder.", show_default=False)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete articles, digests, failures and files in .done that are older than the days to keep."""
    from worker.prune import prune as run

    settings = _settings(data=data, inbox=inbox, keep_days=days)
    if settings.keep_days is None:
        raise ConfigurationError("Everything is kept: give --days or set WIREDESK_KEEP_DAYS to prune.")
    gone = run(settings, _store(settings), settings.keep_days)
    echo(json.dumps(gone) if as_json else ", ".join(f"{n:,} {what}" for what, n in gone.items()) + " deleted.")


@app.command()
def config(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show every setting with its value and where it comes from."""
    from worker.settings import WorkerSettings

    settings = _settings(data=data)
    origins = WorkerSettings.origins({"data": data})
    for name, value in settings.model_dump(mode="json").items():
        shown = "********" if name.endswith("_url") and value else value
        if as_json:
            echo(json.dumps({"name": name, "value": shown, "origin": origins[name]}))
        else:
            echo(f"WIREDESK_{name.upper():<18} {'' if shown is None else shown!s:<32} {origins[name]}")


@app.command()
def health(
    role: Annotated[
        Literal["watch", "ingest", "summarize", "schedule", "serve"], typer.Argument(help="The role that runs here.")
    ],
) -> None:
    """Say whether a role is alive, by the age of the file it touches; for whoever supervises its process."""
    from producers.heartbeat import finding
    from producers.settings import ProducerSettings, load

    folder = load(ProducerSettings, {}).heartbeat
    if folder is None:
        raise ConfigurationError("No role gives a sign of life here: set WIREDESK_HEARTBEAT to a folder, for both.")
    alive, sentence = finding(folder, role)
    echo(sentence)
    if not alive:
        raise typer.Exit(1)


@app.command()
def doctor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Check Redis, store, folder, disk, model, clock and mail server, and say what to do."""
    from worker.doctor import examine

    healthy = True
    for finding in examine(_settings(data=data)):
        healthy = healthy and finding.ok
        if as_json:
            echo(json.dumps({"part": finding.part, "ok": finding.ok, "finding": finding.text}))
        else:
            echo(f"{'ok ' if finding.ok else 'BAD'}  {finding.part:<8} {finding.text}")
    if not healthy:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; every expected error ends as one sentence and exit code 1."""
    try:
        app()
    except WiredeskError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in ("producers", "worker"):
            raise
        extra = "web" if error.name in ("prometheus_client", "starlette", "uvicorn") else "worker"
        _fail(f"This command needs the package {error.name}: pip install 'wiredesk[{extra}]'.")
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); nothing is left to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(sentence: str) -> None:
    echo(f"wiredesk: {sentence}", err=True)
    sys.exit(1)


def _settings(**flags: object) -> "WorkerSettings":
    from producers import log
    from producers.settings import load
    from worker.settings import WorkerSettings

    # A command says what it has to say itself; a service sets its own level later.
    log.configure(log.WARNING)
    return load(WorkerSettings, flags)


def _use(data: Path | None) -> None:
    """Let the parts of this process use `data`."""
    if data is not None:
        os.environ["WIREDESK_DATA"] = str(data.absolute())


def _store(settings: "WorkerSettings") -> "Store":
    """Return the store of a desk that exists; a reading command must not make one where the folder is mistyped."""
    from worker.store import open_store

    if settings.store_url is None and not settings.sqlite_file.exists():
        raise ConfigurationError(
            f"There is no store in {settings.data}: give --data or WIREDESK_DATA of a desk that has run."
        )
    return open_store(settings)


def _profile(settings: "WorkerSettings", name: str | None) -> str:
    if name is not None and name not in settings.all_profiles:
        raise ConfigurationError(
            f"There is no profile {name!r}: name one of {', '.join(settings.all_profiles)}, or add the table "
            f"[profiles.{name}] to wiredesk.toml."
        )
    return name or settings.profile


def _day(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ConfigurationError(f"{text!r} is no day: write it as YYYY-MM-DD, such as 2026-11-22.") from None


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


def _delivery(one: "Delivery") -> dict[str, Any]:
    return {
        "recipient": one.recipient,
        "state": one.state,
        "state_at": one.state_at.isoformat(),
        "due_at": one.due_at.isoformat() if one.state == "waiting" else None,
        "attempts": one.attempts,
        "key": one.key,
        "reason": one.reason,
    }


def _delivery_line(one: "Delivery") -> str:
    reason = f": {one.reason}" if one.reason and one.state != "sent" else ""
    advice = " Look whether it came; `wiredesk edition send --resend` sends it again." if one.state == "unknown" else ""
    return f"  {one.state:<8} {one.recipient}{reason}{advice}"


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


if __name__ == "__main__":
    main()

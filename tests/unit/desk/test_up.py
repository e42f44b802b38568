"""The supervisor of a desk, with small stand-ins for its children."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from producers.feeds import listing
from producers.folder.inbox import apart, locked
from producers.folder.scan import UNLISTED
from producers.processes import Heartbeat
from producers.servers.embedded import ServerFile, process_started, server_file
from producers.settings import load
from worker import waiting
from worker.desk import supervision
from worker.desk import up as desk
from worker.desk.children import Child, ChildError, Children
from worker.desk.display import Counts, Display
from worker.desk.supervision import SERVER, Signals, Supervision
from worker.edition.profile import Profile
from worker.errors import ConfigurationError, RetryableError
from worker.process import endings
from worker.settings import WorkerSettings
from worker.store.editions import Edition
from worker.store.failures import Failure

HOLDS = """
import sys
from pathlib import Path
from worker.desk.up import hold
with hold(Path(sys.argv[1]), "the data folder"):
    print("held", flush=True)
    sys.stdin.read()
"""


class Watched(Display):
    """A display that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.counts: list[Counts] = []
        super().__init__(Console(file=io.StringIO()))

    def say(self, text: str) -> None:
        self.said.append(text)

    def show(self, counts: Counts) -> None:
        self.counts.append(counts)


class Script:
    """Counts as a script has them; an exception in it is raised. The last one stays."""

    def __init__(self, *steps: Counts | Exception) -> None:
        self.steps = list(steps)
        self.urls: list[str] = []

    def __call__(self, url: str) -> Counts:
        self.urls.append(url)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step


@pytest.fixture
def display() -> Watched:
    return Watched()


@pytest.fixture
def family(tmp_path: Path, display: Watched) -> Iterator[Children]:
    family = Children(tmp_path / "logs", display.say)
    yield family
    family.stop(desk.STAGES, lambda: True)


@pytest.fixture(autouse=True)
def sync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "COUNT_SECONDS", 0.0)
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(endings, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(desk, "LOCK_SECONDS", 0.2)


def supervise(family: Children, display: Watched, count: Script, signals: Signals, data: Path) -> Supervision:
    return Supervision(family, display, signals, count, data, redis_url="redis://there", embedded=True)


def test_it_runs_until_it_is_done_and_shows_every_count(family: Children, display: Watched, tmp_path: Path) -> None:
    script = Script(Counts(journal=2), Counts(open=1), Counts(digested=2))
    with Signals() as signals:
        assert supervise(family, display, script, signals, tmp_path).run(lambda counts: counts.idle)
    assert display.counts == [Counts(journal=2), Counts(open=1), Counts(digested=2)]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_it_to_stop(family: Children, display: Watched, tmp_path: Path, signum: int) -> None:
    def done(_: Counts) -> bool:
        os.kill(os.getpid(), signum)
        return False

    with Signals() as signals:
        assert not supervise(family, display, Script(Counts()), signals, tmp_path).run(done)
        assert signals.asked()
        assert not signals.hurried()
        os.kill(os.getpid(), signum)
        assert signals.hurried()


def test_a_signal_that_nohup_ignores_is_still_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Signals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not signals.asked()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_store_that_is_away_is_told_once_and_waited_for(family: Children, display: Watched, tmp_path: Path) -> None:
    away = RetryableError("The store is not available; trying again.")
    with Signals() as signals:
        count = Script(away, away, Counts())
        assert supervise(family, display, count, signals, tmp_path).run(lambda counts: True)
    assert display.said == [str(away)]


def test_why_a_child_waits_is_said_once_though_it_comes_and_goes(
    family: Children, display: Watched, tmp_path: Path
) -> None:
    heartbeat = Heartbeat(None, "watch", data=tmp_path)
    looks = iter(["", "The disk is full.", "The disk is full.", "", "The disk is full.", "The store is locked."])

    def done(_: Counts) -> bool:
        reason = next(looks, None)
        heartbeat.wait("queue", reason or "")
        return reason is None

    with Signals() as signals:
        assert supervise(family, display, Script(Counts()), signals, tmp_path).run(done)
    assert display.said == ["watch: The disk is full.", "watch: The store is locked."]


def test_a_child_that_crashes_again_and_again_ends_it(family: Children, display: Watched, tmp_path: Path) -> None:
    family.start(Child("ingest", (sys.executable, "-c", "raise SystemExit('no good')"), 1, 1.0))
    with Signals() as signals, pytest.raises(ChildError, match="no good"):
        supervise(family, display, Script(Counts()), signals, tmp_path).run(lambda counts: False)


def test_when_the_server_moved_everything_else_starts_again_with_its_new_url(
    family: Children, display: Watched, tmp_path: Path
) -> None:
    says = "import os, time; print(os.environ.get('WIREDESK_REDIS_URL'), flush=True); time.sleep(600)"
    for name in (SERVER, "ingest"):
        family.start(Child(name, (sys.executable, "-c", says), 0, 20.0))
    server_file(tmp_path).parent.mkdir()
    moved = ServerFile(port=23456, password="secret", pid=os.getpid(), started=process_started(os.getpid()) or "")
    moved.write(tmp_path)
    count = Script(Counts())
    with Signals() as signals:
        supervise(family, display, count, signals, tmp_path).run(
            lambda _: moved.url in family.log("ingest").read_text()
        )
    assert set(count.urls) == {moved.url}
    assert moved.url not in family.log(SERVER).read_text()
    assert len(display.said) == 1


def test_a_full_disk_is_warned_of(family: Children, display: Watched, tmp_path: Path) -> None:
    with Signals() as signals:
        at_work = supervise(family, display, Script(Counts()), signals, tmp_path)
        at_work.low_disk_mb = 1 << 40
        at_work.run(lambda counts: True)
    assert len(display.said) == 1
    assert display.said[0].startswith("Only ")


def test_a_second_desk_on_a_data_folder_is_refused_in_one_sentence_that_names_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "desk.lock"
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None
    first.stdout.readline()
    refused = pytest.raises(
        ConfigurationError, match=rf"^A desk runs .* data folder \(process {first.pid}\): stop .*\.$"
    )
    with refused, desk.hold(lock, "the data folder"):
        pytest.fail("the lock was given twice")
    first.kill()
    first.communicate()
    with desk.hold(lock, "the data folder"):
        assert lock.read_text() == f"{os.getpid()}\n"


def test_a_second_desk_on_an_inbox_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    settings = WorkerSettings(data=tmp_path / "data", inbox=inbox)
    with locked(inbox), pytest.raises(ConfigurationError, match=f"already watched, by process {os.getpid()}:"):
        desk.up(settings, inbox=inbox, workers=1, once=False, strict=False)
    assert list((tmp_path / "data").iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = WorkerSettings(data=tmp_path / "file" / "data")
    with pytest.raises(ConfigurationError, match=r"^The data folder .* cannot be made .*: choose another\.$"):
        desk.up(settings, inbox=None, workers=1, once=False, strict=False)


def test_the_desk_has_the_children_that_were_asked_for(tmp_path: Path) -> None:
    settings = WorkerSettings(data=tmp_path, inbox=tmp_path / "inbox")
    children = desk.family(settings, watch=True, workers=3, once=False)
    names = [child.name for child in children]
    assert children[0].argv[-2:] == ("--processes", "3")
    assert names == ["summarize", "ingest", "schedule", "watch"]
    assert "watch" not in [c.name for c in desk.family(settings, watch=False, workers=1, once=False)]


def test_only_the_watcher_of_a_single_run_ends_by_itself(tmp_path: Path) -> None:
    settings = WorkerSettings(data=tmp_path, inbox=tmp_path / "inbox")
    lasting = desk.family(settings, watch=True, workers=1, once=False)
    single = desk.family(settings, watch=True, workers=1, once=True)
    assert [c.name for c in lasting if c.finishes] == []
    assert [c.name for c in single if c.finishes] == ["watch"]
    assert single[-1].argv[-1] == "--once"


def test_producers_are_stopped_first_and_the_server_last_all_within_half_a_minute(tmp_path: Path) -> None:
    settings = WorkerSettings(data=tmp_path, inbox=tmp_path / "inbox")
    everyone = [*desk.family(settings, watch=True, workers=2, once=False), desk.server_child(settings)]
    assert [{c.name for c in everyone if c.stage == stage} for stage in desk.STAGES] == [
        {"watch", "schedule"},
        {"summarize", "ingest"},
        {SERVER},
    ]
    assert sum(max(c.grace_seconds for c in everyone if c.stage == stage) for stage in desk.STAGES) < 30


def test_children_are_given_every_setting_of_the_desk_and_no_password_on_the_command_line(tmp_path: Path) -> None:
    settings = WorkerSettings(
        data=tmp_path, timezone="Europe/Berlin", store_url=SecretStr("postgresql://desk:secret@there/wire")
    )
    given = desk.environment(settings, "redis://:password@127.0.0.1:1/0")
    assert given["WIREDESK_DATA"] == str(tmp_path)
    assert given["WIREDESK_TIMEZONE"] == "Europe/Berlin"
    assert given["WIREDESK_STORE_URL"] == "postgresql://desk:secret@there/wire"
    assert given["WIREDESK_REDIS_URL"] == "redis://:password@127.0.0.1:1/0"
    assert "WIREDESK_KEEP_DAYS" not in given
    everyone = desk.family(settings, watch=True, workers=1, once=True)
    assert not any("secret" in word or "password" in word for child in everyone for word in child.argv)


def test_children_read_from_their_environment_the_very_settings_of_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = WorkerSettings(
        data=tmp_path,
        mail_from="The Desk <desk@mail.example>",
        smtp_url=SecretStr("smtps://desk@mail.example"),
        smtp_password=SecretStr("not to be guessed"),
        profiles={
            "daily": Profile(recipients=("anna@example.org",), send_empty=True),
            "morning": Profile(languages=("en", "de"), keywords=('"quoted" words', "Zürich"), length=20),
        },
        web_names=["desk.example"],
        web_token=SecretStr("a token of some length"),
    )
    monkeypatch.chdir(tmp_path)
    # Edited while the desk runs, and saved half-way.
    (tmp_path / "wiredesk.toml").write_text(
        "keep_days = 30\n[profiles.evening]\nlength = 3\n[profiles", encoding="utf-8"
    )

    for name, value in desk.environment(settings, "redis://127.0.0.1:1/0").items():
        monkeypatch.setenv(name, value)

    assert load(WorkerSettings, {}) == settings.model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:1/0")})


def test_a_setting_that_is_too_long_for_a_process_is_one_clear_sentence(tmp_path: Path) -> None:
    readers = tuple(f"reader-{number}@example.org" for number in range(6000))
    settings = WorkerSettings(data=tmp_path, profiles={"daily": Profile(recipients=readers)})

    with pytest.raises(ConfigurationError, match="WIREDESK_PROFILES is too long"):
        desk.environment(settings, "redis://127.0.0.1:1/0")


def failure(name: str) -> Failure:
    return Failure(
        article_id="0" * 36,
        source="inbox",
        uri=f"{name}#1",
        filename=name,
        title=None,
        stage="read",
        reason="the file is empty",
        attempts=1,
        failed_at=datetime(2026, 11, 22, tzinfo=UTC),
        raw=None,
    )


def result(*failures: Failure, left: str = "") -> desk.Result:
    return desk.Result(
        editions=[([Path(f"/data/editions/2026/2026-11-22.{suffix}") for suffix in ("md", "html", "json")], 1)],
        articles=2000,
        seconds=80.0,
        failures=failures,
        left=left,
    )


def test_a_single_run_ends_with_what_failed_and_why_where_the_edition_is_and_the_rate() -> None:
    assert list(desk.report(result(failure("empty.txt")))) == [
        "1 failed:",
        "  empty.txt: the file is empty",
        "Edition: /data/editions/2026/2026-11-22.md (revision 1; also as .html and .json)",
        "2,000 articles in 80.0 s: 25.0 articles a second",
    ]


def test_many_failures_are_counted_and_only_the_first_are_shown() -> None:
    lines = list(desk.report(result(*[failure("x.txt")] * (desk.MOST_FAILURES + 5))))
    assert lines[0] == f"{desk.MOST_FAILURES + 5} failed:"
    assert lines[desk.MOST_FAILURES + 1] == "  and 5 more; see `wiredesk failed list`"


def test_a_folder_that_cannot_be_listed_is_left_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root lists every folder, so the scan's report is planted.
    def scan(_inbox: Path, left: Callable[[str, str], None]) -> list[tuple[str, object]]:
        left("north", f"{UNLISTED} (Permission denied): correct its rights")
        left("link", "it is a symbolic link, which is not followed")
        return []

    monkeypatch.setattr(desk, "scan", scan)
    running = desk._Desk(WorkerSettings(inbox=tmp_path), Children(tmp_path, lambda _line: None), Display(), Signals())

    left = running._left()

    assert left.startswith("north is left in the inbox, since the folder cannot be listed (Permission denied)")
    assert "link" not in left


def test_what_is_left_is_told_first() -> None:
    assert next(desk.report(result(left="1 file left"))) == "Not everything is settled: 1 file left."


def test_the_edition_of_another_profile_stands_in_its_own_folder_as_what_the_profile_wants() -> None:
    edition = Edition(
        id=1,
        profile="sports",
        date=date(2026, 11, 22),
        revision=1,
        closed_at=datetime(2026, 11, 22, tzinfo=UTC),
        document={},
        delivered=True,
    )
    settings = WorkerSettings(data=Path("/data"), profiles={"sports": Profile(outputs=("html", "feeds"))})
    assert desk.edition_files(settings, edition) == [
        Path("/data/editions/sports/2026/2026-11-22.html"),
        Path("/data/editions/sports/2026/2026-11-22.json"),
    ]


def test_a_single_run_names_the_edition_of_every_profile() -> None:
    html, only = Path("/data/editions/2026/2026-11-22.html"), Path("/data/editions/sports/2026/2026-11-22.json")
    told = replace(result(), editions=[([html, html.with_suffix(".json")], 2), ([only], 1)])
    assert list(desk.report(told))[:2] == [
        f"Edition: {html} (revision 2; also as .json)",
        f"Edition: {only} (revision 1)",
    ]


@pytest.mark.parametrize("data", ["", "wiredesk-data", "sub/folder/data"])
def test_a_data_folder_in_the_inbox_is_refused_before_anything_is_made(tmp_path: Path, data: str) -> None:
    inbox = tmp_path / "inbox"
    (tmp_path / "linked").symlink_to(inbox)
    settings = WorkerSettings(inbox=tmp_path / "linked", data=inbox / data)
    with pytest.raises(ConfigurationError, match=r"^The data folder .* lies in the inbox .*: choose another by --data"):
        desk.up(settings, inbox=settings.inbox, workers=1, once=False, strict=False)
    assert not inbox.exists()


@pytest.mark.parametrize("inbox", ["editions", "logs", "redis/appendonlydir", "waits"])
def test_an_inbox_in_a_folder_of_the_desks_own_files_is_refused(tmp_path: Path, inbox: str) -> None:
    settings = WorkerSettings(inbox=tmp_path / "data" / inbox, data=tmp_path / "data")
    with pytest.raises(ConfigurationError, match=r"^The inbox .* lies in a folder of the desk's own files.*: choose"):
        desk.up(settings, inbox=settings.inbox, workers=1, once=False, strict=False)
    assert not settings.inbox.exists()


def test_a_data_folder_beside_the_inbox_or_hidden_in_it_is_allowed(tmp_path: Path) -> None:
    apart(tmp_path / "inbox", tmp_path / "inbox-data")
    apart(tmp_path / "data" / "inbox", tmp_path / "data")
    apart(tmp_path, tmp_path / ".wiredesk" / "data")


def test_a_desk_that_waits_for_its_store_says_so_once_and_stops_when_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = []

    def unavailable(_: WorkerSettings) -> None:
        tries.append(True)
        if len(tries) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        raise RetryableError("The store is unavailable.")

    monkeypatch.setattr(desk, "open_store", unavailable)
    monkeypatch.setattr(waiting, "RETRY_SECONDS", 0.01)
    settings = WorkerSettings(data=tmp_path / "data", redis_url=SecretStr("redis://127.0.0.1:1/0"))
    assert desk.up(settings, inbox=None, workers=1, once=False, strict=False) == desk.SETTLED
    assert len(tries) == 3
    assert capsys.readouterr().err.count("The store is unavailable.") == 1


class Counted:
    """Children that only count: `ended` are those that have done their work."""

    def __init__(self) -> None:
        self.started: list[Child] = []
        self.ended: set[str] = set()

    def start(self, child: Child) -> None:
        self.started.append(child)

    def names(self) -> list[str]:
        return [child.name for child in self.started]

    def finished(self, name: str) -> bool:
        return name in self.ended


@pytest.mark.parametrize("once", [False, True])
def test_a_poller_starts_once_as_soon_as_there_is_a_list_of_feeds(tmp_path: Path, once: bool) -> None:
    children = Counted()
    poller = desk.Poller(children, tmp_path, once=once)  # type: ignore[arg-type]
    poller.look()
    assert (children.names(), poller.is_done) == ([], True)
    listing.add(tmp_path, listing.made("Courier", "https://courier.example/feed"))

    for _ in range(2):
        poller.look()

    assert (children.names(), poller.is_done) == (["feeds"], False)
    assert (children.started[0].argv[-1] == "--once") is once
    children.ended.add("feeds")
    poller.look()
    assert poller.is_done

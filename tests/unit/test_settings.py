"""Wrong settings: each is named with its field and what to write, all of them together, and no secret is shown."""

import os
import re
import sys
from pathlib import Path

import pytest

from producers.errors import ConfigurationError
from producers.settings import ProducerSettings, load
from worker.cli.main import main
from worker.edition.profile import Profile
from worker.settings import WorkerSettings

SECRET = "hunter2hunter2"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no secrets but those of the test."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secrets").mkdir()
    monkeypatch.setenv("WIREDESK_SECRETS", "secrets")
    return tmp_path


def refusal(kind: type[ProducerSettings] = WorkerSettings, **flags: object) -> str:
    """Return the words with which the settings are refused."""
    with pytest.raises(ConfigurationError) as caught:
        load(kind, flags)
    sentence = str(caught.value)
    assert "Input should" not in sentence
    assert SECRET not in sentence
    assert SECRET not in repr(caught.value.__cause__)
    return sentence


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ('summary_words = "many"', "WIREDESK_SUMMARY_WORDS: it must be a whole number"),
        ("summary_words = 9", "WIREDESK_SUMMARY_WORDS: it must be 10 or more"),
        ("keep_days = 3", "WIREDESK_KEEP_DAYS: it must be 4 or more"),
        ("timezone = 1", "WIREDESK_TIMEZONE: it must be a text, in quotes"),
        ('timezone = "Mars/Base"', "WIREDESK_TIMEZONE: time zone 'Mars/Base' is not known: use an IANA name such as"),
        ('timezone = ""', "WIREDESK_TIMEZONE: time zone '' is not known"),
        ('edition_time = "25:00"', "WIREDESK_EDITION_TIME: '25:00' is not a time of day: write it as HH:MM"),
        ('profile = "../up"', "WIREDESK_PROFILE: profile '../up' has no usable name: take a letter"),
        ('mail_from = "the desk"', "WIREDESK_MAIL_FROM: 'the desk' is not one mail address"),
        ('mail_reply_to = "a@"', "WIREDESK_MAIL_REPLY_TO: 'a@' is not"),
        ('mail_unsubscribe = "a@b.example, c@d.example"', "WIREDESK_MAIL_UNSUBSCRIBE: 'a@b.example, c@d.example' is"),
        (
            'web_names = "desk.example"',
            'WIREDESK_WEB_NAMES: it must be a list of names, such as ["desk.example"]',
        ),
        ('web_names = ["a", 1]', "web_names.1: it must be a text, in quotes"),
        ('redis_url = "http://h"', "WIREDESK_REDIS_URL: it must begin with redis://, rediss:// or sentinel://"),
        ("settle_seconds = inf", "WIREDESK_SETTLE_SECONDS: it must be 86400 or less"),
        ("settle_seconds = nan", "WIREDESK_SETTLE_SECONDS: it must be 86400 or less"),
        ("scan_seconds = 1e300", "WIREDESK_SCAN_SECONDS: it must be 86400 or less"),
        ("give_up_seconds = inf", "WIREDESK_GIVE_UP_SECONDS: it must be 86400 or less"),
        ('scan_seconds = "soon"', "WIREDESK_SCAN_SECONDS: it must be a number"),
        ("inbox = 3", "WIREDESK_INBOX: it must be a path, in quotes"),
        ('[profiles.morning]\nlanguages = "de"', "profiles.morning.languages: it must be a list, such as"),
        ('[profiles.morning]\nsend_empty = "maybe"', "profiles.morning.send_empty: it must be true or false"),
        ('profiles = "morning"', "WIREDESK_PROFILES: it must be tables, [profiles.NAME] in wiredesk.toml, or"),
        ("profiles = 3", "WIREDESK_PROFILES: it must be a table"),
        ("profiles.a = 3", "profiles.a: it must be a table"),
        ("[profiles.a]\nlength = 0", "profiles.a.length: it must be 1 or more"),
        ('[profiles.a]\nlength = "x"', "profiles.a.length: it must be a whole number"),
        (
            '[profiles.a]\noutputs = ["md", "pdf"]',
            "profiles.a.outputs.1: it must be one of '",
        ),
        ('[profiles.a]\nkeywords = [" "]', "profiles.a.keywords.0: it must not be empty"),
        ('[profiles.a]\ntimezone = "Mars/Base"', "profiles.a.timezone: time zone 'Mars/Base' is not known"),
        ('[profiles.a]\nedition_time = "7 am"', "profiles.a.edition_time: '7 am' is not a time of day"),
        ('[profiles.a]\nrecipients = ["a@b.example", "anna"]', "profiles.a.recipients.1: 'anna' is not one mail"),
        ("[profiles.a]\nlenght = 3", "profiles.a.lenght: there is no such field"),
        ("[profiles.'../up']\nlength = 3", "profiles.'../up': profile '../up' has no usable name"),
        ('edtion_time = "06:30"', "wiredesk.toml holds 'edtion_time', which is no setting: write names in lower case"),
        ("[profile.a]\nlength = 3", "WIREDESK_PROFILE: it must be a text, in quotes"),
    ],
)
def test_a_wrong_line_of_the_settings_file_is_named(here: Path, lines: str, named: str) -> None:
    (here / "wiredesk.toml").write_text(f"{lines}\n", encoding="utf-8")

    assert refusal().startswith(f"A setting is wrong; correct it and start again: {named}")


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("MAX_PENDING", "none", "WIREDESK_MAX_PENDING: it must be a whole number"),
        ("SCAN_SECONDS", "0", "WIREDESK_SCAN_SECONDS: it must be more than 0"),
        ("WEB_PORT", "65536", "WIREDESK_WEB_PORT: it must be 65535 or less"),
        ("WEB_TOKEN", "short", "WIREDESK_WEB_TOKEN: it needs 16 characters or more"),
        ("SMTP_URL", f"http://desk:{SECRET}@h", "WIREDESK_SMTP_URL: write WIREDESK_SMTP_URL as smtp://USER"),
        ("SMTP_URL", f"smtp://desk:{SECRET}@h", "WIREDESK_SMTP_URL: mail needs a sender: set WIREDESK_MAIL_FROM"),
        ("REDIS_URL", f"http://:{SECRET}@h", "WIREDESK_REDIS_URL: it must begin with redis://"),
        ("WEB_NAMES", f"[{SECRET}", "WIREDESK_WEB_NAMES: it must be a list of names, such as"),
        ("WEB_NAMES", "[" * 100_000, "WIREDESK_WEB_NAMES: it must be a list of names, such as"),
        ("WEB_NAMES", '{"a": 1}', "WIREDESK_WEB_NAMES: it must be a list, such as"),
        (
            "PROFILES",
            '{"a": {"length": 3}',
            "WIREDESK_PROFILES: it must be tables, [profiles.NAME] in wiredesk.toml, or",
        ),
        ("PROFILES", '{"a": {"length": 0}}', "profiles.a.length: it must be 1 or more"),
    ],
)
@pytest.mark.parametrize("source", ["environment", ".env", "secrets"])
def test_a_wrong_value_is_named_wherever_it_comes_from(
    here: Path, monkeypatch: pytest.MonkeyPatch, source: str, name: str, value: str, named: str
) -> None:
    if source == "environment":
        monkeypatch.setenv(f"WIREDESK_{name}", value)
    elif source == ".env":
        (here / ".env").write_text(f"WIREDESK_{name}='{value}'\n", encoding="utf-8")
    else:
        (here / "secrets" / f"wiredesk_{name.lower()}").write_text(f"{value}\n", encoding="utf-8")

    assert refusal().startswith(f"A setting is wrong; correct it and start again: {named}")


def test_a_wrong_flag_is_named() -> None:
    assert refusal(timezone="Europe/Berln").endswith(
        "again: WIREDESK_TIMEZONE: time zone 'Europe/Berln' is not known: use an IANA name such as Europe/Berlin"
    )


def test_all_wrong_settings_are_named_together(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "wiredesk.toml").write_text(
        f"""
        edtion_time = "06:30"
        lenght = 5
        timezone = "Mars/Base"
        mail_from = "the desk"
        smtp_url = "http://desk:{SECRET}@h"
        [profiles.a]
        timezone = "Moon/Base"
        recipients = ["anna"]
        [profiles.b]
        edition_time = "25:00"
        colour = "red"
        [profiles."2026"]
        """,
        encoding="utf-8",
    )
    monkeypatch.setenv("WIREDESK_WEB_NAMES", "desk.example")
    (here / "secrets" / "wiredesk_web_token").write_text("short", encoding="utf-8")

    sentence = refusal(max_pending=0)

    assert "wiredesk.toml holds 'edtion_time', 'lenght', which are no settings:" in sentence
    assert sorted(re.findall(r"\n  ([\w.]+): ", sentence)) == [
        "WIREDESK_MAIL_FROM",
        "WIREDESK_MAX_PENDING",
        "WIREDESK_SMTP_URL",
        "WIREDESK_TIMEZONE",
        "WIREDESK_WEB_NAMES",
        "WIREDESK_WEB_TOKEN",
        "profiles.2026",
        "profiles.a.recipients.0",
        "profiles.a.timezone",
        "profiles.b.colour",
        "profiles.b.edition_time",
    ]


def test_a_sender_that_is_wrong_is_not_also_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_SMTP_URL", f"smtp://desk:{SECRET}@h")
    monkeypatch.setenv("WIREDESK_MAIL_FROM", "the desk")

    assert "WIREDESK_SMTP_URL" not in refusal()


def test_a_password_of_the_wrong_type_is_not_also_called_missing(here: Path) -> None:
    (here / "wiredesk.toml").write_text(
        'mail_from = "a@b.example"\nsmtp_url = "smtp://desk@h"\nsmtp_password = 12345678\n', encoding="utf-8"
    )

    sentence = refusal()

    assert "WIREDESK_SMTP_PASSWORD: it must be a text, in quotes" in sentence
    assert "WIREDESK_SMTP_URL" not in sentence
    assert "12345678" not in sentence


def test_a_producer_leaves_the_worker_s_settings_to_the_worker(here: Path) -> None:
    (here / "wiredesk.toml").write_text('timezone = "Mars/Base"\nedtion_time = 1\nmax_pending = 0\n', encoding="utf-8")

    assert refusal(ProducerSettings).startswith(
        "A setting is wrong; correct it and start again: WIREDESK_MAX_PENDING: "
    )


@pytest.mark.parametrize("content", [b"timezone = UTC\n", b"timezone = 'UTC\n", b"timezone = '\xff'\n"])
def test_a_settings_file_that_is_no_toml_is_named(here: Path, content: bytes) -> None:
    (here / "wiredesk.toml").write_bytes(content)

    assert re.fullmatch(r"wiredesk\.toml cannot be read \(.+\): correct it\.", refusal())
    assert refusal(ProducerSettings) == refusal()


def test_a_settings_file_that_cannot_be_opened_is_named(here: Path) -> None:
    (here / "wiredesk.toml").symlink_to("x" * 300)

    assert "wiredesk.toml" in refusal()


def test_a_secret_that_is_no_text_is_refused(here: Path) -> None:
    (here / "secrets" / "wiredesk_smtp_password").write_bytes(SECRET.encode() + b"\xff")

    assert re.match(r"The settings cannot be read \('utf-8' codec .+\); check .* secrets directory", refusal())


@pytest.mark.parametrize("named", ["nosuch", "a-file"])
def test_a_secrets_folder_that_is_none_is_named(here: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    (here / "a-file").touch()
    monkeypatch.setenv("WIREDESK_SECRETS", named)

    assert refusal() == f"There is no folder {named}: correct WIREDESK_SECRETS, or leave it out."


def test_a_secrets_folder_that_may_not_be_read_is_named(here: Path) -> None:
    (here / "secrets" / "wiredesk_smtp_password").write_text(SECRET, encoding="utf-8")
    here.chmod(0o755)
    (here / "secrets").chmod(0)
    # Root may read everything.
    nobody, user = 65534, os.geteuid()
    try:
        if user == 0:
            os.seteuid(nobody)
        sentence = refusal()
    finally:
        os.seteuid(user)
        (here / "secrets").chmod(0o755)

    assert re.match(r"The settings cannot be read \(.*Permission denied: 'secrets.*'\); check .* secrets", sentence)


def test_the_command_line_names_each_of_them_in_a_line_of_its_own(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "wiredesk.toml").write_text(
        f"""
        redis_url = "http://:{SECRET}@h"
        [profiles.a]
        timezone = "Mars/Base"
        [profiles.b]
        edition_time = "25:00"
        """,
        encoding="utf-8",
    )
    monkeypatch.setattr(sys, "argv", ["wiredesk", "config"])

    with pytest.raises(SystemExit) as ended:
        main()

    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert [line.partition(": ")[0].strip() for line in told.splitlines()] == [
        "wiredesk",
        "WIREDESK_REDIS_URL",
        "profiles.a.timezone",
        "profiles.b.edition_time",
    ]
    assert SECRET not in told


@pytest.mark.parametrize("name", [*WorkerSettings.model_fields, *(f"profile.{name}" for name in Profile.model_fields)])
def test_no_field_is_refused_in_the_words_of_a_library(name: str) -> None:
    wrong = [b"\xff", "", "x", [], {}, [1], {"a": 1}, 1.5, float("inf"), float("nan"), "inf", 10**30, "9" * 5_000, -1]
    said = []
    for value in wrong:
        _, is_profile, field = name.rpartition("profile.")
        try:
            load(WorkerSettings, {"profiles": {"a": {field: value}}} if is_profile else {name: value})
        except ConfigurationError as error:
            said.append(str(error))

    assert said
    assert not re.search(r"[Ii]nput|string|tuple|dictionary|instance|JSON", "".join(said))


@pytest.mark.parametrize("place", ["environment", ".env"])
def test_a_mistyped_variable_is_an_error_that_names_the_setting(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if place == ".env":
        (tmp_path / ".env").write_text("WIREDESK_TIMEZOON=Europe/Berlin\n")
    else:
        monkeypatch.setenv("WIREDESK_TIMEZOON", "Europe/Berlin")

    with pytest.raises(
        ConfigurationError, match="WIREDESK_TIMEZOON: there is no such setting; it is WIREDESK_TIMEZONE"
    ):
        load(WorkerSettings, {})


def test_what_the_compose_file_reads_is_no_mistyped_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    compose = (Path(__file__).parent.parent.parent / "docker-compose.yml").read_text(encoding="utf-8")
    for name in re.findall(r"\$\{?(WIREDESK_[A-Z_]+)", compose):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("WIREDESK_SOMETHING_ELSE", "1")

    assert WorkerSettings.stray_names() == {}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve", "--port", "80x"], "it must be a whole number"),
        (["serve", "--port", "99999"], "it must be 65535 or less"),
        (["prune", "--days", "-1"], "it must be 4 or more"),
        (["export", "artcles"], "'artcles' is not one of 'articles', 'stories'."),
    ],
)
def test_a_wrong_option_is_refused_in_the_words_of_a_wrong_setting(
    arguments: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["wiredesk", *arguments])

    with pytest.raises(SystemExit) as ended:
        main()

    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert ended.value.code == 2
    assert sentence in said
    assert "Value error" not in said
    assert "Input should" not in said

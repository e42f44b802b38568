"""The settings of the worker, on top of the producers'."""

import difflib
import json
import os
from pathlib import Path
from typing import Annotated, Final

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from producers.settings import PREFIX, WHOLE_ENVIRONMENT, ProducerSettings, toml
from worker.addresses import Sender, mailbox
from worker.edition.calendar import closing_time, time_zone
from worker.edition.profile import EDITION_WORDS, Profile, ProfileName, web_address
from worker.mail.server import Server, server

#: Fewest characters of a token that somebody chose.
WEB_TOKEN_CHARACTERS: Final = 16
#: Names with our prefix that are no settings: those of docker-compose.yml, of the secrets, and of a desk's children.
OTHER_NAMES: Final = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "DESK_PID", "EDITIONS", "GID", "INGEST_CONTAINERS", "POSTGRES_PASSWORD", "REDIS_MEMORY", "REDIS_PASSWORD",
        "SECRETS", "SUMMARIZE_CONTAINERS", "UID", "WEB_PUBLISH", "WHOLE_ENVIRONMENT",
    )
)  # fmt: skip
#: How alike a name must be to a setting's to be a mistyped one (difflib's ratio).
NEARLY: Final = 0.85
#: How fields are written that are no plain values.
_FORMS: Final = {
    "ignore_empty_embargo": 'it must be a list of sources, such as ["scoop"]',
    "web_names": 'it must be a list of names, such as ["desk.example"]',
    "profiles": 'it must be tables, [profiles.NAME] in wiredesk.toml, or {"NAME": {"length": 20}} in the environment',
}


class WorkerSettings(ProducerSettings):
    """What the workers, the schedule and the desk need to know."""

    store_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL of the store; empty: the SQLite file `wiredesk.db` in `data`"
    )
    engine: str = Field("extractive", description="the engine that summarises: `extractive`, `seq2seq` or `causal`")
    model: str | None = Field(None, description="model of a generative engine: a folder, or `hub-id@revision`")
    encoder: str | None = Field(
        None, description="sentence encoder: a folder, or `hub-id@revision`; empty: the one from the package"
    )
    summary_words: int = Field(75, ge=10, le=400, description="words that a summary may have")
    summary_sentences: int = Field(3, ge=1, le=10, description="sentences that a summary may have")
    timezone: str = Field("UTC", description="time zone of the edition, an IANA name such as `Europe/Berlin`")
    edition_time: str = Field("07:00", description="local time at which the edition closes, `HH:MM`")
    edition_words: int = Field(
        EDITION_WORDS,
        ge=0,
        description="words of an edition; topics beyond are counted, and are in the JSON; 0: no limit",
    )
    profile: ProfileName = Field(
        "daily", description="the profile that commands use if --profile is not given; it needs no table of its own"
    )
    ingest_processes: int = Field(2, ge=1, le=64, description="processes of one ingest worker")
    redis_memory_mb: int = Field(1024, ge=64, description="memory limit of the embedded server, megabytes")
    ignore_empty_embargo: Annotated[list[str], NoDecode] = Field(
        default=[],
        description='sources that leave the embargo of their items empty and mean none, `["scoop"]`; else such items '
        "are held",
    )
    keep_days: int | None = Field(
        None,
        ge=4,
        description="days (4 or more) to keep articles, digests, failures and files in `.done`; empty: for ever",
    )
    mail_from: str | None = Field(
        None, description="who sends editions by mail: `desk@news.example`, or `The Desk <desk@news.example>`"
    )
    mail_reply_to: str | None = Field(None, description="address to which answers go; empty: to the sender")
    mail_unsubscribe: str | None = Field(
        None, description="address for readers who want no more editions; empty: mail names none"
    )
    smtp_password: SecretStr | None = Field(
        None, description="password of the user in `WIREDESK_SMTP_URL`, best in a file of the secrets directory"
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="mail server: `smtp://USER@HOST` (STARTTLS), `smtps://USER@HOST` (TLS), `smtp+plain://localhost`; "
        "`?ssl_ca_certs=FILE` names an authority; empty: no mail is sent",
    )
    profiles: Annotated[dict[ProfileName, Profile], NoDecode] = Field(
        default={},
        description="more editions, and what is special about each: tables `[profiles.NAME]` of wiredesk.toml",
    )
    web_host: str = Field(
        "127.0.0.1", description="address on which `wiredesk serve` listens; default: this machine only"
    )
    web_port: int = Field(8000, ge=1, le=65535, description="port on which `wiredesk serve` listens")
    web_names: Annotated[list[str], NoDecode] = Field(
        default=[],
        description='names by which a proxy reaches the pages, `["desk.example"]`; on loopback no others are answered',
    )
    web_url: str = Field(
        "",
        description="address at which readers reach the pages, `https://desk.example`: editions and mail lead there; "
        "empty: they lead to the articles only",
    )
    web_token: SecretStr | None = Field(
        None,
        description="token that every change on the pages needs; empty: one is made and kept in `data`/web-token",
    )
    low_disk_mb: int = Field(500, ge=0, description="free space under which a warning is given, megabytes")

    @classmethod
    def stray_keys(cls) -> list[str]:
        """Return the keys of wiredesk.toml that are no setting: they would have no effect."""
        return [key for key in toml(cls)() if key not in cls.model_fields]

    @classmethod
    def stray_names(cls) -> dict[str, str]:
        """Return the names of the environment and of .env that are no setting and nearly one, each with that one."""
        if os.environ.get(WHOLE_ENVIRONMENT):
            return {}
        known = {f"{PREFIX}{field.upper()}" for field in cls.model_fields}
        given = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
        others = sorted(name for name in given - known - OTHER_NAMES if name.startswith(PREFIX))
        near = {name: difflib.get_close_matches(name, known, n=1, cutoff=NEARLY) for name in others}
        return {name: matches[0] for name, matches in near.items() if matches}

    @field_validator("profiles", "web_names", "ignore_empty_embargo", mode="before")
    @classmethod
    def _from_json(cls, value: object, info: ValidationInfo) -> object:
        # Here and not by pydantic-settings, which gives up at the first field that is no JSON. A text comes from the
        # environment, or is one in wiredesk.toml by mistake.
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError(_FORMS[str(info.field_name)]) from None

    @field_validator("web_token")
    @classmethod
    def _long_enough(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and len(token.get_secret_value()) < WEB_TOKEN_CHARACTERS:
            raise ValueError(f"it needs {WEB_TOKEN_CHARACTERS} characters or more, so that nobody guesses it")
        return token

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return time_zone(name).key

    @field_validator("edition_time")
    @classmethod
    def _clock_time(cls, value: str) -> str:
        return closing_time(value).strftime("%H:%M")

    @field_validator("web_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        return web_address(url)

    @field_validator("mail_from", "mail_reply_to", "mail_unsubscribe")
    @classmethod
    def _one_mailbox(cls, text: str | None) -> str | None:
        return str(mailbox(text)) if text else None

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr | None, given: ValidationInfo) -> SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        # A field that is wrong itself is missing here; its own error says enough.
        if "smtp_password" in given.data:
            server(url.get_secret_value(), _secret(given.data["smtp_password"]))
        if "mail_from" in given.data and given.data["mail_from"] is None:
            raise ValueError("mail needs a sender: set WIREDESK_MAIL_FROM, too")
        return url

    @property
    def all_profiles(self) -> dict[str, Profile]:
        """Every profile that closes editions, by name, `profile` first, its time zone and edition time filled in."""
        profiles = {self.profile: self.profiles.get(self.profile, Profile())} | self.profiles
        return {
            name: profile.model_copy(
                update={
                    "timezone": profile.timezone or self.timezone,
                    "edition_time": profile.edition_time or self.edition_time,
                    "web_url": profile.web_url or self.web_url,
                    "words": self.edition_words if profile.words is None else profile.words,
                }
            )
            for name, profile in profiles.items()
        }

    @property
    def mail(self) -> tuple[Server, Sender] | None:
        """The mail server and who sends through it; None if no mail is sent."""
        if self.smtp_url is None or self.mail_from is None:
            return None
        sender = Sender(
            mailbox=mailbox(self.mail_from),
            reply_to=mailbox(self.mail_reply_to) if self.mail_reply_to else None,
            unsubscribe=mailbox(self.mail_unsubscribe) if self.mail_unsubscribe else None,
        )
        return server(self.smtp_url.get_secret_value(), _secret(self.smtp_password)), sender

    @property
    def sqlite_file(self) -> Path:
        """The file of the default store."""
        return self.data / "wiredesk.db"

    @property
    def withdrawn_file(self) -> Path:
        """The file of the decisions about items, for a store that is restored."""
        return self.data / "withdrawn.jsonl"

    @property
    def web_token_file(self) -> Path:
        """Where the token is kept that nobody has set."""
        return self.data / "web-token"

    @property
    def editions(self) -> Path:
        """The folder into which editions are written."""
        return self.data / "editions"


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()

"""The settings of the producers; `worker.settings` adds the worker's own.

Each value is looked for in this order: a flag of the command, the environment (WIREDESK_*), `.env`, `wiredesk.toml`,
the secrets directory, the default. Every field has a description with its unit: the README's reference is made from
them.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from producers.errors import ConfigurationError
from producers.feeds.guard import Allowed
from producers.feeds.listing import LEAST_MINUTES, MOST_MINUTES

PREFIX = "WIREDESK_"
TOML_FILE = "wiredesk.toml"
#: Where a container platform mounts secrets as files; WIREDESK_SECRETS names another folder.
SECRETS_FOLDER = "/run/secrets"

#: Set if the environment is all: a desk's children have every setting from it, and read no file.
WHOLE_ENVIRONMENT = "WIREDESK_WHOLE_ENVIRONMENT"

#: Longest time that a setting in seconds may name: a day. Beyond it somebody has mistaken the unit.
LONGEST_SECONDS = 86_400

#: Keys that TOML takes without quotes.
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

_LIST = 'it must be a list, such as ["one", "two"]'
#: What a kind of pydantic's error means for a person who writes settings; its own words are for programmers.
_WORDS = {
    "path_type": "it must be a path, in quotes",
    "string_type": "it must be a text, in quotes",
    "string_unicode": "it must be a text in UTF-8",
    "string_too_short": "it must not be empty",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_parsing_size": "it must be a whole number that is not so large",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "float_parsing": "it must be a number",
    "finite_number": "it must be a number that is not infinite",
    "bool_type": "it must be true or false",
    "bool_parsing": "it must be true or false",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": "it must be a table",
    "model_type": "it must be a table",
    "greater_than": "it must be more than {gt:g}",
    "greater_than_equal": "it must be {ge:g} or more",
    "less_than_equal": "it must be {le:g} or less",
    "literal_error": "it must be one of {expected}",
}

_Settings = TypeVar("_Settings", bound="ProducerSettings")


class ProducerSettings(BaseSettings):
    """What a producer needs to know. Raises pydantic's ValidationError; `load` turns that into one sentence."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, toml_file=TOML_FILE, extra="ignore"
    )

    inbox: Path = Field(Path("inbox"), description="the watched folder")
    data: Path = Field(
        Path("wiredesk-data"), description="folder of the embedded server, the SQLite store, logs and editions"
    )
    redis_url: SecretStr | None = Field(
        None,
        description="Redis or Valkey server, `redis://`, `rediss://` (TLS) or `sentinel://`; "
        "empty: the embedded server of `data`",
    )
    max_pending: int = Field(
        10_000, ge=1, description="raw articles that may wait in the journal before producers have to wait"
    )
    settle_seconds: float = Field(
        2.0,
        ge=0,
        le=LONGEST_SECONDS,
        description="seconds for which a file must not change before it is read; 10 for network shares",
    )
    scan_seconds: float = Field(
        2.0, gt=0, le=LONGEST_SECONDS, description="seconds between two scans of the watched folder"
    )
    give_up_seconds: float = Field(
        60.0,
        gt=0,
        le=LONGEST_SECONDS,
        description="seconds without progress after which `up --once`, `watch --once`, and `push` without `--wait` "
        "give up on a Redis or a store that does not answer",
    )
    heartbeat: Path | None = Field(
        None, description="folder in which each role touches a file as it goes on, for `wiredesk health`; empty: none"
    )

    feeds_minutes: int = Field(
        60,
        ge=LEAST_MINUTES,
        le=MOST_MINUTES,
        description="least minutes between two checks of a feed that has no `minutes` of its own in feeds.toml",
    )
    feeds_private: Annotated[list[str], NoDecode] = Field(
        default=[],
        description='what feeds may ask in private networks, `["intranet.example", "10.1.0.0/16"]`; else nothing there',
    )

    @field_validator("feeds_private", mode="before")
    @classmethod
    def _hosts_and_networks(cls, value: object) -> object:
        try:
            names = json.loads(value) if isinstance(value, str) else value
            if not isinstance(names, list):
                raise TypeError
            Allowed.of(names)
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise ValueError('it must be a list of hosts and networks, such as ["10.1.0.0/16"]') from None
        return names

    @field_validator("redis_url")
    @classmethod
    def _known_scheme(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        if not url.get_secret_value().startswith(("redis://", "rediss://", "sentinel://")):
            raise ValueError("it must begin with redis://, rediss:// or sentinel://")
        return url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put wiredesk.toml and the secrets directory behind the environment."""
        return (init_settings, *_files(settings_cls, env_settings, dotenv_settings).values())

    @classmethod
    def stray_keys(cls) -> list[str]:
        """Return the keys of wiredesk.toml that are no setting; none here, because the worker's are in it, too."""
        return []

    @classmethod
    def stray_names(cls) -> dict[str, str]:
        """Return the names of the environment and of .env that are no setting and nearly one, each with that one; none
        here, because the worker's are there, too.
        """
        return {}

    @classmethod
    def origins(cls, flags: Mapping[str, Any]) -> dict[str, str]:
        """Return for each field where its value comes from: a source's name, or "default"."""
        chain: dict[str, Mapping[str, Any]] = {"flag": flags}
        sources = _files(cls, EnvSettingsSource(cls), DotEnvSettingsSource(cls))
        chain |= {name: source() for name, source in sources.items()}
        return {
            field: next((name for name, values in chain.items() if values.get(field) is not None), "default")
            for field in cls.model_fields
        }


def _files(
    settings_cls: type[BaseSettings], env: PydanticBaseSettingsSource, dotenv: PydanticBaseSettingsSource
) -> dict[str, PydanticBaseSettingsSource]:
    if os.environ.get(WHOLE_ENVIRONMENT):
        return {"environment": env, TOML_FILE: toml(settings_cls)}
    named = os.environ.get("WIREDESK_SECRETS")
    if named and not Path(named).is_dir():
        raise ConfigurationError(f"There is no folder {named}: correct WIREDESK_SECRETS, or leave it out.")
    secrets = named or SECRETS_FOLDER
    sources: dict[str, PydanticBaseSettingsSource] = {
        "environment": env,
        ".env": dotenv,
        TOML_FILE: toml(settings_cls),
    }
    if Path(secrets).is_dir():
        sources["secrets"] = SecretsSettingsSource(settings_cls, secrets_dir=secrets)
    return sources


def toml(settings_cls: type[BaseSettings]) -> TomlConfigSettingsSource:
    """Return what wiredesk.toml sets: nothing, unread, if the environment is all.

    Raises ConfigurationError if the file cannot be read.
    """
    file = None if os.environ.get(WHOLE_ENVIRONMENT) else Path(TOML_FILE)
    try:
        return TomlConfigSettingsSource(settings_cls, file)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{TOML_FILE} cannot be read ({error}): correct it.") from None


def load(kind: type[_Settings], flags: Mapping[str, Any]) -> _Settings:
    """Return the settings of `kind` with the command's `flags` on top; a flag that is None was not given.

    Raises ConfigurationError, which names every bad setting, each in a line of its own, its value hidden.
    """
    wrong: list[str] = []
    try:
        if stray := kind.stray_keys():
            wrong.append(_stray(stray))
        wrong += [f"{name}: there is no such setting; it is {near}" for name, near in kind.stray_names().items()]
        settings = kind(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        wrong += [_wrong(e) for e in error.errors(include_input=False, include_url=False)]
    except (OSError, ValueError) as error:
        # pydantic says which source could not be read; the cause says why.
        reason = error.__cause__ if isinstance(error, SettingsError) and error.__cause__ else error
        raise ConfigurationError(
            f"The settings cannot be read ({reason}); check .env and the secrets directory."
        ) from None
    if len(wrong) > 1:
        raise ConfigurationError("\n  ".join(["Some settings are wrong; correct them and start again:", *wrong]))
    if wrong:
        raise ConfigurationError(f"A setting is wrong; correct it and start again: {wrong[0]}")
    return settings


def _stray(keys: list[str]) -> str:
    are = "which is no setting" if len(keys) == 1 else "which are no settings"
    return (
        f"{TOML_FILE} holds {', '.join(map(repr, keys))}, {are}: write names in lower case without {PREFIX}, "
        "and what belongs to an edition beneath its [profiles.NAME]; docs/settings.md lists all settings"
    )


def _wrong(error: Mapping[str, Any]) -> str:
    """Return what is wrong with one setting; a field of a table is named as wiredesk.toml has it."""
    # pydantic appends "[key]" if not the value but its name is wrong.
    first, *inner = (part for part in map(str, error["loc"]) if part != "[key]")
    path = ".".join([first, *(part if _BARE_KEY.fullmatch(part) else repr(part) for part in inner)])
    name = path if inner else f"{PREFIX}{first.upper()}"
    if error["type"] == "extra_forbidden":
        return f"{name}: there is no such field; a setting of the whole desk belongs above the first table"
    return f"{name}: {in_words(error)}"


def in_words(error: Mapping[str, Any]) -> str:
    """Return what pydantic's `error` means for a person who wrote a setting or an option."""
    if error["type"] in _WORDS:
        return _WORDS[error["type"]].format(**error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")

"""The settings of the worker, on top of the producers'."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from producers.settings import ProducerSettings
from worker.edition.calendar import closing_time, time_zone
from worker.edition.deliver import profile_name


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
    profile: str = Field("daily", description="name of the edition's profile")
    ingest_processes: int = Field(2, ge=1, le=64, description="processes of one ingest worker")
    redis_memory_mb: int = Field(1024, ge=64, description="memory limit of the embedded server, megabytes")
    keep_days: int | None = Field(
        None,
        ge=4,
        description="days for which articles, digests, failures and files in `.done` are kept; empty: for ever",
    )
    low_disk_mb: int = Field(500, ge=0, description="free space under which a warning is given, megabytes")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return time_zone(name).key

    @field_validator("edition_time")
    @classmethod
    def _clock_time(cls, value: str) -> str:
        return closing_time(value).strftime("%H:%M")

    @field_validator("profile")
    @classmethod
    def _file_name(cls, name: str) -> str:
        return profile_name(name)

    @property
    def sqlite_file(self) -> Path:
        """The file of the default store."""
        return self.data / "wiredesk.db"

    @property
    def editions(self) -> Path:
        """The folder into which editions are written."""
        return self.data / "editions"

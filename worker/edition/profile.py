"""Profiles: who receives which edition, from the tables `[profiles.NAME]` of wiredesk.toml."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from worker.mail.address import recipient


class Profile(BaseModel):
    """What a profile adds to the settings: its `recipients`, and whether they get empty editions, too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipients: tuple[Annotated[str, AfterValidator(recipient)], ...] = Field(
        default=(), description="addresses that receive each edition by mail"
    )
    send_empty: bool = Field(default=False, description="whether an edition without a story is mailed, too")

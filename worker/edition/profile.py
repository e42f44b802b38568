"""Profiles: which digests an edition carries, when it closes, as what and to whom it goes. From wiredesk.toml."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from producers.article import is_web_address
from worker.addresses import recipient
from worker.edition.calendar import closing_time, time_zone
from worker.edition.section_names import Section

#: The profile whose editions lie in the folder itself; every other one has a folder of its own beneath it.
DEFAULT_PROFILE = "daily"

#: It begins with a letter, so that no profile's folder is taken for a year's.
_PROFILE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)

#: What an edition is written as, besides its JSON: the suffixes of its files, and the feeds of the profile.
Output = Literal["txt", "md", "html", "eml", "feeds"]

#: Words of an edition, if nobody says otherwise: six minutes. The digests that people finish have 1,000 to 1,500
#: (notes/reading.md).
EDITION_WORDS: Final = 1_500

DEFAULT_OUTPUTS: Final[tuple[Output, ...]] = ("md", "html", "feeds")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def profile_name(name: str) -> str:
    """Return `name` if it can name a profile, which is a folder, too; raises ValueError if it cannot."""
    if _PROFILE.fullmatch(name) is None:
        raise ValueError(
            f"profile {name!r} has no usable name: take a letter, then letters, digits, - and _, 64 at most"
        )
    return name


def web_address(url: str) -> str:
    """Return `url`, the address of a site or "", without a slash at its end; raises ValueError if it is none."""
    if url and not is_web_address(url):
        raise ValueError(f"{url!r} is no address of the web: write it as https://desk.example")
    return url.rstrip("/")


def section_table(given: Any) -> Any:
    """Return the `given` sections as a table of names (False: switched off) by section, in their order; a list names
    them as it calls them. Raises ValueError for a section that does not exist, and for Other switched off.
    """
    if isinstance(given, list | tuple):
        given = dict.fromkeys(map(str, given), True)
    if given is False:
        return False
    if not isinstance(given, dict):
        raise ValueError("sections are a list of names, a table [profiles.NAME.sections], or false")
    known = {section.casefold(): section for section in Section}
    table: dict[Section, Any] = {}
    for name, title in given.items():
        section = known.get(" ".join(name.split()).casefold())
        if section is None:
            raise ValueError(f"no section is called {name!r}: take {', '.join(Section)}")
        if title is not False and title is not True and not (isinstance(title, str) and title.strip()):
            raise ValueError(f"the section {section} is given a name in quotes, true, or false to switch it off")
        table[section] = section.value if title is True else title
    if table.get(Section.OTHER) is False:
        raise ValueError("the section Other cannot be switched off: it has what no other section takes")
    return table


ProfileName = Annotated[str, AfterValidator(profile_name)]


class Selection(BaseModel):
    """Which stories an edition carries, and how much of them. What is empty, or None, holds for every story.

    A list of what is wanted is met by any article of a story; one of what is not (`not_...`) by the article that the
    reader is shown. Names are compared without case and spacing; keywords are words or phrases of title and text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[Name, ...] = Field(
        default=(), description="only these sources: folders of the inbox, names given by `push`"
    )
    not_sources: tuple[Name, ...] = Field(default=(), description="none of these sources")
    publishers: tuple[Name, ...] = Field(default=(), description="only what one of these publishers reports, too")
    not_publishers: tuple[Name, ...] = Field(default=(), description="no text of these publishers")
    languages: tuple[Name, ...] = Field(default=(), description="only these languages, as ISO 639-1 codes")
    not_languages: tuple[Name, ...] = Field(default=(), description="none of these languages")
    keywords: tuple[Name, ...] = Field(default=(), description="only stories with one of these words or phrases")
    not_keywords: tuple[Name, ...] = Field(default=(), description="no story with one of these words or phrases")
    subjects: tuple[Name, ...] = Field(
        default=(), description="only stories about one of these subjects: codes or names, as the source gives them"
    )
    not_subjects: tuple[Name, ...] = Field(default=(), description="no story about one of these subjects")
    urgency: int | None = Field(
        default=None,
        ge=1,
        le=9,
        description="only stories that their source finds this urgent, or more: 1 (a flash) to 9",
    )
    length: int | None = Field(default=None, ge=1, description="most topics of an edition, the first in rank")
    per_publisher: int | None = Field(default=None, ge=1, description="most topics that the same publisher tells")
    across_languages: bool = Field(
        default=True, description="whether reports of one event in several languages are one topic"
    )
    words: int | None = Field(
        default=None, ge=0, description="words of an edition; 0: no limit; left out: `WIREDESK_EDITION_WORDS`"
    )

    sections: Annotated[dict[Section, Literal[False] | Name] | Literal[False], BeforeValidator(section_table)] = Field(
        default_factory=dict,
        description="the first sections, in order: a list, or a table with a name for each, or `false`: its topics are "
        "in Other; `sections = false`: no sections",
    )

    @property
    def section_names(self) -> dict[Section, str]:
        """What the sections of an edition are called, in their order; empty for an edition without sections."""
        if self.sections is False:
            return {}
        ordered = {**self.sections, **{section: section.value for section in Section if section not in self.sections}}
        return {section: name for section, name in ordered.items() if name is not False}

    @property
    def budget(self) -> int:
        """The words of an edition; 0 for no limit."""
        return EDITION_WORDS if self.words is None else self.words


class Profile(Selection):
    """A profile: its selection; when it closes ("": as the settings say); its outputs; who receives it by mail."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field(
        default="", description='what its editions are called; empty: by the profile\'s name, "Daily edition"'
    )
    timezone: Annotated[str, AfterValidator(lambda name: name and time_zone(name).key)] = Field(
        default="", description="time zone of the edition; empty: `WIREDESK_TIMEZONE`"
    )
    edition_time: Annotated[str, AfterValidator(lambda text: text and f"{closing_time(text):%H:%M}")] = Field(
        default="", description="local time at which the edition closes; empty: `WIREDESK_EDITION_TIME`"
    )
    outputs: tuple[Output, ...] = Field(
        default=DEFAULT_OUTPUTS, description="what is written besides the JSON: `txt`, `md`, `html`, `eml`, `feeds`"
    )
    web_url: Annotated[str, AfterValidator(web_address)] = Field(
        default="", description="address at which its readers reach the pages; empty: `WIREDESK_WEB_URL`"
    )
    recipients: tuple[Annotated[str, AfterValidator(recipient)], ...] = Field(
        default=(), description="addresses that receive each edition by mail"
    )
    send_empty: bool = Field(default=False, description="whether an edition without a story is mailed, too")


#: The selection of everything.
EVERYTHING = Selection()

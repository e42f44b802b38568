"""The events of a watched folder as they happen, and the summary at the end."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    #: A file was read to its end; its articles are on their way.
    PUSHED = "file_pushed"
    #: A file was moved to .done: `stored` and `failed` articles.
    DONE = "file_done"
    #: A file was moved to .failed: `message` is the reason.
    FAILED = "file_failed"
    #: A file cannot be read or moved just now; it is tried again.
    RETRYING = "file_retrying"
    #: Something lies in the inbox that stays there: `message` is the reason.
    LEFT = "file_left"
    #: A file changed after it was read: it is a new file.
    CHANGED = "file_changed"
    #: A file went away before it was moved: another watcher's, or its owner took it back.
    VANISHED = "file_vanished"
    #: Redis does not answer or is full: `message` says which. Nothing fails; the folder waits.
    WAITING = "queue_waiting"
    #: Redis takes articles again.
    RESUMED = "queue_resumed"
    #: There are no file events here: files are found by the scans alone.
    NO_EVENTS = "folder_events_unavailable"
    #: The inbox cannot be listed just now.
    UNREADABLE = "folder_unreadable"
    #: A link or another user's folder lies in the watcher's place: `message` says what to do. The watch waits.
    PLANTED = "folder_planted"
    #: That is gone, and the watch begins.
    WATCHED = "folder_watched"


@dataclass(frozen=True, slots=True)
class FolderEvent:
    """Something that happened: `path` is relative to the inbox, `message` one sentence for a person."""

    kind: Kind
    path: str = ""
    message: str = ""
    stored: int = 0
    failed: int = 0

    @property
    def waits(self) -> dict[str, str]:
        """What the event changes in why the watch waits: part of its work -> the reason, "" if that goes on."""
        match self.kind:
            case Kind.WAITING:
                return {"queue": self.message}
            case Kind.RESUMED:
                return {"queue": ""}
            case Kind.UNREADABLE | Kind.PLANTED:
                return {"inbox": self.message}
            case Kind.WATCHED:
                return {"inbox": ""}
            case Kind.RETRYING:
                return {self.path: f"{self.path}: {self.message}"}
            case Kind.PUSHED:
                return {"inbox": "", self.path: ""}
            case Kind.DONE | Kind.FAILED | Kind.CHANGED | Kind.VANISHED:
                return {self.path: ""}
            case _:
                return {}


@dataclass(slots=True)
class FolderSummary:
    """What a watch did: files moved to .done and .failed, their articles, and what was left with the reason of each."""

    files_done: int = 0
    files_failed: int = 0
    articles_stored: int = 0
    articles_failed: int = 0
    left: dict[str, str] = field(default_factory=dict)

"""The files on their way through the inbox: each is in one stage, and one table says which stage may follow."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Final

from producers.folder.file import File, Stage

#: Stage -> the stages that may follow it.
NEXT: Final[dict[Stage, tuple[Stage, ...]]] = {
    Stage.FOUND: (Stage.READING,),
    # GONE: the file vanished, changed, or could not be read once too often.
    Stage.READING: (Stage.PUSHED, Stage.UNREADABLE, Stage.GONE),
    # FOUND: Redis has forgotten some of its articles.
    Stage.PUSHED: (Stage.SETTLED, Stage.FOUND),
    # GONE: the file was moved, vanished, changed, or could not be moved once too often.
    Stage.SETTLED: (Stage.GONE, Stage.IMMOVABLE),
    Stage.UNREADABLE: (Stage.FOUND,),
    Stage.IMMOVABLE: (Stage.SETTLED,),
    Stage.GONE: (),
}
#: The stages in which a file rests until its `retry_at`; its other stages end with work or with an answer of Redis.
RESTING: Final = (Stage.UNREADABLE, Stage.IMMOVABLE)


class Files:
    """All files that are not GONE. Within a stage, the file that entered it first comes first."""

    def __init__(self) -> None:
        # Not dict: to take the first entry again and again, it walks over all that were taken before.
        self._by_stage: dict[Stage, OrderedDict[File, None]] = {stage: OrderedDict() for stage in Stage}

    def __bool__(self) -> bool:
        return any(self._by_stage.values())

    def add(self, file: File) -> None:
        """Take a new file, in its first stage."""
        self._by_stage[file.stage][file] = None

    def enter(self, file: File, stage: Stage) -> None:
        """Let `file` enter `stage`, which is one of those that may follow."""
        if stage not in NEXT[file.stage]:
            raise AssertionError(f"{file.shown}: {stage} does not follow {file.stage}")
        del self._by_stage[file.stage][file]
        file.stage = stage
        if stage is not Stage.GONE:
            self._by_stage[stage][file] = None

    def at(self, stage: Stage) -> Collection[File]:
        """Return the files in `stage`."""
        return self._by_stage[stage].keys()

    def first(self, stage: Stage) -> File | None:
        """Return the file that has been in `stage` the longest, None if there is none."""
        return next(iter(self._by_stage[stage]), None)

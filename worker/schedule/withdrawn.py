"""The file of decisions in the data folder, withdrawn.jsonl: a store that is restored from a backup forgets none."""

import json
import os
from pathlib import Path

import structlog

from worker.edition.revising import revise
from worker.store import Store, filed

logger = structlog.get_logger(__name__)


def file_decisions(path: Path, store: Store) -> int:
    """Append the decisions about items that are not in the file yet, and return how many.

    After a crash a decision may be in it twice, which changes nothing.
    """
    done = 0
    while decisions := filed.unfiled(store):
        _append(path, "".join(f"{json.dumps(decision, ensure_ascii=False)}\n" for _, decision in decisions))
        filed.mark_filed(store, [number for number, _ in decisions])
        done += len(decisions)
    return done


def apply_decisions(path: Path, store: Store) -> int:
    """Let the decisions of the file hold that are later than what the store knows of their items; return how many."""
    if not path.exists():
        return 0
    done = 0
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                done += filed.apply(store, json.loads(line), revise)
            except (KeyError, TypeError, ValueError) as error:
                # A crash while the line was written; the store has that decision, and it is filed again.
                logger.warning("decision_unreadable", file=str(path), line=number, reason=str(error))
    return done


def _append(path: Path, text: str) -> None:
    path.touch(0o600)
    with path.open("a+b") as file:
        size = file.tell()
        # A line that a crash has cut must not take the next one with it.
        is_torn = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write(b"\n" * is_torn + text.encode())
        file.flush()
        os.fsync(file.fileno())

"""What a decision about items changes in the editions: the last step of every transaction that makes one."""

from collections.abc import Sequence
from typing import Final

from worker.edition.document import Document
from worker.edition.withdraw import without
from worker.store.items import Revise
from worker.store.revisions import Taken, revising


def rewritten(document: Document, taken: Sequence[Taken], revision: int | None) -> Document:
    """Return `document` without what was `taken`, as the `revision` of that number (None: of its own)."""
    for withdrawal in taken:
        document = without(document, withdrawal.articles, at=withdrawal.at, by=withdrawal.by)
    number = document["edition"]["revision"] if revision is None else revision
    return {**document, "edition": {**document["edition"], "revision": number}}


#: Takes out of the editions what may not be shown any more.
revise: Final[Revise] = revising(rewritten)

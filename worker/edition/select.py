"""Which digests of those that an edition meets it carries: the profile's filters, then its length."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from worker.edition.document import Carried, StorySource, publisher_key
from worker.edition.profile import Selection
from worker.edition.rank import publishers, topics
from worker.scripts import DENSE

# A keyword in a script without spaces is found anywhere.
_DENSE = re.compile(f"[{DENSE}]")


def select(
    met: Sequence[Carried], selection: Selection, *, kept: Collection[str], closed_at: datetime
) -> list[list[Carried]]:
    """Return the topics of an edition that met the digests `met`, ranked.

    `kept` are the articles whose digests an earlier revision of the day carried: they stay, whatever the selection.
    """
    wanted = [digest for digest in met if digest.article_id in kept or wants(selection, digest)]
    return _cut(topics(wanted, closed_at), selection, kept)


def wants(selection: Selection, digest: Carried) -> bool:
    """Return whether `one` passes the filters of `selection`."""
    shown = [source for source in digest.sources if source.article_id == digest.article_id]
    filters = (
        (selection.sources, selection.not_sources, _sources),
        (selection.publishers, selection.not_publishers, publishers),
    )
    for wanted, unwanted, names in filters:
        if wanted and not _keys(wanted) & names(digest.sources):
            return False
        if _keys(unwanted) & names(shown):
            return False
    language = {publisher_key(digest.language)}
    if (selection.languages and not _keys(selection.languages) & language) or _keys(selection.not_languages) & language:
        return False
    if not selection.keywords and not selection.not_keywords:
        return True
    text = " ".join(
        "\n".join([digest.headline, *(source.title or "" for source in shown), digest.body]).split()
    ).casefold()
    if selection.keywords and not any(_says(text, word) for word in selection.keywords):
        return False
    return not any(_says(text, word) for word in selection.not_keywords)


def _cut(ranked: list[list[Carried]], selection: Selection, kept: Collection[str]) -> list[list[Carried]]:
    """Return the first of the `ranked` up to the length, of no publisher more than its share; all that is `kept`."""
    if selection.length is None and selection.per_publisher is None:
        return ranked
    fixed = [digest for topic in ranked for digest in topic if digest.article_id in kept]
    taken, of_publisher = len(fixed), Counter(map(_publisher, fixed))
    shown = []
    for topic in ranked:
        digests = []
        for digest in topic:
            if digest.article_id not in kept:
                publisher = _publisher(digest)
                is_full = selection.length is not None and taken >= selection.length
                had_enough = selection.per_publisher is not None and of_publisher[publisher] >= selection.per_publisher
                if is_full or (publisher and had_enough):
                    continue
                taken += 1
                of_publisher[publisher] += 1
            digests.append(digest)
        if digests:
            shown.append(digests)
    return shown


def _publisher(digest: Carried) -> str:
    return next(publisher_key(source.publisher) for source in digest.sources if source.article_id == digest.article_id)


def _sources(sources: Sequence[StorySource]) -> set[str]:
    return {publisher_key(source.source) for source in sources}


def _keys(names: Sequence[str]) -> set[str]:
    return set(map(publisher_key, names))


def _says(text: str, word: str) -> bool:
    """Return whether `text`, case folded and its spaces collapsed, has `word` as a word or phrase of its own."""
    key = publisher_key(word)
    if _DENSE.search(key):
        return key in text
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text) is not None

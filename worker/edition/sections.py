"""The sections of an edition: which one each topic belongs to, and their names and order in a profile."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from worker.edition.budget import Place
from worker.edition.document import Carried, Texts, Topic
from worker.edition.profile import Selection
from worker.edition.section_names import Section, said_section
from worker.summarize.weights import NAME

#: An edition that shows more topics than this has sections.
MOST_WITHOUT: Final = 12
#: The head (worker/edition/sections.md): a row of whole numbers for each section but Other, in the order of Section;
#: the last column is the row's offset.
FILE: Final = Path(__file__).with_name("sections.npy")
#: Embeddings and the head are whole numbers of these scales, so that every machine decides alike.
VECTOR_SCALE, HEAD_SCALE = 2_048, 256
#: A topic goes to Other if its best section is not this far ahead of the next, in the logits of the head: 14 of 100
#: articles, of which half would be wrong.
LEAST_MARGIN: Final = 0.35
#: Topics whose embeddings are in memory together.
AT_ONCE: Final = 500
_LEAST: Final = round(LEAST_MARGIN * VECTOR_SCALE * HEAD_SCALE)

_KNOWN: Final = tuple(section for section in Section if section is not Section.OTHER)

Integers = NDArray[np.signedinteger[Any]]


def sectioned(topics: Sequence[Topic], texts: Texts, selection: Selection) -> list[Topic]:
    """Return `topics`, those that are shown with the name of their section in `selection`.

    None has a section if they are MOST_WITHOUT or fewer, if the selection switches sections off, or if more of them
    would be in Other than in all other sections: then sections would help nobody.
    """
    names = selection.section_names
    shown = [topic for topic in topics if topic.place is not Place.LEFT_OUT]
    if not names or len(shown) <= MOST_WITHOUT:
        return list(topics)
    sections = sections_of([topic.digests for topic in shown], texts)
    if 2 * sections.count(Section.OTHER) > len(shown):
        return list(topics)
    titles = iter([names.get(section, names[Section.OTHER]) for section in sections])
    return [topic if topic.place is Place.LEFT_OUT else replace(topic, section=next(titles)) for topic in topics]


def sections_of(topics: Sequence[Sequence[Carried]], texts: Texts) -> list[Section]:
    """Return the section of each topic, the digests that report it, its teller first: what their sources say, else what
    their embeddings say. It is Other if they are not sure.
    """
    sections = []
    for start in range(0, len(topics), AT_ONCE):
        part = topics[start : start + AT_ONCE]
        said = [said_of(topic) for topic in part]
        unsaid = [topic for topic, section in zip(part, said, strict=True) if section is None]
        wanted = [digest.article_id for topic in unsaid for digest in topic if _is_comparable(digest)]
        stored = {text.article_id: text.embedding for text in texts(wanted)}
        sections += [
            section or nearest_section([stored[each.article_id] for each in topic if each.article_id in stored])
            for topic, section in zip(part, said, strict=True)
        ]
    return sections


def said_of(digests: Sequence[Carried]) -> Section | None:
    """Return the section that a source of `digests` names, the first that does (`section_names.said_section`)."""
    for digest in digests:
        own = next((source for source in digest.sources if source.article_id == digest.article_id), None)
        url = (own.url or own.uri) if own else None
        if said := said_section(digest.said.subjects, digest.said.section, url):
            return said
    return None


def nearest_section(embeddings: Sequence[bytes]) -> Section:
    """Return the section that the `embeddings` of a topic's articles are nearest to; Other if there are none of the
    right size, or if another section is nearly as near. Each is little-endian float32 of length 1.
    """
    head = _head()
    size = 4 * (head.shape[1] - 1)
    vectors = [np.frombuffer(vector, dtype="<f4") for vector in embeddings if len(vector) == size]
    sound = [vector for vector in vectors if np.isfinite(vector).all() and abs(np.linalg.norm(vector) - 1) < 0.01]
    if not sound:
        return Section.OTHER
    total = np.sum([np.rint(vector * VECTOR_SCALE).astype(np.int64) for vector in sound], axis=0)
    scores = head[:, :-1] @ total + head[:, -1] * VECTOR_SCALE * len(sound)
    second, best = np.sort(scores)[-2:]
    if best - second < _LEAST * len(sound):
        return Section.OTHER
    return _KNOWN[int(scores.argmax())]


def _is_comparable(digest: Carried) -> bool:
    """Return whether the embedding of `digest` may come from the encoder that the head knows."""
    # The name of the encoder comes first: "all-MiniLM-L6-v2 (bfloat16) + head 1".
    return digest.engine != "extractive" or digest.model.split(" ")[0] == NAME


@cache
def _head() -> Integers:
    head: Integers = np.load(FILE, allow_pickle=False).astype(np.int64)
    return head

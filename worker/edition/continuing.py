"""Topics that go on: what an earlier edition told of them, and what is new since."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from worker.edition.budget import LONGEST_SENTENCE, Place
from worker.edition.document import Carried, Earlier, Texts, Topic
from worker.edition.reading import words

#: Words and sentences of what is new: as many as a summary has by default.
MOST_WORDS: Final = 75
MOST_SENTENCES: Final = 3
#: A sentence of which at least this share of the words was told before, in one sentence, is not new.
TOLD: Final = 0.7

_WORD: Final = re.compile(r"\w+")


def with_past(topics: Sequence[Topic], earlier: Sequence[Earlier], texts: Texts) -> list[Topic]:
    """Return `topics`, those that are shown with the earlier topic that they continue.

    A story that was told before, with another article then, continues that; any other topic the most similar of
    `earlier`, if it is similar enough (`worker.edition.group.nearest`). The summary of an
    update is made of what its article has and the earlier one had not.
    """
    if not earlier:
        return list(topics)
    # Grouping needs numpy, and this module is imported by processes that never close an edition.
    from worker.edition.group import Groupable, nearest

    def groupable(of: Carried | Earlier, text: str, embedding: bytes) -> Groupable:
        return Groupable(id=of.article_id, text=text, headline=of.headline, language=of.language, embedding=embedding)

    shown = [topic.digests[0] for topic in topics if topic.place is not Place.LEFT_OUT]
    own = {text.article_id: text for text in texts(teller.article_id for teller in shown)}
    similar = nearest(
        [
            groupable(teller, own[teller.article_id].body or teller.summary, own[teller.article_id].embedding)
            for teller in shown
        ],
        [groupable(past, past.body, past.embedding) for past in earlier],
    )
    of_story = {past.story_id: past for past in earlier}
    of_article = {past.article_id: past for past in earlier}
    pasts = {
        teller.article_id: of_story.get(teller.story_id) or of_article.get(similar.get(teller.article_id, ""))
        for teller in shown
    }
    return [
        topic if past is None else _continued(topic, own[topic.digests[0].article_id].body, past)
        for topic, past in ((topic, pasts.get(topic.digests[0].article_id)) for topic in topics)
    ]


def _continued(topic: Topic, body: str, past: Earlier) -> Topic:
    teller = topic.digests[0]
    summary = topic.summary
    if summary and teller.update and past.story_id == teller.story_id:
        summary = news(body, past.body, teller.language, one=topic.place is Place.SENTENCE) or summary
    return replace(topic, continues=past, summary=summary)


def news(body: str, before: str, language: str, *, one: bool = False) -> str:
    """Return the first sentences of `body` that tell what `before` did not: up to MOST_SENTENCES in MOST_WORDS, or
    `one` of at most LONGEST_SENTENCE words; "" if there are none that can stand by themselves.
    """
    # With it come the parsers of cleaning, which processes that close no edition need not load.
    from worker.summarize.prose import considered

    most, sentences = (LONGEST_SENTENCE, 1) if one else (MOST_WORDS, MOST_SENTENCES)
    told = [_words(sentence.text) for sentence in considered(before, language)]
    chosen: list[str] = []
    last = -2
    for sentence in considered(body, language):
        follows = sentence.position == last + 1
        text = sentence.text if follows else sentence.shortened
        own = _words(sentence.text)
        is_new = all(len(own & other) < TOLD * len(own) for other in told)
        if is_new and sentence.usable and (follows or not sentence.points_back):
            if sum(map(words, [*chosen, text])) > most:
                break
            chosen.append(text)
            last = sentence.position
        if len(chosen) == sentences:
            break
    return " ".join(chosen)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))

"""The headline of a digest: the article's own title, else its lead cut to the length of one."""

import re
from collections.abc import Sequence

from worker.article import Article
from worker.summarize.measure import CLAUSE_END, balanced, cut, length
from worker.summarize.prose import Sentence

#: Words of a headline that is made from a sentence; shorter ones are taken whole. Real headlines have 5 to 16.
MOST_WORDS = 16
#: Words of the article's own title; a longer one is no title but a paragraph.
MOST_WORDS_OF_TITLE = 40
#: Sentences among which the lead is looked for.
_LEADS = 5

#: In English a phrase begins at these words.
_PHRASE = re.compile(
    r"\s(?=(?:after|against|although|amid|as|at|because|before|by|despite|during|following|for|from|in|on|over|since"
    r"|though|to|until|when|where|which|while|who|whose|with|without)\s)",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words at which no headline ends, by language.
STOP_WORDS = {
    "en": _words(
        "a about after against all an and any are as at be been before being between both but by can could did do does "
        "during each for from had has have he her his if in into is it its many may might more most must near no nor "
        "not of off on one or other our out over said says she should so some such than that the their them then "
        "there these they this those through to two under until up was were what when where which while who whose "
        "will with would"
    ),
    "de": _words(
        "als am an auf aus bei das dass dem den der des die durch ein eine einem einen einer eines für gegen hat im in "
        "ist mit nach oder ohne sich sind über um und unter vom von vor war wird zu zum zur zwischen"
    ),
    "es": _words(
        "a al ante con contra de del desde e el en entre es fue ha hasta la las lo los o para por que se sin sobre su "
        "sus tras un una y"
    ),
    "fr": _words(
        "a au aux avec ce ces cette contre dans de des du elle en entre est et il la le les leur mais ou par pour qu "
        "que qui sa sans se selon ses son sont sous sur un une vers à été"
    ),
    "it": _words(
        "a ad al alla anche che con contro da dal dalla dei del della delle di e ed è fra gli ha i il in la le lo nel "
        "nella o per più si sono su sul sulla tra un una uno"
    ),
    "nl": _words(
        "aan als bij dat de den der die dit door een en er het hij in is met na naar niet nog of om onder op over te "
        "tegen tot uit van voor was werd wordt zijn"
    ),
    "pt": _words(
        "a ao aos as com contra da das de do dos e em entre foi no na nos nas o os ou para pela pelo por que se sem "
        "sob sobre sua um uma à é"
    ),
}
_QUOTES = re.compile(r"[\"“”„«»「」『』]")


def headline(article: Article, sentences: Sequence[Sentence]) -> str:
    """Return the headline of `article`, never empty: its own title, else the first of its `sentences` that can stand
    alone, cut at a clause boundary to at most MOST_WORDS words.
    """
    title = " ".join((article.title or "").split())
    if any(character.isalnum() for character in title):
        return cut(title, MOST_WORDS_OF_TITLE)
    leads = [sentence for sentence in sentences[:_LEADS] if sentence.usable and not sentence.points_back]
    texts = [*(sentence.shortened for sentence in leads[:1]), *(sentence.text for sentence in sentences), article.body]
    lead = next((text for text in texts if any(character.isalnum() for character in text)), article.body)
    return made_from(lead, article.language)


def made_from(sentence: str, language: str) -> str:
    """Return `sentence` as a headline: without its full stop and, where it is long, cut at a clause boundary."""
    text = " ".join(sentence.split())
    if length(text) > MOST_WORDS:
        text = cut(text, MOST_WORDS, (CLAUSE_END, _PHRASE) if language == "en" else (CLAUSE_END,))
        text = _without_stop_words(text, language)
    bare = text if balanced(text) else _QUOTES.sub("", text)
    return re.sub(r"[.,;:。।、，\s–—-]+$", "", bare) or text


def _without_stop_words(text: str, language: str) -> str:
    """Return `text` without the stop words at its end, or as it is where nothing else would be left."""
    words = text.split(" ")
    stop_words = STOP_WORDS.get(language, frozenset())
    while words and words[-1].strip(",;:\"'“”").casefold() in stop_words:
        words.pop()
    return " ".join(words) or text

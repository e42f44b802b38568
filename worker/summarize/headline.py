"""The headline of a digest: the article's own title, else its lead cut to the length of one."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from worker.article import Article
from worker.summarize.measure import CLAUSE_END, balanced, cut, length
from worker.summarize.prose import Sentence

#: Words of a headline that is made from a sentence; shorter ones are taken whole. Real headlines have 5 to 16, but a
#: cut costs more than a few words: a whole sentence of 20 is nearer to the real one than a part of it.
MOST_WORDS = 20
#: Words to which a longer sentence is cut.
MOST_WORDS_CUT = 16
#: Words of the article's own title; a longer one is no title but a paragraph.
MOST_WORDS_OF_TITLE = 40
#: Words of a title in capitals from which on it is wire style, and not a name or a shout.
FEWEST_CAPITALS = 4
#: Letters of a word that may be an acronym where the article does not tell.
LONGEST_ACRONYM = 4
#: Sentences among which the lead is looked for.
_LEADS = 5

#: In English a clause begins at these words, and a phrase at those. A clause can be left out of any sentence; without a
#: phrase a verb may be left in the air ("has dismissed reports linking him").
_CLAUSE = re.compile(
    r"\s(?=(?:after|although|amid|as|because|before|despite|during|following|since|though|until|when|where|which|while"
    r"|who|whose)\s)",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"\s(?=(?:against|at|by|for|from|in|on|over|with|without)\s)", re.IGNORECASE)
#: What stands in brackets, or before the report in the style of a wire: a sum in another currency, a place and a date.
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_DATELINE = re.compile(
    r"(?:[A-Z][\w.]*\s?){1,3}(?:\([A-Z]+\))?, [A-Z][a-z]{2,8}\.? \d{1,2} \([A-Z]{2,6}\)\s*[-–—:]*\s*"
)
#: An adverbial before the sentence, up to its comma. Conditions are none: without "if" a sentence says another thing.
_ADVERBIAL = re.compile(
    r"(?:A \w+ after|After|Ahead of|Amid|As|At|Before|By|Despite|During|Following|For|From|In|On|Since|Under|While"
    r"|With)"
    r"\s[^,;:“”\"]{1,80},\s+(?=[A-Z“\"]|(?:the|a|an|there)\s)"
)
#: What is said of a name between two commas, where a verb goes on behind it.
_APPOSITION = re.compile(
    r"^((?:[A-Z][\w.'’-]*\s?){1,5}), (?:the|a|an|who|which|whose|still|now|\w+ing|\d+)\b[^,]*, "
    r"(?=(?:has|have|had|is|are|was|were|will|would|can|could|may|says?|said|\w{2,}ed|wants?|plans?)\b)"
)
#: Words without which a sentence says another thing: negations, conditions, doubts, and who it is that says so. What
#: holds one is never left out.
_QUALIFIES = re.compile(
    r"\b(?:not|no|never|nobody|none|neither|nor|without|if|unless|until|except"
    r"|alleg\w*|accus\w*|suspect\w*|claim\w*|den(?:y|ies|ied|ying)|reported(?:ly)?|apparent(?:ly)?|suppos\w*|disput\w*"
    r"|reject\w*|false\w*|fail\w*|refus\w*|said|says?|told|heard|warn\w*|suggest\w*|estimat\w*|believ\w*|according)\b"
    r"|\w+n['’]t\b|\bcannot\b",
    re.IGNORECASE,
)
#: A cut in the midst of "between this and that".
_HALF_PAIR = re.compile(r"\bbetween\b(?!.*\band\b)", re.IGNORECASE)
#: Fewest words that may be left of a sentence without its adverbial.
_FEWEST_LEFT = 6


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
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_QUOTES = re.compile(r"[\"“”„«»「」『』]")


def headline(article: Article, sentences: Sequence[Sentence]) -> str:
    """Return the headline of `article`, never empty: its own title, else the first of its `sentences` that can stand
    alone, cut at a clause boundary to at most MOST_WORDS words.
    """
    title = " ".join((article.title or "").split())
    if any(character.isalnum() for character in title):
        return cut(_readable(title, article.body, article.language), MOST_WORDS_OF_TITLE)
    leads = [sentence for sentence in sentences[:_LEADS] if sentence.usable and not sentence.points_back]
    texts = [*(sentence.shortened for sentence in leads[:1]), *(sentence.text for sentence in sentences), article.body]
    lead = next((text for text in texts if any(character.isalnum() for character in text)), article.body)
    return made_from(lead, article.language)


def _readable(title: str, body: str, language: str) -> str:
    """Return a `title` in capitals in the letters that its words have in `body`; any other as it is.

    A word that the body lacks keeps its capitals where it is short (an acronym perhaps), else it begins with one: a
    name written small would be damaged, a word with a capital is not.
    """
    words = _LETTERS.findall(title)
    if not title.isupper() or len(words) < FEWEST_CAPITALS:
        return title
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for word in _LETTERS.findall(body):
        forms[word.casefold()][word] += 1

    def cased(match: re.Match[str]) -> str:
        word = match[0]
        found = forms.get(word.casefold())
        if found:
            small = word.lower()
            # A word that is written small anywhere has its capital elsewhere from a sentence's beginning.
            return small if small in found else found.most_common(1)[0][0]
        if word.lower() in STOP_WORDS.get(language, frozenset()):
            return word.lower()
        return word if len(word) <= LONGEST_ACRONYM else word.capitalize()

    text = _LETTERS.sub(cased, title)
    first = _LETTERS.search(text)
    return text if first is None else text[: first.start()] + text[first.start()].upper() + text[first.start() + 1 :]


def made_from(sentence: str, language: str) -> str:
    """Return `sentence` as a headline: without asides and full stop and, where it is long, cut at a clause boundary."""
    text = " ".join(sentence.split())
    if language == "en":
        text = _trimmed(text)
    if length(text) > MOST_WORDS:
        text = _shortened(text) if language == "en" else _without_stop_words(cut(text, MOST_WORDS_CUT), language)
    bare = text if balanced(text) else _QUOTES.sub("", text)
    return re.sub(r"[.,;:。।、，\s–—-]+$", "", bare) or text


def _shortened(text: str) -> str:
    """Return the long English `text` cut at a clause or phrase, or whole where what is behind the cut qualifies it.

    A text too long even for a title is cut all the same, and ends with an ellipsis, which says so.
    """
    short = _without_stop_words(cut(text, MOST_WORDS_CUT, (CLAUSE_END, _CLAUSE, _PHRASE)), "en")
    if not _QUALIFIES.search(text[len(short) :]) and not _HALF_PAIR.search(short):
        return short
    whole = cut(text, MOST_WORDS_OF_TITLE)
    return whole if whole == text or whole + "." == text else f"{whole} …"


def _trimmed(text: str) -> str:
    """Return the English `text` without what a headline does not need, and which changes nothing of what it says."""
    bare = _DATELINE.sub("", text, count=1).strip() or text
    bare = _ASIDE.sub(lambda aside: aside[0] if _QUALIFIES.search(aside[0]) else "", bare)
    adverbial = _ADVERBIAL.match(bare)
    if adverbial is not None and not _QUALIFIES.search(adverbial[0]):
        rest = bare[adverbial.end() :]
        if length(rest) >= _FEWEST_LEFT and balanced(rest):
            bare = rest[:1].upper() + rest[1:]
    apposition = _APPOSITION.match(bare)
    if apposition is not None and not _QUALIFIES.search(apposition[0][len(apposition[1]) :]):
        bare = f"{apposition[1]} {bare[apposition.end() :]}"
    return " ".join(bare.split())


def _without_stop_words(text: str, language: str) -> str:
    """Return `text` without the stop words at its end, or as it is where nothing else would be left."""
    words = text.split(" ")
    stop_words = STOP_WORDS.get(language, frozenset())
    while words and words[-1].strip(",;:\"'“”").casefold() in stop_words:
        words.pop()
    return " ".join(words) or text

"""The headline of a digest: the article's own title, else its first whole sentence that tells the news."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from worker.article import Article
from worker.summarize import introductions, manner
from worker.summarize.measure import balanced, cut, length
from worker.summarize.prose import Sentence

#: Words of a headline that is made from a sentence; a shorter sentence is taken whole, a longer one is cut if a whole
#: clause remains. Real headlines have 5 to 16 words, but a broken one costs more than a few words.
MOST_WORDS = 20
#: Fewest words of the clause to which a sentence is cut.
FEWEST_WORDS_CUT = 6
#: Characters from which on a headline is cut if a whole clause remains.
MOST_CHARACTERS = 110
#: Words of the article's own title; a longer one is no title but a paragraph.
MOST_WORDS_OF_TITLE = 40
#: Words of a sentence that is taken whole if no clause of it can be.
MOST_WORDS_WHOLE = 70
#: Words of a title in capitals from which on it is wire style, and not a name or a shout.
FEWEST_CAPITALS = 4
#: Letters of a word that may be an acronym where the article does not tell.
LONGEST_ACRONYM = 4
#: Sentences among which the lead is looked for.
_LEADS = 5
#: First words of a sentence that hold its subject.
WORDS_OF_SUBJECT = 6
#: How a sentence from the midst of a report begins that names no subject: with a quotation, a participle, "the price".
_NAMELESS = re.compile(r"[“\"‘'(\[]|The [a-z]|(?:Its?|There) |\w+ing ")
#: Sentences among which it is looked for if none of these can be a headline.
_MOST_LEADS = 15

#: Where an English clause may end: before a clause or an addition that can be left out of any sentence. A clause
#: without a comma that defines ("the man who") cannot.
_CLAUSE_ENDS = re.compile(
    r"(?:,\s(?=(?:this\stime|after|although|amid|as|because|but|despite|following|since|though|when|where|which|while|who|whose|with"
    r"|\w+ing|in\san?|a\s\w+\sthat)\s)|;\s|:\s(?=[A-Z])|\s[–—-]+\s|\s(?=(?:after|although|amid|because|despite|though|while)\s))"
)
_DASH = re.compile(r"\s[–—-]+\s|—")
#: What no clause ends with: a word that needs the next ("look after", "two days after").
_OPEN_END = re.compile(
    r"\b(?:look\w*|go|goes|went|named|take[sn]?|took|seek\w*|days?|weeks?|months?|years?|hours?|minutes?|seconds?|shortly|soon"
    r"|immediately|long|just|only|even|said|says|say|announced|added|warned|insisted|confirmed|told \w+)$",
    re.IGNORECASE,
)
#: A finite verb of English, as far as it shows: an auxiliary, or a past form with its object behind it.
_OBJECT = r"(?=\s(?:an?|the|that|its|his|her|their|to|on|up|down|out|off|more|new|at least|about|\d|[£$€A-Z“\"]))"
_FINITE = re.compile(
    r"\b(?:has|have|had|is|are|was|were|will|would|can|could|may|might|must|should|does|did|do|isn[’']t|won[’']t|says|said|took|gave|went"
    r"|came|saw|rose|fell|began|ran|drew|broke|fled|became|grew|knew|flew|wants|plans|faces|hopes|expects|seeks|makes|takes|gets)\b"
    rf"|\b(?:\w{{2,}}ed|won|lost|beat|made|found|held|told|left|got|sold|bought|hit|led|met|cut|set|put|shut|sent|spent|kept|paid|quit|shot)\b{_OBJECT}"
)
#: Behind these words a finite verb is not that of the main clause.
_SUBORDINATE = re.compile(r"\b(?:who|which|whose|that|where|when|because|if|while|after|as|although)\b", re.IGNORECASE)
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
#: Who says it, before the sentence and behind it.
_ATTRIBUTED_FIRST = re.compile(r"According to [^,;:“”\"]{1,80},\s+(?=\S)")
_ATTRIBUTED_LAST = re.compile(
    r",\s(?!(?:who|which|he|she|they|it)\b)[^,“”\"]{2,70}\s(?:said|says|say|reported|reports|confirmed|announced)"
    r"(?:\s(?:on\s)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\s(?:today|yesterday))?\W*$"
)
#: What is no news: how something was long ago, or always is.
_BACKGROUND = re.compile(
    r"\b(?:in|since) (?:19|20)\d\d[.]?$|\b(?:was|were) (?:born|founded|first|originally|once)\b"
    r"|\b(?:is currently|are currently|usually|traditionally|generally|is known|is best known|are known)\b"
)
#: Before a subject: "Wrapped up in a scarf, she".
_PARTICIPLE = re.compile(r"[A-Z]\w+(?:ed|ing)\b (?:up|down|in|on|at|by|with|from|to|for|as|against|under)\b")
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
    leads = [sentence for sentence in sentences[:_MOST_LEADS] if sentence.usable and not sentence.points_back]
    nearest = [sentence for sentence in leads if sentence.position < _LEADS]
    first = sentences[0].position if sentences else 0
    telling = [
        sentence for sentence in leads if _tells_news(sentence, article.language, is_first=sentence.position == first)
    ]
    named = [sentence for sentence in telling if article.language != "en" or _names_its_subject(sentence, sentences)]
    chosen = named or [sentence for sentence in nearest if sentence in telling] or nearest
    texts = [
        *(sentence.shortened for sentence in chosen[:1]),
        *(sentence.text for sentence in sentences),
        article.body,
    ]
    lead = next((text for text in texts if any(character.isalnum() for character in text)), article.body)
    return made_from(lead, article.language)


def _names_its_subject(sentence: Sentence, sentences: Sequence[Sentence]) -> bool:
    """Return whether the English `sentence` of `sentences` can be understood alone and is more than background."""
    text = sentence.shortened
    if _BACKGROUND.search(text):
        return False
    if sentence.position > 0 and (manner.goes_on_badly(text) or _NAMELESS.match(text) or not _is_finite(text)):
        return False
    names = introductions.names_of([each.text for each in sentences])
    return not introductions.unknown(" ".join(text.split()[:WORDS_OF_SUBJECT]), "", names)


def _tells_news(sentence: Sentence, language: str, *, is_first: bool) -> bool:
    """Return whether `sentence` can be a headline: it asks nothing, speaks for nobody and is part of the report."""
    text = manner.unlabelled(sentence.shortened)
    if (
        manner.opens_badly(text, language, is_first=is_first)
        or manner.ends_badly(text, language)
        or manner.half_quoted(text)
    ):
        return False
    if text.endswith(("!", "！")) or manner.furniture(text, is_first=sentence.position == 0):
        return False
    return not manner.first_person(text, language)


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
    """Return `sentence` as a headline: without labels, asides and full stop; a long English one is cut if a finite
    clause remains. One that is too long even for a title ends with an ellipsis, which says so.
    """
    text = manner.unlabelled(" ".join(sentence.split()))
    if language == "en":
        text = _trimmed(text)
        if length(text) > MOST_WORDS or len(text) > MOST_CHARACTERS:
            text = _clause(text) or text
    whole = cut(text, MOST_WORDS_WHOLE)
    bare = whole if balanced(whole) else _QUOTES.sub("", whole)
    bare = re.sub(r"[.,;:。।、，\s–—-]+$", "", bare) or whole
    return bare if length(text) <= MOST_WORDS_WHOLE else f"{bare} …"


def _clause(text: str) -> str | None:
    """Return the longest beginning of the English `text` that is a whole clause of at most MOST_WORDS words and loses
    nothing that qualifies it; None if there is none.
    """
    for end in reversed(list(_CLAUSE_ENDS.finditer(text))):
        short = text[: end.start()]
        if not FEWEST_WORDS_CUT <= length(short) <= MOST_WORDS or not balanced(short) or len(short) > MOST_CHARACTERS:
            continue
        if _DASH.search(short) or (_DASH.fullmatch(end[0]) and _DASH.search(text, end.end())):
            continue  # what is between two dashes ends with the second, and the clause goes on behind it
        if _QUALIFIES.search(text[len(short) :]) or _HALF_PAIR.search(short) or _OPEN_END.search(short):
            continue
        if _PARTICIPLE.match(short):
            continue
        if short.rsplit(" ", 1)[-1].casefold() not in STOP_WORDS["en"] and _is_finite(short):
            return short
    return None


def _is_finite(text: str) -> bool:
    """Return whether the main clause of `text` has a finite verb; what two commas enclose is no part of it."""
    main = re.sub(r",[^,]*,", " ", text)
    subordinate = _SUBORDINATE.search(main, 1)
    return bool(_FINITE.search(main[: subordinate.start()] if subordinate else main))


def _without(attribution: re.Pattern[str], text: str) -> str:
    """Return `text` without its `attribution`, if a whole clause is left that accuses nobody."""
    rest = attribution.sub("", text, count=1)
    if rest == text or length(rest) < _FEWEST_LEFT or not balanced(rest) or _QUALIFIES.search(rest):
        return text
    return rest[:1].upper() + rest[1:]


def _trimmed(text: str) -> str:
    """Return the English `text` without what a headline does not need, and which changes nothing of what it says."""
    bare = _DATELINE.sub("", text, count=1).strip() or text
    if len(bare) > MOST_CHARACTERS:
        bare = _without(_ATTRIBUTED_LAST, bare)
    bare = _without(_ATTRIBUTED_FIRST, bare)
    beside = _ASIDE.sub(lambda aside: aside[0] if _QUALIFIES.search(aside[0]) else "", bare)
    bare = beside if any(character.isalnum() for character in beside) else bare
    adverbial = _ADVERBIAL.match(bare)
    if adverbial is not None and not _QUALIFIES.search(adverbial[0]):
        rest = bare[adverbial.end() :]
        if length(rest) >= _FEWEST_LEFT and balanced(rest):
            bare = rest[:1].upper() + rest[1:]
    apposition = _APPOSITION.match(bare)
    if apposition is not None and not _QUALIFIES.search(apposition[0][len(apposition[1]) :]):
        bare = f"{apposition[1]} {bare[apposition.end() :]}"
    return " ".join(bare.split())

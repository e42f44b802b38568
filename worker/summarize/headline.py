"""The headline of a digest: the article's own title, else its first whole sentence that tells the news."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from worker.article import Article
from worker.summarize import introductions, manner
from worker.summarize.measure import balanced, cut, length
from worker.summarize.prose import Sentence, tidied

#: Words of a headline that is made from a sentence; a shorter sentence is taken whole, a longer one is cut if a whole
#: clause remains. Real headlines have 5 to 16 words, but a broken one costs more than a few words.
MOST_WORDS = 20
#: Words that the clause may have if it has no shorter one.
MOST_WORDS_CUT = 26
#: Fewest words of the clause to which a sentence is cut.
FEWEST_WORDS_CUT = 6
#: Characters from which on a headline is cut if a whole clause remains.
MOST_CHARACTERS = 110
#: Words of the article's own title; a longer one is no title but a paragraph.
MOST_WORDS_OF_TITLE = 40
#: Words of a sentence that is taken whole if no clause of it can be.
MOST_WORDS_WHOLE = 70
#: What ends no title: it announced a picture.
_OPEN_TITLE = re.compile(r"\s*[:：;,、–—]+$")
#: A title of three words that ends as a sentence does was cut there: "Treasure of the land." needs the news behind it.
_SHORT_SENTENCE = re.compile(r"(?:[^\s.。]+\s){0,2}[^\s.。A-Z][^\s.。]{1,11}[.。]")
#: Words of a title in capitals from which on it is wire style, and not a name or a shout.
FEWEST_CAPITALS = 4
#: Letters of a word that may be an acronym where the article does not tell.
LONGEST_ACRONYM = 4
#: Sentences among which the lead is looked for.
_LEADS = 5
#: How a sentence from the midst of a report begins that names no subject: with a quotation, a participle, "the price".
_NAMELESS = re.compile(r"[“\"‘'(\[]|The [a-z]|(?:Its?|There) |\w+ing ")
#: Words of a sentence from the midst of a report that go on with the one before it.
_GOES_ON = re.compile(
    r"\b(?:also|too|instead|meanwhile|however|therefore|thus|moreover|furthermore|likewise)\b"
    r"|^The [A-Z]\w+ (?:leader|chief|spokes\w+|official|minister|player|singer|actor|actress|star|company"
    r"|giant|firm|bench)\b"
)
#: Sentences among which it is looked for if none of these can be a headline.
_MOST_LEADS = 15

#: Where an English clause may end: before a clause or an addition that can be left out of any sentence. A clause
#: without a comma that defines ("the man who") cannot.
_CLAUSE_ENDS = re.compile(
    r"(?:(?P<apart>,\s(?=(?:and|but)\s(?:he|she|it|they|we|there)\s|(?:so|yet)\s\w+|(?!according|denying)\w+ing\s)|;\s|:\s(?=[A-Z]))"
    r"|,\s(?=(?:this\stime|after|although|amid|as|because|but|despite|following|since|though|when|where|which|while|who|whose|with"
    r"|in\san?|a\s\w+\sthat)\s)|\s[–—-]+\s"
    r"|\s(?=(?:after|although|amid|because|despite|though|while|so\sthat)\s)"
    r"|\s(?=following\s(?:an?\s|the\s|[A-Z])|due\sto\s(?:an?|the|his|her|its|their)\s|as\s(?:he|she|it|they)\s))"
)
#: Before a clause whose subject has a name.
_BUT = re.compile(r",\sbut\s(?=(?:[A-Z][\w.’'-]+\s){2})")
_DASH = re.compile(r"\s[–—-]+\s|—")
#: What no clause ends with: a word that needs the next ("look after", "two days after").
_OPEN_END = re.compile(
    r"\b(?:look\w*|go|goes|went|named|take[sn]?|took|seek\w*|shortly|soon"
    r"|immediately|long|just|only|even|far|much|well|partly|mainly|largely|mostly|came|comes?|happened|likely|possible"
    r"|said|says|say|announced|added|warned|insisted|confirmed|told \w+"
    r"|learn(?:s|ed)?|found|knew|knows?|believe[sd]?|shows?|showed)$",
    re.IGNORECASE,
)
#: Nor with this, if no comma follows: "two days after".
_TIME_END = re.compile(r"\b(?:day|week|month|year|hour|minute|second)s?$", re.IGNORECASE)
#: But a clause may end with its source: ", the court has said".
_SOURCE_BEHIND = re.compile(
    r",\s(?!(?:who|which|he|she|they|it|and|but|will|would|can|could|may|has|have|had|is|are|was|were)\b)[^,“”\"]{2,70}\s(?:said|says|say)$"
)
#: A finite verb of English, as far as it shows: an auxiliary, or a past form with its object behind it.
_OBJECT = (
    r"(?=\s(?:an?|the|that|its|his|her|their|to|on|up|down|out|off|more|new|at least|about|again|\w+ly|\d|[£$€A-Z“\"]"
    r"|two|three|four|five|six|ten|dozens|hundreds|thousands))"
)
_FINITE = re.compile(
    r"\b(?:has|have|had|is|are|was|were|will|would|can|could|may|might|must|should|does|did|do|isn[’']t|won[’']t|says|said|took|gave|went"
    r"|came|saw|rose|fell|began|ran|drew|broke|fled|became|grew|knew|flew|wants|plans|faces|hopes|expects|seeks|makes|takes|gets"
    r"|(?:continue|appear|seem|vow|agree|refuse|need|threaten|promise|prepare|struggle|aim|look)s? to)\b"
    rf"|\b(?:\w{{2,}}ed|won|lost|beat|made|found|held|told|left|got|sold|bought|hit|led|met|cut|set|put|shut|sent|spent|kept|paid|quit|shot"
    r"|shows|finds|leads|wins|loses|returns|opens|closes|calls|asks|warns|announces|starts|begins|reveals|urges|admits|backs)\b"
    rf"{_OBJECT}"
)
#: What looks like one and is a noun: "the plans for the quay".
_NOUN = re.compile(
    r"(?:^|\b(?:the|these|those|its|his|her|their|an?|no|of|new)\s)"
    r"(?:plans|hopes|faces|takes|shows|finds|leads|wins|returns|calls|starts|looks|needs|aims|promises)\b",
    re.IGNORECASE,
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
    r"\s(?:[^,;:“”\"]|(?<=\d):(?=\d)){1,80},\s+(?=[A-Z“\"]|(?:the|a|an|there)\s)"
)
#: What is said of a name between two commas, where a verb goes on behind it.
_APPOSITION = re.compile(
    r"^((?:[A-Z][\w.'’-]*\s?){1,5}), (?:the|a|an|who|which|whose|still|now|\w+ing|\d+)\b[^,]*, "
    r"(?=(?:has|have|had|is|are|was|were|will|would|can|could|may|says?|said|\w{2,}ed|wants?|plans?)\b)"
)
#: Words that contradict or condition what a sentence says, in whichever of its clauses.
_DENIES = r"if|unless|until|except|den(?:y|ies|ied|ying)|disput\w*|reject\w*|false\w*|refus\w*|fail\w*"
#: Words that say who it is that says so, and how surely.
_SOURCES = (
    r"alleg\w*|accus\w*|suspect\w*|claim\w*|reported(?:ly)?|apparent(?:ly)?|purport\w*|suppos\w*|said|says?|told|heard"
    r"|warn\w*|suggest\w*|estimat\w*|believ\w*|according"
)
_NEGATES = r"not|no|never|nobody|none|neither|nor|without"
_DENIED = re.compile(rf"\b(?:{_DENIES})\b", re.IGNORECASE)
_NEGATED = re.compile(rf"\b(?:{_DENIES}|{_NEGATES})\b|\w+n['’]t\b|\bcannot\b", re.IGNORECASE)
_SOURCED = re.compile(rf"\b(?:{_SOURCES})\b", re.IGNORECASE)
#: Words without which a sentence says another thing. What holds one is never left out, but for a clause of its own.
_QUALIFIES = re.compile(rf"{_NEGATED.pattern}|{_SOURCED.pattern}", re.IGNORECASE)
#: Who says it, before the sentence and behind it.
_ATTRIBUTED_FIRST = re.compile(r"According to [^,;:“”\"]{1,80},\s+(?=\S)")
_ATTRIBUTED_LAST = re.compile(
    r",\s(?!(?:who|which|he|she|they|it|and|but|will|would|can|could|may|has|have|had|is|are|was|were)\b)[^,“”\"]{2,70}\s(?:said|says|say|reported|reports|confirmed|announced)"
    r"(?:\s(?:on\s)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\s(?:today|yesterday))?"
    r"(?:\s(?:in|on|at|via)\s(?:an?|the|its|his|her|their)?\s?[^,“”\"\s]+(?:\s[^,“”\"\s]+)?)?\W*$"
)
#: What is no news: how something was long ago, or always is.
_BACKGROUND = re.compile(
    r"\b(?:in|since) (?:19|20)\d\d[.]?$|\b(?:was|were) (?:born|founded|first|originally|once)\b"
    r"|\b(?:is currently|are currently|usually|traditionally|generally|is known|is best known|are known)\b"
    r"|\b(?:has|have|had) (?:long|always|often|traditionally|historically|never before)\b"
    r"|^(?:Previously|Originally|Historically|Normally|Typically|Formerly|For (?:years|decades|centuries))\b"
)
#: Some of a group, or a pronoun, before anything is named: "One of the nine suspects was killed".
_PART = re.compile(
    r"(?:One|Two|Three|Four|Five|Some|Most|All|Both|Several|Many|Another|Neither|None) of (?:the|those|these)\b[^A-Z]*$"
)
_PRONOUN = re.compile(r".[^A-Z]*\b(?:it|they|them|he|him|she|her)\b")
#: Nothing that has a name or a number.
_NAMES_NOTHING = re.compile(r".[^A-Z\d]*$", re.DOTALL)
#: A speaker's words, with who speaks before them.
_SPEECH = re.compile(r"\b(?:said|says|added|adds|told [^:]{2,30}|wrote|tweeted)(?: that)?: ?[“\"‘']")
#: How things stood before the news: "The plans had been approved".
_HAD_BEEN = re.compile(r"(?P<before>.*?)\bhad (?:already |previously |been )*\w+(?:ed|en|wn|ld|de)\b")
#: What holds for everybody, and is told of nobody: no name, no figure.
_GENERAL = re.compile(r"[^A-Z\d]*\b(?:can|may|might|should|often|sometimes|anyone|everyone|everybody)\b[^A-Z\d]*$")
#: A scene: what somebody wears or how he sits, before the news.
_SCENE = re.compile(
    r"^(?:Wrapped|Dressed|Clad|Seated|Perched|Sitting|Standing|Wearing|Leaning|Huddled|Hunched|Sipping)\b[^.]*,\s"
    r"|\b(?:sits|stands|walks|leans|stares|gazes|smiles|grins|nods|sips|paces|sat|stood|leaned|stared|gazed|smiled|sipped|paced)"
    r"\s(?:back|down|forward|up|out|quietly|silently|slowly|alone|nervously|in front of|at the)\b"
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
    """Return the headline of `article`, never empty: its own title, with the news behind it if it is a sentence of
    three words; else the first of its `sentences` that can stand alone, cut at a clause boundary to MOST_WORDS words if
    it can be.
    """
    title = _OPEN_TITLE.sub("", " ".join((article.title or "").split()))
    if any(character.isalnum() for character in title):
        whole = cut(_readable(tidied(title, article.language), article.body, article.language), MOST_WORDS_OF_TITLE)
        return f"{whole} {_made(article, sentences)}" if _SHORT_SENTENCE.fullmatch(whole) else whole
    return _made(article, sentences)


def _made(article: Article, sentences: Sequence[Sentence]) -> str:
    """Return a headline for an `article` without a title, made of one of its `sentences`, never empty."""
    leads = [sentence for sentence in sentences[:_MOST_LEADS] if sentence.usable and not sentence.points_back]
    nearest = [sentence for sentence in leads if sentence.position < _LEADS]
    first = min((sentence.position for sentence in sentences if sentence.usable), default=0)
    telling = [
        sentence for sentence in leads if _tells_news(sentence, article.language, is_first=sentence.position == first)
    ]
    named = [
        sentence
        for sentence in telling
        if article.language != "en" or _names_its_subject(sentence, sentences, is_first=sentence.position == first)
    ]
    plain = [sentence for sentence in leads if not manner.furniture(sentence.text)]
    chosen = named or [sentence for sentence in nearest if sentence in telling] or plain or nearest
    texts = [*(sentence.shortened for sentence in chosen[:1]), *(sentence.text for sentence in sentences), article.body]
    lead = next((text for text in texts if any(character.isalnum() for character in text)), article.body)
    return made_from(lead, article.language)


def _names_its_subject(sentence: Sentence, sentences: Sequence[Sentence], *, is_first: bool) -> bool:
    """Return whether the English `sentence` of `sentences` can be understood alone and is more than background; more is
    asked of one that is not the first of its report.
    """
    text = made_from(sentence.shortened, "en")
    if _BACKGROUND.search(text) or _SCENE.search(sentence.shortened):
        return False
    if _GENERAL.match(text[1:]) or _PART.match(text) or _SPEECH.search(text):
        return False
    had = _HAD_BEEN.match(text)
    if had and not _is_finite(had["before"]) and not _SUBORDINATE.search(had["before"]):
        return False
    if not is_first and (
        manner.goes_on_badly(text)
        or _NAMELESS.match(text)
        or _NAMES_NOTHING.match(text)
        or _PRONOUN.match(text)
        or _GOES_ON.search(text)
        or not _is_finite(text)
    ):
        return False
    names = introductions.names_of([each.text for each in sentences])
    return not introductions.unknown(" ".join(text.split()[: introductions.WORDS_OF_SUBJECT]), "", names)


def _tells_news(sentence: Sentence, language: str, *, is_first: bool) -> bool:
    """Return whether `sentence` can be a headline: it asks nothing, speaks for nobody and is part of the report."""
    whole = manner.unlabelled(sentence.shortened)
    if manner.furniture(whole, is_first=sentence.position == 0) or whole.endswith(("!", "！")):
        return False
    text = whole if language != "en" or manner.half_quoted(whole) else made_from(whole, language)
    if (
        manner.opens_badly(text, language, is_first=is_first)
        or manner.ends_badly(text, language)
        or manner.half_quoted(text)
    ):
        return False
    return not manner.first_person(text, language)


def _readable(title: str, body: str, language: str) -> str:
    """Return a `title` in capitals in the letters that its words have in `body`, one that begins with a small word with
    a capital; any other as it is.

    A word that the body lacks keeps its capitals where it is short (an acronym perhaps), else it begins with one: a
    name written small would be damaged, a word with a capital is not.
    """
    words = _LETTERS.findall(title)
    if words and title.startswith(words[0]) and words[0] in STOP_WORDS.get(language, frozenset()):
        return title[:1].upper() + title[1:]  # what stood before it was lost
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
    bare = re.sub(r"[.,;:。।、，\s–—-]+$|[.,](?=[”\"’]$)", "", bare) or whole
    return bare if length(text) <= MOST_WORDS_WHOLE else f"{bare} …"


def _clause(text: str) -> str | None:
    """Return a whole clause of the English `text` that loses nothing that qualifies it, None if there is none: its
    beginning, the longest of at most MOST_WORDS words, else the shortest of at most MOST_WORDS_CUT, else its end.
    """
    clauses = [text[: end.start()] for end in _CLAUSE_ENDS.finditer(text) if _may_end(text, end)]
    short = [clause for clause in clauses if length(clause) <= MOST_WORDS and len(clause) <= MOST_CHARACTERS]
    if short:
        return short[-1]
    shortest = next((clause for clause in clauses if length(clause) <= MOST_WORDS_CUT), None)
    return shortest or _second_clause(text)


def _second_clause(text: str) -> str | None:
    """Return what stands behind ", but" in the English `text` if it is a short whole clause with a subject of its own;
    None if it is not. What stands before it is what it corrects.
    """
    match = _BUT.search(text)
    if match is None or len(_BUT.findall(text)) > 1:
        return None
    rest = text[match.end() :].rstrip(".")
    fits = _FEWEST_LEFT <= length(rest) <= MOST_WORDS_CUT and balanced(rest)
    return rest if fits and _is_finite(rest) and not _SOURCE_BEHIND.search(rest) else None


def _may_end(text: str, end: re.Match[str]) -> bool:
    """Return whether the English `text` may be cut at `end`, a match of _CLAUSE_ENDS."""
    short, rest = text[: end.start()], text[end.end() :]
    last = short.rsplit(" ", 1)[-1].casefold()
    if length(short) < FEWEST_WORDS_CUT or not balanced(short) or not _is_finite(short):
        return False
    if (last in STOP_WORDS["en"] or _OPEN_END.search(short)) and not _SOURCE_BEHIND.search(short):
        return False
    if _DASH.search(short) or (_DASH.fullmatch(end[0]) and _DASH.search(rest)):
        return False  # what is between two dashes ends with the second, and the clause goes on behind it
    if _TIME_END.search(short) and not end[0].startswith(","):
        return False
    if _HALF_PAIR.search(short) or _PARTICIPLE.match(short):
        return False
    if end["apart"]:
        return not _DENIED.search(rest)
    return not _NEGATED.search(rest) and not (_SOURCED.search(rest) and not _SOURCED.search(short))


def _is_finite(text: str) -> bool:
    """Return whether the main clause of `text` has a finite verb; what two commas enclose is no part of it."""
    main = _NOUN.sub(" ", re.sub(r",[^,]*,", " ", text))
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

"""How a sentence begins when it needs the one before it: data, and the two questions asked of it. English only.

An extract that starts with such a sentence would speak of nobody ("He said") or reply to nothing ("In return,"). A
connective can be dropped and leaves a whole sentence; a word that points back cannot. In the languages that are
summarised by their lead the sentences follow one another, so that no table is needed.
"""

import re

#: Connectives that leave a whole sentence when they and their comma are dropped. The comma is required: "However hard
#: he tried" and "Still water" are no connectives.
WITH_COMMA = (
    "accordingly",
    "additionally",
    "admittedly",
    "after all",
    "afterward",
    "afterwards",
    "again",
    "all the same",
    "also",
    "alternatively",
    "and so",
    "and yet",
    "as a consequence",
    "as a result",
    "as ever",
    "at any rate",
    "at the same time",
    "be that as it may",
    "besides",
    "by comparison",
    "by contrast",
    "consequently",
    "conversely",
    "earlier",
    "elsewhere",
    "either way",
    "equally",
    "even so",
    "even then",
    "finally",
    "first",
    "firstly",
    "for example",
    "for her part",
    "for his part",
    "for instance",
    "for its part",
    "for that reason",
    "for their part",
    "for this reason",
    "further",
    "furthermore",
    "having said that",
    "hence",
    "however",
    "in addition",
    "in any case",
    "in any event",
    "in comparison",
    "in contrast",
    "in fact",
    "in other words",
    "in particular",
    "in response",
    "in reality",
    "in return",
    "in short",
    "in the meantime",
    "in the meanwhile",
    "in turn",
    "incidentally",
    "indeed",
    "instead",
    "last",
    "lastly",
    "later",
    "likewise",
    "meanwhile",
    "more importantly",
    "moreover",
    "naturally",
    "nevertheless",
    "next",
    "nonetheless",
    "now",
    "of course",
    "on the contrary",
    "on the flip side",
    "on the other hand",
    "on top of that",
    "plus",
    "rather",
    "regardless",
    "second",
    "secondly",
    "separately",
    "similarly",
    "simultaneously",
    "so",
    "still",
    "subsequently",
    "that being said",
    "that said",
    "then",
    "then again",
    "therefore",
    "third",
    "thirdly",
    "thus",
    "to be fair",
    "to be sure",
    "to that end",
    "to this end",
    "what is more",
    "what's more",
    "yet",
)

#: Connectives that need no comma, and the words after which they are no such thing ("But for the rain").
WITHOUT_COMMA = {
    "and": ("also", "finally", "now", "so", "then", "there", "yet"),
    "but": ("for", "not", "then"),
    "meanwhile": (),
    "yet": ("another", "more", "to", "unnamed"),
}

#: First words that point back to a sentence before. Each is a pattern, matched without regard to case.
POINTING_BACK = (
    r"(?:he|she|they|it|him|them|hers?|his|theirs?|its)\b",
    r"(?:this|that|these|those|such|both|neither|either|others|another|some of (?:them|these|those))\b",
    r"(?:nor|or|otherwise|so|then|thus|hence|also|instead|not so|even so|here)\b",
    r"(?:since|until|by|after|before|despite|because of|as well as|in spite of) (?:then|this|that|these|those|it)\b",
    r"(?:at|by|around) (?:that|the same) (?:time|point|moment|stage)\b",
    r"(?:on|in|during) (?:that|those|the same|the other) \w+",
    r"(?:asked|when asked|pressed|questioned) (?:about|if|whether|why|how|what|who|when|by)\b",
    r"the (?:former|latter|pair|two|duo|trio|couple|same|other|others|move|decision|announcement|incident|news"
    r"|statement|remarks?|comments?|figure|result|rest|change|measure|accusations?|allegations?)\b",
    r"\w+ of (?:them|these|those|which|whom)\b",
    # "Less than an hour later, the aircraft ...", "Two days earlier the council ...".
    r"(?:(?:less|more|no more) than |about |around |nearly |almost |over |just |only |barely |some )*(?:[\w-]+ ){1,3}"
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?)"
    r" (?:later|earlier|afterwards?)\b(?! than)",
    r"(?:to|at|upon|in|after|from) which\b|other (?!than\b)[a-z]",
    r"which (?:means?|is|was|were|has|had|would|could|will|may|might|makes?|made)\b",
    # "Two wanted to leave the rate unchanged", "The bank expects them to rise".
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|some|many|most|several|few|all|none) "
    r"(?:said|says?|want(?:ed|s)?|voted|agreed|refused|were|was|are|is|had|have|has|did|died|went|came|left|stayed|also)\b",
    r"(?:the )?[\w-]+ (?:expect|want|ask|tell|told|urg|allow|help|warn|let|make|made|call|see|s[ae]w|plan|hope)\w* "
    r"(?:them|him|it)\b",
    r"(?:past|beyond|besides|with|without|like|unlike|amid|under|above|behind|alongside|apart from|along with"
    r"|in addition to|in response to|following|for|from|in|on|at|to|of|given|through|within) "
    r"(?:that|this|these|those|it|them|him|her)\b(?! [a-z])",
    r"(?:further|additional|(?:a|the) (?:second|third|fourth|fifth|further|similar|separate|different|previous|earlier"
    r"|latter|final|remaining)|similar(?!ly)|one other|two others?)\b(?! than)",
    r"(?:and|but)\b",
)

#: Beginnings that only look as if they pointed back.
STANDING_ALONE = (
    r"this (?:week|weekend|month|year|season|spring|summer|autumn|fall|winter|morning|afternoon|evening)\b",
    r"this time (?:last|next)\b",
    r"(?:these days|those who|both (?:sides|houses|chambers|the|of the)|either way|here in|so far|so-called)\b",
    r"(?:his|her|their) (?:majesty|majesties|(?:royal |imperial )?highness(?:es)?|excellency|holiness|honou?r)\b",
    r"it (?:is|was|has been|had been|will be|emerged|appears|appeared|seems|seemed|turned out)(?: \w+){0,3} that\b",
    r"the (?:two|same|other) (?:\w+ )?(?:countries|nations|sides|governments|parties|companies|teams|leaders)\b",
)

#: A statement that a pronoun makes: '"We will rebuild," he said.' and "The bridge is safe, she added."
_SPOKEN_BY_A_PRONOUN = re.compile(
    r"""[,?!.][”’"']*\s(?:(?:he|she|they)\s(?:\w+ly\s|also\s)?
        (?:said|says|say|added|adds|told|tells|wrote|writes|explained|claimed|insisted|recalled|continued|noted|warned)
        |(?:said|added|wrote|explained|recalled)\s(?:he|she|they))\b""",
    re.IGNORECASE | re.VERBOSE,
)


#: An adverbial or a participle without a name, and a pronoun behind it that names nobody: "During his innings, he".
_PRONOUN_AHEAD = re.compile(
    r"(?:After|Ahead of|Amid|As|At|Before|By|Despite|During|For|Following|From|If|In|On|Since|Though|Until|When"
    r"|While|With|\w+ed (?:by|from|in|on|with|at)|\w+ing)\s[^A-Z,;]*,\s(?:he|she|they)\b"
)
#: What answers the sentence before from within: "On Thursday, however, the dam broke", "The council, meanwhile, pays".
_ANSWERS_AFTER_ADVERBIAL = re.compile(
    r"^((?:After|Amid|At|By|During|For|From|In|On|Since|With)\s[^,;]{1,50}), (?:however|meanwhile|though), "
)
_ANSWERS_WITHIN = re.compile(
    r"^((?:[^\s,;:“”\"]+ ){0,4}[^\s,;:“”\"]+), (?:however|meanwhile|though|in turn|for (?:his|her|its|their) part), "
    r"(?=[a-z])(?!(?:an?|the|it|he|she|they|we|there|this|that|these|those|his|her|its|their|some|many|no)\b)"
)


def _either(patterns: tuple[str, ...]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _unless(words: tuple[str, ...]) -> str:
    return rf"(?!(?:{'|'.join(words)})\b)" if words else ""


_POINTING_BACK = re.compile(rf"[“\"'‘(]*(?:{_either(POINTING_BACK)})", re.IGNORECASE)
_STANDING_ALONE = re.compile(rf"[“\"'‘(]*(?:{_either(STANDING_ALONE)})", re.IGNORECASE)
_CONNECTIVE = re.compile(
    "|".join(
        (
            rf"(?:{'|'.join(map(re.escape, WITH_COMMA))}),\s+",
            *(rf"{word}(?:,\s+|\s+{_unless(others)})" for word, others in WITHOUT_COMMA.items()),
        )
    ),
    re.IGNORECASE,
)


def without_connective(sentence: str) -> str:
    """Return `sentence` without the connectives it opens with, its first letter made a capital, and without one behind
    its first words.

    "But in return, the council will pay." becomes "The council will pay.", and "The council, however, will pay." does.
    """
    rest = sentence
    while connective := _CONNECTIVE.match(rest):
        rest = rest[connective.end() :]
    rest = _ANSWERS_WITHIN.sub(r"\1 ", _ANSWERS_AFTER_ADVERBIAL.sub(r"\1, ", rest))
    if rest == sentence:
        return sentence
    first_word = rest.split(maxsplit=1)[0] if rest else ""
    is_spelled_so = any(letter.isupper() for letter in first_word[1:])  # iPhone, eBay
    return rest if is_spelled_so else rest[:1].upper() + rest[1:]


def points_back(sentence: str) -> bool:
    """Return whether `sentence` speaks of something that only the sentence before it names."""
    if _SPOKEN_BY_A_PRONOUN.search(sentence) or _PRONOUN_AHEAD.match(sentence):
        return True
    return bool(_POINTING_BACK.match(sentence)) and not _STANDING_ALONE.match(sentence)

"""Who and what an English text speaks of without having introduced it: "Hua said", "the SFA", "the shooting".

A report introduces its people, organisations and events once and then speaks of them in short. An extract may leave out
the sentence that introduces. What needs an introduction is read from the article itself: a surname whose full name it
gives, an acronym that it spells out; for nouns there are tables.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Acronyms and names that need no introduction. A headline or summary may use them alone.
KNOWN = _words(
    "ABC AFP AI AIDS AP ATM BBC BBC's BMW BP CBS CCTV CEO CIA CNN COVID DNA DVD EC ECB ESPN EU FA FBI FIFA GDP GP GPS "
    "HBO HIV HMRC HSBC IBM ICC IMF IOC IPL IRA IRS ISIS ITV JP LGBT MI5 MI6 MP MPs NASA NATO NBA NBC NFL NHL NHS NYPD "
    "OECD OPEC PC PM PR RAF SNP TV UAE UEFA UFO UK UN UNESCO UNICEF US USA VAT VIP WHO WTO WWE"
) | _words(
    "Beyonce Castro Clinton Einstein Gandhi Hitler Jesus Kennedy Madonna Mandela Merkel Mozart Muhammad Napoleon "
    "Obama Picasso Putin Reagan Rihanna Shakespeare Stalin Thatcher Trump"
)

#: First words of a sentence that hold its subject.
WORDS_OF_SUBJECT = 6
#: Words of a name with which it is no person's.
_NO_PERSON = _words(
    "Academy Act Agency Airlines Airport Airways America American Army Assembly Association Authority Avenue Award "
    "Awards Bank Bay Beach Bill Board Bridge Britain British Bureau Business Castle Cathedral Center Central Centre "
    "Church City Club Coast College Commission Committee Company Congress Corp Corporation Council County Court Cup "
    "Daily Day Department District Division East Eastern England European Federal Federation Festival Force Forum "
    "Foundation French Fund Games German Good Government Grand Great Group Guard High Hill Hospital Hotel House Inc "
    "Institute International Island Islands Isle Justice Lake Las League Limited London Ltd Magazine Mount Mountain "
    "Museum National Navy New News North Northern Office Old Open Organisation Organization Palace Park Parliament "
    "Party Plc Police Port Premier Prize Province Radio Red Republic River Road Royal Russian Saint San School Sea "
    "Secret Senate Service Society South Southern Square Stadium State States Station Street Studios Summit Supreme "
    "System Team Television Times Today Tower Town Trust Union United University Valley Village Wall War West Western "
    "White World Year Zoo Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
    "June July August September October November December Christmas Easter Ramadan"
)
#: Words with a capital before a name that are no part of it.
_BEFORE_NAMES = _words(
    "A After Although An And As At Because Before But By Captain Chairman Chancellor Chief Coach Col Councillor Dame "
    "Defender Despite Director Doctor Dr During Even Ex Executive First Following For Foreign Former From Gen General "
    "Governor He Head Her Here His However I If In Inspector Instead Into Is It Its Judge Just King Lady Last Later "
    "Like Lord Lt Manager Mayor Meanwhile Midfielder Minister Miss Mr Mrs Ms My No Not Now Of Officer On Once One "
    "Only Or Our Pc Pope President Prime Prince Princess Prof Professor Queen Rep Representative Reverend Rev "
    "Secretary Sen Senator Sergeant Sgt She Sheriff Since Sir So Some Spokesman Spokeswoman Still Striker Such "
    "Superintendent Supt That The Their Then There These They This Those Though Today Under Until Vice We What When "
    "Where While Who Why With Yesterday Yet You"
)
_LEADING = _BEFORE_NAMES | _NO_PERSON
_PARTICLES = "al|bin|da|de|del|della|der|di|dos|du|el|ibn|la|le|ten|ter|van|von"
_CAPITAL = r"(?:[A-Z][\w’'-]*[a-zA-Z]|[A-Z]\.)"
_RUN = re.compile(rf"\b{_CAPITAL}(?:[ ](?:(?:{_PARTICLES})[ ]){{0,2}}{_CAPITAL})*")
_POSSESSIVE = re.compile(r"[’']s?$")
_SAYS = (
    r"(?:said|says|told|tells|added|adds|explained|wrote|writes|claimed|claims|admitted|insisted|noted|warned|tweeted"
    r"|replied|recalled|argued|denied|confirmed|announced|revealed|pleaded|thinks|believes|hopes|died|scored|joined"
    r"|resigned|hopes|wants|was born|was arrested|was sentenced|was jailed|was killed|drove|fired|married|spoke|thought"
    r"|asked|apologi[sz]ed|posted|shared|starred|directed|testified|shouted|walked|jumped|mounted|wore|praised"
    r"|critici[sz]ed|urged|suggested|described|accused|thanked|stressed|expressed)"
)
_NAME = r"(?P<name>[A-Z][\w’'-]+)"
_PERSON_SIGNS = (
    re.compile(rf"\b{_NAME}(?:, \d\d,|,? who\b|,? (?:also |has |had )?{_SAYS}\b)"),
    re.compile(rf"\b(?:said|added|says) (?:[A-Z][\w’'-]+ )?{_NAME}\b"),
    re.compile(
        r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Sgt|Lord|Lady|President|Minister|Senator|Mayor)\.? "
        rf"(?:[A-Z][\w’'-]+ )?{_NAME}\b"
    ),
    re.compile(rf"\b[A-Z][\w’'.-]+ {_NAME}(?: \(?\d\d\)?|, (?:an? |the |\d\d\b))"),
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“]*“")
_WORD = re.compile(r"[\w’'-]+")
_ACRONYM = re.compile(r"\b[A-Z][A-Z&]{1,6}\b")
_SPELLED_OUT = re.compile(r"((?:[\w’'-]+ ){2,8})\(([A-Z][A-Z&]{1,6})\)")

#: Nouns that point back with "the", and the words that introduce what they speak of; "the crash" is introduced by
#: "crashed" or "collision". Each family is of beginnings of words.
_EVENTS = (
    ("accident", "crash", "collision", "wreck", "derail", "collid", "hit", "plung"),
    ("shooting", "shot", "shoot", "gunm", "gunfire", "fired", "massacre"),
    ("attack", "assault", "bomb", "blast", "explo", "raid", "stab", "shoot", "gunm", "knife", "strike", "terror"),
    ("fire", "blaze", "burn", "flame"),
    ("death", "killing", "murder", "died", "dead", "die", "killed", "fatal", "homicide", "slain", "suicide"),
    ("footage", "video", "clip", "recording", "film"),
    ("photo", "picture", "image", "snap", "photograph", "selfie", "shot"),
    ("ruling", "verdict", "judg", "court", "ruled", "sentence", "jail", "convict"),
    ("accusation", "allegation", "claim", "accus", "alleg"),
    ("breach", "hack", "leak", "stolen", "cyber"),
    ("split", "breakup", "divorce", "separat", "split", "broke"),
    ("storm", "hurricane", "typhoon", "cyclone", "flood", "snow", "rain", "wind", "blizzard", "weather"),
    ("quake", "earthquake", "tremor"),
    ("protest", "demonstrat", "rally", "march", "unrest"),
    ("kidnapping", "abduct", "kidnap", "hostage"),
    ("robbery", "theft", "heist", "rob", "stole", "stolen", "burgl"),
    ("eruption", "volcano", "erupt"),
    ("outbreak", "virus", "epidemic", "infect", "disease"),
    ("launch", "rocket", "missile", "satellite", "launch"),
    ("ceremony", "wedding", "funeral", "award", "married", "marry"),
)
#: Nouns of "the" that say only that something happened: any text before introduces them.
_HAPPENINGS = (
    "incident|tragedy|episode|scandal|controversy|feud|row|dispute|backlash|move|decision|announcement|cut|change"
    "|revelation|situation|stunt|ordeal|discovery"
)
#: Nouns of "the" that mean a person: a name or a person before introduces them.
_PEOPLE = (
    "victim|suspect|attacker|gunman|shooter|teenager|teen|toddler|couple|pair|duo|trio|actor|actress|singer|rapper|comedian"
    "|comic|star|striker|midfielder|defender|goalkeeper|winger|forward|batsman|bowler|golfer|skipper|youngster|veteran"
    "|tycoon|billionaire|mogul|politician|lawmaker|defendant|accused|deceased|newlyweds"
    "|Swede|Dane|Finn|Norwegian|Dutchman|Frenchman|Englishman|Welshman|Scot|Scotsman|Irishman|Spaniard|Italian|German"
    "|Austrian|Belgian|Briton|American|Canadian|Australian|Brazilian|Argentine|Argentinian|Chilean|Mexican|Russian|Serb"
    "|Croat|Pole|Czech|Swiss|Portuguese|Uruguayan|Colombian|Ivorian|Nigerian|Ghanaian|Egyptian|Turk|Jamaican|Kenyan"
    "|Ethiopian|Japanese|South African|South Korean|New Zealander|\\d+-year-old"
)
#: Nouns of "the" that mean somebody's kin or a child: a child, a parent or a couple before introduces them.
_KIN = "family|parents|mother|father|boy|girl|baby"
#: Nouns of "the" that mean an organisation or a work: a name before introduces them.
_WORKS = (
    "company|firm|airline|retailer|carmaker|automaker|startup|album|song|sequel|movie|biopic|sitcom|vessel|aircraft"
    "|team|club|bench|ministry|charity|website|magazine|newspaper|university|book|novel|ship|plane|app"
)
#: Nouns of "the" that only their own introduction introduces.
_THINGS = (
    "house|building|petition|marathon|parcel|truck|lorry|car|van|tweet|post|letter|offer|proposal|survey|study|report"
    "|device|tool|feature|method|technique|powers|winners|prize|project|scheme|trial|lawsuit|bill|ban|deal|contract"
    "|site|hotel|school|hospital|organisers|organizers|researchers|scientists|authors|campaigners|residents|officers"
)
#: What follows a noun that is introduced where it stands: "the shooting of a student", "the crash that killed six".
_EXPLAINED = (
    r"(?![’']s \w|[- ](?-i:\w*[A-Z])| (?:of|in|at|on|that|which|who|whose|where|when|near|between"
    r"|involving|outside|by)\b|,? (?:which|who)\b| (?:death|toll|penalty|scene|site|rate|victims?)\b)"
)
_LOOSE = (
    r"(?:latest |fatal |deadly |horrific |same |whole |brutal |tragic |shocking |ill-fated |viral |half "
    r"|(?:[A-Z][\w’'-]* )?[\w’'-]+-(?:born|based|owned|listed|rated) )?"
)
_DEFINITE = re.compile(
    rf"\b(?:the|this|these|those) {_LOOSE}(?:"
    rf"(?P<event>(?:{'|'.join(family[0] for family in _EVENTS)}|crash|collision|blast|explosion|blaze|video"
    rf"|picture|clip"
    rf"|murder|verdict|allegation|hack|divorce)s?)"
    rf"|(?P<happening>(?:{_HAPPENINGS})s?)|(?P<person>(?:{_PEOPLE})s?)|(?P<work>(?:{_WORKS})s?)|(?P<kin>(?:{_KIN})s?)"
    rf"|(?P<topics>topics?)|(?P<thing>{_THINGS}))\b{_EXPLAINED}",
    re.IGNORECASE,
)
_PERSON_BEFORE = re.compile(
    r"\b(?:man|woman|men|women|boy|girl|child|children|mother|father|teen\w*|couple|people|person|year-old"
    r"|student|driver"
    r"|suspect|gunman|player|actor|actress|singer|officer|family|son|daughter|victims?|baby|toddler)\b",
    re.IGNORECASE,
)
_KIN_BEFORE = re.compile(
    r"famil|parent|mother|father|\bm[ou]m\b|\bdad\b|boy|girl|bab(?:y|ies)|child|kid\b|kids\b|toddler|\bsons?\b|daughter"
    r"|couple|husband|wife|wives|widow|teen|pupil|student|brother|sister|cousin|twin|birth|born|pregnan|year-old"
    r"|\byo\b|, \d\d?,|victim|relative|infant|newborn|guest|passenger"
)
_NAME_BEFORE = re.compile(
    r"(?<![.!?“\"] )(?<!^)\b[A-Z][\w’'-]+|^[A-Z][\w’'-]+ (?:[A-Z][\w’'-]+|is|was|has|have|will|said)\b"
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a sentence speaks of without introduction, and the place of the sentence that would introduce it, if any."""

    word: str
    introduced_by: int | None = None


@dataclass(slots=True)
class Names:
    """What an article itself introduces: `full`, the full forms of each surname, the first mentioned first;
    `first_at`, the place of the sentence with the first; `spelled`, the long form of each acronym and its place.
    """

    full: dict[str, list[str]] = field(default_factory=dict)
    first_at: dict[str, int] = field(default_factory=dict)
    spelled: dict[str, tuple[str, int]] = field(default_factory=dict)


def names_of(texts: Sequence[str], before: str = "") -> Names:
    """Return the names that the sentences `texts` of an article introduce, or the text `before` them (place -1)."""
    names = Names()
    everything = " ".join(texts)
    bare: set[str] = set()
    for place, text in enumerate((before, *texts), start=-1):
        for _, run in _runs(text):
            full = _person(run)
            if full is not None:
                for name in {full.split(" ")[0], full.split(" ")[-1]} - bare:  # the surname is the first one in China
                    forms = names.full.setdefault(name, [])
                    if full not in forms:
                        forms.append(full)
                    names.first_at.setdefault(name, place)
            elif " " not in run and place >= 0:  # a headline names in short what its article introduces
                bare.add(run)
        for spelled in _SPELLED_OUT.finditer(text):
            long = _expansion(spelled[1].split(), spelled[2])
            if long is not None:
                names.spelled.setdefault(spelled[2], (long, place))
    people = _people(everything)
    names.full = {name: forms for name, forms in names.full.items() if name in people}
    return names


def unknown(text: str, before: str, names: Names, *, is_lead: bool = False) -> list[Unknown]:
    """Return what `text` speaks of that neither it nor the text `before` it introduces: surnames and acronyms that the
    article introduces elsewhere, and definite nouns. The lead of a report, which is written for readers who know
    nothing, introduces its nouns itself, but for its subject.
    """
    told = f"{before} {text}"
    result = [Unknown(surname, names.first_at[surname]) for surname in bare_surnames(text, before, names)]
    for match in _ACRONYM.finditer(text):
        word = match[0]
        if word in names.spelled and word not in KNOWN and word not in _WORD.findall(before):
            long, place = names.spelled[word]
            if long.casefold() not in told.casefold() and f"({word}" not in told:
                result.append(Unknown(word, place))
    asked = len(" ".join(text.split()[:WORDS_OF_SUBJECT])) if is_lead else len(text)
    result += [Unknown(f"the {noun}") for noun in _definite(text, before, asked)]
    return result


def bare_surnames(text: str, before: str, names: Names) -> list[str]:
    """Return the surnames that stand alone in `text` and whose bearer neither it nor the text `before` has named."""
    result: list[str] = []
    known = set(_WORD.findall(before))
    known |= {_POSSESSIVE.sub("", word) for word in known}
    for start, run in _runs(text):
        words = run.split(" ")
        surname = words[-1]
        alone = len(words) == 1 or all(word.rstrip(".") in _BEFORE_NAMES for word in words[:-1])
        if not alone:
            known.update(words)
        elif surname in names.full and surname not in known | KNOWN and not text[:start].casefold().endswith("the "):
            known.add(surname)
            result.append(surname)
    return result


def full_name(surname: str, names: Names) -> str | None:
    """Return the full form of the first mention of `surname`, None if the article names several bearers."""
    forms = names.full.get(surname, [])
    bearers = {(form.split(" ")[0], form.split(" ")[-1]) for form in forms}
    return forms[0] if len(bearers) == 1 else None


def complete(text: str, surname: str, full: str) -> str:
    """Return `text` with the first `surname` that stands alone, outside quotations, written as `full`."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    for start, run in _runs(text):
        words = run.split(" ")
        place = start + len(run) - len(words[-1])
        if words[-1] == surname and not any(first <= place < last for first, last in quoted):
            if any(word.rstrip(".") not in _BEFORE_NAMES for word in words[:-1]):
                return text
            return text[:place] + full + text[place + len(surname) :]
    return text


def _runs(text: str) -> Iterable[tuple[int, str]]:
    """Yield the place and text of each run of words with a capital, without a possessive at its end."""
    for match in _RUN.finditer(text):
        words, start = match[0].split(" "), match.start()
        first: list[str] = []
        for word in words:  # a possessive ends a name: "Russia's Putin" are two
            first.append(word)
            if _POSSESSIVE.search(word):
                yield start, _POSSESSIVE.sub("", " ".join(first))
                start += len(" ".join(first)) + 1
                first = []
        if first:
            yield start, " ".join(first)


def _person(run: str) -> str | None:
    """Return the full name that `run` ends with, None if it is not of a person with at least two names."""
    words = run.split(" ")
    while words and words[0].rstrip(".") in _LEADING:
        words.pop(0)
    if not 2 <= len(words) <= 4 or any(word in _NO_PERSON or (word.isupper() and len(word) > 2) for word in words):
        return None
    if len(words[-1]) <= 2 or words[0][0].islower():
        return None
    return " ".join(words)


def _people(everything: str) -> set[str]:
    """Return the names that `everything` treats as a person's: they speak, have an age, a title or an apposition."""
    return {match.group(match.lastgroup or 0) for sign in _PERSON_SIGNS for match in sign.finditer(everything)}


def _expansion(words: Sequence[str], acronym: str) -> str | None:
    """Return the end of `words` whose initials are those of `acronym`, None if there is none."""
    letters = [letter for letter in acronym if letter.isalpha()]
    for count in range(len(letters), len(letters) + 3):
        part = words[-count:]
        initials = [word[0] for word in part if word[0].isupper()]
        if len(part) == count and initials == letters:
            return " ".join(part)
    return None


def _definite(text: str, before: str, asked: int) -> list[str]:
    """Return the nouns that begin within the first `asked` characters of `text` and point to nothing."""
    found: list[str] = []
    for match in _DEFINITE.finditer(_QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)):
        if match.start() >= asked:
            break
        earlier = f"{before} {text[: match.start()]}"
        kind = match.lastgroup or ""
        noun = match[kind].casefold()
        if not _introduces(earlier, kind, noun):
            found.append(noun)
    return found


def _introduces(earlier: str, kind: str, noun: str) -> bool:
    folded = earlier.casefold()
    stem = noun.rstrip("s")
    if re.search(rf"\b{re.escape(stem)}", folded):
        return True
    match kind:
        case "event":
            families = [family for family in _EVENTS if any(noun.startswith(word) for word in family)]
            return any(re.search(rf"\b{word}", folded) for family in families for word in family)
        case "person":
            return bool(_PERSON_BEFORE.search(earlier) or _NAME_BEFORE.search(earlier))
        case "kin":
            return bool(_KIN_BEFORE.search(folded))
        case "work":
            return bool(_NAME_BEFORE.search(earlier))
        case "topics" | "thing":
            return False
        case _:
            return len(folded.split()) > 3

"""Control lines: what a wire says to its editors and not to their readers. They are taken off before the title "
"is found.

embargoes                worker.clean.embargo
kills                    "KILL", "BC-Varland-Mill, ELIMINATION", "EDITORS: Kill the story slugged ..."
advisories               "ADVISORY", "EDITORS: Here are the stories that ...", plans of coverage, tests
slugs, marks, releases   "BC-Varland-Mill", "1ST LEAD", "FOR IMMEDIATE RELEASE"

The head of a text is searched for them, down to the first paragraph of its story. Kills and advisories need words that
no story has there: "Kill the bill, say protesters" is a headline.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from producers.article import UNKNOWN, Embargo, Signal, Status
from worker.article import Dropped
from worker.clean.dateline import dateline_of
from worker.clean.embargo import embargo_of, names_only_a_time
from worker.clean.marks import KILL_WORDS, mark_alone, marks_of
from worker.clean.names import AGENCIES

#: Among how many first paragraphs control lines are looked for, and how many of them may be something else (a headline,
#: a standfirst) before the story counts as begun.
_HEAD, _MOST_BETWEEN = 12, 2
#: Characters from which a line is a paragraph of the story, and no headline.
_STORY = 200
#: Longest headline, in characters, that stands below a slug.
_LONGEST_HEADLINE = 170
#: Paragraphs that are read for what a note to editors is about.
_REACH = 8
#: Longest note, in characters, that is kept of what a wire says to its editors.
_LONGEST_NOTE = 500
#: Fewest words of a paragraph that is a story's own.
_FEWEST_WORDS = 8
#: How many paragraphs that plan coverage make a text an advisory: with a heading that says so, and without one.
_PLANS_UNDER_HEADING, _PLANS = 2, 3
#: Among how many first paragraphs such a text has its first plan.
_PLANS_BEGIN = 3

_EDGE = r"[\W_]*"
_KILL_STRONG = re.compile(rf"{_EDGE}(?:(?:{KILL_WORDS})\b{_EDGE})+")
_KILL_COMPANION = (
    "mandatory|bulletin|urgent|notice|story|stories|advisory|alert|news|article|item|copy|editors?|eds|please|immediate"
    "|immediately|attention|avis|d['’]|de|la|dépêche|depeche|noticia|notizia|despacho|der|die|meldung|achtung|aviso|di"
)
_KILL_ANY_CASE = (
    f"{KILL_WORDS}|killed|withheld|withdrawn|withdrawal|withdraw|retraction|retracted|cancel(?:l?ed|lation)|eliminated"
    "|storno|stornierung|spiked?"
)
#: A whole line of kill words and their companions; one companion, a repetition or capitals make it certain.
_KILL_LINE = re.compile(
    rf"{_EDGE}(?:(?:{_KILL_COMPANION})\b{_EDGE})*(?:(?:{_KILL_ANY_CASE})\b{_EDGE})+(?:(?:{_KILL_COMPANION})\b{_EDGE})*",
    re.IGNORECASE,
)
#: With the initials of an agency: "NPA KILL".
_KILL_OF_AGENCY = re.compile(r"[\W_]*[A-Z]{2,3}\s(?:KILL|ELIMINATION|WITHHOLD)[\W_]*")
_KILL_COMPANIONS = re.compile(rf"\b(?:{_KILL_COMPANION})\b", re.IGNORECASE)
_KILL_IN_TAIL = re.compile(rf"(?:{_KILL_ANY_CASE})", re.IGNORECASE)

_THING = (
    r"(?:story|stories|item|dispatch|copy|report|article|text|piece|version|take|alert|snap|bulletin"
    r"|slug\w*|BC-|AM-|PM-)"
)
#: How a note tells editors to take a story out, in the languages of the agencies.
_INSTRUCTION = re.compile(
    rf"\b(?:kill|withhold|eliminate|withdraw|retract|disregard|ignore|spike|delete|hold|cancel|do not use|don['’]t use"
    rf"|do not publish)\b.{{0,60}}\b{_THING}"
    rf"|\b{_THING}.{{0,160}}\b(?:is|are|was|were|has been|have been|must be|should be)\s(?:hereby\s"
    rf"|being\s)?(?:killed|withdrawn"
    rf"|withheld|eliminated|retracted|annulled|cancelled|canceled)\b"
    r"|\bkill is mandatory\b|\bmandatory (?:kill|elimination)\b|\bmust not be (?:used|published)\b"
    r"|\b(?:nicht (?:zu )?(?:verwenden|verwendet|veröffentlich\w+)|(?:verwenden"
    r"|veröffentlichen) sie .{0,80} nicht|zurückgezogen|gegenstandslos|bitte (?:streichen|löschen))\b"
    r"|\b(?:annul(?:e|er|ée|ons|ez)|ne pas (?:utiliser|publier|diffuser)|ne doit pas être (?:utilisée?|publiée?))\b"
    r"|\b(?:anul(?:e|en|ar|ada|amos)|no (?:utilizar|utilicen|publicar|publiquen|difundir|difundan))\b"
    r"|\b(?:annullare|annullate|annullata|non (?:utilizzare|pubblicare|diffondere))\b"
    r"|\b(?:anular|anulem|não (?:utilizar|publicar|divulgar)|niet (?:gebruiken|publiceren)|ingetrokken)\b"
    r"|аннулир|не использовать|не публиковать|просим снять",
    re.IGNORECASE,
)
#: How an agency reports to its editors, without addressing them, that it takes a story back.
_TAKEN_BACK = re.compile(
    rf"(?:please\s|bulletin\W+)?(?:kill|withhold|eliminate|disregard|do not use)\s(?:the\s|our\s|this\s"
    rf"|all\s)?(?:\w+\s){{0,2}}?{_THING}"
    rf"|(?:the|our|this)\s(?:\w+\s){{0,2}}?{_THING}\W+(?:headlined|slugged|titled|entitled|filed|transmitted"
    rf"|moved|sent|dated)"
    rf"\b.{{0,160}}\b(?:is|are|has been|have been)\s(?:hereby\s|being\s)?(?:killed|withdrawn"
    rf"|withheld|eliminated|retracted|annulled)\b"
    rf"|(?:{'|'.join(re.escape(name) for name in AGENCIES if name.isascii())}|we)\s(?:is\s|are\s|has\s"
    rf"|have\s)?(?:withdrawing|withdraws"
    rf"|withdrawn|withdraw|killing|kills|kill|annuls|retracts)\s(?:the|its|our|a)\s(?:\w+\s){{0,2}}?{_THING}",
    re.IGNORECASE,
)

#: How a line addresses editors, and what it says to them.
_ADDRESS = re.compile(
    r"[\W_]*(?:(?:attention|attn\.?|note to|notes to|to|dear|memo to|advisory to)\s+(?:all\s+|the\s+)?"
    r"(?:news\s*)?(?:editors?|eds|desks?|subscribers?|clients?|customers?|newsrooms?|users|members)"
    r"(?:(?:\s*(?:,|and|&)\s*)(?:editors?|subscribers?|clients?|customers?|news\s*desks?|broadcasters))*"
    r"|(?P<bare>(?:news )?editors?|eds|news\s*desks|subscribers|clients)"
    r"|achtung,? redaktionen|an (?:die|alle) redaktionen|(?:hinweis|mitteilung|information) (?:an"
    r"|für) die redaktion(?:en)?"
    r"|hinweis für redaktionen|redaktionen|avis (?:aux|à nos) (?:rédactions?|abonnés|clients)|note (?:aux"
    r"|à nos) (?:rédactions?"
    r"|abonnés|clients)|attention rédactions?|a (?:los|las) (?:señores )?(?:editores|redacciones|abonados"
    r"|suscriptores|clientes)"
    r"|nota a (?:los )?(?:editores|abonados|redactores)|señores (?:editores|abonados)"
    r"|(?:nota|avviso) (?:ai redattori|alle redazioni|agli abbonati)|(?:nota|aviso) (?:aos|às) (?:editores"
    r"|redações|assinantes)"
    r"|(?:noot|mededeling) (?:voor|aan) (?:de )?redacties?|till? redaktion(?:en|erna)|к сведению (?:редакторов"
    r"|редакций|подписчиков)"
    r"|вниманию (?:редакторов|редакций)|致编辑|编者注意|敬告用户|編集者各位|편집자 주의|데스크 참고)"
    r"\s*(?:[:：]|\s[-–—]|[-–—](?=\s)|[,!]?\s*\Z)\s*(?P<said>.*)",
    re.IGNORECASE | re.DOTALL,
)
_FOR_INFORMATION = re.compile(
    r"[\W_]*(?:the following(?: \w+)?|this (?:item|text|note|information|message|advisory|schedule"
    r"|list)) is (?:being sent |sent "
    r"|provided |intended )?(?:only )?for (?:(?:your|editors['’]?|clients['’]?|internal) (?:information"
    r"|guidance|planning|use)"
    r"|(?:information|guidance|planning)(?: purposes)? only|planning purposes)\b.*"
    r"|[\W_]*for (?:your |editors['’] )?(?:information|guidance) only\b.*"
    r"|[\W_]*(?:nur zur information der redaktion|pour information des (?:rédactions|abonnés)|a título informativo para"
    r"|solo per informazione (?:dei|delle))\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ADVISORY_ALONE = re.compile(
    r"[\W_]*(?:(?:\w+[ -]){0,3}(?:advisory|advisories)(?:[ -]\w+){0,2}|coverage (?:plans?|advisory)"
    r"|planned coverage|news (?:agenda|budget|diary"
    r"|list|planner)|(?:day|week) ahead planner|daybook|terminvorschau|tagesvorschau|themenüberblick|prévisions"
    r"|agenda informativa"
    r"|service message|technical note)[\W_]*",
    re.IGNORECASE,
)
_ADVISORY_PREFIX = re.compile(
    r"[\W_]*(?:(?i:(?:media|news|coverage|planning|schedule|technical|client|photo|video) advisory)|ADVISORY"
    r"|ADVISORIES)\s*[:–—-]\s*.+",
)
_TAKEN_BACK_IN_ADVISORY = re.compile(
    r"\b(?:story|report|item|article|headline|alert|snap)s?\b.*\b(?:withdrawn|killed|retracted|withheld|eliminated)\b"
    r"|\b(?:withdrawal|retraction|kill) of\b",
    re.IGNORECASE,
)
_DIGEST = re.compile(
    r".{0,80}\b(?:digest|budget|agenda|planner|diary|schedule|menu|newslist|advisory|coverage plans?|daybook"
    r"|lineup|line-up"
    r"|prospects|vorschau|themen|prévisions|previsiones|previsioni)\b.{0,60}",
    re.IGNORECASE,
)
#: Sentences and marks of a plan of coverage.
_PLAN = re.compile(
    r"\bhere (?:are|is) (?:the|our) (?:\w+ ){0,3}(?:stories|schedule|plans?|items|coverage|list)\b"
    r"|\bstories? (?:that |which )?(?:\w+ )?(?:plans?|expects?|intends?) to (?:move|send|file|cover|carry)\b"
    r"|\b(?:plans?|expects?) to (?:move|send|file|cover|transmit) (?:\w+ ){0,3}(?:stories|copy|photos|items"
    r"|today|tomorrow)\b"
    r"|\b(?:story|stories|copy|photos?|pictures|video|coverage|item|items|update|text|lead|wrap|writethru"
    r"|sidebar)\b.{0,80}\bwill (?:move|be moved|be moving|"
    r"be sent|be filed|be transmitted|follow|run)\b|\bwill (?:move|file|transmit) (?:\w+ ){0,3}(?:by|at|on"
    r"|story|stories|copy|photos)\b"
    r"|\b(?:planned|our) coverage\b|\bcoverage plans?\b|\ball times (?:are )?(?:in )?(?:GMT|UTC|E[SD]?T|CES?T|local)\b",
    re.IGNORECASE,
)
#: Marks of one story in such a plan.
_PLANNED = re.compile(
    r"\b(?:UPCOMING|SENT|MOVED|DEVELOPING|TO COME|EXPECTED):\s|\b\d{2,4} words\b"
    r"|(?<!\w)(?:photos|pictures|video|graphics)\.\Z",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"[\W_]*(?:(?:test[\W_]*){2,}|this is (?:only )?a test\b.{0,120}|(?:test (?:message|story|item|transmission"
    r"|only)|test)[\W_]+(?:please |pls )?"
    r"(?:ignore|disregard|do not use)\b.{0,80}|(?:please )?(?:ignore|disregard)[\W_]+(?:this is )?(?:a "
    r"|only )?test\b.{0,60})",
    re.IGNORECASE,
)

_RELEASE = re.compile(
    r"[\W_]*(?:for immediate (?:release|publication|distribution|use)|(?:press|news|media) release"
    r"|pressemitteilung|presseinformation"
    r"|communiqué de presse|pour diffusion immédiate|comunicado de prensa|para (?:difusión|publicación) inmediata"
    r"|comunicato stampa|comunicado de imprensa|persbericht|pressmeddelande|pressemelding"
    r"|пресс-релиз)\b[\s:|–—-]*(?P<rest>.*)",
    re.IGNORECASE,
)

_VERSION = (
    r"(?:\d{0,2}(?:st|nd|rd|th)?[ -]?(?:ld|lead|lede|wrap(?:up)?|add|take|sub|update|sched|urgent"
    r"|writethru)(?:\d{0,2})\b)"
)
_TAIL = (
    rf"(?P<tail>\s?,\s?.{{0,80}}|\s?(?:{_VERSION}[\w ,.-]{{0,40}})|\s?\([^()]{{1,60}}\)"
    rf"|\s*[-–—]\s(?:{KILL_WORDS}|Kill)|[\s-](?:{KILL_WORDS}))?"
)
_SLUG_WORD = r"[\w&'’.+]+"
#: With a wire's cycle before it; with two hyphens, or a version behind it; one word of several parts; with its label.
_SLUG_CERTAIN = re.compile(
    rf"(?P<slug>(?:BC|AM|PM|AP|PA|HFR|ADV|AFP|UPI|dpa)-{{1,2}}[A-Z0-9]{_SLUG_WORD}(?:-{{1,2}}{_SLUG_WORD}){{0,5}}"
    rf"(?: [A-Z0-9]{_SLUG_WORD}){{0,2}}"
    rf"|[A-Z]{{2,6}}(?:-[A-Z]{{1,8}})?--{_SLUG_WORD}(?:[- ]{_SLUG_WORD}){{0,6}})/?{_TAIL}"
)
_SLUG_VERSIONED = re.compile(
    rf"(?P<slug>{_SLUG_WORD}(?:[-/ ]{_SLUG_WORD}){{0,5}})/?(?P<tail>\s?,\s?(?:{_VERSION}|(?i:{_KILL_ANY_CASE}"
    rf"|advisory|correct\w*|embargo\w*)\b).{{0,60}})"
)
_SLUG_BARE = re.compile(rf"(?P<slug>[^\W\d_]{_SLUG_WORD}(?:[-/]{{1,2}}{_SLUG_WORD}){{1,5}})(?P<end>/?){_TAIL}")
_SLUG_LABEL = re.compile(r"(?:slug ?line|slug|slugged)\s*:\s*(?P<slug>\S.{0,79}?)(?P<tail>)", re.IGNORECASE)
_KILL_BEHIND_SLUG = re.compile(rf"[-/ ](?:{KILL_WORDS})\Z")
#: A kill with its slug on one line, in any case: "Story removed: BC-Varland-Mill".
_KILL_OF_SLUG = re.compile(
    rf"[\W_]*(?:(?:{_KILL_COMPANION})\s+)*(?:{_KILL_ANY_CASE}|removed"
    rf"|deleted)\b[\s:–—-]+(?P<slug>[\w&'’]+(?:[-/]{{1,2}}[\w&'’]+)+)",
    re.IGNORECASE,
)
_SLUG_NAMED = re.compile(
    r"\b(?i:slug ?lined?|slugged|slug)\s*:?\s*[\"“'‘]?(?P<slug>[\w&'’]+(?:[-/]{1,2}[\w&'’]+)*)"
    r"|(?<!\w)(?P<certain>(?:BC|AM|PM|AP)-[A-Z][\w&'’]*(?:-{1,2}[\w&'’]+)*)"
    r"|\b(?i:story|item|meldung|bericht|dépêche|despacho|noticia|notizia|notícia)\s(?P<parted>[A-Z]\w+(?:-{1,2}\w+)+)",
)
_NOTE_CORRECTS = re.compile(r"\W*(?:corrects?|correcting|corrected|fixes)\b", re.IGNORECASE)
_NOTE_UPDATES = re.compile(r"\W*(?:updates?|updating|adds?|recasts?|rewrites?|leads?)\b", re.IGNORECASE)
_NOTE_ABOVE_STORY = re.compile(r"([(\[][^()\[\]]{4,300}[)\]])\s+(?=\S)")
_NOTE_IN_BRACKETS = re.compile(
    r"\(\s*(?:corrects?|corrected|refiles|fixes|corrige|korrigiert|berichtigt)\b[^()]{3,400}\)\.?", re.IGNORECASE
)


@dataclass(slots=True)
class Control:
    """What is left of a text without its control lines, and what they said.

    `note` is the word to the editors, or the reason why the text is no news; `remarks` are for the reader of `wiredesk
    clean`; `is_release` says that a press office wrote it.
    """

    paragraphs: list[str]
    title: str | None
    status: Status = Status.USABLE
    embargo: Embargo | None = None
    signal: Signal | None = None
    note: str | None = None
    slug: str | None = None
    is_release: bool = False
    dropped: list[Dropped] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def drop(self, index: int, rule: str) -> str:
        """Take the paragraph at `index` out and return it."""
        line = self.paragraphs.pop(index)
        self.dropped.append(Dropped(line, rule))
        return line

    def say(self, note: str) -> None:
        """Keep `note`, behind what is kept already."""
        text = " ".join(f"{self.note or ''} {note}".split())
        self.note = text if len(text) <= _LONGEST_NOTE else text[: _LONGEST_NOTE - 1].rstrip() + "…"

    def set_status(self, status: Status) -> None:
        """Set `status`, unless a stricter one is set."""
        self.status = stricter_status(self.status, status)

    def set_signal(self, signal: Signal | None) -> None:
        """Set `signal`; a correction outweighs an update."""
        self.signal = Signal.CORRECTION if Signal.CORRECTION in (self.signal, signal) else self.signal or signal


def stricter_status(one: Status, other: Status) -> Status:
    """Return the stricter of two: canceled before withheld before usable."""
    order = (Status.USABLE, Status.WITHHELD, Status.CANCELED)
    return max(one, other, key=order.index)


def stricter_embargo(one: Embargo | None, other: Embargo | None) -> Embargo | None:
    """Return the one of two embargoes that holds longer: one without a time holds longest."""
    if UNKNOWN in (one, other):
        return UNKNOWN
    times = [until for until in (one, other) if isinstance(until, datetime)]
    return max(times, default=None)


def without_control(paragraphs: Sequence[str], title: str | None, received_at: datetime) -> Control:
    """Return what `paragraphs` hold besides control lines, with what these say.

    `title` is the headline where it is known from elsewhere. Times without a date count from `received_at`.
    """
    control = Control(list(paragraphs), title)
    if title:
        _read_title(control, title, received_at)
    _take_head(control, received_at)
    _take_embargoes_below(control, received_at)
    if control.status is Status.USABLE:
        _judge_as_advisory(control)
    if control.status is not Status.USABLE:
        _take_leftovers(control)
    return control


def _read_title(control: Control, title: str, received_at: datetime) -> None:
    embargo = embargo_of(title, received_at)
    if embargo:
        _set_embargo(control, embargo.until, assumed_utc=embargo.assumed_utc)
        title = embargo.headline
    marks = marks_of(title)
    if marks.status is not Status.USABLE:
        control.set_status(marks.status)
    control.set_signal(marks.signal)
    slug = _SLUG_CERTAIN.fullmatch(marks.headline) or _SLUG_VERSIONED.fullmatch(marks.headline)
    if slug:
        _take_slug(control, slug, received_at)
        control.title = None
    else:
        control.title = marks.headline or None


def _take_head(control: Control, received_at: datetime) -> None:
    """Take the control lines out of the head, down to the first paragraph of the story."""
    index = passed = 0
    for _ in range(_HEAD):
        if index >= len(control.paragraphs) or passed > _MOST_BETWEEN:
            return
        line = control.paragraphs[index]
        if any(step(control, index, received_at) for step in _STEPS):
            continue
        if not passed and len(line) <= _LONGEST_HEADLINE and _read_first_line(control, index):
            continue
        if len(line) > _STORY or dateline_of(line):
            passed = _MOST_BETWEEN
        passed += 1
        index += 1


def _read_first_line(control: Control, index: int) -> bool:
    """Read the marks before and behind what is probably the headline (or a slug), and return whether there were any."""
    marks = marks_of(control.paragraphs[index])
    if marks.headline == control.paragraphs[index] or (control.title and not _slug_alone(marks.headline)):
        return False
    control.paragraphs[index] = marks.headline
    control.set_status(marks.status)
    control.set_signal(marks.signal)
    if marks.status is Status.CANCELED and (slug := _slug_alone(marks.headline)):
        control.slug = control.slug or slug
        control.drop(index, "kill")
    return True


# --- the steps: each takes the line at an index, or leaves it


def _take_embargo(control: Control, index: int, received_at: datetime) -> bool:
    line = control.paragraphs[index]
    embargo = embargo_of(line, received_at)
    if embargo is None:
        return False
    following = control.paragraphs[index + 1] if index + 1 < len(control.paragraphs) else ""
    if embargo.until == UNKNOWN and not embargo.headline and names_only_a_time(following):
        joined = embargo_of(f"{line} {following}", received_at)
        if joined:
            embargo = joined
            control.drop(index + 1, "embargo")
    control.drop(index, "embargo")
    if embargo.headline:
        control.paragraphs.insert(index, embargo.headline)
    _set_embargo(control, embargo.until, assumed_utc=embargo.assumed_utc)
    return True


def _set_embargo(control: Control, until: Embargo | None, *, assumed_utc: bool) -> None:
    control.embargo = stricter_embargo(control.embargo, until)
    if until is not None and assumed_utc:
        control.remarks.append("The embargo in the text names no timezone and was read as UTC.")
    elif until == UNKNOWN:
        control.remarks.append("The text has an embargo whose time cannot be read.")


def _take_release(control: Control, index: int, received_at: datetime) -> bool:
    match = _RELEASE.fullmatch(control.paragraphs[index])
    if match is None or (match["rest"] and not names_only_a_time(match["rest"])):
        return False
    control.drop(index, "press release")
    control.is_release = True
    return True


def _take_test(control: Control, index: int, received_at: datetime) -> bool:
    if len(control.paragraphs[index]) > _LONGEST_HEADLINE or not _TEST.fullmatch(control.paragraphs[index]):
        return False
    control.set_status(Status.WITHHELD)
    control.say(f"A test of the wire: {control.drop(index, 'advisory')}")
    return True


def _take_kill(control: Control, index: int, received_at: datetime) -> bool:
    line = control.paragraphs[index]
    if len(line) <= _LONGEST_HEADLINE and _is_kill_line(line):
        control.drop(index, "kill")
        control.set_status(Status.CANCELED)
        return True
    if len(line) <= _LONGEST_HEADLINE and (named := _KILL_OF_SLUG.fullmatch(line)):
        control.drop(index, "kill")
        control.slug = control.slug or named["slug"]
        control.set_status(Status.CANCELED)
        return True
    if _TAKEN_BACK.match(line) and not dateline_of(line):
        _kill(control, control.drop(index, "kill"))
        return True
    return False


def _is_kill_line(line: str) -> bool:
    if _KILL_STRONG.fullmatch(line) or _KILL_OF_AGENCY.fullmatch(line):
        return True
    return bool(_KILL_LINE.fullmatch(line)) and bool(_KILL_COMPANIONS.search(line)) and len(line.split()) > 1


def _kill(control: Control, note: str) -> None:
    control.set_status(Status.CANCELED)
    named = _SLUG_NAMED.search(note)
    if control.slug is None and named:
        control.slug = (named["slug"] or named["certain"] or named["parted"]).strip("'’.")
    control.say(note)


def _take_advisory(control: Control, index: int, received_at: datetime) -> bool:
    line = control.paragraphs[index]
    if _FOR_INFORMATION.fullmatch(line):
        control.set_status(Status.WITHHELD)
        control.say(f"For editors, not for publication: {control.drop(index, 'advisory')}")
        return True
    if len(line) > _LONGEST_HEADLINE:
        return False
    if _ADVISORY_PREFIX.fullmatch(line) and _TAKEN_BACK_IN_ADVISORY.search(line):
        _kill(control, control.drop(index, "kill"))
        return True
    is_alone = _ADVISORY_ALONE.fullmatch(line) and (line.isupper() or _speaks_to_editors(control, index + 1))
    if is_alone or (_ADVISORY_PREFIX.fullmatch(line) and _speaks_to_editors(control, index)):
        control.set_status(Status.WITHHELD)
        control.say(f"An advisory to editors: {line}")
        if line.isupper() and len(line.split()) <= 2:
            control.drop(index, "advisory")
            return True
    return False


def _is_plan(text: str) -> bool:
    return bool(_PLAN.search(text[: 3 * _STORY]) or _PLANNED.search(text[: 3 * _STORY]))


def _speaks_to_editors(control: Control, start: int) -> bool:
    return any(
        _is_plan(text)
        or _ADDRESS.match(text)
        or _INSTRUCTION.search(text)
        or re.search(r"\b(?:editors|subscribers)\b", text)
        for text in control.paragraphs[start : start + _REACH]
    )


def _take_note(control: Control, index: int, received_at: datetime) -> bool:
    """Take a line that addresses editors: a kill, an advisory, or a word about the story that follows."""
    _part_note_from_story(control, index)
    line = control.paragraphs[index]
    address = _ADDRESS.fullmatch(line)
    if address is None or _is_headline_on_editors(control, index, address):
        if index < _REACH and _NOTE_IN_BRACKETS.fullmatch(line):
            control.say(control.drop(index, "desk note"))
            control.set_signal(Signal.CORRECTION)
            return True
        return False
    said = address["said"] or (control.paragraphs[index + 1] if index + 1 < len(control.paragraphs) else "")
    others = control.paragraphs[index + 1 :]
    if _INSTRUCTION.search(said):
        control.drop(index, "kill")
        _kill(control, control.drop(index, "kill") if not address["said"] and others else line)
        return True
    story = [text for text in others if len(text.split()) >= _FEWEST_WORDS and not _is_plan(text)]
    is_letter = not address["said"] and not address["bare"]
    if not story or ((is_letter or _PLAN.search(said)) and not any(map(dateline_of, others[:_REACH]))):
        control.drop(index, "advisory")
        control.set_status(Status.WITHHELD)
        control.say(f"A note to editors, not news: {line}")
        return True
    if not address["said"]:
        return False
    control.drop(index, "desk note")
    control.say(line)
    if _NOTE_CORRECTS.match(said):
        control.set_signal(Signal.CORRECTION)
    elif _NOTE_UPDATES.match(said):
        control.set_signal(Signal.UPDATE)
    return True


def _part_note_from_story(control: Control, index: int) -> None:
    """Make a note in brackets that stands at the head of its story's paragraph a paragraph of its own."""
    line = control.paragraphs[index]
    match = _NOTE_ABOVE_STORY.match(line)
    if match and _ADDRESS.fullmatch(match[1]) and len(line) - match.end() > _STORY:
        control.paragraphs[index : index + 1] = [match[1], line[match.end() :]]


def _is_headline_on_editors(control: Control, index: int, address: re.Match[str]) -> bool:
    """Whether a line such as "Editors: the film about a newsroom" is the headline of the story right under it."""
    name = address["bare"]
    if (
        not name
        or name.isupper()
        or address.string.startswith(("(", "["))
        or index
        or control.title
        or address["said"].endswith((".", "!"))
    ):
        return False
    return any(len(text) > _STORY or dateline_of(text) for text in control.paragraphs[1:2])


def _take_mark(control: Control, index: int, received_at: datetime) -> bool:
    is_mark, signal = mark_alone(control.paragraphs[index])
    if not is_mark or index + 1 >= len(control.paragraphs):
        return False
    control.drop(index, "mark")
    control.set_signal(signal)
    return True


def _take_slug_line(control: Control, index: int, received_at: datetime) -> bool:
    line = control.paragraphs[index]
    if len(line) > 120 or index > _MOST_BETWEEN:
        return False
    match = _SLUG_CERTAIN.fullmatch(line) or _SLUG_VERSIONED.fullmatch(line) or _SLUG_LABEL.fullmatch(line)
    if match is None:
        bare = _SLUG_BARE.fullmatch(line)
        is_killed = bare is not None and bool(_KILL_IN_TAIL.match((bare["tail"] or "").strip(" ,()-–—")))
        if bare is None or not (bare["end"] or is_killed or _stands_above_headline(control, index)):
            return False
        match = bare
    control.drop(index, "slug")
    _take_slug(control, match, received_at)
    return True


def _slug_alone(text: str) -> str | None:
    match = _SLUG_CERTAIN.fullmatch(text) or _SLUG_BARE.fullmatch(text)
    return match["slug"] if match else None


def _stands_above_headline(control: Control, index: int) -> bool:
    """Whether the line at `index` is followed by a headline: given from elsewhere, or a short line above the story."""
    following = control.paragraphs[index + 1 : index + 3]
    if index or not following:
        return False
    if control.title:
        return True
    return len(following) == 2 and _is_headline(following[0]) and not dateline_of(following[0])


def _is_headline(text: str) -> bool:
    return len(text) <= _LONGEST_HEADLINE and not text.endswith((".", "。", ":")) and len(text.split()) >= 3


def _take_slug(control: Control, match: re.Match[str], received_at: datetime) -> None:
    """Keep the slug of `match`, and what its tail says: a version, a kill, an embargo."""
    control.slug = control.slug or match["slug"].strip(" -/.,")
    tail = (match["tail"] or "").strip(" ,()-–—")
    killed = _KILL_BEHIND_SLUG.search(control.slug)
    if killed:
        control.slug = control.slug[: killed.start()]
        control.set_status(Status.CANCELED)
    if _KILL_IN_TAIL.match(tail):
        control.set_status(Status.CANCELED)
    elif re.match(r"(?i:correct)|(?i:refile)", tail):
        control.set_signal(Signal.CORRECTION)
    elif re.match(r"(?i:advisory|adv\b)", tail):
        control.set_status(Status.WITHHELD)
        control.say(f"An advisory to editors: {match.group()}")
    elif embargo := embargo_of(tail, received_at):
        _set_embargo(control, embargo.until, assumed_utc=embargo.assumed_utc)
    elif re.match(_VERSION, tail, re.IGNORECASE):
        control.set_signal(Signal.UPDATE)


#: Most certain first. A step that takes a line is followed by all of them on the next.
_STEPS: tuple[Callable[[Control, int, datetime], bool], ...] = (
    _take_embargo,
    _take_release,
    _take_test,
    _take_kill,
    _take_note,
    _take_advisory,
    _take_mark,
    _take_slug_line,
)


def _take_embargoes_below(control: Control, received_at: datetime) -> None:
    """Take the embargo lines that stand among or under the paragraphs of the story."""
    for index in range(len(control.paragraphs) - 1, -1, -1):
        embargo = embargo_of(control.paragraphs[index], received_at, at_head=False)
        if embargo and not embargo.headline:
            control.drop(index, "embargo")
            _set_embargo(control, embargo.until, assumed_utc=embargo.assumed_utc)


def _judge_as_advisory(control: Control) -> None:
    """Withhold a text that is a plan of coverage as a whole, though no line addresses the editors."""
    if not any(map(_is_plan, control.paragraphs[:_PLANS_BEGIN])):
        return
    plans = sum(map(_is_plan, control.paragraphs))
    heading = control.title or (control.paragraphs[0] if control.paragraphs else "")
    is_heading = len(heading) <= 100 and bool(_DIGEST.fullmatch(heading))
    if plans >= (_PLANS_UNDER_HEADING if is_heading else _PLANS) and 2 * plans >= len(control.paragraphs) - 1:
        control.set_status(Status.WITHHELD)
        control.say("A plan of coverage for editors, not news.")


def _take_leftovers(control: Control) -> None:
    """Take signatures and times under a kill or an advisory, where no word of a story is left."""
    if control.status is Status.CANCELED and control.note is None:
        control.say("Killed by its source.")
    if control.title is None and len(control.paragraphs) == 1 and _is_headline(control.paragraphs[0]):
        control.title = control.paragraphs.pop()
    rule = "kill" if control.status is Status.CANCELED else "advisory"
    if all(len(text.split()) < 3 for text in control.paragraphs):
        for _ in range(len(control.paragraphs)):
            control.drop(0, rule)

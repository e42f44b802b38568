"""Marks that a desk sets before a headline: what they say of the story, and the headline without them.

A mark stands at the very start, in brackets or parted by a colon or a dash: "Oda takes LEAD Over Hollin" is a headline.
"""

import re
from dataclasses import dataclass

from producers.article import Signal, Status

#: Most marks before one headline: "UPDATE 2-CORRECTED-(OFFICIAL)".
_MOST_MARKS = 4
#: Fewest characters that a headline has without its marks.
_SHORTEST = 2

_CORRECTION = (
    "corrected|correction|corrects|corrective|refile|refiled|refiling|korrektur|korrigiert|berichtigung|berichtigt"
    "|rectificatif|corrigé|corrige|corr|corrección|correccion|rectificación|rectificacion|rettifica|correzione|correção"
    "|retificação|errata|erratum|correctie|rectificatie|rättelse|korrigering|rettelse|oikaisu|sprostowanie|korekta"
    "|düzeltme|исправление|исправлено|уточнение|поправка|更正|勘误|訂正|정정|تصحيح"
)
_UPDATE = (
    "update|updated|updates|wrapup|aktualisierung|aktualisiert|zusammenfassung|actualisation|actualisé|mise à jour"
    "|actualización|actualizacion|ampliación|ampliacion|aggiornamento|aggiornato|atualização|atualizada|uppdatering"
    "|güncelleme|обновление|обновлено|дополнение|更新|続報|종합|تحديث"
)
#: A desk's own words for how urgent a story is, or that it is sent again; in capitals. "BREAKING:" and "AVANCE:" speak
#: to readers, too, and stay.
_URGENCY = (
    "RPT|REPEAT|URGENT|FLASH|BULLETIN|NEWSALERT|NEWS ALERT|BREAKING NEWS|EXTRA|EILMELDUNG|EIL|ROUNDUP|BRIEF"
    "|СРОЧНО|МОЛНИЯ|快讯|速報|속보"
)
#: Kills in the languages of the agencies, as prefixes: the first ones say nothing else, and so need no slug behind.
KILL_WORDS = (
    "KILL|WITHHOLD|ELIMINATION|ELIMINATE|ANNULATION|ANNULÉE?|ANULACIÓN|ANULACION|ANULAD[AO]|ANULAR|ANNULLAMENTO"
    "|ANNULLAT[AO]|ANNULLARE|ANULAÇÃO|ANNULLIERUNG|ANNULLIERT|ZURÜCKGEZOGEN|INGETROKKEN|ANNULERING|INTREKKING"
    "|ANNULLERAS|ANNULLERET|ANNULLERT|MAKULERING|ANULOWAN[EOA]|WYCOFAN[EOA]|İPTAL|АННУЛИРОВАНО|АННУЛИРУЕТСЯ"
    "|АННУЛИРОВАНИЕ|撤稿|撤销|废稿|全文取り消し|取り消し|配信取消|전문취소|기사취소|إلغاء|ملغى"
)

_COUNT = r"(?:\s?\d{1,2}|\s?/\s?\d)?"
_VERSION = r"\d{1,2}(?:st|nd|rd|th) (?:ld|lead|lede)(?:[- ]?writethru)?"
_BREAK = r"\s*(?:[:|]|\s--?\s|\s[–—]\s|[-–—](?=[^\s-]))\s*"


@dataclass(frozen=True, slots=True)
class Marks:
    """A headline without its marks, and what they said: the last correction or update, and a kill."""

    headline: str
    signal: Signal | None = None
    status: Status = Status.USABLE


def _prefix(words: str, *, cased: bool = False) -> re.Pattern[str]:
    """A mark before a headline: in any case before a colon or in brackets, in capitals before a dash."""
    if cased:
        return re.compile(rf"(?:[\[(](?:{words}){_COUNT}[\])]\s*[:–—-]?|(?:{words}){_COUNT}{_BREAK})\s*(?=\S)")
    upper = "|".join(word.upper() for word in words.split("|"))
    return re.compile(
        rf"(?:[\[(（【](?i:{words}){_COUNT}[\])）】]\s*[:–—-]?|(?i:{words}){_COUNT}\s*[:：]|(?:{upper}){_COUNT}{_BREAK})\s*(?=\S)"
    )


_LEAD = re.compile(
    rf"(?:(?i:[\[(](?:lead|ld|{_VERSION})[\])])\s*[:–—-]?|(?i:{_VERSION}){_BREAK}|(?:LEAD|LD){_BREAK}"
    r"|(?:\d(?:ST|ND|RD|TH) )?(?:LEAD|LD|ROUNDUP|ZF)\s*:?\s+(?=[A-Z0-9ÄÖÜÉ][a-zäöü\d]))\s*(?=\S)"
)
_TABLE: tuple[tuple[re.Pattern[str], Signal | None, Status], ...] = (
    (_prefix(KILL_WORDS, cased=True), None, Status.CANCELED),
    (_prefix(_CORRECTION), Signal.CORRECTION, Status.USABLE),
    (_prefix("CORR", cased=True), Signal.CORRECTION, Status.USABLE),
    (_prefix(_UPDATE), Signal.UPDATE, Status.USABLE),
    (re.compile(r"(?:AMP|MAJ)(?:\s?\d{1,2})?(?:\.?\s?-|[.:])\s?(?=\S)"), Signal.UPDATE, Status.USABLE),
    (_LEAD, Signal.UPDATE, Status.USABLE),
    (_prefix(_URGENCY, cased=True), None, Status.USABLE),
    (
        re.compile(r"(?i:breaking news|news alert)\s*[:|]\s*(?=\S)|(?i:\((?:yonhap feature|urgent)\))\s*"),
        None,
        Status.USABLE,
    ),
)
_KILL_BEHIND = re.compile(rf"\s*[,(–—-]\s*(?:{KILL_WORDS})[)\]]?\s*\Z")
_VERSION_BEHIND = re.compile(rf"(?:\s*[,–—-]\s*|\s+)\(?{_VERSION}\)?\Z", re.IGNORECASE)
_ALONE = re.compile(
    rf"[\W_]*(?:(?P<correction>{_CORRECTION})|(?P<update>(?:{_UPDATE}){_COUNT}|{_VERSION}|lead|ld|writethru)"
    rf"|(?P<urgency>{_URGENCY}))[\W_]*",
    re.IGNORECASE,
)


def marks_of(headline: str) -> Marks:
    """Return `headline` without the marks of its desk, and what they say."""
    text, signal, status = headline, None, Status.USABLE
    for _ in range(_MOST_MARKS):
        match, row = next(((found, row) for row in _TABLE if (found := row[0].match(text))), (None, None))
        if match is None or row is None or len(text) - match.end() < _SHORTEST:
            break
        text = text[match.end() :]
        signal = Signal.CORRECTION if Signal.CORRECTION in (signal, row[1]) else signal or row[1]
        status = row[2] if row[2] is not Status.USABLE else status
    if not headline.isupper() and (killed := _KILL_BEHIND.search(text)) and killed.start() >= _SHORTEST:
        text, status = text[: killed.start()], Status.CANCELED
    if (version := _VERSION_BEHIND.search(text)) and version.start() >= _SHORTEST:
        text, signal = text[: version.start()], signal or Signal.UPDATE
    return Marks(text, signal, status)


def mark_alone(line: str) -> tuple[bool, Signal | None]:
    """Return whether `line` is nothing but a mark ("CORRECTED", "1ST LEAD", "UPDATE 2"), and its signal.

    A mark of one word stands in capitals: "Extra" and "Update" are headings.
    """
    match = _ALONE.fullmatch(line) if len(line) <= 40 else None
    if match is None or (line.isascii() and not line.isupper() and not any(map(str.isdigit, line))):
        return False, None
    if match["correction"]:
        return True, Signal.CORRECTION
    return True, Signal.UPDATE if match["update"] else None

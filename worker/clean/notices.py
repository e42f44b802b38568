"""What a house says about itself to its readers: notices at the edges of a story, and what ends a press release.

The test of a notice is a general one: a line that speaks to the reader (an imperative, "you") in words of the
publisher's trade. Stories quote, attribute and tell in the third person, and are kept.
"""

import re

from worker.clean.words import words

#: Longest notice, in characters.
_LONGEST = 300
#: Longest one, in characters, that one word of the trade proves because it names both the reader and the house.
_LONGEST_OF_BOTH = 160
#: Verbs with which a house asks its readers for something.
_IMPERATIVES = words(
    "sign subscribe get read watch follow join download click listen support donate share tell send email "
    "contact visit "
    "check see try start unlock become enjoy discover explore like stay don't don’t keep register log save browse shop "
    "find help write let choose consider come catch tune submit report post comment view learn never add turn pick "
    "give thank thanks hear have want do are looking need love got interested liked enjoyed missed please for want: "
    "abonnez suivez découvrez retrouvez inscrivez téléchargez partagez suscríbete síguenos sigue descarga comparte "
    "abonnieren folgen lesen laden melden iscriviti seguici scarica leggi assine siga baixe compartilhe"
)
#: Words of a publisher's trade: what it offers, and where its readers are to go.
_TRADE = re.compile(
    r"\b(?:newsletters?|subscri\w+|sign up|inbox|podcasts?|app|apps|app store|google play|alerts?"
    r"|notifications?|memberships?"
    r"|members?|donat\w+|journalism|newsroom|our (?:reporters?|reporting|coverage|website|site|readers|team"
    r"|channel|page|work"
    r"|stories|daily|weekly|free|community|partners?|privacy|terms|guide)|this (?:story|article|page|post"
    r"|report)|facebook"
    r"|twitter|instagram|whatsapp|telegram|linkedin|youtube|tiktok|threads|bluesky|google news|social media"
    r"|e-?mail(?:s|ed)?"
    r"|comments?|briefing|digest|free trial|log in|account|website|cookies?|stor(?:y|ies) tip|news tips?"
    r"|tip line|feedback"
    r"|latest (?:news|stories|headlines|updates)|breaking news|top stories|more (?:stories|news)|full story"
    r"|share (?:it|your)|thank(?:s| you) for (?:reading|watching|listening|visiting)|friends?"
    r"|letters? to the editor|print edition|e-?paper|archive|advertis\w+|sponsor\w*"
    r"|infolettre|boletín|canal|canale|kanal|lettre d['’]information|notre site|unsere[nm]? (?:newsletter|seite"
    r"|app))\b",
    re.IGNORECASE,
)
_READER = re.compile(
    r"\b(?:you|your|yours|you['’]\w+|vous|votre|vos|ihnen|ihre?n?|usted|tu|te|ti|você"
    r"|seu)\b",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"\b(?:we|we['’]\w+|us|our|ours|nous|notre|nos|uns|unsere?\w*|nuestr\w+|noi|nostr\w+"
    r"|noss\w+)\b",
    re.IGNORECASE,
)
#: Words of a story: who said what, and when.
_TOLD = re.compile(
    r"[\"“”„«»]|\b(?:said|says|told|asked|according|added|argued|claimed|wrote|warned|reported|announced|found"
    r"|showed|he|she|his|her"
    r"|him|they|their|police|court|minister|government|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|yesterday)\b",
    re.IGNORECASE,
)
_FEWEST_TRADE_OF_A_SENTENCE = 2
_LABEL = re.compile(
    r"(?:you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|also on \w+(?:\.\w+)+|like this (?:story"
    r"|article|post)\?"
    r"|most (?:read|popular|viewed|shared|commented)\b|more (?:from|on|in) \w+).{0,120}",
    re.IGNORECASE,
)

_RELEASE_LABEL = re.compile(
    r"(?i:about) (?:the )?[A-Z0-9][\w&.,'’®™+-]*(?: (?:[A-Z0-9&(][\w&.,'’®™()+-]*|of|the|and|for|de|in)){0,8}:?"
    r"|(?i:über) (?:die |den |das )?[A-Z][\w&.,'’®™-]*(?: [\w&.,'’®™()-]+){0,6}:?"
    r"|(?i:à propos) (?:de |d['’]).{2,60}|(?i:acerca de) .{2,60}"
    r"|(?i:(?:further|corporate|company|public relations) (?:contacts?|relations"
    r"|information)(?: contacts?)?\s*:?).{0,60}"
    r"|(?i:contacts?\s*:|contact(?:s)? (?:presse|media)\s*:?|contacto de prensa\s*:?).{0,60}"
    r"|(?i:notes? (?:to|for) (?:the )?editors?)\s*:?|\W*ENDS\W*|\W*Ends\W*|#{2,5}|-\s?30\s?-"
    r"|(?i:view (?:source|original content)) .{0,60}"
)
_SURE_RELEASE_LABEL = re.compile(
    r"(?:cautionary .{0,40})?forward[- ]looking (?:statements?|information).{0,40}|safe harbou?r statement.{0,50}"
    r"|(?:media|press|investor) (?:contacts?|relations|inquiries|enquiries)(?: contacts?)?\s*:?"
    r"|pressekontakt\s*:?|#{3}",
    re.IGNORECASE,
)


def tells(text: str) -> bool:
    """Whether `text` has words of a story: a quotation, who said what, and when."""
    return _TOLD.search(text) is not None


def is_house_notice(text: str) -> bool:
    """Whether `text` speaks to the reader about the publication, and tells nothing."""
    if len(text) > _LONGEST:
        return False
    if _LABEL.fullmatch(text) and (not text.endswith(".") or text.endswith("..")):
        return True
    if tells(text):
        return False
    first = text.lstrip("*•►▶>»→-–—[( ").split(maxsplit=1)[:1]
    asks = bool(first) and first[0].strip(",:!").lower() in _IMPERATIVES
    trade = {match.group().lower() for match in _TRADE.finditer(text)}
    if not trade or not (asks or _READER.search(text)):
        return False
    if asks and (not text.endswith(".") or _HOUSE.search(text)):
        return True
    if _READER.search(text) and _HOUSE.search(text) and len(text) <= _LONGEST_OF_BOTH:
        return True
    return len(trade) >= _FEWEST_TRADE_OF_A_SENTENCE and (asks or bool(_HOUSE.search(text)))


def is_release_label(text: str) -> bool:
    """Whether `text` heads what a press office sets under its release: "About Hollin Trams", "Media contact:"."""
    return bool(_RELEASE_LABEL.fullmatch(text) or _SURE_RELEASE_LABEL.fullmatch(text))


def is_sure_release_label(text: str) -> bool:
    """Whether `text` is such a heading that only press releases have."""
    return bool(_SURE_RELEASE_LABEL.fullmatch(text))

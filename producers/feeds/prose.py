"""What a web page shows without an account: prose, an offer to subscribe, or a check for robots. Pure.

Only lengths and marks are looked at. Which of the page is the article is the business of the worker's cleaning.
"""

import html
import re
from typing import Final

#: Characters of a line that is prose and no menu, headline or caption.
LINE: Final = 80
#: Characters of prose below which an offer or a check is what the page is for.
LITTLE: Final = 1_500
#: Characters of prose below which a page is no article.
LEAST: Final = 200

_HIDDEN: Final = re.compile(
    r"<(script|style|noscript|template|svg|nav|header|footer|aside|iframe|select|button)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|time|u|wbr)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^<>]{0,20000}>")
_BODY_OF_DATA: Final = re.compile(r'"articleBody"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.)*)"')
_TITLE: Final = re.compile(r"<title\b[^>]{0,500}>([^<]{0,500})", re.IGNORECASE)

#: schema.org, and what Facebook's crawlers read.
_NOT_FREE: Final = re.compile(
    r'"isAccessibleForFree"\s{0,9}:\s{0,9}"?(?:false|no)\b|content_tier["\'][^>]{0,100}content=["\']locked',
    re.IGNORECASE,
)
_OFFER: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|keep|read|unlock)|(?:already|not yet) a subscriber|(?:for|to) subscribers only"
    r"|for our subscribers|continue reading (?:with|for)|register to (?:continue|read)|sign in to (?:continue|read)"
    r"|nur für abonnent|jetzt weiterlesen|mit einem abo|weiterlesen mit|réservée? (?:aux|à nos) abonnés|déjà abonné"
    r"|abonnez-vous pour|solo para suscriptores|suscr[ií]bete para|riservato agli abbonati|abbonati per|voor abonnees"
    r"|alleen voor abonnees|kun for abonnenter"
    r"|endast för prenumeranter|só para assinantes|exclusivo para assinantes",
    re.IGNORECASE,
)
_CHECK_TITLE: Final = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied|are you (?:a )?(?:robot|human)"
    r"|robot check"
    r"|security check|verif(?:y|ying) (?:that )?you are|pardon our interruption|checking your browser|ddos.guard"
    r"|human verification|bot verification|einen moment|un instant|un momento|captcha",
    re.IGNORECASE,
)
_CHECK: Final = re.compile(
    r"/cdn-cgi/challenge-platform/|captcha-delivery\.com|_incapsula_resource|px-captcha|geo\.captcha|cf-turnstile"
    r"|g-recaptcha|hcaptcha|enable javascript and cookies to continue|checking your browser|unusual traffic from",
    re.IGNORECASE,
)


def letters(markup: str) -> int:
    """Return how many characters of prose a page shows, or an item's text in HTML; 0 for a page of headlines only."""
    said = max((len(body) for body in _BODY_OF_DATA.findall(markup)), default=0)
    lines = _TAG.sub("\n", _INLINE.sub("", _HIDDEN.sub(" ", _COMMENT.sub("", markup)))).split("\n")
    shown = (len(" ".join(html.unescape(line).split())) for line in lines)
    return max(said, sum(length for length in shown if length >= LINE))


def fault(markup: str) -> str:
    """Return why a page is no article that anybody may read, in words that follow "its page"; "" if it may be one."""
    prose = letters(markup)
    title = named[1] if (named := _TITLE.search(markup)) else ""
    if prose < LITTLE and (_CHECK_TITLE.search(title) or (prose < LEAST and _CHECK.search(markup))):
        return "only asks whether a person reads it"
    if _NOT_FREE.search(markup) or (prose < LITTLE and _OFFER.search(_COMMENT.sub("", markup))):
        return "is for subscribers"
    return "shows no text" if prose < LEAST else ""

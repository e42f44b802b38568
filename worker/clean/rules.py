"""The rules that say which lines of wire copy and of scraped pages are no news: one table, read by worker.clean.wire.

A rule names a whole paragraph and the reason to drop it. Every pattern must match the whole paragraph (fullmatch),
ignoring case unless it says otherwise, and stays linear: no nested repetition, possessive where it could back up.
Losing news is worse than keeping noise, so a paragraph that also reads as prose is kept (`guard`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from worker.clean.credits import byline_of, is_assistance, is_contributors, is_credit, is_source, names_only
from worker.clean.names import MONTHS, TIME_ZONES, WEEKDAYS
from worker.clean.offers import is_offer
from worker.clean.words import words


class Where(Enum):
    """The part of an article in which a rule holds."""

    ANYWHERE = "anywhere"
    HEAD = "among the first paragraphs"
    TAIL = "in the second half"
    END = "among the last paragraphs"


@dataclass(frozen=True, slots=True)
class Rule:
    """Drop a paragraph that `matches` says is noise, where it stands at `where` and has at most `longest` characters.

    With `guard`, a paragraph is kept that quotes or attributes ("..., she said") or runs on in a small letter to a full
    stop: such words are somebody's, and news.
    """

    name: str
    matches: Callable[[str], object]
    where: Where = Where.ANYWHERE
    longest: int = 250
    guard: bool = False


def _is(*patterns: str, flags: int = re.IGNORECASE) -> Callable[[str], object]:
    """A predicate: the whole line matches one of `patterns`."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags).fullmatch


_DECORATION = r"[\s\-–—_*•·|►▶▸»→>#=~.:]*+"
_ACTION_LABELS = (
    # The colon, bar or dash that follows is matched by the users of these.
    r"(?:also )?read(?: more| also| next| this| here| the full story| full story)?(?: (?:about|on|at|from) "
    r"[^:|]{1,60})?",
    r"(?:also |must |further |keep |continue |additional )read(?:ing)?",
    r"(?:see|view|watch|listen|hear|explore|discover|learn|find out)(?: more| also| now| live| here| next| this)?",
    r"see also(?: related)?",
    r"click (?:here|to read|to view)",
    r"in case you missed it|icymi|don['’]?t miss(?: this| it)?|do not miss|up next on [^:|]{1,40}|you may (?:also "
    r")?like",
    r"lire (?:aussi|également|la suite|plus)|(?:à|a) lire(?: aussi| également)?|voir (?:aussi|également)|sur le même "
    r"sujet",
    r"lea también|lee también|leer (?:más|también)|lea más|ver también|vea también|te puede interesar|también te "
    r"puede interesar",
    r"le puede interesar|mira también|más información|sigue leyendo",
    r"lesen sie (?:auch|mehr|dazu)|mehr zum thema|siehe auch|zum thema|auch interessant|mehr dazu|weiterlesen",
    r"leggi anche|vedi anche|guarda anche|approfondisci|leia (?:também|mais)|veja também|saiba mais",
    r"lees (?:ook|meer)|bekijk ook|läs (?:också|mer|även)|les (?:også|mer)|læs også|lue myös|zobacz (?:też|także)",
    r"czytaj (?:też|także|więcej|również)|čtěte (?:také|více)|ayrıca (?:bakınız|okuyun)|okumaya devam(?: et)?",
    r"(?:читайте|смотрите)(?: также| ещё| еще)?|по теме|(?:читайте|дивіться) також|اقرأ (?:أيضا|أيضاً|أيضًا|المزيد)",
    r"شاهد (?:أيضا|أيضاً|أيضًا)|相关阅读|延伸阅读|相关新闻|関連記事|관련 ?기사|यह भी पढ़ें|ये भी पढ़ें",
)
#: Labels that are ordinary words as well: what follows them is dropped only when it reads like a headline.
_SOFT_LABELS = (
    r"related(?: (?:stories|story|articles?|news|coverage|content|links?|topics?|posts?|video|videos|reading|items))?",
    r"more(?: (?:news|stories|coverage|headlines|articles?|videos?|to read|reading|top stories|like this))?",
    r"more (?:from|on|in|about) [^:|]{1,50}|recommended(?: (?:stories|reading|for you|articles?))?|trending(?: now| "
    r"stories)?",
    r"(?:the )?most (?:read|popular|viewed|shared|commented)(?: (?:stories|articles))?(?: (?:from|in|on"
    r"|at) [^:|]{1,40})?"
    r"|popular(?: now| stories)?|latest(?: news| stories| headlines)?"
    r"|top stories",
    r"what to read(?: next)?|further reading|editor['’]?s['’]? (?:picks?|choice)|other (?:news|stories)|also (?:on"
    r"|in) [^:|]{1,40}",
    r"a look (?:ahead|back)|full coverage|special coverage|in pictures|photos?|pictures|photo gallery|gallery"
    r"|slideshow|video",
    r"podcast|live updates?|live blog|interactive|infographic|quiz",
    r"stories you may (?:also )?(?:like|have missed)|you might also (?:like|be interested in)|related to this "
    r"(?:story|article)",
    r"story continues below|previously|earlier|on the web|elsewhere",
)
_SEPARATOR = r"\s*+(?:[:|»>▶►→]|[-–—](?=\s))\s*+"

_action = re.compile(rf"[\[(<]?{_DECORATION}(?:{'|'.join(_ACTION_LABELS)}){_SEPARATOR}(?P<rest>.+)", re.IGNORECASE)
#: Labels of parts of a story as well as of other stories: only a bar or an arrow after them points elsewhere.
_bar = re.compile(
    rf"{_DECORATION}(?:opinion|explain(?:er|ed)|analysis|exclusive|factbox|timeline|blog|in pics|latest|breaking|"
    r"column|interview|editorial|review|profile|just in|data|fact check)\s*+[|»>▶►→]\s*+(?P<rest>.+)",
    re.IGNORECASE,
)
_soft = re.compile(rf"[\[(<]?{_DECORATION}(?:{'|'.join(_SOFT_LABELS)}){_SEPARATOR}(?P<rest>.+)", re.IGNORECASE)
_label_alone = re.compile(
    rf"[\[(]?{_DECORATION}(?:{'|'.join(_ACTION_LABELS + _SOFT_LABELS)}|tickers in this article|in this article|"
    rf"companies mentioned(?: in this article)?|share this(?: story| article)?|topics|tags"
    rf"|tickers?)\s*+[:|»>▶►→….\])-]*+",
    re.IGNORECASE,
)
#: Labels that need no colon to open a list, because nothing else stands on such a line.
_BARE_LABELS = _is(
    r"topics|tags|read more on this|more on this",
    r"(?:read|see|watch) (?:more|also)",
    r"also read",
    r"don['’]?t miss",
    r"related(?: (?:stories|story|articles?|news|coverage|content|links?|topics?|posts?|videos?|reading))?",
    r"more (?:news|stories|headlines|top stories|from .{1,40}|on this story|on this topic)",
    r"recommended(?: stories| reading| for you| articles?)?|trending(?: now| stories)?"
    r"|(?:the )?most (?:read|popular|viewed|shared|commented)(?: (?:stories|articles))?(?: (?:from|in|on) .{1,40})?",
    r"you may (?:also )?like|you might also like|what to read next|further reading|top stories|latest (?:news|stories"
    r"|headlines)",
    r"editor['’]?s['’]? picks?|stories you may (?:also )?(?:like|have missed)|tickers in this article|see also|must "
    r"read",
    r"lire aussi|à lire aussi|voir aussi|lea también|lee también|te puede interesar|mehr zum thema|lesen sie auch"
    r"|siehe auch",
    r"leggi anche|leia também|lees ook|läs också|les også|czytaj też|читайте также|читайте також"
    r"|по теме|相关阅读|関連記事"
    r"|اقرأ أيضا",
)

_FINAL = (".", "!", "?", '."', ".”", ".'", ".’", '?"', "?”", '!"', "!”", ".)", "。")
_ATTRIBUTION = re.compile(
    r"\b(?:said|says|told|asked|according to|added|argued|claimed|wrote|warned|explained|replied|reads|read aloud"
    r"|insisted|"
    r"announced|reported|found|showed|saying|urged|demanded|begged|pleaded|noted|recalled|stressed|promised"
    r"|complained|joked|shouted|predicted)\b",
    re.IGNORECASE,
)


def is_prose(text: str) -> bool:
    """Whether `text` reads as a sentence of the story: it ends one, and quotes, attributes or starts small."""
    if not text.endswith(_FINAL):
        return False
    return bool(_ATTRIBUTION.search(text)) or text[:1].islower() or text[:1] in "\"“‘„«'"


def is_headline(text: str) -> bool:
    """Whether `text` has the shape of a headline or a list entry: short, and without the full stop of a sentence."""
    bare = text.rstrip(" |>»]")
    return (bool(bare) and len(text) <= 160 and not bare.endswith((".", ".”", '."', ".’", ":", ";", ",", "。"))) or (
        len(text) <= 160 and bare.endswith(("...", "…"))
    )


def is_promotion(text: str) -> bool:
    """Whether `text` points to another story: a label such as "Read more:" or "[Related:" and what it points to."""
    action = _action.fullmatch(text)
    if action:
        rest = action["rest"].strip()
        return not _continues_as_prose(rest)
    soft = _soft.fullmatch(text) or _bar.fullmatch(text)
    if not soft:
        return False
    rest = soft["rest"].strip()
    return (is_headline(rest) and len(rest.split()) >= 2 and not rest[:1].islower()) or text.startswith(("[", "("))


def _continues_as_prose(rest: str) -> bool:
    """Whether what follows "Read more:" is the story's own sentence after all."""
    if not rest.endswith(_FINAL) or rest.endswith(("...", "…")) or len(rest.split()) < 5:
        return False
    return rest[0].islower() or bool(_ATTRIBUTION.search(rest)) or bool(re.search(r"[.!?][”\"’']?\s+[A-Z]", rest))


def is_label(text: str) -> bool:
    """Whether `text` is nothing but a label that opens a list of other stories: "Read More:", "DON'T MISS"."""
    if text.rstrip("])")[-1:] in (":", "|", "»", ">", "▶", "►", "→", "…") or text[:1] in "►▶»→[":
        return bool(_label_alone.fullmatch(text)) and len(text) <= 80
    return bool(_BARE_LABELS(text.strip(" -–—*•·_#")))


_NUMBERISH = re.compile(r"[\d:./'’,+-]+(?:st|nd|rd|th|am|pm|h|hrs|z)?|[ap]\.?m\.?", re.IGNORECASE)
_DATE_WORDS = (
    MONTHS
    | WEEKDAYS
    | TIME_ZONES
    | words(
        "at on the of de le el um uhr à às am pm a.m p.m noon midnight today yesterday ago hours hour hrs minutes "
        "minute mins min "
        "days day et amt segunda-feira terça-feira quarta-feira quinta-feira sexta-feira às h h."
    )
)
_DATE_LABEL = re.compile(
    r"\b(?:(?:first |last |originally )?(?:published|updated|posted|modified|created|released|filed|aired|uploaded"
    r"|edited|revised|"
    r"publié|mis à jour|publicado|actualizado|veröffentlicht|aktualisiert|stand|pubblicato|aggiornato|опубликовано"
    r"|обновлено)"
    r"(?: on| at| date| le| el| am)?|last updated?|last modified|date|issued|publish date|publication date)\b[\s:]*",
    re.IGNORECASE,
)


_FULL_DATE = re.compile(
    r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th|\.)?,?\s(?:de\s)?[^\W\d_]{3,10}\.?,?\s(?:de\s)?(?:19|20)\d\d\b"
    r"|\b[^\W\d_]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?\s?,?\s(?:19|20)\d\d\b"
    r"|\d{4}年\d{1,2}月\d{1,2}日"
)


def _date_words_only(text: str) -> bool:
    words = [word.strip(".,:;|()[]–—-•·/").lower() for word in text.split()]
    words = [word for word in words if word]
    return bool(words) and all(word in _DATE_WORDS or _NUMBERISH.fullmatch(word) for word in words)


def is_date_line(text: str) -> bool:
    """Whether `text` is nothing but a date with its year, and perhaps a time.

    A bare "Tuesday, 1 March", "June 2014" or "4:14 p.m." may head a part of the story, and is none.
    """
    return _date_words_only(text) and bool(_FULL_DATE.search(text))


def is_labelled_date(text: str) -> bool:
    """Whether `text` is a date with its label, perhaps after a name: "First Published: ...", "Desk | Updated: ..."."""
    parts = [part.strip() for part in re.split(r"[|•·]", text)]
    if len(parts) > 6:
        return False
    dated = 0
    for part in parts:
        label = _DATE_LABEL.search(part)
        if label and re.search(r"\d", part) and _date_words_only(_DATE_LABEL.sub(" ", part)):
            dated += 1
        elif not (is_date_line(part) or (len(part.split()) <= 6 and not part.endswith("."))):
            return False
    return dated > 0


def is_timed_byline(text: str) -> bool:
    """Whether `text` is a time and a name: "5:45 AM PST 11/19/2019 by Maren Hale"."""
    head, by, name = text.partition(" by ")
    return bool(by) and is_date_line(head) and len(name.split()) <= 6


_CONTACT = re.compile(
    r"[\w.+-]++@[\w-]++(?:\.[\w-]++)+|(?:https?://|www\.)\S++|(?:twitter|x|facebook|instagram|linkedin|t"
    r"|youtube)\.(?:com|me)/\S++"
    r"|(?<!\w)@\w++|(?:\+|\b(?:tel|telephone|phone|fax|call|mobile|cell"
    r"|whatsapp)\b[.: ]{1,3}\+?)[\d (][\d ()./-]{5,}\d",
    re.IGNORECASE,
)
#: What every contact has; looked for first, because nearly no paragraph has it.
_CONTACT_HINT = re.compile(r"[@/]|\d[\d ()./-]{4,}\d")
_CONTACT_WORDS = words(
    "e-mail email mail tel telephone phone fax twitter facebook instagram x tweet tweets follow contact contacts "
    "reach via at on "
    "or and by call cell mobile whatsapp telegram handle web website online the net in editor editors reporter "
    "reporters "
    "correspondent correspondents writer writers author authors journalist journalists newsroom "
    "desk for story media press relations ext us him her them me reached can be write to"
)


def has_contact(text: str) -> bool:
    """Whether `text` holds an e-mail address, a handle, a link or a telephone number."""
    return bool(_CONTACT_HINT.search(text) or "www." in text.lower()) and bool(_CONTACT.search(text))


def is_contact(text: str) -> bool:
    """Whether `text` is only an e-mail address, a handle, a link or a telephone number, perhaps with a name."""
    if len(text) > 200 or not has_contact(text):
        return False
    rest = [word.strip(".,:;|()<>[]–—-•/").strip() for word in _CONTACT.sub(" ", text).split()]
    rest = [word for word in rest if word]
    names = [word for word in rest if word.lower() not in _CONTACT_WORDS]
    return len(names) <= 5 and all(word[0].isupper() for word in names)


_SHARE_WORDS = words(
    "share tweet tweets email e-mail print save facebook twitter x whatsapp linkedin reddit pinterest telegram "
    "messenger copy link "
    "like pin flipboard sms line weibo wechat follow comment comments bookmark post instagram youtube subscribe"
)


def is_share_bar(text: str) -> bool:
    """Whether `text` is a row of buttons: "Facebook Twitter WhatsApp Email", "Share", "Copy link"."""
    words = re.findall(r"[\w-]+", text.lower())
    known = [word for word in words if word in _SHARE_WORDS]
    return bool(known) and len(words) <= 12 and all(word in _SHARE_WORDS or word.isdecimal() for word in words)


_PHOTO = (
    r"(?:main |lead |cover |featured? |header |top |file |hero )?(?:photo|photograph|photography|picture|pic|image"
    r"|foto|photos|"
    r"images|pictures|bild|imagen|crédit photo|crédits photo|credit|credits)(?: credits?| by| source| courtesy(?: "
    r"of)?)?"
)

_SHARE = _is(
    r"share (?:(?:this|the) )?(?:article|story|page|post|video|news|on|via|with (?:your )?(?:friends"
    r"|others))\b.{0,120}|share (?:this|it)|tweet this.{0,40}|(?:click )?to share (?:on|this).{0,80}|click to "
    r"share.{0,80}",
    r"(?:print|email|save|send|copy|republish|gift|listen to) this (?:article|story|page|link).{0,60}|share "
    r"article.{0,60}",
)
#: Words of a publisher's trade, and those that hardly any story uses.
_TRADE = (
    "newsletters?|inbox|alerts?|updates|e-?mails?|briefing|digest|whatsapp|telegram|channel|subscri(?:be|bers?|ption)"
    "|unlimited access|full access|free|membership|app"
)
_SURE_TRADE = (
    "newsletters?|inbox|e-?mail alerts?|news alerts?|whatsapp channel|telegram channel|subscri(?:be|ption)"
    "|unlimited access|full access|digital access|free trial|mobile app|news app"
)
_MORE_AT = _is(
    r"(?:for )?(?:more|full|all|complete|further)\b.{0,100}",
    r"(?:follow|see|find|visit|read|watch|join|get)\b.{0,140}",
    r"(?:online|on the net|web|website|internet|source|link|url|via)\s?:.{0,200}",
    r"(?:ap|afp|reuters|bbc|cnn|dpa)['’]?s?\b.{0,60}\bcoverage\b.{0,140}|.{0,40}(?:coverage|stories|nba|nfl|nhl|mlb"
    r"|sports)\s?:\s?https?://.{0,150}",
)

_PICTURE_BY = re.compile(
    r"[(\[]?(?:photo|photograph|picture|image|illustration|graphic|video|animation|map|chart)s?(?: credit)? ?"
    r"(?:by|courtesy of|courtesy|via|from|provided by) (?P<rest>.{2,100})",
    re.IGNORECASE,
)


def is_picture_by(text: str) -> bool:
    """Whether `text` is a picture's credit without a colon: "Photo by Maren Hale/Vane Images", "Video by Ode Marr"."""
    found = _PICTURE_BY.fullmatch(text)
    return found is not None and names_only(found["rest"].strip(" .)]"))


def is_initials(text: str) -> bool:
    """Whether `text` is a desk's signature in small letters, "npa rwk kjl bht": groups that mostly spell no word."""
    groups = text.split()
    mute = sum(not set(group) & set("aeiouy") for group in groups)
    return len(groups) >= 3 and 2 * mute >= len(groups) and all(map(_INITIALS.fullmatch, groups))


_INITIALS = re.compile(r"[a-z]{2,3}")

_CAPTION = _is(
    r".{10,}(?:reuters|afp|epa|ap photo|ap|getty images|xinhua|anadolu)\s?/\s?[^.]{3,80}(?:purchase "
    r"licensing rights.*|acquire licensing rights.*)",
    r".*\b(?:purchase|acquire) licensing rights\b.*",
    r".{10,400}[.!?”\"]\s?(?:photograph|photo|picture|image|credit|foto|photo credit|image credit|picture "
    r"credit)s?(?: by)?\s?:\s?[^.]{3,80}",
    r".{10,400}[.!?”\"]\s?\(?(?:AP Photo|REUTERS|AFP|EPA|Getty Images|Xinhua|ANI Photo|PTI "
    r"Photo)\s?/\s?[^.]{3,60}(?:/[^.]{3,40})?\)?",
    r".{10,400}\((?:AP Photo|REUTERS|AFP|EPA|Getty|Xinhua|ANI Photo|PTI Photo)/[^()]{3,80}\)\.?",
    r".{10,400}\((?:Photo|Photos|Image) by [^()/]{3,60}/[^()]{3,60}\)\.?",
    r".{10,400}[.!?”\"]\s?(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3})\s?/\s?(?:getty images|ap|afp|reuters|epa"
    r"|shutterstock|xinhua|pa|rex)(?:\W.{0,40})?",
    r".{10,400}[\[(](?:file |handout )?(?:photo|picture|image)s?\s?[/:]\s?[^()\[\]]{2,60}[\])]\.?",
)


def _may_be_credited(text: str) -> bool:
    """Whether `text` has a mark that every credit behind a caption has."""
    return "/" in text or ":" in text or "licensing" in text.lower()


#: The table. Order matters only to the name that a dropped line is reported under.
LINE_RULES = (
    # --- wire marks: slugs, takes, desk codes
    Rule("separator", lambda text: not any(c.isalnum() for c in text)),
    Rule(
        "slug",
        _is(
            r"(?:[A-Z]{1,4}\d{0,5}-)?[A-Z]{2,6}(?:-[A-Z]{1,8})?--[\w.&'’ -]+(?:,.*)?",
            r"[A-Z]+(?:-[A-Z]+)+/[A-Z /-]*(?:\([^()]*\))?",
            r"[A-Za-z]{2,}(?:-[A-Za-z]+){1,4},\s?(?:\d?(?:st|nd|rd|th)?)?(?:lead|lede|wrap|update|sched|urgent"
            r"|take)\w*.*",
            flags=0,
        ),
        longest=100,
    ),
    Rule(
        "take",
        _is(
            r".{0,60}\b\d{1,2}(?:st|nd|rd|th) ?(?:ld|lead|lede|take|add|sub)(?:[- ]?writethru)?\b.{0,30}",
            r".{0,60}\bwritethru\b.{0,30}",
            r"(?:urgent|bulletin|flash|newsalert|advisory|\(?more\)?|\(?more to (?:come|follow)\)?|sched|lead|eom)",
        ),
        longest=100,
    ),
    Rule(
        "desk note",
        _is(
            r"\(?(?:eds|editors?|ed|news eds|desk eds)(?:['’]s?)?(?: notes?)?\s*:.*",
            r"\(?(?:attention|attn)\b[^:.]{0,60}(?:editors?|eds|desks?)\b.*",
            r"\(attn\s?:[^()]{2,200}\)",
            r"\(?adds? (?:details?|quotes?|background|comments?|byline|graf|reaction)\b.*",
            r"(?:with )?ap (?:photos?|graphics?|video)\b[A-Z0-9 ,.:&-]*",
            r"(?:with|see) (?:ap|afp|dpa|reuters)? ?(?:photos?|pictures?|video|graphics?|factbox|pix"
            r"|tv)(?:[ ,&and]+(?:photos?|pix|tv|video|graphics?))*\.?",
            r"(?:recasts|rewrites|updates|changes) (?:throughout|with|lead|dateline|headline|byline)\b.*",
        ),
        where=Where.HEAD,
        longest=300,
    ),
    Rule("desk code", _is(r"\d{2,4}(?:\s?/\s?\d{2,4}){1,3}", r"\d{3,5}\*{1,4}\d{3,5}"), longest=30),
    Rule("desk code", _is(r"\d{1,4}(?:\s?/\s?\d{1,4}){1,3}"), where=Where.END, longest=30),
    Rule("byline", lambda text: byline_of(text) is not None, where=Where.END, longest=120),
    Rule(
        "desk initials",
        _is(
            r"(?:dpa|afp|ap|pti|ani|ians|reuters|xinhua|upi|efe|apa|sda|ats|belga|ansa|aap|kna|epd|sid|PTI|ANI|IANS"
            r"|AFP|UNI)"
            r"(?:[ /-]+(?:[a-z]{2,4}|[A-Z]{2,4})){1,7}",
            r"[a-z]{2,5}(?:-[a-z]{2,5})?(?:/[a-z]{2,5}){1,4}(?:-[a-z]{2,5})?",
            r"[A-Z]{2,4}(?:/[A-Z]{2,5}){1,3}(?:[/-]\d{1,8})?|[A-Z]{2,4}/\d{5,9}",
            flags=0,
        ),
        where=Where.TAIL,
        longest=40,
    ),
    Rule("desk initials", is_initials, where=Where.END, longest=40),
    Rule(
        "wire timestamp",
        _is(
            r"AP-[A-Z]{2}-\d{2}-\d{2}-\d{2} \d{4}(?:GMT|EST|EDT)?",
            r"\d{6} ?(?:GMT|UTC|EST|EDT|CET|CEST)(?: [A-Za-zäöüéû]{3,9}\.?(?: \d{1,4})*)?",
            r"\d{4} ?(?:GMT|UTC|EST|EDT|CET|CEST) [A-Za-zäöüéû]{3,9}\.?(?: \d{1,4})+",
            r"(?:\d{1,2} )?[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4,6} ?(?:GMT|UTC)",
        ),
        longest=50,
    ),
    Rule(
        "end mark",
        _is(
            rf"[(\[]?{_DECORATION}(?:enditem|ends?|the end|-?30-?|fin|fim|ende|endit|endall|item "
            rf"ends)[)\]]?{_DECORATION}"
        ),
        where=Where.END,
        longest=20,
    ),
    Rule(
        "keywords",
        _is(r"(?:keywords?|tags?|topics?|filed under|categories|subjects?|section|see more on|tagged)\s?:.*"),
        where=Where.END,
        longest=400,
        guard=True,
    ),
    # --- credits
    Rule("credit", is_credit, longest=500),
    Rule("contributors", lambda text: is_contributors(text) or is_assistance(text), longest=400),
    Rule(
        "credit",
        _is(
            r"[(（【\[]?(?:责任编辑|编辑|责编|编审|校对|作者|记者|来源|編集|文|図)\s?[:：]\s?\S{2,24}(?:\s\S{2,12}){0,3}[)）】\]]?"
        ),
        where=Where.END,
        longest=60,
    ),
    Rule("source", is_source, where=Where.TAIL, longest=100),
    Rule(
        "syndication",
        _is(
            r"\(?(?:with|including) (?:additional )?(?:agency |agencies['’]? |wire )?(?:inputs?|reports?|reporting"
            r"|files|material|contributions?)(?: (?:from|by) .{1,80})?\)?\.?",
            r"\(?\*?(?:except for the headline, )?this (?:story|article|report|copy|content) (?:has|was) (?:not been"
            r"|been|not) "
            r"(?:edited|published|generated|auto-generated|created|sourced|adapted|republished|syndicated"
            r"|translated)\b.*",
            r"\(?this (?:story|article|report|piece|post|interview)(?: was| is)? (?:originally |first )?"
            r"(?:appeared|appears|published|ran|posted|written|republished|produced|co-published)\b.{0,160}",
            r"(?:originally|first) (?:published|posted|appeared) (?:on|in|at|by) .{1,120}",
            r"\(?(?:reprinted|republished|reproduced|used|distributed) (?:here )?(?:with|by) (?:the )?(?:kind "
            r")?(?:permission|courtesy)\b.*",
            r"(?:distributed|provided|powered|syndicated) by .{1,80}",
            r"more stories like this are available (?:on|at) .{1,60}|\(?(?:©|\(c\)) ?\d{4} bloomberg.{0,40}",
            r"source text for eikon:.{0,200}|further company coverage:.{0,120}|\(\(.{5,160}\)\)",
            r"={1,2} ?kyodo|\(?ap ?news ?(?:alert|now)\)?|\(?foto\)?(?: ?\(?v[ií]deo\)?)*",
            r"this (?:copy|article) is for your personal,? non-?commercial use only.{0,250}|.{0,80}djreprints.{0,120}",
            r"저작권자.{0,100}|.{0,40}무단 ?전재.{0,80}|未经授权.{0,80}|.{0,60}不得转载.{0,60}",
            r"【.{0,20}(?:禁止|転載).{0,30}】",
            r"our standards:.*|the thomson reuters trust principles.*",
            r"this story is part of .{1,150}",
            r"\(?this is a (?:developing|breaking)(?: news)? story\b.*|\(?(?:this )?story (?:is )?(?:developing|will "
            r"be updated)\b.*",
            r"\(?(?:please )?(?:check|stay tuned|come) (?:back )?(?:for|soon for) (?:more )?updates\.?\)?|(?:more"
            r"|details) (?:details |information )?to follow\.?",
        ),
        longest=350,
        guard=True,
    ),
    Rule(
        "feed footer",
        _is(
            r"(?:the |this )?(?:post|article|story|entry) .{3,250}\b(?:appeared first|first appeared"
            r"|was first published|was originally "
            r"published|originally appeared) (?:on|at|in) (?!\d)[^,]{1,80}",
            r"(?:l['’]article|cet article|le billet) .{3,250}\b(?:est apparu en premier"
            r"|est apparu d['’]abord) (?:sur|dans) .{1,100}",
            r"(?:der (?:beitrag|artikel)|dieser (?:beitrag|artikel)) .{0,250}\berschien (?:zuerst"
            r"|erstmals) (?:auf|bei|in) .{1,100}",
            r"(?:la entrada|el artículo|el post|la noticia) .{3,250}\b(?:se publicó primero|apareció primero"
            r"|aparece primero) en .{1,100}",
            r"(?:l['’]articolo|il post) .{3,250}\b(?:proviene da|è apparso per la prima volta su) .{1,100}",
            r"(?:o post|o artigo|a matéria) .{3,250}\b(?:apareceu primeiro|foi publicad[oa] primeiro) (?:em|no"
            r"|na) .{1,100}",
            r"(?:het bericht|bericht) .{3,250}\bverscheen eerst op .{1,100}|(?:artykuł"
            r"|wpis) .{3,250}\bpojawił się (?:najpierw|po raz "
            r"pierwszy) na .{1,100}",
            r"(?:сообщение|запись) .{3,250}\b(?:появил(?:и|а|о)сь сначала на|впервые появил(?:ась|ось) на) .{1,100}",
            r"(?:…|\.\.\.) ?(?:read|continue|mehr|lire|leer|leggi)\b.{0,60}",
            r"(?:continue|keep) reading(?: .{1,150})?\s?(?:→|»|…|\.\.\.|>)?|\(?(?:read )?more(?:…|\.\.\.)\)?"
            r"|\[(?:…|\.\.\.)\]",
            r"read (?:the )?(?:full|whole|rest of the|original|entire|complete)(?: .{1,60})?|read (?:more|it"
            r"|on)(?: on| at| in| from) "
            r".{2,80}|(?:view|see) (?:the )?(?:original|full) (?:post|article|story)\b.{0,60}",
            r"(?:filed under|posted in|tagged(?: with)?|categor(?:y|ies)|tags?)\s?:.{1,200}",
            r"\[/?(?:caption|gallery|embed|video|audio|playlist|vc_\w+|et_pb_\w+|contact-form\S*"
            r"|ad\w*)\b[^\]]{0,300}\]",
        ),
        longest=400,
        guard=True,
    ),
    Rule("offer", is_offer, longest=300, guard=True),
    # --- captions and picture credits
    Rule(
        "picture credit",
        _is(
            rf"[(\[]?{_PHOTO}\s*[:/|©].{{1,150}}",
            r"(?:reuters|afp|ap|epa|getty|shutterstock|dpa|xinhua|anadolu)(?: photo| images?)?\s?/\s?[A-Z].{1,100}",
            r"(?:getty|getty images|shutterstock|istock|istockphoto|unsplash|pexels|alamy|adobe stock|ap photo|file "
            r"photo|handout|representational image|representative image|stock (?:photo|image))(?:[ /,|].{0,60})?",
            r"\[?\d{1,2}\s?(?:/|of)\s?\d{1,2}\]?",
            r"(?:image|photo|picture|video|media) ?(?:caption|copyright|description|source|credit)s?\b.{0,200}",
        ),
        longest=200,
        guard=True,
    ),
    Rule("picture credit", is_picture_by, longest=150),
    Rule(
        "picture caption",
        lambda text: _may_be_credited(text) and _CAPTION(text),
        longest=500,
    ),
    Rule(
        "player",
        _is(r"CLOSE [A-Z“\"].{20,400}[.!?;”\")]\s?(?:AP|USA TODAY\S*|Reuters|Wochit|Newsy|Buzz60|Time)\.?", flags=0),
        longest=500,
    ),
    # --- promotion of the publication
    Rule(
        "newsletter box",
        _is(
            r"(?:please )?(?:sign up|subscribe)\b.{0,120}\b(?:newsletters?|e-?mails?|alerts?)\b.{0,60}",
            r"(?:get|join|receive)\b.{0,60}\bnewsletters?\b[.!:]?\s?(?:sign up|subscribe)\b.{0,40}",
            r".{3,80}(?-i:\b(?:SUBSCRIBE|SIGN UP|SIGN ME UP|REGISTER)(?: NOW| HERE| TODAY)?\b)[.!]?",
        ),
        longest=200,
        guard=True,
    ),
    Rule(
        "subscribe",
        _is(
            r"(?:please )?(?:sign up|subscribe|register|sign in|log in|become a member|enter your email)\b.{0,200}"
            rf"\b(?:{_TRADE})\b.{{0,120}}",
            rf"(?:please )?(?:join|get|receive|support)\b.{{0,200}}\b(?:{_SURE_TRADE})\b.{{0,120}}",
            rf"(?:please )?(?:join|get|receive|support) (?:our|your|us|the latest"
            rf"|more)\b.{{0,200}}\b(?:{_TRADE})\b.{{0,120}}",
            rf"(?:please )?(?:join|get|receive|support)\b.{{0,200}}\b(?:{_TRADE})\b.{{0,120}}\b(?:here|now"
            rf"|today|your inbox)\W*",
            r".{0,200}\b(?:sign up|subscribe|register|download|click|tap) (?:here|now|today|below)\b[.!]?",
            r"(?:to subscribe|to sign up|to continue reading|to keep reading|to read (?:more|the full)"
            r"|for (?:unlimited|full) "
            r"access)\b.{0,180}",
            rf"(?:to get|to receive)\b.{{0,140}}\b(?:{_SURE_TRADE}|click|tap|download|our app)\b.{{0,120}}",
            r"(?:already a )?(?:subscriber|member)s?\b.{0,60}\b(?:log ?in|sign ?in|only)\b.{0,40}|already have an "
            r"account\b.*",
            r".{0,80}\bnewsletter\b.{0,120}\b(?:sign up|subscribe|inbox|delivered)\b.{0,60}",
            r"(?:download|get) (?:the |our )?.{0,40}\bapp\b.{0,80}",
            r"(?:this (?:article|content|story) is )?(?:for )?(?:subscribers|members) only\.?|(?:premium|subscriber) "
            r"content",
            r"(?:abonnez-vous|inscrivez-vous|suscríbete|suscríbase|regístrate|abonnieren sie|jetzt abonnieren|melden "
            r"sie sich|iscriviti|assine|inscreva-se|"
            r"подписывайтесь|підписуйтесь|подпишитесь)\b.{0,200}",
            r"(?:support|donate to|contribute to) (?:our|independent|quality|local|this) (?:journalism|newsroom|news"
            r"|work|reporting)\b.{0,160}",
        ),
        guard=True,
    ),
    Rule(
        "call to click",
        _is(
            r"(?:please )?(?:click|tap|press|swipe) (?:here|on|the|to|below|through)\b.{0,160}",
            r".{0,160}\b(?:by )?click(?:ing)? here\b[.!]?",
            r"click to tweet|tap to (?:tweet|read|expand).{0,40}",
            r"scroll (?:down|on|up|for)\b.{0,80}",
            r"(?:check out|watch|see|view|look at)\b.{0,60}\b(?:videos?|gallery|photos|slideshow|pictures|images|clip"
            r"|footage|map|chart|graphic)\b.{0,40}"
            r"\b(?:below|above|here)\b.{0,100}",
            r"(?:story|article) continues (?:below|after).{0,40}|continue reading(?: below| the main story)?.{0,40}"
            r"|skip (?:to|past|advertisement).{0,60}",
        ),
        longest=200,
        guard=True,
    ),
    Rule(
        "follow",
        _is(
            r"(?:please )?(?:follow|like|find|join|connect with|add|subscribe to|tweet|message)\b.{1,120}\b(?:on|at"
            r"|via|to)\b.{0,40}"
            r"\b(?:twitter|facebook|instagram|linkedin|youtube|telegram|whatsapp|tiktok|threads|bluesky|mastodon"
            r"|google news|flipboard|snapchat|x)\b.{0,120}",
            r"follow (?:us|him|her|them|me|@\w+)\b.{0,120}",
            r"(?:tweet|email|message|write to|contact) (?:us|him|her|them|the (?:author|writer|reporter"
            r"|editor))\b.{0,120}",
        ),
        guard=True,
    ),
    Rule(
        "author note",
        _is(
            r".{5,240}\b(?:follow|tweet|find|e-?mail|reach|contact) (?:him|her|them|us|me|@\w+)\b.{0,20}\b(?:on|at"
            r"|via)\b"
            r".{0,40}(?:@|\btwitter\b|\bfacebook\b|\binstagram\b|\blinkedin\b|\bbluesky\b|\bmastodon\b|\.com\b).{0,80}",
            r".{3,160}\b(?:can|may) be (?:reached|contacted|followed)\b.{0,20}\b(?:at|on|via)\b.{3,120}",
            r".{3,200}\b(?:on|@) ?twitter[:,]? (?:at )?@\w+\.?",
        ),
        where=Where.END,
        longest=350,
        guard=True,
    ),
    Rule("share", lambda text: is_share_bar(text) or _SHARE(text), longest=160, guard=True),
    Rule(
        "comments",
        _is(
            r"(?:post|leave|add|view|show|load|write|read|join|see|hide|be the first to)\b(?: (?:a|an|your|all|more"
            r"|the|any|to|first|\d+))*(?: public)? "
            r"(?:comments?|reply|replies|conversation|discussion)(?: below| now| here)?\W*(?:\(\d+\)|\(\+\))?\W*",
            r"(?:\d+ )?comments?\W*(?:\(?\d+\)?)?\W*(?:are )?(?:closed|off|disabled)?\W*|no comments(?: yet)?\W*"
            r"|(?:\d+ )(?:likes?|shares?|views?|reactions?)\W*",
            r"(?:what do you think|have your say|tell us what you think|let us know)\b.{0,120}\b(?:comments?"
            r"|below)\b.{0,40}",
            r"(?:comments?|opinions?) (?:expressed|posted|on this|are|may be)\b.{0,160}\b(?:moderated|moderation"
            r"|policy|guidelines)\b.{0,60}",
        ),
        longest=200,
    ),
    Rule(
        "advertisement",
        _is(
            r"(?:\W*\b(?:advertisements?|advertising|ad|ads|sponsored(?: content| post| by .{1,40})?|promoted(?: "
            r"content)?|paid (?:content|post|partnership)|anzeige|publicité|publicidad|reklame?|pubblicità"
            r"|werbung)\b\W*){1,2}",
            r"advertisements?\W+(?:continue reading|story continues|scroll|article continues).{0,40}",
            r"(?:this (?:post|article|story|page|site) )?(?:may )?contains? affiliate links\b.*"
            r"|.{0,120}\b(?:affiliate (?:links?|commission)|earn (?:a )?commission)\b.{0,150}",
            r"(?:we|this (?:site|website)) uses? cookies\b.*|by continuing to (?:use|browse)\b.*|cookie (?:policy"
            r"|settings|preferences)\W*|accept (?:all )?cookies\W*",
        ),
        guard=True,
    ),
    Rule(
        "player",
        _is(
            r"media playback is (?:not supported|unsupported).{0,60}|(?:your|this) (?:browser|device) (?:does not|is "
            r"not|cannot).{0,100}",
            r"(?:this (?:video|audio|content|page|media) (?:does not|cannot|can['’]?t|is not|isn['’]?t|is no longer"
            r"|requires)).{0,120}",
            r"please enable (?:javascript|cookies).{0,80}|(?:now playing|watch now|listen now|play video|play|pause"
            r"|mute|loading)\W*",
            r"close|(?:hide|show|toggle|view) captions?|image \d{1,3} of ?/? ?\d{0,3}|enlarge(?: this)? image"
            r"|expand|fullscreen"
            r"|view (?:all )?(?:\d+ )?(?:photos|images|gallery)|show more|load more|swipe (?:left|right).{0,40}",
            r"video (?:player )?(?:loading|playing|unavailable).{0,40}|\d{1,2}:\d\d|most computers will open pdf "
            r"documents.{0,120}",
        ),
        longest=200,
        guard=True,
    ),
    Rule("promotion", is_promotion, longest=250),
    Rule(
        "more at",
        lambda text: has_contact(text) and _MORE_AT(text),
        longest=260,
    ),
    # --- timestamps, copyright, disclaimers, contacts
    Rule("timestamp", is_labelled_date, longest=150),
    Rule("timestamp", lambda text: is_date_line(text) or is_timed_byline(text), where=Where.HEAD, longest=100),
    Rule("timestamp", is_date_line, where=Where.END, longest=100),
    Rule(
        "reading time",
        _is(
            r"\d{1,3} (?:second|minute|min|hour|hr|day|week|month|year)s? ago",
            r"(?:(?:estimated )?(?:reading|read) time\s*:?\s*)?\d{1,3}[ -]?min(?:ute)?s?(?: read| to read)?\W*",
            r"(?:estimated )?(?:reading|read) time\s*:?.{0,20}",
            r"(?:tempo de leitura|temps de lecture|tiempo de lectura|tempo di lettura|lesezeit|leestijd|время чтения"
            r"|czas czytania|okuma süresi|lästid|lesetid|阅读时间|読了時間)\s?[:：]?.{0,25}",
            r"\d{1,3} (?:minutos|minutes|minuti|minuten|мин\.?) (?:de lectura|de lecture|di lettura|lesezeit"
            r"|leestijd|чтения)",
        ),
        longest=60,
    ),
    Rule(
        "copyright",
        _is(
            r"\(?(?:copyright|©|\(c\)|&copy;)\s*(?:©|\(c\)|by|of)?\s*(?:\d{4}|the |[A-Z][\w.]+ ?\d{4}).{0,300}",
            r".{0,160}\ball rights reserved\b.{0,160}",
            r".{0,80}\b(?:this material|this content|this article|no part of this|its content)\b.{0,60}\b(?:may"
            r"|must) not be (?:published"
            r"|reproduced|broadcast|copied|republished|redistributed)\b.{0,160}",
            r".{0,40}©\s?.{2,80}|(?:alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|все "
            r"права защищены).{0,80}",
        ),
        longest=400,
        guard=True,
    ),
    Rule(
        "disclaimer",
        _is(
            r"(?:the )?(?:views?|opinions?)(?:,? and opinions?| and views?)?,? (?:and (?:conclusions|content) "
            r")?(?:expressed|stated|presented|published|in this)\b.{0,250}"
            r"\b(?:author|writer|columnist|reflect|represent|own|necessarily|responsibility|contributor)s?\b.{0,200}",
            r"(?:legal )?disclaimer\s?:.*|(?:this (?:article|content|information) is )?not (?:intended as "
            r")?(?:investment|financial|medical|legal) advice\b.*",
            r"(?:the author|the writer|[A-Z]\w+ [A-Z]\w+) (?:has|have|holds?|owns?|did not|does not)\b.{0,80}\b(?:no "
            r"position|position in|stocks? mentioned|shares mentioned)\b.{0,160}",
            r"(?:this (?:article|content) )?(?:is )?for (?:informational|information|educational) purposes only\b.*",
        ),
        longest=500,
    ),
    Rule("contact", is_contact, where=Where.HEAD, longest=200),
    Rule("contact", is_contact, where=Where.END, longest=200),
    Rule(
        "more information",
        _is(
            r"(?:for (?:more|further|additional) (?:information|details|info)|to learn more|learn more|more "
            r"information)\b.{0,200}(?:https?://|www\.|\w@\w|\w\.com\b|\w\.org\b|\+?\d[\d -]{7,}).{0,120}",
            r"(?:contacts?|media contacts?|press contacts?|investor contacts?|contact details|press office|media "
            r"enquiries|media inquiries)\s?:.{0,150}",
        ),
        where=Where.TAIL,
        longest=350,
    ),
)

#: Labels after which nothing of the story follows: everything from here to the end goes, whatever its shape.
CLOSING_LABELS = _is(
    r"#*\s*(?:dpa[ -])?(?:notebook|notizblock|redaktionelle hinweise|editorial notes?|notes? to editors?"
    r"|notizen)\W*.{0,30}",
    r"(?:the following|this) information is not (?:intended )?for publication\W*.*|\W*not for publication\W*.*"
    r"|\W*nicht zur veröffentlichung.*|"
    r"die folgenden informationen sind nicht zur veröffentlichung.*",
    r"#+\s*(?:dpa[ -])?(?:contacts?|kontakte|ansprechpartner|orte|internet)\W*",
    r"\W*(?:ends|end)\W*(?:notes? to editors?|media contacts?|contacts?)\W*.*",
)

#: Wire systems put each highlight under this mark; the mark and the line after it are a summary, not the story.
HIGHLIGHT_MARK = "@highlight"

_ROLE = re.compile(
    r"(?:by |from )?(?:[A-Z][\w.&'’-]*,? ){0,5}(?:Writers?|Reporters?|Correspondents?|Editors?|Bureau|Staff|Columnist"
    r"|Contributor|"
    r"Producer|Analyst|Newsroom|Desk)(?: (?:in|for|at) [A-Z][\w ]{1,30})?[.,=]?"
)


def is_role(text: str) -> bool:
    """Whether `text` is the line under a byline: "AP Sports Writer", "Staff Reporter"."""
    return len(text) <= 70 and bool(_ROLE.fullmatch(text))

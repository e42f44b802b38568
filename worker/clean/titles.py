"""Titles: which line is one, and what a site or a desk hung onto it."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from worker.clean.credits import byline_of, is_person
from worker.clean.dateline import dateline_of, is_dateline_alone
from worker.clean.marks import marks_of
from worker.clean.words import words
from worker.scripts import EAST_ASIAN, HANGUL

#: Longest title in characters, and most words, that a first line may have to be taken for one.
_LONGEST, _MOST_WORDS = 170, 28
#: Fewest words and characters of what is left of a title when a site's name is cut off.
_FEWEST_WORDS_LEFT, _SHORTEST_LEFT = 3, 15
#: Most words that a site's name after a dash or bar has.
_LONGEST_SITE = 5

#: Words of a site's name that say that it is one.
_MEDIA_WORDS = words(
    "news newspaper times post media daily herald tribune journal online tv radio press gazette guardian telegraph "
    "today network "
    "magazine review chronicle observer mirror express mail standard star sun independent globe mercury courier "
    "bulletin "
    "register examiner inquirer dispatch sentinel echo argus reporter record ledger weekly wire newswire broadcasting "
    "television channel reuters bloomberg cnn bbc yahoo msn zeitung nachrichten tageblatt rundschau anzeiger presse "
    "journaux "
    "noticias diario periódico actualités новости газета время"
)
#: Broadcasters and sites whose name is an acronym. Other acronyms after a dash ("- UN") say who spoke, and stay.
_MEDIA_ACRONYMS = words(
    "AOL BBC CNN NBC CBS ABC MSN RTE RTÉ RFI NDTV WION CNBC NPR PBS TASS AFP AP UPI DW RT VOA SBS CBC CTV ITV STV "
    "ANI PTI IANS "
    "NOS RTL ZDF ARD ORF SRF TRT CGTN NHK KBS RFE RNZ ABS-CBN GMA MSNBC ESPN TSN FT WSJ NYT SCMP TVNZ AL.COM"
)
_SITE_SEPARATOR = re.compile(r"\s+(?:[-–—|•·»]|::|<|\|\|)\s+(?=[^\s])")
#: The same behind a title in an East Asian script, where no space need part them: " - Yahoo!ニュース", "｜東港新聞".
_EAST_ASIAN_SITE = re.compile(
    rf"(?P<left>.*[{EAST_ASIAN}{HANGUL}].*\S)(?:\s+[-–—−]\s*|\s*[|｜_]\s*)"
    r"(?P<site>[^\s、。，！？「」]{0,15}(?:ニュース|新聞|新闻|日報|日报|时报|時報|晚报|放送|テレビ"
    r"|通信社|オンライン|デジタル|在线|网|網|뉴스|신문|일보)"
    r"[^\s、。，！？「」]{0,8}(?:\s[^\s、。，！？]{1,14})?)"
)
#: A site that carries others' articles, and the name of the one that wrote it, in brackets before it.
_AGGREGATOR = re.compile(r".*(?:ニュース|뉴스|头条).*")
_OUTLET = re.compile(r"\s*[（(]\s*[^（）()]{2,25}?\s*[）)]")
#: Fewest characters of such a title without it.
_SHORTEST_EAST_ASIAN = 6
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")
_DOMAIN = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|co\.uk|news|info|tv|io|eu|de|fr|es|it|in|ru|ua|uk|us|ca|au)", re.IGNORECASE
)
#: What a site sets before a headline in brackets: the kind of its page.
_SITE_PREFIX = re.compile(
    r"(?:\[(?:news|video|videos|watch|photos?|live|exclusive|read|listen|audio|gallery|\d+)\]\s*)+", re.IGNORECASE
)
#: What a site sets behind a headline in brackets: what else the page shows.
_SHOWN = r"(?:videos?|photos?|pictures|pics|images|gallery|graphics?|infographic|audio|podcast|map|poll|watch|listen)"
_SITE_SUFFIX = re.compile(
    rf"\s*[(\[](?:(?:with|includes|\+|and|see|read)\s*)?{_SHOWN}(?:\s*(?:,|/|\+|&|and)\s*{_SHOWN})*[)\]]$",
    re.IGNORECASE,
)
#: Letters of a word that has a capital in a title set in capitals; how many such words a title must have to be known
#: from names; and how many words a sentence behind it.
_LONG_WORD, _FEWEST_LONG_WORDS, _FEWEST_WORDS_BEHIND = 4, 4, 5
#: The name of a file or of a story in the desk's system, no headline: "tarrow-flood-2nd-ld", "NPA_Budget_FINAL".
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){2,}|\w*[^\W_]_[^\W_]\w*(?:-\w+)*")
_MARKS = re.compile(r"^[\s^#*_]+|[\s=<^*_|]+$")
_FINAL_STOP = (".", "。", ".”", '."', ".’", ".'", "!”", '!"', '?"', "?”", ":", ";", ",")
#: Words whose full stop ends no headline; the states as AP writes them.
_SHORTENED = (
    "Inc|Corp|Ltd|Co|Jr|Sr|St|vs|No|etc|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn"
    "|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Va|Vt|Wash|Wis|Wyo|Ont|Que"
)
_ACRONYM_END = re.compile(rf"(?:\b(?:\w\.){{2,}}|\b(?:{_SHORTENED})\.|\.\.\.|…)[\"”'’]?$")
#: A line that says its first word twice, and the words of one that does because a kicker, a headline and a standfirst
#: ran together. A shorter one may name Bora Bora.
_SAID_TWICE, _FEWEST_WORDS_GLUED = re.compile(r"([^\W\d_]{3,}(?: [^\W\d_]+)?) \1\b", re.IGNORECASE), 20
#: What stands above a story and is the headline of none: a box's label, a caption with its source in brackets.
_NO_TITLE = re.compile(
    r"(?i:about the authors?|about the writers?|more from (?:the|this) authors?|related (?:stories|articles|content)"
    r"|most (?:read|popular)|recommended|trending(?: now)?|latest news|top stories)\W*|.{20,}[.!?]\s?\([^()]{3,60}\)"
)
#: When and by whom a page was last changed, behind its headline: "Updated: 2016-07-15 13:14 By Agencies(The Vane)".
_CHANGED = re.compile(
    r"\s+(?:Updated|Published|Posted|Last updated)(?: on)?:?\s+(?:20\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]20\d\d).*$"
)
#: Who took a picture, and for whom: "Maren Hale/The Vane".
_PICTURE_BY = re.compile(r"(?P<person>[^/]{4,40}?)\s?/\s?(?:The )?[A-Z][\w.]*(?: [A-Z]\w*){0,2}")
_TWO_SENTENCES = re.compile(r"[.!?][\"”’']? [A-Z][^.!?]{15,}[.!?][\"”’']?$")


def titled(title: str, site_names: Iterable[str | None] = ()) -> str:
    """Return `title` on one line, without the site's name at its end, the desk's marks and its typesetting.

    `site_names` are names or hosts by which the publisher is known. A slug is no title, and becomes "".
    """
    text = " ".join(_MARKS.sub("", title).split())
    if _SLUG.fullmatch(text) and not _EAST_ASIAN_SITE.fullmatch(text):
        return ""
    text = _SITE_PREFIX.sub("", text, count=1) or text
    text = _CHANGED.sub("", marks_of(text).headline)
    names = {_plain(name) for name in site_names if name}
    for _ in range(3):
        cut = _without_site(text, names)
        if cut == text:
            break
        text = cut
    return (_SITE_SUFFIX.sub("", text) or text).strip()


def rest_of_title(line: str) -> str | None:
    """Return `line` without the site's name behind it if it ends as an East Asian title does, and so is one; else None.

    Sites set a title of two sentences over two lines.
    """
    return titled(line) if len(line) <= _LONGEST and _EAST_ASIAN_SITE.fullmatch(line) else None


def is_title(text: str, following: list[str]) -> bool:
    """Whether `text`, the first line of an article, is its headline: short, no sentence, and with a story after it."""
    words = text.split()
    if len(text) > _LONGEST or len(words) > _MOST_WORDS or not following:
        return False
    if text.isascii() and (len(words) < 2 or len(text) < 8):
        return False
    if text.endswith(_FINAL_STOP) and not (_ACRONYM_END.search(text) and len(words) <= _MOST_WORDS // 2):
        return False
    if (
        _TWO_SENTENCES.search(text)
        or _NO_TITLE.fullmatch(text)
        or ((credit := _PICTURE_BY.fullmatch(text)) and is_person(credit["person"]))
        or (len(words) >= _FEWEST_WORDS_GLUED and _SAID_TWICE.match(text))
        or not any(c.isalpha() for c in text)
        or is_dateline_alone(text)
        or dateline_of(text)
        or byline_of(text)
    ):
        return False
    if is_person(text) and len(words) <= 3 and not any(c.isalpha() for word in words for c in word[1:] if c.isupper()):
        return len(following[0]) > len(text) and byline_of(following[0]) is not None
    return any(len(paragraph) > len(text) or paragraph.endswith((".", "。", "!", "?")) for paragraph in following[:6])


def host_of(uri: str) -> str | None:
    """Return the host of an absolute http(s) `uri` in lower case, without `www.`, or None."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host else None


def same_text(a: str, b: str) -> bool:
    """Whether `a` and `b` have the same letters and figures, whatever their case, spaces and marks."""
    return _plain(a) == _plain(b) != ""


def behind_title(text: str, title: str) -> str | None:
    """Return what `text` tells behind the `title` that runs into it; None if it does not begin with a title.

    Only a title in capitals ("Ferry Runs Aground Off Harbour Wall") is known from a sentence that begins as it does.
    """
    rest = text.removeprefix(title).lstrip(" :|–—-")
    long = [word for word in title.split() if len(word) >= _LONG_WORD]
    if rest == text or len(long) < _FEWEST_LONG_WORDS or not all(word[0].isupper() for word in long):
        return None
    return rest if rest[:1].isupper() and len(rest.split()) >= _FEWEST_WORDS_BEHIND else None


def _without_site(text: str, names: set[str]) -> str:
    if east_asian := _EAST_ASIAN_SITE.fullmatch(text):
        left = east_asian["left"]
        if _AGGREGATOR.fullmatch(east_asian["site"]):
            outlets = list(_OUTLET.finditer(left))
            left = left[: outlets[-1].start()] if outlets and outlets[-1].end() == len(left) else left
        return left if len(left) >= _SHORTEST_EAST_ASIAN else text
    separators = list(_SITE_SEPARATOR.finditer(text))
    if not separators:
        return text
    last = separators[-1]
    left, site = text[: last.start()].strip(), text[last.end() :].strip()
    if (
        len(left) < _SHORTEST_LEFT
        or len(left.split()) < _FEWEST_WORDS_LEFT
        or not _is_site(site, last.group().strip(), names)
    ):
        return text
    return left


def _is_site(text: str, separator: str, names: set[str]) -> bool:
    plain = _plain(text)
    if plain and any(plain == name or (len(plain) > 3 and name.startswith(plain)) for name in names):
        return True
    if separator == "|" and _DATE.fullmatch(text):
        return True
    words = text.split()
    if len(words) > _LONGEST_SITE or not text[0].isalpha() or text.endswith((".", "!", "?")):
        return False
    if text in _MEDIA_ACRONYMS or _DOMAIN.fullmatch(text):
        return True
    if not all(
        word[0].isupper() or not word[0].isalpha() or word.lower() in ("of", "the", "and", "de", "la") for word in words
    ):
        return False
    if separator not in "-–—":
        return True
    if any(word.lower().strip(".,") in _MEDIA_WORDS for word in words):
        return True
    return len(words) == 1 and bool(re.fullmatch(r"[A-Z][a-z]+(?:[A-Z][a-z]*)+\d*", text))


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())

"""Wire copy and scraped text: which paragraphs are the story, and what the others are.

Works on paragraphs, whatever they were read from. Each step takes lines away and writes down which and why; what the
rules look for stands in worker.clean.rules.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from worker.article import Dropped
from worker.clean.credits import CREDIT_OPENING, byline_of, is_contributors, is_credit, is_person
from worker.clean.dateline import agency_in, dateline_of, is_dateline_alone, short_dateline_of
from worker.clean.names import AGENCIES
from worker.clean.newsletters import is_mail_notice, is_senders_line
from worker.clean.notices import is_house_notice, is_release_label, is_sure_release_label
from worker.clean.rules import (
    CLOSING_LABELS,
    HIGHLIGHT_MARK,
    LINE_RULES,
    Rule,
    Where,
    is_headline,
    is_label,
    is_prose,
    is_role,
)
from worker.clean.titles import behind_title, is_title, rest_of_title, same_text

#: How many paragraphs from the start count as the head, and from the end as the end.
_HEAD, _END = 9, 10
#: A word in capitals and a colon.
_LABEL = re.compile(r"[^\W\d_a-zß-ÿа-я]{2,30}:\s")
#: Among how many lines above a newsletter's word about itself its sender's address may stand.
_ABOVE_MAIL_NOTICE = 3
#: Among how many first paragraphs of the story a dateline, a byline or the repeated title is looked for.
_DATELINE_REACH, _BYLINE_REACH, _TITLE_REACH = 4, 6, 3
#: Most paragraphs and characters that stand between headline and dateline as a standfirst; more is story.
_LONGEST_STANDFIRST, _STANDFIRST_PARAGRAPHS = 600, 2
#: Most entries that a list under a label such as "Related" may have where the story goes on after it.
_LONGEST_INLINE_LIST = 8
#: Characters from the end of a paragraph within which a sign-off glued to it begins.
_SIGN_OFF_REACH = 700
#: Characters from the end within which an end mark such as "PTI MH OM" begins.
_END_MARK_REACH = 60
#: Most sign-offs that are cut from one paragraph; a text of nothing else is no article.
_MOST_SIGN_OFFS = 8
#: Longest heading, in characters, of what a press office sets under its release.
_LONGEST_RELEASE_LABEL = 90
#: Longest credit, in characters, behind the second copy of a caption.
_LONGEST_ADDED_CREDIT = 90
#: Shortest paragraph, in characters, whose second copy is dropped: next to the first, and further on. Shorter ones may
#: repeat on purpose.
_SHORTEST_REPEAT, _SHORTEST_LATER_REPEAT = 20, 100
#: Share of the characters that are no repeats, below which repeats are the text's own.
_LEAST_DISTINCT = 0.4

#: Rules that may run before the title is known: what they take is never a headline.
_BEFORE_TITLE = frozenset(
    {
        "separator",
        "slug",
        "take",
        "desk note",
        "desk code",
        "wire timestamp",
        "timestamp",
        "reading time",
        "credit",
        "contact",
        "share",
        "advertisement",
        "picture credit",
        "picture caption",
        "newsletter box",
        "player",
    }
)
_TITLE_RULES = tuple(rule for rule in LINE_RULES if rule.name in _BEFORE_TITLE and rule.where is not Where.TAIL)
#: Rules that also hold for a last sentence glued to the end of the story's last paragraphs.
_GLUED = frozenset({"credit", "contributors", "syndication", "follow", "subscribe", "call to click"})
_GLUED_RULES = tuple(rule for rule in LINE_RULES if rule.name in _GLUED)

_DOUBLE_BRACKETS = re.compile(r"\(\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)\)[\s.]*+\Z")
_ADDED_CREDIT = re.compile(
    r"\b(?:photo(?:graph)?s?|picture|image|credit|foto|bild|courtesy|handout|file|getty|reuters|afp|ap|epa|dpa"
    r"|shutterstock"
    r"|alamy|pool)\b|[©/]",
    re.IGNORECASE,
)
_SENTENCE_ENDS = (".", "!", "?", "…", "”", '"')
#: A score or a time, as lists of results have them.
_RESULT = re.compile(r"\d[-–:.]\d")
_KEYWORDS = re.compile(r"Keywords?: [A-Z0-9 /,.&-]+\Z")
_END_MARK = re.compile(
    r"(?<=[.!?\"”’')。।])\s*(?:Enditem|ENDS|-ends-|--ENDS--|-30-|\(END\)|APNewsAlert|APNewsNow|={1,2}\s?Kyodo|--\s?IANS"
    r"|(?:PTI|ANI|IANS|UNI)(?: [A-Z]{2,4}){1,6}|--?\s?IANS(?: [a-z/]{2,12}){1,3}"
    r"|EFE(?: ?[a-z]{2,4}(?:/[a-z]{2,4}){0,3})?|भाषा(?: \S{2,14}){0,4})\s*\Z"
)
#: What stands in brackets behind the last sentence: an agency's name, an end mark, who wrote and edited it in other
#: scripts, which media go with it, and where an API cut the text.
_IN_BRACKETS = re.compile(
    r"\s*(?:(?P<cut>\[\+\d{1,7} chars?\]|\[(?:…|\.\.\.)\])"
    r"|[(（](?P<end>完|끝|了|भाषा|ends?|END)[)）]"
    r"|(?P<credit>[(（]\s?(?:إعداد|تغطية صحفية|تحرير|كتابة|ترجمة|شارك في التغطية|記者|翻訳|編集"
    r"|记者|编辑|责任编辑|편집|기자)[^()（）]{2,200}[)）]|[【\[]\s?(?:责任)?(?:编辑|责编|編輯|記者|纠错)[^【】\[\]]{0,60}[】\]]"
    r"|[(（][cC©][)）]\s?(?:共同通信|時事通信|朝日新聞|毎日新聞|読売新聞)[^。]{0,30})"
    r"|[(（〔\[](?P<name>[^()（）〔〕\[\]]{2,26})[)）〕\]])[\s.]*\Z"
)
_MEDIA = frozenset({"foto", "fotos", "vídeo", "video", "audio", "infografía", "gráfico", "gráficos", "photo", "photos"})
#: The last characters that such brackets leave, and how far back they open.
_CLOSING_BRACKETS, _BRACKETS_REACH = (")", "）", "]", "】", "〕"), 220
_KYODO_COPYRIGHT = re.compile(r"\s*[(（][cC©][)）]\s?(?:共同通信|時事通信|朝日新聞|毎日新聞|読売新聞)\S{0,20}\s*\Z")
_SENTENCE_BREAK = re.compile(r"[.!?…][\"”’')]?\s+(?=[\"“(\[@]?[A-ZÀ-ÖØ-ÞА-ЯЁ@])|(?<=[.!?”\"])(?=\()")
_TRAILING_CREDIT = re.compile(
    r"[(\[](?:photo(?:graph)?|picture|image|photo credit|image credit|picture credit)s?(?: "
    r"by)?\s?:\s?[^().]{3,80}\)[.\])]*\Z",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[-*•·–—►▪]\s+")


@dataclass(slots=True)
class Copy:
    """The state of an article while its lines are sorted: what is left of the story, and what was found beside it."""

    paragraphs: list[str]
    title: str | None = None
    byline: str | None = None
    standfirst: str | None = None
    dateline: str | None = None
    agency: str | None = None
    is_release: bool = False
    dropped: list[Dropped] = field(default_factory=list)

    def drop(self, line: str, rule: str) -> None:
        """Write down that `line` was removed by `rule`."""
        self.dropped.append(Dropped(line, rule))

    def keep_only(self, keep: Callable[[int, str], str | None]) -> None:
        """Keep the paragraphs for which `keep(index, paragraph)` is None; else it names the rule that drops them."""
        left = []
        for index, paragraph in enumerate(self.paragraphs):
            rule = keep(index, paragraph)
            if rule is None:
                left.append(paragraph)
            else:
                self.drop(paragraph, rule)
        self.paragraphs = left


def sorted_copy(paragraphs: list[str], title: str | None = None, *, is_release: bool = False) -> Copy:
    """Return the story of `paragraphs`, with title, byline, standfirst and dateline as fields and the rest as dropped.

    `title` is the title where it is known from elsewhere; else the first line is taken if it qualifies. `is_release`
    says that a press office wrote it.
    """
    copy = Copy(list(paragraphs), title=title, is_release=is_release)
    for step in (
        _drop_mail_notices,
        _take_title,
        _drop_repeats,
        _drop_closing_part,
        _drop_release_part,
        _drop_highlights,
        _take_byline,
        _drop_labelled_lists,
        _drop_trailing_list,
        _drop_lines,
        _drop_house_notices,
        _drop_sign_offs,
        _drop_names_below,
        _take_dateline,
        _drop_repeated_title,
    ):
        step(copy)
    return copy


def _drop_mail_notices(copy: Copy) -> None:
    """Drop what a newsletter says about itself, above its text and under it, and its sender's address there."""
    count, in_tail = len(copy.paragraphs), _tail_test(copy.paragraphs)
    edges = [index for index in range(count) if index < _HEAD or count - index <= _END]
    notices = {index for index in edges if is_mail_notice(copy.paragraphs[index])}
    foot = min((index for index in notices if in_tail(index)), default=count)
    around = (index for index in edges if index >= max(1, foot - _ABOVE_MAIL_NOTICE) and foot < count)
    notices |= {index for index in around if is_senders_line(copy.paragraphs[index])}
    copy.keep_only(lambda index, _: "mail notice" if index in notices else None)


def _take_title(copy: Copy) -> None:
    _drop_head_marks(copy)
    if copy.title is None and copy.paragraphs and is_title(copy.paragraphs[0], copy.paragraphs[1:]):
        copy.title = copy.paragraphs.pop(0)
    if copy.title and len(copy.paragraphs) > 1 and (rest := rest_of_title(copy.paragraphs[0])):
        copy.title = copy.title if same_text(copy.title, rest) else f"{copy.title} {rest}"
        copy.drop(copy.paragraphs.pop(0), "title")


def _drop_head_marks(copy: Copy) -> None:
    """Drop slugs, times, bylines and their like above the title, so that the title comes first."""
    while copy.paragraphs:
        first, following = copy.paragraphs[0], copy.paragraphs[1:]
        if copy.byline is None and _byline_at(copy.paragraphs, 0):
            _take_byline_at(copy, 0)
            continue
        rule = _rule_for(first, _TITLE_RULES)
        if rule is None or not following:
            return
        copy.drop(copy.paragraphs.pop(0), rule.name)


def _drop_repeated_title(copy: Copy) -> None:
    title = copy.title
    if title:
        copy.keep_only(lambda i, text: "repeated title" if i < _TITLE_REACH and same_text(text, title) else None)
        if copy.paragraphs and (rest := behind_title(copy.paragraphs[0], title)):
            copy.drop(title, "repeated title")
            copy.paragraphs[0] = rest


def _drop_repeats(copy: Copy) -> None:
    """Drop second copies: of a caption with its credit added, of any longer paragraph.

    A text that is mostly repeats, such as a plan of meals, repeats on purpose.
    """
    if sum(map(len, set(copy.paragraphs))) < _LEAST_DISTINCT * sum(map(len, copy.paragraphs)):
        return
    seen: set[str] = set()
    previous = ""

    def rule(_: int, text: str) -> str | None:
        nonlocal previous
        is_repeat = text in seen and len(text) >= (_SHORTEST_REPEAT if text == previous else _SHORTEST_LATER_REPEAT)
        is_caption = len(previous) >= 20 and text.startswith(previous) and _is_caption_again(previous, text)
        if is_repeat or is_caption:
            return "repeated paragraph" if is_repeat else "repeated caption"
        seen.add(text)
        previous = text
        return None

    copy.keep_only(rule)


def _is_caption_again(caption: str, text: str) -> bool:
    """Whether `text` is `caption` with a credit behind it, or with more words of a caption that ends no sentence."""
    added = text[len(caption) :].strip()
    if not added or len(added) > _LONGEST_ADDED_CREDIT:
        return False
    return bool(_ADDED_CREDIT.search(added)) or not (caption.endswith(_SENTENCE_ENDS) or text.endswith(_SENTENCE_ENDS))


def _drop_closing_part(copy: Copy) -> None:
    """Cut what follows a label such as "not for publication" in the second half, or dpa's "# Notizblock" anywhere."""
    in_tail = _tail_test(copy.paragraphs)
    for index, text in enumerate(copy.paragraphs):
        if len(text) <= 150 and CLOSING_LABELS(text) and (in_tail(index) or (index and text.startswith("#"))):
            for line in copy.paragraphs[index:]:
                copy.drop(line, "not for publication")
            del copy.paragraphs[index:]
            return


def _drop_release_part(copy: Copy) -> None:
    """Cut what a press office sets under its release: about itself, its forward-looking statements, its contacts."""
    in_tail = _tail_test(copy.paragraphs)
    labels = [
        index
        for index, text in enumerate(copy.paragraphs)
        if index and in_tail(index) and len(text) <= _LONGEST_RELEASE_LABEL and is_release_label(text)
    ]
    if not labels or not (copy.is_release or any(map(is_sure_release_label, copy.paragraphs[labels[0] :]))):
        return
    for line in copy.paragraphs[labels[0] :]:
        copy.drop(line, "press office")
    del copy.paragraphs[labels[0] :]


def _drop_house_notices(copy: Copy) -> None:
    """Drop what the house says to its readers at the edges of a story: above its first paragraph, under its last."""
    while len(copy.paragraphs) > 1 and is_house_notice(copy.paragraphs[-1]):
        copy.drop(copy.paragraphs.pop(), "house notice")
    if len(copy.paragraphs) > 1 and is_house_notice(copy.paragraphs[0]):
        copy.drop(copy.paragraphs.pop(0), "house notice")


def _drop_highlights(copy: Copy) -> None:
    marked = {
        index + offset
        for index, text in enumerate(copy.paragraphs)
        if text.lower() == HIGHLIGHT_MARK
        for offset in (0, 1)
    }
    copy.keep_only(lambda index, _: "highlight" if index in marked else None)


def _byline_at(paragraphs: list[str], index: int) -> str | None:
    text = paragraphs[index]
    if text.strip(" :.").lower() == "by" and index + 1 < len(paragraphs) and is_person(paragraphs[index + 1]):
        return paragraphs[index + 1].strip(" .=,")
    return byline_of(text) if len(text) <= 160 else None


def _take_byline(copy: Copy) -> None:
    for index in range(min(_BYLINE_REACH, len(copy.paragraphs))):
        if copy.byline is None and _byline_at(copy.paragraphs, index):
            _take_byline_at(copy, index)
            return


def _take_byline_at(copy: Copy, index: int) -> None:
    """Take the byline at `index`, with the name on the line after a bare "By" and the role on the line below."""
    copy.byline = _byline_at(copy.paragraphs, index)
    lines = 1 if byline_of(copy.paragraphs[index]) else 2
    if index + lines < len(copy.paragraphs) and is_role(copy.paragraphs[index + lines]):
        lines += 1
    for _ in range(lines):
        copy.drop(copy.paragraphs.pop(index), "byline")


def _drop_labelled_lists(copy: Copy) -> None:
    """Drop each label such as "Read More:" with the headlines under it: to the end, or until the story goes on."""
    in_tail = _tail_test(copy.paragraphs)
    dropped: dict[int, str] = {}
    for index, text in enumerate(copy.paragraphs):
        if index in dropped or len(text) > 80 or not is_label(text):
            continue
        end = index + 1
        while end < len(copy.paragraphs) and _is_list_entry(copy.paragraphs[end]):
            end += 1
        reaches_end = end == len(copy.paragraphs) and in_tail(index)
        if not reaches_end:
            end = min(end, index + 1 + _LONGEST_INLINE_LIST)
        dropped |= dict.fromkeys(range(index, end), "list of other stories")
    copy.keep_only(lambda index, _: dropped.get(index))


def _is_list_entry(text: str) -> bool:
    return is_headline(_BULLET.sub("", text, count=1)) or _rule_for(text, LINE_RULES) is not None


def _drop_lines(copy: Copy) -> None:
    in_tail = _tail_test(copy.paragraphs)
    count = len(copy.paragraphs)

    def rule(index: int, text: str) -> str | None:
        holds = {
            Where.ANYWHERE: True,
            Where.HEAD: index < _HEAD,
            Where.TAIL: in_tail(index),
            Where.END: count - index <= _END,
        }
        found = _rule_for(text, [rule for rule in LINE_RULES if holds[rule.where]])
        return found.name if found else None

    copy.keep_only(rule)


def _drop_sign_offs(copy: Copy) -> None:
    """Cut sign-offs that are glued to the end of a paragraph of the story."""
    count = len(copy.paragraphs)
    for index, paragraph in enumerate(copy.paragraphs):
        text = paragraph
        for _ in range(_MOST_SIGN_OFFS):
            start, rule = _sign_off_in(text, is_last=count - index <= 2)
            if start is None:
                break
            copy.drop(text[start:].strip(), rule)
            copy.agency = copy.agency or AGENCIES.get(text[start:].strip(" ()=-.").lower())
            text = text[:start].rstrip(" (")
        copy.paragraphs[index] = text
    copy.paragraphs = [text for text in copy.paragraphs if text]


def _drop_names_below(copy: Copy) -> None:
    """Drop the names that stand alone under a sign-off at the very end: its authors again, and their agency."""
    signed = any(dropped.rule in ("credit", "contributors", "syndication") for dropped in copy.dropped)
    while signed and len(copy.paragraphs) > 1:
        last = copy.paragraphs[-1]
        if not (is_person(last) or last.lower() in AGENCIES):
            return
        copy.drop(copy.paragraphs.pop(), "credit")


def _sign_off_in(text: str, *, is_last: bool) -> tuple[int | None, str]:
    """Where the last sign-off at the end of `text` begins, and the name of what it is."""
    tail_start = max(0, len(text) - _SIGN_OFF_REACH)
    tail = text[tail_start:]
    for pattern, rule, reach in (
        (_DOUBLE_BRACKETS, "contact", _SIGN_OFF_REACH),
        (_KEYWORDS, "keywords", _SIGN_OFF_REACH),
        (_END_MARK, "end mark", _END_MARK_REACH),
        (_TRAILING_CREDIT, "picture credit", _SIGN_OFF_REACH),
    ):
        found = pattern.search(tail, max(0, len(tail) - reach))
        if found and found.group().strip():
            return tail_start + found.start(), rule
    bracketed_at, rule = _brackets_behind(text, is_last=is_last)
    if bracketed_at is not None:
        return bracketed_at, rule
    for opening in CREDIT_OPENING.finditer(tail):
        before = tail[: opening.start()].rstrip()
        bracketed = before.endswith(("(", "[")) or before == ""
        ends = before.rstrip("([ ").endswith((".", "!", "?", '"', "”", ")", "'", "’"))
        if (bracketed or (ends and opening.group()[0].isupper())) and is_credit(tail[opening.start() :]):
            return tail_start + opening.start(), "credit"
    if is_last:
        breaks = list(_SENTENCE_BREAK.finditer(tail))
        if breaks:
            last = tail[breaks[-1].end() :].strip()
            if is_contributors(last):
                return tail_start + breaks[-1].end(), "contributors"
            found_rule = _rule_for(last, _GLUED_RULES)
            if found_rule:
                return tail_start + breaks[-1].end(), found_rule.name
    return None, ""


def _brackets_behind(text: str, *, is_last: bool) -> tuple[int | None, str]:
    """Where brackets at the end of `text` open that are no part of its last sentence, and the name of what they are."""
    if not text.rstrip(" .").endswith(_CLOSING_BRACKETS):
        found = (
            _KYODO_COPYRIGHT.search(text[-60:]) if (is_last and "通信" in text[-60:]) or "新聞" in text[-60:] else None
        )
        return (len(text) - len(text[-60:]) + found.start(), "credit") if found else (None, "")
    reach = max(0, len(text) - _BRACKETS_REACH)
    starts = [match.start() for match in re.finditer(r"[(（【〔\[]", text[reach:])]
    for start in reversed(starts):
        found = _IN_BRACKETS.match(text, reach + start)
        if found is None:
            continue
        at = found.start()
        if found["cut"]:
            return at, "cut mark"
        if found["credit"] or found["end"]:
            return at, "credit" if found["credit"] else "end mark"
        name = (found["name"] or "").strip().lower()
        ends = text[:at].rstrip().endswith((".", "!", "?", '"', "”", "’", "»", ")", "。", "।", "।"))
        if is_last and (name in _MEDIA or (ends and name in AGENCIES)):
            return at, "end mark"
    return None, ""


def _drop_trailing_list(copy: Copy) -> None:
    """Drop an unlabelled list of other stories at the end: bulleted lines in Title Case, no colon leading to them."""
    end = len(copy.paragraphs)
    while (
        end > 0
        and not _is_bulleted_headline(copy.paragraphs[end - 1])
        and _rule_for(copy.paragraphs[end - 1], LINE_RULES)
    ):
        end -= 1
    start = end
    while start > 0 and _is_bulleted_headline(copy.paragraphs[start - 1]):
        start -= 1
    results = sum(bool(_RESULT.search(text)) for text in copy.paragraphs[start:end])
    if end - start < 2 or start == 0 or copy.paragraphs[start - 1].endswith(":") or 2 * results >= end - start:
        return
    for line in copy.paragraphs[start:end]:
        copy.drop(line, "list of other stories")
    del copy.paragraphs[start:end]


def _is_bulleted_headline(text: str) -> bool:
    bullet = _BULLET.match(text)
    if not bullet or not is_headline(text[bullet.end() :]):
        return False
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text[bullet.end() :]) if len(word) > 3]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.75 * len(words)


def _take_dateline(copy: Copy) -> None:
    """Take the first dateline near the start, and what stands between it and the title as the standfirst.

    One word in capitals before a colon is none if several paragraphs begin so: "CLAIM: ...", "FACTS: ...".
    """
    are_labels = sum(_LABEL.match(text) is not None for text in copy.paragraphs) > 1
    for index, text in enumerate(copy.paragraphs[:_DATELINE_REACH]):
        if are_labels and _LABEL.match(text):
            continue
        alone = index + 1 < len(copy.paragraphs) and is_dateline_alone(text)
        found = None if alone else dateline_of(text) or short_dateline_of(text, " ".join(copy.paragraphs))
        if alone:
            copy.dateline, copy.agency = text.strip(" -–—:"), agency_in(text) or copy.agency
            copy.drop(copy.paragraphs.pop(index), "dateline")
        elif found:
            copy.dateline, copy.agency = found.text, found.agency or copy.agency
            copy.byline = copy.byline or found.byline
            copy.drop(found.text, "dateline")
            copy.paragraphs[index] = found.rest.strip()
        else:
            continue
        _take_standfirst(copy, index)
        return


def _take_standfirst(copy: Copy, index: int) -> None:
    before = copy.paragraphs[:index]
    if copy.title and 0 < len(before) <= _STANDFIRST_PARAGRAPHS and sum(map(len, before)) <= _LONGEST_STANDFIRST:
        copy.standfirst = " ".join(before)
        del copy.paragraphs[:index]


def _tail_test(paragraphs: list[str]) -> Callable[[int], bool]:
    """A test of whether the paragraph at an index lies in the second half, counted in paragraphs or in characters."""
    half = sum(map(len, paragraphs)) / 2
    first, seen = len(paragraphs), 0
    for index, text in enumerate(paragraphs):
        if seen >= half or index >= len(paragraphs) / 2:
            first = index
            break
        seen += len(text)
    return lambda index: index >= first


def _rule_for(text: str, rules: Iterable[Rule]) -> Rule | None:
    for rule in rules:
        if len(text) <= rule.longest and rule.matches(text) and not (rule.guard and is_prose(text)):
            return rule
    return None

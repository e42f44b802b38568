"""Which of a topic's reports tells it, and under which headline."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from worker.edition.document import Carried
from worker.edition.tolls import toll
from worker.scripts import DENSE

#: Reports of a topic that are compared with each other, the newest; the time grows with the square of their number.
MOST_COMPARED: Final = 60
#: The steps in which support is counted. Whole numbers, so that every machine chooses alike.
STEPS: Final = 10_000
#: Two reports whose support differs by less than this share of the greater are alike: the later one tells.
ALIKE: Final = 0.03

#: Titles that show together what a topic is about.
LEAST_TITLES: Final = 2
#: Letters of a word that is likely to be about nothing: "the", "new".
SMALL_WORD: Final = 3

#: Share of a sentence's words that its headline has, from which it says the headline again.
SAID: Final = 0.7

#: Words of one or two letters tell nothing. Scripts without spaces are compared by pairs of characters.
_WORD: Final = re.compile(f"[{DENSE}]|[^\\W{DENSE}_]{{3,}}")
#: A name within a sentence.
_NAME: Final = re.compile(r"(?<=[\w,;)’'] )[^\W\d_a-z][\w’'-]*")
_DENSE: Final = re.compile(f"[{DENSE}]")
#: A label that a newsroom sets before a headline of a text that is no report of the event.
_LABEL: Final = re.compile(
    r"\s*(?:opinion|comment(?:ary)?|analysis|editorial|review|column|podcast|video|watch|listen|live(?: updates)?|"
    r"photos|pictures|in pictures|gallery|quiz|poll|explainer|explained|fact check|factbox|timeline|q ?& ?a|interview|"
    r"letters?|cartoon|exclusive video|must[- ]see|sponsored|advertisement|meinung|kommentar|analyse|liveticker|"
    r"live-?blog|opinión|análisis|en vivo|vídeo|avis|tribune|en direct|vidéo|diretta|opinião|ao vivo)"
    r"\s*(?:[:|–—]|-\s)|.{0,200}?\s[|–—-]\s(?:opinion|comment|analysis|review|live|video|podcast)\s*$",
    re.IGNORECASE,
)
#: A page that was written while the event went on, wherever the word stands, in capitals.
_RUNNING: Final = re.compile(r"\bLIVE\b|\bAS IT HAPPENED\b|(?i:\blive (?:blog|updates|coverage)\b|\blive\s?[:|])")
#: Ways to begin that do not say what happened.
_TEASER: Final = re.compile(
    r"(?:here['’]?s|here are|this is (?:why|how|what)|why|how|what|when|where|who|should|can|could|will|is|are|do|does|"
    r"\d+ (?:things|ways|reasons|tips|facts|takeaways)|everything|meet|inside|the (?:best|worst|top) \d+|wie|warum|was|"
    r"pourquoi|comment|por qu[eé]|c[oó]mo|qu[eé])\b",
    re.IGNORECASE,
)
#: Words of a title that promises advice, wherever they stand.
_PROMISE: Final = re.compile(r"\b(?:how to|here['’]?s (?:what|why|how)|(?:need|want) to know)\b", re.IGNORECASE)

#: A report that is older than another by less than this may still be the one that knows more: many have a day only, or
#: the time of a crawl.
TOLL_KNOWN: Final = timedelta(hours=6)


def teller_first(reports: Sequence[Carried], closed_at: datetime) -> list[Carried]:
    """Return the `reports` of one topic with the one that tells it first, the others in their order.

    The others support it: it shares most words with their headlines and summaries (mean ROUGE-1 F of its summary
    against each of them, Lin 2004, without words of one or two letters). Of reports that are supported alike the
    latest tells, for a result is corrected in time. A report that counts fewer dead than another one, unless it is
    later by TOLL_KNOWN, does not tell, nor one that asks or is labelled as opinion, review or live blog, unless all do.
    """
    if len(reports) == 1:
        return list(reports)
    compared = sorted(reports, key=lambda report: _newness(report, closed_at), reverse=True)[:MOST_COMPARED]
    times = [_newness(report, closed_at)[0] for report in compared]
    told = [Counter(_words(f"{report.headline} {report.summary}")) for report in compared]
    summaries = [Counter(_words(report.summary)) for report in compared]
    support = [
        sum(_overlap(own, other) for j, other in enumerate(told) if j != i) // (len(compared) - 1)
        for i, own in enumerate(summaries)
    ]
    plain = [i for i, report in enumerate(compared) if tells(report)] or list(range(len(compared)))
    tolls = [toll(f"{report.headline}. {report.summary}") for report in compared]
    plain = [i for i in plain if not _is_overtaken(i, plain, tolls, times)] or plain
    enough = max(support[i] for i in plain) * (1 - ALIKE)
    # `compared` begins with the newest.
    best = compared[next(i for i in plain if support[i] >= enough)]
    return [best, *(report for report in reports if report is not best)]


def headline(reports: Sequence[Carried]) -> tuple[str, str | None]:
    """Return the headline of the topic of `reports`, whose first tells it; and the article whose title it is, None if
    it is the headline of the teller's own digest.

    A teller without a title, or whose title asks, teases, or names nothing that the topic's other titles are about and
    nobody of its own summary, takes the plain title of another report in its language: of those, the one that shares
    most words with the teller's headline and summary.
    """
    teller, *others = reports
    titled = [report for report in others if report.language == teller.language and _title(report) is not None]
    subject = _subject([report.headline for report in titled])

    def says(report: Carried) -> bool:
        about = subject | {name for match in _NAME.findall(report.summary) for name in _words(match)}
        return is_plain(report.headline) and (not subject or not about.isdisjoint(_keywords(report.headline)))

    if _title(teller) is not None and says(teller):
        return teller.headline, None
    own = Counter(_words(f"{teller.headline} {teller.summary}"))
    titled = [report for report in titled if says(report)]
    best = max(titled, key=lambda report: _overlap(Counter(_words(report.headline)), own), default=None)
    return (teller.headline, None) if best is None else (best.headline, best.article_id)


def _subject(titles: Sequence[str]) -> set[str]:
    """Return the words that more than half of `titles` have; none if they are fewer than LEAST_TITLES."""
    if len(titles) < LEAST_TITLES:
        return set()
    times = Counter(word for title in titles for word in _keywords(title))
    return {word for word, count in times.items() if 2 * count > len(titles)}


def _keywords(title: str) -> set[str]:
    """Return the words of `title` that may be about something: small words are about nothing, PS4 is about much."""
    return {word for word in _words(title) if len(word) > SMALL_WORD or not word.isalpha() or _DENSE.match(word)}


def says_again(sentence: str, title: str) -> bool:
    """Return whether `sentence` tells little more than `title`: SAID of its words are there."""
    own, told = set(_words(sentence)), set(_words(title))
    return len(own & told) >= SAID * len(own)


def tells(report: Carried) -> bool:
    """Return whether `report` may tell its topic: it is no question, no labelled piece, and has a summary."""
    title = _title(report) or report.headline
    return bool(report.summary) and "?" not in report.summary[:120] and not _label(title) and "?" not in title


def is_plain(title: str) -> bool:
    """Return whether `title` says what happened: it asks nothing, has no label and does not tease."""
    teases = _TEASER.match(title) or _PROMISE.search(title)
    return not (_label(title) or teases or "?" in title or "？" in title or "؟" in title)


def _is_overtaken(report: int, others: Sequence[int], tolls: Sequence[int | None], times: Sequence[datetime]) -> bool:
    """Return whether one of `others` counts more dead than `report` and is not older by TOLL_KNOWN."""
    own = tolls[report]
    return own is not None and any(
        (tolls[other] or 0) > own and times[other] + TOLL_KNOWN > times[report] for other in others
    )


def _label(title: str) -> bool:
    return bool(_LABEL.match(title) or _RUNNING.search(title))


def _title(report: Carried) -> str | None:
    return next((source.title for source in report.sources if source.article_id == report.article_id), None)


def _newness(report: Carried, closed_at: datetime) -> tuple[datetime, str]:
    # A time after the close is a wrong clock or an embargo.
    at = report.published_at
    return (report.received_at if at is None or at > closed_at else at), report.story_id


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _overlap(one: Counter[str], other: Counter[str]) -> int:
    """Return the F-measure of the words of `one` against those of `other`, in STEPS."""
    sizes = one.total() + other.total()
    return 2 * (one & other).total() * STEPS // sizes if sizes else 0

"""What a reader sees on the pages: values as words and links, for the templates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from producers.article import NO_SOURCES, Signal
from producers.processes import Process
from producers.terminal import duration
from worker.article import Article
from worker.clean.outlets import Outlets
from worker.edition import view
from worker.edition.profile import Profile
from worker.items.ruling import Standing
from worker.operations.explain import reason
from worker.operations.status import EditionStatus, is_overdue
from worker.store.activity import STEP_SECONDS, STEPS, Activity
from worker.store.by_hand import Listed
from worker.store.failures import Failure
from worker.store.pages_queries import StoredDigest
from worker.store.search import Hit
from worker.store.story_record import DecisionRecord, MemberRecord, StoryRecord
from worker.web.excerpt import Part, excerpt
from worker.web.excerpt import marked as marked_terms
from worker.web.marking import Marked, marked
from worker.web.topics import story_href

#: Characters of an article's id in an explanation.
SHOWN: Final = 8
#: Characters of a title, a name or a reason.
MOST_LINE: Final = 300
#: Width and height of a plot in its own units; a bar is one step of the day.
PLOT_WIDTH: Final = 480
PLOT_HEIGHT: Final = 60


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language and the direction of a text; see `worker.edition.view.tongue`."""

    language: str | None
    direction: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story: whose it is, and why it is there."""

    id: str
    canonical: bool
    name: str
    title: str
    href: str | None
    why: str
    joined: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """A story with its text beside its summary, its articles and what a person decided.

    `said` is what its source wants to be read with it, `facts` what else it says of it. The defaults hold for a story
    without a digest, and for one whose canonical article is not in the store.
    """

    id: str
    headline: str
    members: tuple[Member, ...]
    decisions: tuple[str, ...]
    summary: str = ""
    note: str | None = "It has no summary yet."
    checks: tuple[str, ...] = ()
    tongue: Tongue = Tongue(None, None)
    source: str = ""
    source_href: str | None = None
    published: str | None = None
    marks: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    text: Marked | None = None
    text_href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A hit of a search as a reader sees it."""

    href: str
    title: tuple[Part, ...]
    excerpt: tuple[Part, ...]
    tongue: Tongue
    publisher: str
    at: str
    iso: str
    reprint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of hits: how many stories there are, which page this is, and the addresses of the pages beside it; None
    where there is no such page.
    """

    count: str
    hits: tuple[SearchResult, ...]
    page: str | None
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a plot, in its units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A day's curve: its title, what it says in words, and its bars, in a box of `width` by `height`."""

    title: str
    words: str
    bars: tuple[Bar, ...]
    most: int
    width: int = PLOT_WIDTH
    height: int = PLOT_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A failure as the desk page shows it."""

    id: str
    what: str
    source: str
    stage: str
    reason: str
    attempts: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A profile and its last edition, if it has one, as the desk page shows them; `closes` is when each one does.

    `late`: its files should be written by now, and are not.
    """

    name: str
    href: str
    last: str | None
    digests: int
    delivered: bool
    late: bool
    closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """A process of the desk as its page shows it."""

    role: str
    host: str
    pid: str
    age: str
    late: bool


def story(
    record: StoryRecord, canonical: tuple[Article, StoredDigest | None] | None, zone: ZoneInfo, known: Outlets
) -> StoryPage:
    """Return the story of `record` with the text and the digest of its `canonical`, as far as the store has them.

    `known` are the desk's publishers.
    """
    article, digest = canonical or (None, None)
    page = StoryPage(
        id=record["id"],
        headline=line(_headline(record, digest)) or "A story without a title",
        members=tuple(_member(member, zone, known) for member in record["articles"]),
        decisions=tuple(_decision(decision, zone) for decision in record["decisions"]),
    )
    if digest is not None:
        page = replace(
            page,
            summary=view.plain(digest.summary),
            note=view.note(digest.engine, digest.model, supported=digest.supported),
            checks=tuple(map(view.plain, digest.checks)),
        )
    if article is not None:
        page = replace(
            page,
            tongue=Tongue(*view.tongue(article.language)),
            source=_name(known.name(article.publisher, article.url or article.uri), article.source),
            source_href=view.link(article.url or article.uri),
            published=local_time(article.published_at, zone) if article.published_at else None,
            marks=_marks(article),
            said=view.said(article.signal, article.note, article.copyright, article.usage),
            facts=tuple(_facts(article, zone)),
            text=_plain_text(marked(article.body, digest.summary if digest else "", article.language)),
            text_href=f"/texts/{quote(article.id, safe='')}",
        )
    return page


def _marks(article: Article) -> tuple[str, ...]:
    marks = {Signal.CORRECTION: "Corrected", Signal.UPDATE: "Update"}
    return (marks[article.signal],) if article.signal else ()


def _facts(article: Article, zone: ZoneInfo) -> Iterator[str]:
    """Yield what the source says of the article besides its text, a fact a time."""
    if article.located:
        yield f"Located: {line(article.located)}"
    if article.section:
        yield f"Section: {line(article.section)}"
    subjects = [name for about in article.subjects if (name := line(about.name or about.code or ""))]
    if subjects:
        yield line(f"Subjects: {', '.join(subjects)}")
    if article.urgency is not None:
        yield f"Urgency: {article.urgency} of 9"
    if article.revision is not None:
        number, created = article.revision.number, article.revision.created
        parts = [str(number)] if number is not None else []
        parts += [local_time(created, zone)] if created is not None else []
        yield f"Revision: {', '.join(parts)}"
    if article.note and article.signal is not Signal.CORRECTION:
        yield f"Note: {line(article.note)}"
    for caption in article.captions:
        yield f"Caption: {line(caption)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """An item that may not be shown, as the desk's page lists it; `id` is the article by which it can be changed."""

    id: str
    name: str
    title: str
    state: str
    why: str
    decided_by: str
    at: str
    newer: bool
    is_held: bool
    can_change: bool


def hidden(item: Listed, zone: ZoneInfo) -> Hidden:
    """Return an item that may not be shown, as the desk's page lists it."""
    until = f"until {local_time(item.until, zone)}" if item.until else "until a decision"
    is_held = item.standing is Standing.HELD
    return Hidden(
        id=item.article_id or item.item,
        name=line(item.publisher or item.source),
        title=line(item.title or "") or "(no title)",
        state=f"Held {until}" if is_held else "Killed",
        why=line(item.note or "")
        or ("its embargo gives no time that can be read" if item.endless else "no reason given"),
        decided_by=item.decided_by,
        at=local_time(item.at, zone),
        newer=item.newer,
        is_held=is_held,
        can_change=item.article_id is not None,
    )


def _headline(record: StoryRecord, digest: StoredDigest | None) -> str:
    """Return the digest's headline, else the title of the canonical article, else ""."""
    if digest is not None:
        return digest.headline
    return next((member["title"] or "" for member in record["articles"] if member["canonical"]), "")


def counted_stories(number: int, *, is_cut: bool) -> str:
    """Return how many stories a search has found; `is_cut`: there are older ones, too."""
    if is_cut:
        return f"The newest {number:,} stories; to reach older ones, add a word or a day"
    return "1 story" if number == 1 else f"{number:,} stories" if number else "No story"


def search_result(hit: Hit, terms: Sequence[str], zone: ZoneInfo, known: Outlets) -> SearchResult:
    """Return a hit as a reader sees it, the `terms` of the question marked; `known` are the desk's publishers."""
    return SearchResult(
        href=story_href(hit.story_id),
        title=marked_terms(line(hit.title or hit.headline or "") or "(no title)", terms),
        excerpt=excerpt(view.plain(hit.text), terms),
        tongue=Tongue(*view.tongue(hit.language)),
        publisher=_name(known.name(hit.publisher), hit.source),
        at=local_time(hit.at, zone),
        iso=hit.at.isoformat(),
        reprint=hit.reprint,
    )


def plots(activity: Activity, zone: ZoneInfo) -> tuple[Plot, ...]:
    """Return the curves of a day."""
    rows = (
        ("Articles", "articles stored", activity.articles),
        ("Digests", "digests made", activity.digests),
        ("Failures", "articles failed", activity.failures),
    )
    return tuple(_plot(title, words, values, activity.until, zone) for title, words, values in rows)


def failing(failure: Failure, zone: ZoneInfo) -> Failing:
    """Return a failure as the desk page shows it."""
    return Failing(
        id=failure.article_id,
        what=line(failure.title or "") or line(failure.uri),
        source=line(failure.source),
        stage=failure.stage,
        reason=line(failure.reason),
        attempts=failure.attempts,
        at=local_time(failure.failed_at, zone),
    )


def closed(home: str, name: str, edition: EditionStatus | None, profile: Profile, now: datetime) -> Closed:
    """Return the profile `name`, whose pages begin with `home`, and the head of its last edition, as they are `now`."""
    return Closed(
        name=view.edition_name(name),
        href=f"{home}/",
        last=f"{edition['date']}, revision {edition['revision']}" if edition else None,
        digests=edition["counts"]["digests"] if edition else 0,
        delivered=edition is None or edition["delivered"],
        late=edition is not None and is_overdue(edition, now),
        closes=f"{profile.edition_time} {profile.timezone}",
    )


def working(process: Process) -> Working:
    """Return a process as the desk page shows it."""
    return Working(
        role=process.role, host=view.plain(process.host), pid=process.pid, age=duration(process.age), late=process.late
    )


def line(text: str) -> str:
    """Return `text` on one line, cut between two words if it is longer than MOST_LINE."""
    whole = view.plain(text)
    if len(whole) <= MOST_LINE:
        return whole
    return f"{whole[:MOST_LINE].rpartition(' ')[0] or whole[:MOST_LINE]}…"


def local_time(at: datetime, zone: ZoneInfo) -> str:
    """Return a time for people."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _name(publisher: str | None, source: str) -> str:
    """Return what a reader is told of who published an article: the publisher, else the place that it came from."""
    return line(publisher or ("" if source in NO_SOURCES else source))


def _member(member: MemberRecord, zone: ZoneInfo, known: Outlets) -> Member:
    joined_at = member["joined_at"]
    return Member(
        id=member["id"],
        canonical=member["canonical"],
        name=_name(known.name(member["publisher"], member["uri"]), member["source"]),
        title=line(member["title"] or "") or "(no title)",
        href=view.link(member["uri"]),
        why=reason(member, SHOWN),
        joined=local_time(datetime.fromisoformat(joined_at), zone) if joined_at else "time unknown",
    )


def _decision(decision: DecisionRecord, zone: ZoneInfo) -> str:
    verb = "belongs into" if decision["decision"] == "joined" else "never joins"
    at = local_time(datetime.fromisoformat(decision["decided_at"]), zone)
    return f"{at}: {decision['article_id'][:SHOWN]} {verb} {decision['story_id'][:SHOWN]}"


def _plain_text(text: Marked) -> Marked:
    paragraphs = tuple(
        tuple(replace(sentence, text=view.plain(sentence.text)) for sentence in paragraph)
        for paragraph in text.paragraphs
    )
    return Marked(paragraphs, tuple(map(view.plain, text.unsupported)), text.left_out)


def _plot(title: str, words: str, values: Sequence[int], until: datetime, zone: ZoneInfo) -> Plot:
    most, width = max(chain(values, [1])), PLOT_WIDTH / STEPS
    return Plot(
        title=title,
        words=(
            f"{sum(values):,} {words} in 24 hours until {until.astimezone(zone):%H:%M}, "
            f"at most {max(values):,} in {STEP_SECONDS // 60} minutes"
        ),
        bars=tuple(
            Bar(
                x=round(place * width, 2),
                y=round(PLOT_HEIGHT * (1 - value / most), 2),
                width=round(width - 1, 2),
                height=round(PLOT_HEIGHT * value / most, 2),
            )
            for place, value in enumerate(values)
            if value
        ),
        most=most,
    )

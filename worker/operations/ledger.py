"""Why an article is in an edition or in none: its whole way through the desk, in words.

The reasons are those that the rooms gave when they decided; nothing is decided here again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from producers.terminal import counted
from worker.edition.budget import Place
from worker.edition.calendar import closing_time, following, time_zone
from worker.edition.document import Document, DocumentTopic, shown_articles
from worker.edition.profile import Profile
from worker.items.ruling import ENDLESS, Decider, Ruling, Standing
from worker.operations.explain import why
from worker.store import Store, failures, ledger, pages_queries
from worker.store.failures import Failure
from worker.store.ledger import Match, Met, Way
from worker.store.states import State

#: What a source without a name of its own says of the door by which an article came.
DOORS: Final = {"inbox": "the inbox", "push": "`wiredesk push`", "http": "HTTP"}
#: Why an edition left a digest out (worker.edition.document.Fate); {by} is the article that tells its topic.
LEFT_OUT: Final = {
    "words": "its topic ranked too low for the edition's budget of words",
    "length": "the edition had as many topics as the profile's `length` allows",
    "per_publisher": "its publisher told as many topics as the profile's `per_publisher` allows",
    "beneath": "the article {by} tells its topic",
    "superseded": "another article led its story when the edition closed",
    "since": "its digest is older than the profile",
}
#: For every other reason: the name of a filter.
FILTERED: Final = "the profile's filter `{name}` does not let it pass"
#: For editions that closed before the store kept reasons.
NO_REASON: Final = "the edition closed before reasons were kept"
#: How much an edition shows of a topic.
PLACES: Final = {
    Place.FULL.value: "in full",
    Place.SENTENCE.value: "in one sentence",
    Place.HEADLINE.value: "by its headline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InEdition:
    """What the edition of a profile and day did with the story: `carried` it in a `place`, or left it out for a
    `reason`.

    `article` is the article whose digest the edition met; `left_out_by` and `teller_id` are of
    worker.edition.document.Fate. `is_named` says whether the edition names the article in question.
    """

    profile: str
    date: date
    article: str
    carried: bool
    place: str | None
    left_out_by: str | None
    teller_id: str | None
    reason: str | None
    is_named: bool

    @property
    def text(self) -> str:
        """A sentence without its full stop."""
        edition = f"The edition {self.profile} of {self.date}"
        if self.carried:
            where = f" {PLACES[self.place]}" if self.place in PLACES else ""
            return f"{edition} carries the story{where}"
        if self.left_out_by == "beneath":
            return f"{edition} names the story beneath the article {self.teller_id}, which tells the topic"
        return f"{edition} leaves the story out: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The `way` of an article, its `failure`, the `editions` that met its story, the newest first, and the `answer`:
    why it is in an edition or in none and what comes next, in sentences.
    """

    way: Way
    failure: Failure | None
    editions: tuple[InEdition, ...]
    answer: tuple[str, ...]


def trace(store: Store, article: str, profiles: Mapping[str, Profile]) -> Ledger | None:
    """Return the ledger of the article with the id `article`, None if the store has none.

    `profiles` are those of the settings, with their closing times filled in. It says everything, of what may not be
    shown, too: see the way's `standing` before you show it.
    """
    way = ledger.way(store, article)
    if way is None:
        return None
    failure = next(iter(failures.matching(store, article)), None) if way.state is State.FAILED else None
    editions = tuple(_in_editions(store, way))
    return Ledger(
        way=way,
        failure=failure,
        editions=editions,
        answer=tuple(_answer(way, failure, editions, profiles, datetime.now(UTC))),
    )


def came(way: Way) -> str:
    """Return from where an article came, as words."""
    door = DOORS.get(way.source, f"the source {way.source}")
    file = f", in {way.filename}" if way.filename and way.filename != way.uri else ""
    return f"from {door}, as {way.uri}{file}"


def reason(way: Way, shown: int) -> str:
    """Return why the article is in its story, with ids cut to `shown` characters."""
    return why(way.rule, way.containment, way.matched, shown)


def record(entry: Ledger) -> dict[str, Any]:
    """Return `entry` ready for JSON; times are ISO 8601, in UTC."""
    way, failure = entry.way, entry.failure
    return {
        "id": way.id,
        "title": way.title,
        "uri": way.uri,
        "url": way.url,
        "state": way.state,
        "standing": way.standing,
        "answer": list(entry.answer),
        "received": {
            "at": _iso(way.received_at),
            "stored_at": _iso(way.stored_at),
            "source": way.source,
            "filename": way.filename,
            "media_type": way.media_type,
        },
        "cleaned": {"dropped": [asdict(line) for line in way.dropped], "notes": list(way.notes)},
        "item": _ruling(way.ruling),
        "failure": None
        if failure is None
        else {
            "stage": failure.stage,
            "reason": failure.reason,
            "attempts": failure.attempts,
            "failed_at": _iso(failure.failed_at),
        },
        "story": None
        if way.story is None
        else {
            "id": way.story,
            "canonical_id": way.canonical,
            "rule": way.rule,
            "matched_id": way.matched,
            "containment": way.containment,
            "joined_at": _iso(way.joined_at),
        },
        "digest": None if way.digest is None else {**asdict(way.digest), "made_at": _iso(way.digest.made_at)},
        "editions": [{**asdict(edition), "date": edition.date.isoformat()} for edition in entry.editions],
        "unmet_by": list(way.unmet_by),
    }


def text(entry: Ledger, shown: int) -> str:
    """Return `entry` for people, a fact a line, with the ids of other articles cut to `shown` characters."""
    way = entry.way
    lines = [
        f"article   {way.id}  {way.title or '(no title)'}",
        *(f"answer    {sentence}" for sentence in entry.answer),
        f"received  {_at(way.received_at)} {came(way)}; stored {_at(way.stored_at)}",
        *(f"cleaned   - {line.line}  [{line.rule}]" for line in way.dropped),
        *(f"cleaned   {note}" for note in way.notes),
    ]
    if way.story:
        role = "leads" if way.canonical == way.id else "is in"
        lines.append(f"story     {role} {way.story}: {reason(way, shown)}, {_at(way.joined_at)}")
    if way.digest:
        lines.append(f"digest    by {way.digest.engine} ({way.digest.model}), {_at(way.digest.made_at)}")
        lines += [f"digest    the checks say: {check}" for check in way.digest.checks]
    return "\n".join(lines)


def match_text(match: Match, shown: int) -> str:
    """Return an article that a name may mean, on a line, its id cut to `shown` characters."""
    state = match.state if match.standing is Standing.USABLE else match.standing
    return f"{match.id[:shown]}  {state:<9}  {_at(match.stored_at)}  {match.source}: {match.title or match.uri}"


def _answer(
    way: Way,
    failure: Failure | None,
    editions: tuple[InEdition, ...],
    profiles: Mapping[str, Profile],
    now: datetime,
) -> Iterator[str]:
    if way.standing is not Standing.USABLE:
        yield from _hidden(way)
        return
    if failure is not None:
        attempts = counted(failure.attempts, "attempt")
        yield f"It failed at the stage {failure.stage} after {attempts}: {failure.reason.removesuffix('.')}."
        yield f"Correct the file and drop it again, or run `wiredesk failed retry {way.id}`."
        return
    if way.story is None:
        yield "It is in no story, because it has no news of its own."
        return
    if way.canonical is not None and way.canonical != way.id:
        yield f"The article {way.canonical} leads its story, so the digest is made from that."
    if way.digest is None:
        yield "Its story has no digest yet: it waits for a summarize worker, and `wiredesk status` says how many wait."
        return
    yield from (f"{edition.text}." for edition in editions)
    if way.canonical != way.id and any(edition.carried and not edition.is_named for edition in editions):
        yield "An edition that does not name it closed before it came."
    yield from _next(way, profiles, now)


def _hidden(way: Way) -> Iterator[str]:
    ruling = way.ruling
    if way.standing is Standing.KILLED and ruling is not None and ruling.standing is Standing.USABLE:
        yield "It is the notice of a kill that was lifted since, and no news."
        return
    if way.standing is Standing.KILLED:
        by = {Decider.PERSON: "by hand", Decider.DESK: "by the desk"}
        yield f"It was withdrawn {by.get(ruling.decided_by, 'by its source') if ruling else 'by its source'}."
    elif ruling is not None and ruling.embargo is not None and ruling.embargo < ENDLESS:
        yield f"It is held until {_at(ruling.embargo)}, when its embargo ends."
    else:
        yield "It is held until a person or its source decides about it."
    if ruling is not None and ruling.note:
        yield f"The reason: {ruling.note}"
    yield f"`wiredesk story release {way.id}` lets it be shown."


def _next(way: Way, profiles: Mapping[str, Profile], now: datetime) -> Iterator[str]:
    for name in way.unmet_by:
        profile = profiles.get(name)
        if profile is not None:
            zone, at = time_zone(profile.timezone), closing_time(profile.edition_time)
            yield f"The next edition {name} looks at it; it closes {_at(following(now, zone=zone, at=at).at)}."
    for name in profiles:
        if name not in way.unmet_by and not any(met.profile == name for met in way.met):
            yield f"No edition {name} that is still stored has looked at it."


def _in_editions(store: Store, way: Way) -> Iterator[InEdition]:
    documents: dict[tuple[str, date], Document | None] = {}
    for met in way.met:
        key = (met.profile, met.date)
        if key not in documents:
            documents[key] = pages_queries.documents(store, met.profile, [met.date]).get(met.date)
        yield _in_edition(met, documents[key], way)


def _in_edition(met: Met, document: Document | None, way: Way) -> InEdition:
    topic = _topic(document, met.article) if document is not None else None
    why_not = LEFT_OUT.get(met.left_out_by or "", FILTERED if met.left_out_by else NO_REASON)
    return InEdition(
        profile=met.profile,
        date=met.date,
        article=met.article,
        carried=met.carried,
        place=topic["place"] if topic is not None else None,
        left_out_by=met.left_out_by,
        teller_id=met.teller_id,
        reason=None if met.carried else why_not.format(by=met.teller_id, name=met.left_out_by),
        is_named=document is not None and way.id in shown_articles(document),
    )


def _topic(document: Document, article: str) -> DocumentTopic | None:
    return next((topic for topic in document["topics"] if topic["article_id"] == article), None)


def _ruling(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {
        "status": ruling.status,
        "embargo": _iso(ruling.embargo),
        "decided_by": ruling.decided_by,
        "at": _iso(ruling.at),
        "note": ruling.note,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _at(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "at an unknown time"

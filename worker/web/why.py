"""The page that says why an article is in an edition or in none, and the search for the article."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from worker.edition.view import edition_day, edition_name, link, plain
from worker.items.ruling import Standing
from worker.operations import ledger
from worker.store import ledger as entries
from worker.web import session
from worker.web.pages import identifier, not_shown, page, site
from worker.web.site import Site
from worker.web.topics import story_href
from worker.web.view import SHOWN, line, local_time

#: Characters of a name that are looked at: those of the longest address that an article has.
MOST_NAME: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """An article that a name may mean, and the address of its page."""

    href: str
    title: str
    source: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An article's way as its page shows it; see `worker.operations.ledger.Ledger`. `editions` are those that looked at
    its story, each with its address.
    """

    id: str
    title: str
    href: str | None
    answer: tuple[str, ...]
    received: str
    stored: str
    came: str
    dropped: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    story_href: str | None
    leads: bool
    reason: str
    digest: str | None
    checks: tuple[str, ...]
    editions: tuple[tuple[str, str], ...]


def why_href(article: str) -> str:
    """Return the address of the page that says why the article is in an edition or in none."""
    return f"/why/{quote(article, safe='')}"


def ask(request: Request) -> Response:
    """Find the article that the reader names by address, id or file: its page, or the articles that may be meant."""
    here, name = site(request), plain(request.query_params.get("article", ""))[:MOST_NAME]
    may_see_all = bool(session.session(request))
    # What is held is answered like what never came.
    matches = [
        match for match in entries.matching(here.store, name) if may_see_all or match.standing is Standing.USABLE
    ]
    if len({match.item for match in matches}) == 1:
        return RedirectResponse(why_href(matches[0].id), 302)
    meant = [
        Meant(
            href=why_href(match.id),
            title=line(match.title or match.uri),
            source=line(match.source),
            at=local_time(match.stored_at, here.zone),
        )
        for match in matches
    ]
    return page(request, "ask.html", {"asked": name, "meant": meant})


def why(request: Request) -> Response:
    """Say why an article is in an edition or in none; of what may not be shown, in a session only."""
    here, name = site(request), identifier(request.path_params["article"])
    entry = ledger.trace(here.store, name, here.settings.all_profiles)
    if entry is None:
        raise HTTPException(404, "There is no such article; it may have been pruned.")
    if entry.way.standing is not Standing.USABLE and not session.session(request):
        raise not_shown(here, name, "There is no such article; it may have been pruned.")
    return page(request, "why.html", {"why": _shown(entry, here)})


def _shown(entry: ledger.Ledger, here: Site) -> Why:
    way = entry.way
    return Why(
        id=way.id,
        title=line(way.title or "") or line(way.uri),
        href=link(way.url or way.uri),
        answer=tuple(map(plain, entry.answer)),
        received=local_time(way.received_at, here.zone),
        stored=local_time(way.stored_at, here.zone),
        came=line(ledger.came(way)),
        dropped=tuple((line(dropped.line), dropped.rule) for dropped in way.dropped),
        notes=tuple(map(line, way.notes)),
        story_href=None if way.story is None else story_href(way.story),
        leads=way.canonical == way.id,
        reason=ledger.reason(way, SHOWN),
        digest=_digest(way, here.zone),
        checks=tuple(map(line, way.digest.checks)) if way.digest else (),
        editions=tuple(dict.fromkeys(_editions(entry, here))),
    )


def _digest(way: entries.Way, zone: ZoneInfo) -> str | None:
    if way.digest is None:
        return None
    return f"by {line(way.digest.engine)} ({line(way.digest.model)}), {local_time(way.digest.made_at, zone)}"


def _editions(entry: ledger.Ledger, here: Site) -> Iterator[tuple[str, str]]:
    for edition in entry.editions:
        home = here.home_if_known(edition.profile)
        if home is not None:
            yield f"{edition_name(edition.profile)}, {edition_day(edition.date)}", f"{home}/editions/{edition.date}"

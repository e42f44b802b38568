"""The pages for reading: editions, stories, the search; and the desk page. Each is a function of a request."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from producers.processes import waits
from producers.terminal import duration
from worker.edition import view as edition_view
from worker.edition.budget import Place
from worker.edition.calendar import parse_day
from worker.edition.feeds import MOST_EDITIONS
from worker.edition.render import FEEDS
from worker.errors import ConfigurationError
from worker.items.ruling import Standing
from worker.operations.sources import sentences, troubled
from worker.operations.status import (
    last_editions,
    look,
    processes,
    rates_text,
    stamps_ahead,
    still_to_do,
    time_left,
)
from worker.store import by_hand, editions, failures, outbox, pages_queries, search, stories
from worker.store.activity import activity
from worker.store.matching import terms
from worker.store.states import State
from worker.web import session, view
from worker.web.alerts import MANY_UNREAD, alerts, unread_embargoes
from worker.web.site import Site, style
from worker.web.topics import Headline, archived, story_href, told

#: Hits on one page of a search.
HITS: Final = 25
#: Digits of a page's number.
MOST_DIGITS: Final = 6
#: Days on one page of the archive.
ARCHIVED: Final = 31
#: Characters of a search's fields that are looked at.
FIELD: Final = 500
#: Publishers that the search proposes.
PROPOSED: Final = 200
#: Failures that the desk page shows; the rest are counted.
FAILURES: Final = 50
#: Seconds after which the desk page refreshes.
REFRESH_SECONDS: Final = 15

_ID = re.compile(r"[0-9A-Za-z-]{1,36}")


def site(request: Request) -> Site:
    """Return what the pages work with."""
    here: Site = request.app.state.site
    return here


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Return the page that `template` makes of `values`."""
    around = {"path": request.url.path, "home": "", "profiles": [], "key": session.key(request)}
    return HTMLResponse(site(request).page(template, {**around, **values}), status)


def identifier(text: str) -> str:
    """Return `text` if it has the form of an id of ours; raises HTTPException 404 if it has not."""
    if not _ID.fullmatch(text):
        raise HTTPException(404, "There is nothing under this address.")
    return text


def not_shown(here: Site, name: str, unknown: str) -> HTTPException:
    """Return the answer for a story or an article that is not shown: 410 if it was withdrawn. What is held is answered
    like what never came, with the sentence `unknown`.
    """
    if by_hand.standing_of(here.store, name) is Standing.KILLED:
        return HTTPException(410, "This was withdrawn, and is not shown any more.")
    return HTTPException(404, unknown)


def latest(request: Request) -> Response:
    """The newest edition, or a page that says when there will be one."""
    here, name = site(request), _profile(request)
    newest = editions.find(here.store, name)
    if newest is None:
        profile = here.settings.all_profiles[name]
        when = f"{profile.edition_time} {profile.timezone}"
        return _page_of_profile(request, "none.html", {"when": when})
    return _edition(request, newest)


def edition(request: Request) -> Response:
    """The edition of a day."""
    return _edition(request, _of_the_day(request))


def rest(request: Request) -> Response:
    """The topics of a day's edition that it does not show, by their headlines."""
    stored = _of_the_day(request)
    shown = edition_view.edition(stored.document)
    left_out = [topic for topic in stored.document["topics"] if topic["place"] == Place.LEFT_OUT]
    languages = pages_queries.languages(site(request).store, [topic["article_id"] for topic in left_out])
    topics = [
        Headline(
            edition_view.plain(topic["headline"] or ""),
            *edition_view.tongue(languages.get(topic["article_id"], "und")),
            href=story_href(topic["story_id"], (stored.profile, stored.date)),
        )
        for topic in left_out
    ]
    return _page_of_profile(request, "rest.html", {"edition": shown, "topics": topics})


def _of_the_day(request: Request) -> editions.Edition:
    name = _profile(request)
    try:
        day = parse_day(request.path_params["date"])
    except ValueError:
        raise HTTPException(404, "There is no edition of that day.") from None
    stored = editions.find(site(request).store, name, day)
    if stored is None:
        raise HTTPException(404, "There is no edition of that day.")
    return stored


def archive(request: Request) -> Response:
    """The days with an edition, newest first, ARCHIVED on a page."""
    here, profile = site(request), _profile(request)
    try:
        before = _day_or_none(request.query_params.get("before", ""))
    except ValueError:
        raise HTTPException(404, "There is no such day.") from None
    days = [day.date for day in pages_queries.days(here.store, profile) if before is None or day.date < before]
    documents = pages_queries.documents(here.store, profile, days[:ARCHIVED])
    values = {
        "days": [archived(documents[day], here.home(profile)) for day in days[:ARCHIVED] if day in documents],
        "older": f"?before={days[ARCHIVED - 1]}" if len(days) > ARCHIVED else None,
        "is_newest": before is None,
        "feeds": list(FEEDS),
    }
    return _page_of_profile(request, "archive.html", values)


def story(request: Request) -> Response:
    """A story: its summary beside its text, its articles and why they are in it."""
    here, name = site(request), identifier(request.path_params["story"])
    try:
        shown = stories.show(here.store, name)
    except ConfigurationError:
        raise not_shown(here, name, "There is no such story; it may have been pruned.") from None
    if shown["id"] != name:
        # It became a part of another story, or an article was meant.
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(story_href(shown["id"]) + query, 302)
    canonical = pages_queries.article(here.store, shown["canonical_id"]) if shown["canonical_id"] else None
    editions_told = told(here.store, name, request.query_params.get("edition", ""), here.home_if_known)
    return page(
        request,
        "story.html",
        {"story": view.story(shown, canonical, here.zone, here.outlets()), "editions": editions_told},
    )


def text(request: Request) -> Response:
    """An article's whole text, as plain text."""
    here, name = site(request), identifier(request.path_params["article"])
    stored = pages_queries.article(here.store, name)
    if stored is None:
        raise not_shown(here, name, "There is no such article.")
    article, _ = stored
    return PlainTextResponse("\n\n".join(map(edition_view.plain, article.body.split("\n\n"))) + "\n")


def find(request: Request) -> Response:
    """The search and its results."""
    fields = {
        name: edition_view.plain(request.query_params.get(name, ""))[:FIELD]
        for name in ("q", "publisher", "since", "until")
    }
    if not any(fields.values()):
        return _search_page(request, fields)
    try:
        since, until = _day_or_none(fields["since"]), _day_or_none(fields["until"])
    except ValueError:
        return _search_page(request, fields, wrong="Write days as YYYY-MM-DD, such as 2026-11-22.", status=400)
    nothing = search.unsearchable(fields["q"], fields["publisher"])
    if nothing is not None:
        wrong = f"There is no letter or digit in “{nothing}”, so there is nothing to search for."
        return _search_page(request, fields, wrong=wrong)
    here, number = site(request), _page_number(request.query_params.get("page", "1"))
    query = search.Query(
        words=fields["q"],
        publisher=fields["publisher"],
        spellings=here.outlets().spellings(fields["publisher"]) if fields["publisher"] else [],
        since=_midnight(since, here) if since else None,
        before=_midnight(until + timedelta(days=1), here) if until and until < date.max else None,
    )
    answer = search.find(here.store, query, most=HITS, skip=HITS * (number - 1))
    last = max(1, -(-answer.stories // HITS))
    if number > last:
        return RedirectResponse(_same_search(request, fields, last), 302)
    wanted, _ = terms(fields["q"])
    shown = view.Answer(
        count=view.counted_stories(answer.stories, is_cut=answer.is_cut),
        hits=tuple(view.search_result(hit, wanted, here.zone, here.outlets()) for hit in answer.hits),
        page=f"Page {number} of {last}" if last > 1 else None,
        previous=_same_search(request, fields, number - 1) if number > 1 else None,
        next=_same_search(request, fields, number + 1) if number < last else None,
    )
    return _search_page(request, fields, answer=shown)


def desk(request: Request) -> Response:
    """How the desk is: what waits, what is done, what failed, who works, and the last day as curves."""
    here = site(request)
    status = look(here.store, here.journal)
    waiting = status["oldest_ready_seconds"]
    day, seen, mail = activity(here.store), processes(here.journal), outbox.counts(here.store)
    last, ahead = last_editions(here.settings, here.store), stamps_ahead(here.store, here.journal)
    failed = failures.listed(here.store, FAILURES, raw=False)
    refresh = 0 if request.query_params.get("still") else REFRESH_SECONDS
    answer = page(
        request,
        "desk.html",
        {
            "status": status,
            "states": [*State, Standing.HELD, Standing.KILLED],
            "alerts": [
                *unread_embargoes(by_hand.unread_embargoes(here.store, MANY_UNREAD)),
                *alerts(status, day, seen, last, mail, here.settings.max_pending),
                *map(edition_view.plain, sentences(troubled(here.store, here.settings.data))),
                *waits(here.settings.data),
                *([ahead] if ahead else []),
            ],
            "workers": [view.working(process) for process in seen],
            "waiting": None if waiting is None else duration(waiting),
            "rates": rates_text(day.rates),
            "left": time_left(still_to_do(status), day.rates),
            "plots": view.plots(day, here.zone),
            "editions": [
                view.closed(here.home(name), name, edition, here.settings.all_profiles[name], day.until)
                for name, edition in last.items()
            ],
            "mail": mail,
            "failures": [view.failing(failure, here.zone) for failure in failed],
            "at": view.local_time(day.until, here.zone),
            "timezone": here.settings.timezone,
            "refresh": refresh,
        },
    )
    if refresh:
        # By a header, and to be stopped: WCAG 2.2, success criterion 2.2.1.
        answer.headers["Refresh"] = str(refresh)
    return answer


def feed(request: Request) -> Response:
    """A feed of the editions, or of their digests."""
    name = request.url.path.rpartition("/")[2]
    documents = editions.recent(site(request).store, _profile(request), MOST_EDITIONS)
    if not documents:
        raise HTTPException(404, "There is no edition yet.")
    kind = "application/atom+xml" if name.endswith(".atom") else "application/feed+json"
    return Response(FEEDS[name](documents), media_type=kind)


def css(_request: Request) -> Response:
    """The style sheet."""
    return Response(style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _edition(request: Request, stored: editions.Edition) -> Response:
    days = [day.date for day in pages_queries.days(site(request).store, stored.profile)]
    values = {
        "edition": edition_view.edition(
            stored.document,
            lambda story: story_href(story, (stored.profile, stored.date)),
            rest=f"{site(request).home(stored.profile)}/editions/{stored.date}/more",
        ),
        "earlier": next((day for day in days if day < stored.date), None),
        "later": next((day for day in reversed(days) if day > stored.date), None),
    }
    return _page_of_profile(request, "reading.html", values)


def _profile(request: Request) -> str:
    settings = site(request).settings
    name: str = request.path_params.get("profile", settings.profile)
    if name not in settings.all_profiles:
        raise HTTPException(404, "There is no such profile; it may have been taken out of the settings.")
    return name


def _page_of_profile(request: Request, template: str, values: Mapping[str, Any]) -> Response:
    here, shown = site(request), _profile(request)
    profiles = [
        {"name": edition_view.edition_name(name), "href": f"{here.home(name)}/", "shown": name == shown}
        for name in here.settings.all_profiles
    ]
    return page(request, template, {"home": here.home(shown), "profiles": profiles, **values})


def _search_page(
    request: Request,
    fields: Mapping[str, str],
    *,
    answer: view.Answer | None = None,
    wrong: str | None = None,
    status: int = 200,
) -> Response:
    """Return the search form with `fields` filled in and, beneath it, the `answer` or what is `wrong`."""
    here = site(request)
    known = (here.outlets().name(name) for name in search.publishers(here.store, PROPOSED))
    publishers = list(dict.fromkeys(edition_view.plain(name) for name in known if name))
    values = {"asked": fields, "publishers": publishers, "answer": answer, "wrong": wrong}
    return page(request, "search.html", values, status)


def _same_search(request: Request, fields: Mapping[str, str], number: int) -> str:
    """Return the address of the page `number` of the search for `fields`."""
    asked = {name: text for name, text in fields.items() if text}
    return f"/search?{request.url.replace_query_params(**asked, page=number).query}"


def _page_number(text: str) -> int:
    """Return the page that `text` names, the first for what is no number."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 1


def _midnight(day: date, here: Site) -> datetime:
    """Return the beginning of the local `day`."""
    return datetime.combine(day, time(), here.zone)


def _day_or_none(text: str) -> date | None:
    """Return the day that `text` names, None for an empty one; raises ValueError."""
    return parse_day(text) if text else None

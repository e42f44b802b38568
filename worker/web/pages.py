"""The pages for reading: editions, stories, the search; and the desk page. Each is a function of a request."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from producers.processes import Process, listed
from worker.edition import view as edition_view
from worker.edition.calendar import parse_day
from worker.edition.feeds import MOST_EDITIONS
from worker.edition.render import FEEDS
from worker.errors import ConfigurationError, RetryableError
from worker.operations.status import last_editions, look
from worker.store import editions, failures, outbox, pages_queries, search, stories
from worker.store.activity import activity
from worker.store.states import State
from worker.web import view
from worker.web.alerts import alerts
from worker.web.site import Site, style

#: Hits on one page of a search, and the last page: what lies deeper is found by narrowing the question.
HITS: Final = 25
MOST_PAGES: Final = 100
#: Characters of a search's fields that are looked at.
FIELD: Final = 500
#: Publishers that the search proposes.
PROPOSED: Final = 200
#: Failures that the desk page shows; the rest are counted.
FAILURES: Final = 50
#: Seconds after which the desk page is fetched again.
REFRESH_SECONDS: Final = 15

_ID = re.compile(r"[0-9A-Za-z-]{1,36}")


def site(request: Request) -> Site:
    """Return what the pages work with."""
    found: Site = request.app.state.site
    return found


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Return the page that `template` makes of `values`."""
    around = {"path": request.url.path, "home": "", "profiles": []}
    return HTMLResponse(site(request).page(template, {**around, **values}), status)


def latest(request: Request) -> Response:
    """The newest edition, or a page that says when there will be one."""
    here, name = site(request), _profile(request)
    found = editions.find(here.store, name)
    if found is None:
        profile = here.settings.all_profiles[name]
        when = f"{profile.edition_time} {profile.timezone}"
        return _page_of_profile(request, "none.html", {"when": when})
    return _edition(request, found)


def edition(request: Request) -> Response:
    """The edition of a day."""
    here, name, day = site(request), _profile(request), _day(request.path_params["date"])
    found = editions.find(here.store, name, day) if day else None
    if found is None:
        raise HTTPException(404, "There is no edition of that day.")
    return _edition(request, found)


def archive(request: Request) -> Response:
    """All days with an edition, newest first, by month."""
    months: dict[str, list[pages_queries.Day]] = {}
    for one in pages_queries.days(site(request).store, _profile(request)):
        months.setdefault(f"{one.date:%Y-%m}", []).append(one)
    return _page_of_profile(request, "archive.html", {"months": months, "feeds": list(FEEDS)})


def story(request: Request) -> Response:
    """A story: its summary beside its text, its articles and why they are in it."""
    here, name = site(request), _id(request.path_params["story"])
    try:
        shown = stories.show(here.store, name)
    except ConfigurationError:
        raise HTTPException(404, "There is no such story; it may have been pruned.") from None
    if shown["id"] != name:
        # It became a part of another story, or an article was meant.
        return RedirectResponse(view.story_href(shown["id"]), 302)
    canonical = pages_queries.article(here.store, shown["canonical_id"]) if shown["canonical_id"] else None
    return page(request, "story.html", {"story": view.story(shown, canonical, here.zone)})


def text(request: Request) -> Response:
    """An article's whole text, as plain text."""
    found = pages_queries.article(site(request).store, _id(request.path_params["article"]))
    if found is None:
        raise HTTPException(404, "There is no such article.")
    return PlainTextResponse("\n\n".join(map(edition_view.plain, found[0].body.split("\n\n"))) + "\n")


def find(request: Request) -> Response:
    """The search, and what it found."""
    here, asked = site(request), request.query_params
    fields = {name: edition_view.plain(asked.get(name, ""))[:FIELD] for name in ("q", "publisher", "since", "until")}
    values: dict[str, Any] = {
        "asked": fields,
        "publishers": [edition_view.plain(name) for name in search.publishers(here.store, PROPOSED)],
        "hits": None,
        "wrong": None,
        "earlier": None,
        "later": None,
    }
    if not any(fields.values()):
        return page(request, "search.html", values)
    since, until = _day(fields["since"]), _day(fields["until"])
    if (fields["since"] and since is None) or (fields["until"] and until is None):
        return page(request, "search.html", {**values, "wrong": "Write days as YYYY-MM-DD, such as 2026-11-22."}, 400)
    nothing = search.unsearchable(fields["q"], fields["publisher"])
    if nothing is not None:
        wrong = f"There is no letter or digit in “{nothing}”, so there is nothing to search for."
        return page(request, "search.html", {**values, "wrong": wrong})
    number = int(n) if (n := asked.get("page", "1")).isascii() and n.isdigit() and len(n) < 4 else 1
    number = min(max(number, 1), MOST_PAGES)
    query = search.Query(
        words=fields["q"],
        publisher=fields["publisher"],
        since=datetime.combine(since, time(), here.zone) if since else None,
        before=datetime.combine(until + timedelta(days=1), time(), here.zone) if until and until < date.max else None,
    )
    hits = search.find(here.store, query, most=HITS + 1, skip=HITS * (number - 1))
    again = {name: value for name, value in fields.items() if value}
    values["hits"] = [view.found(hit, here.zone) for hit in hits[:HITS]]
    if len(hits) > HITS and number < MOST_PAGES:
        values["earlier"] = str(request.url.replace_query_params(**again, page=number + 1).query)
    if number > 1:
        values["later"] = str(request.url.replace_query_params(**again, page=number - 1).query)
    return page(request, "search.html", values)


def desk(request: Request) -> Response:
    """How the desk is: what waits, what is done, what failed, who works, and the last day as curves."""
    here = site(request)
    status = look(here.store, here.journal)
    waiting = status["oldest_ready_seconds"]
    now, seen, mail = activity(here.store), running(here), outbox.counts(here.store)
    last = last_editions(here.settings, here.store)
    shown = failures.listed(here.store, FAILURES, raw=False)
    refresh = 0 if request.query_params.get("still") else REFRESH_SECONDS
    answer = page(
        request,
        "desk.html",
        {
            "status": status,
            "states": list(State),
            "alerts": list(alerts(status, now, seen, last, mail, here.settings.max_pending)),
            "workers": [view.working(one) for one in seen],
            "waiting": None if waiting is None else view.duration(waiting),
            "activity": now,
            "plots": view.plots(now, here.zone),
            "editions": [
                view.closed(here.home(name), name, edition, here.settings.all_profiles[name])
                for name, edition in last.items()
            ],
            "mail": mail,
            "failures": [view.failing(one, here.zone) for one in shown],
            "at": view.moment(now.until, here.zone),
            "timezone": here.settings.timezone,
            "refresh": refresh,
        },
    )
    if refresh:
        # By a header, and to be stopped: WCAG 2.2, success criterion 2.2.1.
        answer.headers["Refresh"] = str(refresh)
    return answer


def running(here: Site) -> list[Process]:
    """Return the processes with a heartbeat in the last hour; none if Redis does not answer."""
    try:
        return listed(here.journal().redis)
    except (ConfigurationError, RetryableError):
        # The page already says that Redis does not answer.
        return []


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


def _edition(request: Request, found: editions.Edition) -> Response:
    days = [one.date for one in pages_queries.days(site(request).store, found.profile)]
    values = {
        "edition": edition_view.edition(found.document, view.story_href),
        "earlier": next((day for day in days if day < found.date), None),
        "later": next((day for day in reversed(days) if day > found.date), None),
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


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise HTTPException(404, "There is nothing under this address.")
    return text

"""Closing an edition: what it met, what it carries of that, and its document, in one transaction of the store."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from worker.clean.agencies import credited
from worker.clean.outlets import Outlets
from worker.edition.calendar import local_day, time_zone
from worker.edition.continuing import with_past
from worker.edition.document import Carried, Document, Fate, StorySource, Texts, document
from worker.edition.profile import EVERYTHING, Profile, Selection
from worker.edition.select import fates, select
from worker.edition.withdraw import carried_over
from worker.errors import StoreUnavailableError
from worker.store import Store, editions, outlets
from worker.store.editions import Draft, Edition

#: How often an edition is drafted again because another process changed what it carries.
MOST_TRIES: Final = 10


def close(
    store: Store,
    *,
    profile: str,
    timezone: str,
    date: date,
    at: datetime | None,
    selection: Selection = EVERYTHING,
    title: str = "",
    web_url: str = "",
) -> Edition:
    """Close the edition of `profile`, called `title`, and the local day `date` and return it.

    Its headlines without an address of their own lead to the pages of the site `web_url`, if there is one.

    `at` is the scheduled time; None closes now, by the store's clock, and returns the day's last edition unchanged
    if no new digest was made since. The edition meets every digest made before the close that no earlier edition
    of the profile has met, and those that the day's earlier revisions met; it shows topics of those that `selection`
    takes, and all that the earlier revisions showed. It carries the digests that tell a topic it shows.
    Closing twice at the same time gives the same edition.

    Grouping takes long, so it is done between a reading and a writing transaction. If what was read has changed by
    then, all is done again. Raises StoreUnavailableError if that never ends.
    """
    editions.begin(store, profile)
    known = Outlets(outlets.named(store))
    selection = _named(selection, known)
    for _ in range(MOST_TRIES):
        draft = editions.drafted(store, profile, date, at)
        if isinstance(draft, Edition):
            return draft
        texts = editions.texts(store)
        whole, of_article = _edited(draft, texts, known, selection, profile, title, web_url, date, timezone)
        edition = editions.write(store, draft, whole, of_article)
        if edition is not None:
            return edition
    raise StoreUnavailableError(
        f"The edition of {date} could not be closed: its digests changed {MOST_TRIES} times during the closing. It "
        "will be tried again."
    )


def preview(store: Store, name: str, profile: Profile) -> Document:
    """Return what the edition of `profile`, called `name`, would be if it met the digests of the last day, by the
    store's clock: those that its other editions have met, too. Nothing is stored.
    """
    known = Outlets(outlets.named(store))
    draft = editions.of_the_last_day(store)
    day = local_day(draft.closed_at, time_zone(profile.timezone))
    selection = _named(profile, known)
    texts = editions.texts(store)
    whole, _ = _edited(draft, texts, known, selection, name, profile.title, profile.web_url, day, profile.timezone)
    return whole


def _edited(
    draft: Draft,
    texts: Texts,
    known: Outlets,
    selection: Selection,
    profile: str,
    title: str,
    web_url: str,
    day: date,
    timezone: str,
) -> tuple[Document, dict[str, Fate]]:
    """Return the document of the edition that `draft` makes, and what became of each digest that it met, by article."""
    met = _credited(draft.met, known)
    topics = with_past(select(met, texts, selection, kept=draft.kept, closed_at=draft.closed_at), draft.earlier, texts)
    whole = document(
        profile=profile,
        title=title,
        web_url=web_url,
        date=day,
        timezone=timezone,
        revision=draft.revision,
        closed_at=draft.closed_at,
        counts=replace(draft.counts, filtered=len(draft.met) - sum(len(topic.digests) for topic in topics)),
        topics=topics,
        sections=selection.section_names.values(),
    )
    return carried_over(whole, draft.before), fates(met, topics, texts, selection)


def _credited(met: Iterable[Carried], known: Outlets) -> list[Carried]:
    """Return `met` with each source's publisher by its one name, and the news agency that the source credits in its
    dateline or byline.
    """

    def of_one_name(source: StorySource) -> StorySource:
        publisher = known.name(source.publisher, source.url)
        return replace(source, publisher=publisher, agency=credited(source.dateline, source.byline))

    return [replace(digest, sources=tuple(map(of_one_name, digest.sources))) for digest in met]


def _named(selection: Selection, known: Outlets) -> Selection:
    """Return `selection` with its publishers by their one names."""
    names = {
        field: tuple(known.name(name) or name for name in getattr(selection, field))
        for field in ("publishers", "not_publishers")
    }
    return selection.model_copy(update=names)

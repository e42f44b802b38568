"""The desk's figures for Prometheus. Every one is read when it is asked for: any number of servers may be scraped."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from producers.processes import LIMITS
from worker.operations.sources import troubled
from worker.operations.status import look, processes
from worker.store import outbox
from worker.store.activity import activity
from worker.web.load import probe
from worker.web.pages import site
from worker.web.site import Site

#: Seconds for the figures: Prometheus itself waits for 10 unless it is set otherwise.
METRICS_SECONDS: Final = 8


@probe(METRICS_SECONDS)
def metrics(request: Request) -> Response:
    """Return the figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Desk(site(request)))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Desk(Collector):
    def __init__(self, here: Site) -> None:
        self._here = here

    def describe(self) -> Iterator[Any]:
        # Without it the registry would collect at once to learn the names.
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        here = self._here
        status, now, seen = look(here.store, here.journal), activity(here.store), processes(here.journal)
        queue = status["queue"]
        yield _gauge("redis_up", "Whether Redis answers.", float("error" not in queue))
        if "error" not in queue:
            yield _gauge("journal_articles", "Raw articles that no worker has settled yet.", queue["journal"])
            waiting = {name: queue[name] for name in ("ingest", "summarize")}
            yield _gauges("queue_messages", "Messages that wait for a worker.", "queue", waiting)
        states = {state: number for state, number in status["articles"].items() if state != "all"}
        yield _gauges("articles", "Articles in the store, by state.", "state", states)
        yield _gauge("open_stories", "Stories that wait for their digest.", status["open_stories"])
        yield _gauge(
            "oldest_ready_seconds", "Age of the oldest article that waits.", status["oldest_ready_seconds"] or 0
        )
        day = {"articles": now.articles, "digests": now.digests, "failures": now.failures}
        yield _gauges(
            "last_day",
            "Articles received, digests made and failures in the last 24 hours.",
            "what",
            {name: sum(steps) for name, steps in day.items()},
        )
        rates = {"articles": now.rates.articles_a_minute, "digests": now.rates.digests_a_minute}
        yield _gauges("per_minute", "Articles and digests a minute, averaged over five minutes.", "what", rates)
        yield _gauge(
            "summaries_replaced_last_day", "Summaries that failed the support check in the last 24 hours.", now.replaced
        )
        yield _gauge("model_seconds_last_day", "Seconds that engines worked in the last 24 hours.", now.model_seconds)
        yield _gauge(
            "batch_size_last_day", "Average number of digests in a batch in the last 24 hours.", now.batch_size
        )
        alive = Counter(one.role for one in seen if not one.late)
        silent = Counter(one.role for one in seen if one.late)
        yield _gauges("processes", "Processes with a recent heartbeat.", "role", {r: alive[r] for r in LIMITS})
        yield _gauges(
            "processes_silent", "Processes whose last heartbeat, within the hour, is overdue.", "role",
            {r: silent[r] for r in LIMITS},
        )  # fmt: skip
        trouble = GaugeMetricFamily(
            "wiredesk_source_trouble", "1 for each source that is in trouble.", labels=["source", "trouble"]
        )
        for source in troubled(here.store, here.settings.data):
            trouble.add_metric([source.source, source.trouble.value], 1)
        yield trouble
        mail = {state.value: number for state, number in outbox.counts(here.store).items()}
        yield _gauges("mail_messages", "Messages of the outbox, by state.", "state", mail)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"wiredesk_{name}", says, value=value)


def _gauges(name: str, says: str, label: str, values: "dict[str, int] | dict[str, float]") -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"wiredesk_{name}", says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family

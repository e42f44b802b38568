"""Figures for Prometheus, and that the board and the alerts ask only for figures that are there."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from producers.push import Queue
from tests.articles import incoming, raw
from tests.integration.web.test_pages import failed, told
from tests.pages import TOKEN, Pages, serving
from worker.operations.sources import LEAST_FAILED
from worker.operations.status import status, text
from worker.settings import WorkerSettings
from worker.store import Store
from worker.store.articles import IncomingFailure, take_in
from worker.web.site import Site

MONITORING = Path(__file__).parents[3] / "deploy" / "monitoring"


@pytest.fixture
def pages(store: Store, redis_url: str, tmp_path: Path) -> Iterator[Pages]:
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url)  # type: ignore[arg-type]
    with serving(Site(settings, store, TOKEN)) as pages:
        yield pages


def figures(pages: Pages) -> dict[tuple[str, ...], float]:
    """Return every figure by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(pages.get("/metrics").text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_desk(pages: Pages, store: Store, queue: Queue) -> None:
    take_in(store, [incoming("a"), incoming("a2")])
    told(store, supported=False, seconds=1.5)
    take_in(store, [incoming("b")])
    failed(store, queue)
    queue.push([raw("A text."), raw("Another.")])

    found = figures(pages)

    assert found["wiredesk_redis_up",] == 1
    assert found["wiredesk_journal_articles",] == 2
    assert found["wiredesk_queue_messages", "ingest"] == 1
    assert (found["wiredesk_articles", "ready"], found["wiredesk_articles", "digested"]) == (1, 2)
    assert found["wiredesk_last_day", "failures"] == 1
    assert found["wiredesk_per_minute", "digests"] == 0.4
    assert (found["wiredesk_summaries_replaced_last_day",], found["wiredesk_model_seconds_last_day",]) == (2, 3.0)
    assert found["wiredesk_batch_size_last_day",] == 2
    assert found["wiredesk_processes", "ingest"] == 0


def test_a_source_in_trouble_is_a_figure_a_line_of_the_desk_page_and_one_of_the_status(
    pages: Pages, store: Store, redis_url: str, tmp_path: Path
) -> None:
    for number in range(LEAST_FAILED):
        refused = IncomingFailure(
            id=f"f{number}", source='the "wire"\n', uri="f.txt", media_type="text/plain", filename="f.txt", title=None,
            publisher=None, published_at=None, received_at=None, stage="read", reason="No text.", attempts=1, raw=b"",
        )  # fmt: skip
        take_in(store, [incoming(f"a{number}", source="papers")], [refused])

    assert {name: value for name, value in figures(pages).items() if "wiredesk_source_trouble" in name} == {
        ("wiredesk_source_trouble", 'the "wire"\n', "failing"): 1
    }
    sentence = f"{LEAST_FAILED} of the last day's {LEAST_FAILED} articles of the source"
    assert f'{sentence} the "wire" failed' in html.unescape(pages.get("/desk").text)
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url)  # type: ignore[arg-type]
    assert f"source    {sentence}" in text(status(settings, store))


def test_a_redis_that_is_away_is_a_figure_and_no_error(store: Store, tmp_path: Path) -> None:
    settings = WorkerSettings(data=tmp_path, redis_url="redis://127.0.0.1:1/0")  # type: ignore[arg-type]
    with serving(Site(settings, store, TOKEN)) as pages:
        assert figures(pages)["wiredesk_redis_up",] == 0


@pytest.mark.parametrize("file", ["alerts.yml", "grafana.json"])
def test_the_board_and_the_alerts_ask_for_figures_that_are_there(pages: Pages, file: str) -> None:
    asked = set(re.findall(r"wiredesk_[a-z_]+", (MONITORING / file).read_text(encoding="utf-8")))
    there = set(re.findall(r"^# TYPE (\w+)", pages.get("/metrics").text, re.MULTILINE))

    assert asked
    assert asked <= there


def test_the_board_is_one_that_grafana_reads() -> None:
    board = json.loads((MONITORING / "grafana.json").read_text(encoding="utf-8"))

    assert board["title"] == "Wiredesk"
    assert all(panel["targets"] and panel["gridPos"] for panel in board["panels"])


def test_the_server_lives_and_is_ready(pages: Pages) -> None:
    assert (pages.get("/healthz").text, pages.get("/readyz").text) == ("alive\n", "ready\n")

import subprocess
import sys

import pytest

from producers.errors import installing
from worker.errors import ConfigurationError
from worker.summarize import load


def test_an_unknown_engine_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(
        ConfigurationError, match="'magic', which is no engine: take one of causal, extractive, seq2seq"
    ):
        load("magic")


@pytest.mark.parametrize("budget", [{"words": 0}, {"most_sentences": 0}, {"words": -5}])
def test_a_budget_that_allows_nothing_is_refused(budget: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError, match="would be empty"):
        load("extractive", **budget)  # type: ignore[arg-type]


def test_without_the_worker_extra_the_message_says_what_to_install() -> None:
    script = "import sys; sys.modules['torch'] = None; from worker.summarize import load; load('extractive')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "ConfigurationError: " in done.stderr, done.stderr
    assert installing("worker") in done.stderr

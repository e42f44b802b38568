"""The fault suite's own account: an error in one storm takes nothing from what the others came to."""

import os
import random
import signal
from collections import Counter

import pytest

from tests.chaos.__main__ import main
from tests.chaos.plans import PLANS
from tests.chaos.storm import Account, Plan, files


def storms(name: str, seed: int, keep: bool) -> Account:
    """Come to an account, to an error, or to the end of the process, by the storm's name."""
    if name == "weather":
        raise ConnectionRefusedError("the planted error")
    if name == "real":
        os.kill(os.getpid(), signal.SIGKILL)
    plan = PLANS[name]
    return Account(plan, states=Counter({"digested": 5_000, "reprint": 100}), faults=Counter(plan.faults))


def held(name: str, seed: int, keep: bool) -> Account:
    return Account(PLANS[name])


def test_a_storm_that_an_error_ends_is_named_and_the_others_keep_their_accounts(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.postgres.programs", lambda: "installed")

    assert main(["--seed", "7"], storms) == 1

    printed = capfd.readouterr().out
    assert "weather: ConnectionRefusedError: the planted error" in printed
    assert "real model: BrokenProcessPool" in printed
    rows = {line[:26].strip(): line[26:].split() for line in printed.splitlines()}
    assert rows["digested"] == ["5,000", "0", "0"]
    assert rows["ended by an error"] == ["no", "yes", "yes"]


def test_storms_that_held_end_with_0(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "7", "--storm", "fixed-cost"], held) == 0


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_no_planted_article_has_the_words_of_another(plan: Plan) -> None:
    planted = [text for name, text in files(plan, random.Random(7)) if name.startswith("planted-") and text]
    titles = [text.partition("\n")[0] for text in planted]

    assert len(set(titles)) == len(titles) == sum(plan.planted.values()) - plan.planted["empty"]

"""Profiles as wiredesk.toml names them."""

from pathlib import Path

import pytest

from producers.settings import load
from worker.errors import ConfigurationError
from worker.settings import WorkerSettings


def settings(folder: Path, toml: str) -> WorkerSettings:
    (folder / "wiredesk.toml").write_text(toml, encoding="utf-8")
    return load(WorkerSettings, {})


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_desk_without_profiles_has_the_daily_one(tmp_path: Path) -> None:
    (only,) = settings(tmp_path, 'timezone = "Europe/Berlin"').all_profiles.items()

    assert only[0] == "daily"
    assert (only[1].timezone, only[1].edition_time, only[1].recipients) == ("Europe/Berlin", "07:00", ())


def test_a_profile_closes_by_its_own_clock_or_the_desk_s(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        """
        timezone = "Europe/Berlin"
        edition_time = "06:30"
        [profiles.evening]
        edition_time = "18:00"
        [profiles.kolkata]
        timezone = "asia/kolkata"
        """.replace("asia/kolkata", "Asia/Kolkata"),
    ).all_profiles

    assert {name: (one.timezone, one.edition_time) for name, one in found.items()} == {
        "daily": ("Europe/Berlin", "06:30"),
        "evening": ("Europe/Berlin", "18:00"),
        "kolkata": ("Asia/Kolkata", "06:30"),
    }


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[profiles.morning]\ntimezone = "Europe/Berlni"', "Europe/Berlin"),
        ('[profiles.morning]\nedition_time = "7 o\'clock"', "HH:MM"),
        ("[profiles.morning]\nlength = 0", r"profiles\.morning\.length"),
        ('[profiles.morning]\noutputs = ["pdf"]', r"profiles\.morning\.outputs"),
        ("[profiles.morning]\nkeyword = []", r"profiles\.morning\.keyword: there is no such field"),
        ('[profiles.morning]\nsections = ["Sprot"]', "no section is called 'Sprot': take World, Politics, "),
        ("[profiles.morning.sections]\nOther = false", "Other cannot be switched off"),
        ("[profiles.morning]\nsections = 5", "sections: sections are a list of names, a table"),
        ("[profiles.morning]\nsections = true", "sections: sections are a list of names, a table"),
        ("[profiles.morning.sections]\nWorld = []", "the section World is given a name in quotes, true, or false"),
        ('[profiles.morning.sections]\nWorld = " "', "the section World is given a name in quotes, true, or false"),
        ("[profiles.'../up']\nlength = 5", "has no usable name"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_with_what_is_wrong(tmp_path: Path, table: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        settings(tmp_path, table)


def test_a_profile_orders_names_and_switches_off_sections(tmp_path: Path) -> None:
    profiles = settings(
        tmp_path,
        """
        [profiles.listed]
        sections = ["sport", "Business"]
        [profiles.tabled.sections]
        Sport = "The pitch"
        Life = false
        [profiles.none]
        sections = false
        """,
    ).all_profiles

    listed, tabled, none = (list(profiles[name].section_names.values()) for name in ("listed", "tabled", "none"))
    assert listed[:4] == ["Sport", "Business", "World", "Politics"]
    assert (len(listed), listed[-1]) == (10, "Other")
    assert (tabled[:2], len(tabled), "Life" in tabled) == (["The pitch", "World"], 9, False)
    assert none == []

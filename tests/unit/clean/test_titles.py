"""Titles."""

import pytest

from worker.clean.titles import behind_title, host_of, is_title, titled

STORY = ["The harbour of Alder Vale closed on Monday after a storm tore away its northern pier, the port office said."]


@pytest.mark.parametrize(
    ("hung", "title"),
    [
        ("Storm closes harbour of Alder Vale - AOL", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale - TrendForce", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale - Arizona Big Media", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale – BBC News", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale | Oda | The Alder Post", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale - alder.example.com", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale - Vane Folk", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale | DW | 10.06.2013", "Storm closes harbour of Alder Vale"),
        ("[News] Storm closes harbour of Alder Vale", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale (VIDEO)", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale [PHOTOS, VIDEO]", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale (with video)", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale (Photos) - AOL", "Storm closes harbour of Alder Vale"),
        ("UPDATE 2-Storm closes harbour of Alder Vale", "Storm closes harbour of Alder Vale"),
        ("2nd Ld: Storm closes harbour of Alder Vale", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale, 2nd Ld", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale (3rd Lead)", "Storm closes harbour of Alder Vale"),
        ("Storm closes harbour of Alder Vale =", "Storm closes harbour of Alder Vale"),
        ("^Storm closes harbour of Alder Vale<", "Storm closes harbour of Alder Vale"),
        (
            "Storm closes harbour of Alder Vale Updated: 2016-07-15 13:14 By Agencies(Vane Daily)",
            "Storm closes harbour of Alder Vale",
        ),
        ("東港の埠頭が閉鎖へ（東港放送 ） - Yahoo!ニュース", "東港の埠頭が閉鎖へ"),
        ("東港の埠頭（ふとう）が閉鎖へ（ TTVテレビ東港 ） - 潮ニュース", "東港の埠頭（ふとう）が閉鎖へ"),
        ("東港の埠頭が閉鎖へ（修理費）｜東港新聞デジタル", "東港の埠頭が閉鎖へ（修理費）"),
        ("东港旧码头将关闭_东港新闻网", "东港旧码头将关闭"),
        ("동항 부두 폐쇄 결정 - 동항일보", "동항 부두 폐쇄 결정"),
    ],
)
def test_what_a_site_or_desk_hung_onto_a_title_is_cut(hung: str, title: str) -> None:
    assert titled(hung, ("Vane Folk",)) == title


@pytest.mark.parametrize("slug", ["tarrow-flood-2nd-ld", "NPA_Budget_FINAL", "storm_harbour", "npa-2026-11-13-flood"])
def test_a_slug_is_no_title(slug: str) -> None:
    assert titled(slug) == ""


@pytest.mark.parametrize(
    "title",
    [
        "Covid-19",
        "Stratford-upon-Avon",
        "Team takes 2nd lead in Oda",
        "Oil - the price nobody expected",
        "Death toll rises in Alder Vale - UN",
        "Alder Vale 2 - Oda Rovers 1",
        "The Latest: Man hurt in Alder Vale",
        "BREAKING: Storm closes harbour",
        "Fact Check: Is there an oxygen bar in Oda?",
        "Storm | Harbour",
        "Ferry disaster in Oda - Minister Resigns",
        "Twenty-one dead in Oda-Vane clash",
        "東港の埠頭が閉鎖へ - 市長が会見",
        "東港放送（東港市）",
    ],
)
def test_a_dash_or_colon_of_the_title_itself_stays(title: str) -> None:
    assert titled(title) == title


@pytest.mark.parametrize(
    "line",
    [
        "Storm closes harbour of Alder Vale",
        "Why is the pier of Oda so old?",
        "Wine comedy up for six gongs",
        "Storm shuts harbour of the U.S.",
        "Two hurt as storm shuts harbour in Alder Vale, Calif.",
        "会议今天在北京举行",
        "'It was loud': Oda after the storm",
        "Oda/Vane ferry sinks",
        "About the author who bought the harbour of Oda",
        "Storm shuts harbour of Alder Vale (again)",
        "Bora Bora shuts its harbour after the storm",
    ],
)
def test_a_short_first_line_without_a_full_stop_is_the_title(line: str) -> None:
    assert is_title(line, STORY)


@pytest.mark.parametrize(
    "line",
    [
        "The harbour closed on Monday.",
        "LONDON (Reuters) - The harbour of the town closed on Monday",
        "BAAR, SWITZERLAND",
        "By Maren Hale",
        "Maren Hale",
        "Maren Hale/The Vane",
        "About The Author",
        "Most popular:",
        "The northern pier, at center, and four old boats. (University of Oda)",
        "In the town:",
        "12/03",
        "Storm",
        "word " * 40,
        "Harbours Harbours close as storm tears away the pier of Alder Vale Port office says that the ships of the "
        "whole coast must wait for a week",
        "Has the town lost interest? Are our brains simply not wired to think long-term?",
    ],
)
def test_a_sentence_a_dateline_or_a_name_is_no_title(line: str) -> None:
    assert not is_title(line.strip(), STORY)


def test_a_line_with_nothing_after_it_is_no_title() -> None:
    assert not is_title("Storm closes harbour of Alder Vale", [])


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://www.alder.example/a/b?c", "alder.example"),
        ("a.txt", None),
        ("urn:x:y", None),
        ("http://[", None),
        ("ftp://a.b/c", None),
    ],
)
def test_the_host_is_that_of_an_absolute_web_address(uri: str, host: str | None) -> None:
    assert host_of(uri) == host


CAPITALS = "Storm Closes Harbour Of Alder Vale"


@pytest.mark.parametrize("between", [" ", ": ", " | ", " - "])
def test_a_title_in_capitals_that_runs_into_the_first_sentence_is_told_from_it(between: str) -> None:
    assert behind_title(f"{CAPITALS}{between}{STORY[0]}", CAPITALS) == STORY[0]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Storm closes harbour of Alder Vale Monday after {STORY[0]}", "Storm closes harbour of Alder Vale"),
        ("Alder Vale Town Hall Museum Director Oda Vane resigned on Monday.", "Alder Vale"),
        (f"{CAPITALS} on Monday, and nobody was hurt.", CAPITALS),
        (f"{CAPITALS} By Oda Vane", CAPITALS),
        (CAPITALS, CAPITALS),
        (STORY[0], CAPITALS),
    ],
)
def test_a_sentence_that_begins_as_its_title_stays_whole(text: str, title: str) -> None:
    assert behind_title(text, title) is None

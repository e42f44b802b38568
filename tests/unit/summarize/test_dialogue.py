"""Interviews and transcripts: no answer stands in a summary as the desk's own statement."""

import pytest

from worker.summarize.dialogue import turns
from worker.summarize.prose import considered

INTRO = "Maren Hale has run the harbour office of Oda since 2011, and she spoke to us on Tuesday."
QUESTIONS = ["When did you first see the crack?", "Who is to blame for it?", "Are you worried about the ferries?"]
ANSWERS = [
    "At six on Tuesday, when the lamp went over the steel and I saw water where none should be.",
    "The old authority, which knew of the rust in 2009 and did nothing about it for seventeen years.",
    "I worry about the people on them, of whom there are more than six hundred tonight.",
]
INTERVIEW = [INTRO, *(text for pair in zip(QUESTIONS, ANSWERS, strict=True) for text in pair)]
SPOKEN = [
    "HOST: Welcome to the programme, in which we talk about the gate of Oda.",
    "BAUER: The people who use it, and nobody else, are to pay for the gate.",
    "HOST: That would be three thousand people in a town of forty thousand.",
    "BAUER: The old authority built it and did nothing about it for many years.",
]


def usable(*paragraphs: str) -> list[str]:
    return [sentence.text for sentence in considered("\n\n".join(paragraphs), "en") if sentence.usable]


@pytest.mark.parametrize(
    "spoken",
    [
        INTERVIEW[1:],
        [f"{question} {answer}" for question, answer in zip(QUESTIONS, ANSWERS, strict=True)],
        SPOKEN,
        [line.replace("HOST", "Ode Marr").replace("BAUER", "Sil Bauer") for line in SPOKEN],
        [line.replace("HOST:", "Q.").replace("BAUER:", "A.") for line in SPOKEN],
        [SPOKEN[0], SPOKEN[1], "And it will be built, whatever the council of the town decides.", *SPOKEN[2:]],
    ],
    ids=["questions", "questions and answers in one", "capitals", "names", "letters", "a turn of two paragraphs"],
)
def test_only_the_introduction_of_a_dialogue_may_stand_in_a_summary(spoken: list[str]) -> None:
    assert usable(INTRO, *spoken) == [INTRO]


def test_a_transcript_without_an_introduction_is_quoted_with_its_speakers() -> None:
    assert usable(*SPOKEN)[1] == "BAUER: “The people who use it, and nobody else, are to pay for the gate.”"


@pytest.mark.parametrize(
    "paragraphs",
    [
        [
            INTRO,
            "Who will pay for the repair?",
            "The state will pay half of it, and the city pays the rest.",
            "When will the gate be open?",
            "It will be open again in the spring, the authority said.",
        ],
        [INTRO, "Oda: Hale; Marr; Bauer", "Hollin: Lind; Holt; Roe", "Oda: Marr (70)", "Hollin: Roe (80)"],
        [INTRO, "Warning: the ice is thin.", "The town has closed the lake, the mayor said on Monday."],
        ["Are you ready for winter? Few in Oda are.", "I am not, the mayor said.", *ANSWERS[:2], "The sea is cold."],
    ],
    ids=["an explainer", "rows", "a label", "one question"],
)
def test_the_desks_own_text_is_no_dialogue(paragraphs: list[str]) -> None:
    assert turns(paragraphs) == [None] * len(paragraphs)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ["A: ", "what you? ", "A a ", "? "])
def test_hostile_repetition_is_read_in_linear_time(part: str) -> None:
    turns([part * (30_000 // len(part))] * 3 + [part] * 5_000)

import pytest

from worker.summarize.openers import points_back, without_connective


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("In Return, the council will pay for the road.", "The council will pay for the road."),
        ("Meanwhile, traders wait.", "Traders wait."),
        ("Meanwhile traders wait.", "Traders wait."),
        ("But in return, the council will pay.", "The council will pay."),
        ("And yet, however, the road stays closed.", "The road stays closed."),
        ("But iPhone sales rose.", "iPhone sales rose."),
        ("But eleven pillars have cracks.", "Eleven pillars have cracks."),
        ("Now, the road stays closed.", "The road stays closed."),
        ("Be that as it may, the road stays closed.", "The road stays closed."),
        ("But in reality, the road is safe.", "The road is safe."),
        ("On Thursday, however, the dam broke.", "On Thursday, the dam broke."),
        ("The council, meanwhile, will pay.", "The council will pay."),
        ("But Calder Bank, for its part, raised its offer.", "Calder Bank raised its offer."),
    ],
)
def test_a_connective_is_dropped_and_what_follows_begins_with_a_capital(sentence: str, rest: str) -> None:
    assert without_connective(sentence) == rest


@pytest.mark.parametrize(
    "sentence",
    [
        "However hard the crew tried, the ferry sank.",
        "Still water ran into the hold.",
        "But for the rain, the road would be open.",
        "Yet another pillar has cracks.",
        "Andrea Voss leads the council.",
        "Later this week the council will vote.",
        "First the pump failed.",
        "The bridge, however old, is safe.",
        "Hale asked the court for her boat, however, it seems that the court will not listen.",
        "The court kept the boat, however, the crew may leave.",
        "The mayor said that on Monday, Tuesday, and Friday, meanwhile, the road was closed.",
        "The council voted.",
        "",
    ],
)
def test_what_only_looks_like_a_connective_stays(sentence: str) -> None:
    assert without_connective(sentence) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "He said that the road was safe.",
        "They were not hurt.",
        "It's not clear why.",
        "That was in May.",
        "This surprised the council.",
        "The decision came after two years of debate.",
        "Two wanted to leave the rate unchanged.",
        "The bank expects them to rise by a tenth.",
        "“They knew it,” Maren Hale said.",
        '"The road is safe," he said.',
        "The road is safe, she added.",
        "Asked whether the road was safe, Hale nodded.",
        "Since then, prices have doubled.",
        "Most of them were hurt.",
        "But for them there is no other road.",
        "To which the mayor answered with a shrug.",
        "Other bridges were closed for a day.",
        "Which means that the bridge is safe.",
        "During his second innings, he passed 1,000 runs.",
        "Exhausted from his shift at night, he slept for most of the crossing.",
        "This time, the bridge is safe.",
        "Less than an hour later, the ferry ran aground.",
        "Two days earlier the council had closed the bridge.",
        "About three weeks afterwards, Maren Hale resigned.",
    ],
)
def test_a_sentence_that_names_nobody_points_back(sentence: str) -> None:
    assert points_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Maren Hale said that the road was safe.",
        "This week the council voted.",
        "This time last year the bridge was closed.",
        "It emerged on Monday that the pump had failed.",
        "Those who live near the quay must leave.",
        "Her Majesty opened the bridge.",
        "Italy and Estmark signed the treaty.",
        "Both sides claimed victory.",
        "Theodora Voss resigned.",
        '"The road is safe," Maren Hale said.',
        "The two countries signed the treaty.",
        "Other than the bridge, nothing was closed.",
        "After Maren Hale lost her ferry, she bought a tug.",
        "In May, the council voted.",
        "Two years later than planned, the bridge opened on Monday.",
        "Three hours after the storm, the ferries sailed again.",
    ],
)
def test_a_sentence_that_says_of_whom_it_speaks_does_not(sentence: str) -> None:
    assert not points_back(sentence)

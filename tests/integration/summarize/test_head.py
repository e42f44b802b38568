import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from worker.errors import ConfigurationError
from worker.summarize.encoder import Encoder
from worker.summarize.features import ALL_FIGURES, TEXT_FIGURES, content, in_article, of_text
from worker.summarize.head import VERSION, Boilerplate, Fitness, Head, Salience, load_head, read, write
from worker.summarize.prose import Sentence, considered

REPORT = (
    "The harbour council of Eastmere voted on Tuesday to close the old ferry terminal by the end of the year.",
    "Engineers had found cracks in eleven of the forty pillars, and repairs would have cost 38 million crowns.",
    "A new terminal is planned two kilometres upstream, but the region has not agreed to pay for it.",
    "Ferry companies said that 1,200 passengers a day would have to travel by the northern bridge instead.",
)
NOISE = (
    "Sign up for our free newsletter and get the latest news in your inbox every morning.",
    "Share this story with your friends on Facebook and Twitter.",
)


def sentences_of(texts: tuple[str, ...]) -> list[Sentence]:
    return considered("\n\n".join(texts), "en")


def test_lines_of_boilerplate_are_told_from_the_report(encoder: Encoder) -> None:
    texts = (NOISE[0], *REPORT[:2], NOISE[1], *REPORT[2:])
    found = load_head().judge(sentences_of(texts), encoder.encode(texts), "", None)
    assert found.boilerplate == [text in NOISE for text in texts]
    assert len(found.scores) == len(texts)


def test_an_article_about_nothing_but_such_things_keeps_its_sentences(encoder: Encoder) -> None:
    found = load_head().judge(sentences_of(NOISE[:1]), encoder.encode(NOISE[:1]), "", None)
    assert found.boilerplate == [False]


def test_the_scores_of_a_report_do_not_hang_on_the_boilerplate_around_it(encoder: Encoder) -> None:
    alone = load_head().judge(sentences_of(REPORT), encoder.encode(REPORT), "", None)
    texts = (*NOISE, *REPORT)
    amid = load_head().judge(sentences_of(texts), encoder.encode(texts), "", None)
    assert amid.scores[2:] == alone.scores


def test_a_title_moves_the_scores_towards_what_it_says(encoder: Encoder) -> None:
    title = "Region has not agreed to pay for new terminal upstream"
    vectors = encoder.encode((*REPORT, title))
    without, with_title = (
        load_head().judge(sentences_of(REPORT), vectors[:-1], *given) for given in (("", None), (title, vectors[-1]))
    )
    lifted = np.array(with_title.scores) - np.array(without.scores)
    assert lifted.argmax() == 2


@pytest.mark.parametrize(
    "aside",
    [
        "We think that you should look for yourselves.",
        "It was a day like any other?",
        "So much for that, then.",
    ],
)
def test_an_aside_is_no_sentence_for_a_digest_and_a_fact_is_one(encoder: Encoder, aside: str) -> None:
    texts = (*REPORT[:2], aside, *REPORT[2:])
    found = load_head().judge(sentences_of(texts), encoder.encode(texts), "", None)
    assert found.unfit == [text == aside for text in texts]
    assert found.scores[2] == min(found.scores)


def test_the_weights_survive_the_file(tmp_path: Path, encoder: Encoder) -> None:
    parts = Boilerplate(), Salience(), Fitness()
    write(tmp_path / "head.safetensors", *parts)
    vectors = encoder.encode(REPORT)
    one, other = (
        head.judge(sentences_of(REPORT), vectors, "", None)
        for head in (Head(*parts), read(tmp_path / "head.safetensors"))
    )
    assert one == other


@pytest.mark.parametrize("content", [b"", b"no such file at all", None])
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "head.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="install wiredesk again"):
        read(path)


def test_the_shipped_weights_are_small_and_named_in_their_card() -> None:
    folder = Path(read.__code__.co_filename).parent
    assert (folder / "head.safetensors").stat().st_size < 2_000_000
    assert VERSION in (folder / "head.md").read_text(encoding="utf-8")


def test_the_figures_have_the_shape_and_range_that_the_head_expects(encoder: Encoder) -> None:
    sentences = sentences_of(REPORT)
    texts = np.array([of_text(sentence) for sentence in sentences], np.float32)
    figures = in_article(texts, encoder.encode(REPORT), sentences, "", None)
    assert texts.shape == (4, TEXT_FIGURES)
    assert figures.shape == (4, ALL_FIGURES)
    assert figures.dtype == np.float32
    assert np.isfinite(figures).all()
    assert np.abs(figures).max() <= 3


def test_one_sentence_has_figures_too(encoder: Encoder) -> None:
    found = load_head().judge(sentences_of(REPORT[:1]), encoder.encode(REPORT[:1]), "", None)
    assert (found.boilerplate, len(found.scores)) == ([False], 1)


def test_words_that_say_something_are_told_from_those_that_do_not() -> None:
    assert content("The ferry of Eastmere is at the quay, and it is 9 o'clock.") == [
        "ferry",
        "eastmere",
        "quay",
        "clock",
    ]


def test_training_is_run_as_a_module_and_says_what_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "worker.summarize.train", "--help"], capture_output=True, text=True, check=True
    )
    assert "--data" in done.stdout

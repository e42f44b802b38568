import shutil
from pathlib import Path

import numpy as np
import pytest

from worker.errors import ConfigurationError
from worker.summarize import weights
from worker.summarize.encoder import MOST_TOKENS, TOKENS_A_PASS, Encoder, load_encoder

TEXTS = [
    "The harbour council closed the old ferry terminal.",
    "The port authority shut the ferry dock.",
    "Rain is expected in the mountains at the weekend.",
    "No.",
    "",
    "Engineers found cracks in eleven of the forty pillars, and repairs would cost about 38 million crowns. " * 4,
]


def test_embeddings_have_length_one_and_near_meanings_lie_near(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]


def test_no_texts_have_no_embeddings(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.parametrize("which", ["encoder", "small_encoder"])
def test_an_embedding_does_not_depend_on_its_neighbours_to_the_last_bit(
    request: pytest.FixtureRequest, which: str
) -> None:
    # Given
    encoder: Encoder = request.getfixturevalue(which)
    # When
    together = encoder.encode(TEXTS * 9)
    # Then
    for index, text in enumerate(TEXTS):
        alone = encoder.encode([text])[0]
        assert all(np.array_equal(alone, together[place]) for place in range(index, len(together), len(TEXTS)))


@pytest.mark.parametrize("which", ["encoder", "small_encoder"])
def test_an_embedding_is_the_same_in_every_place_of_a_pass(request: pytest.FixtureRequest, which: str) -> None:
    encoder: Encoder = request.getfixturevalue(which)
    for words in (2, 8, 14, 22, 30, 41, 54, 80, MOST_TOKENS):
        text = "quay " * words
        other = "bridge " * words
        alone = encoder.encode([text])[0]
        assert (encoder.encode([text] * (TOKENS_A_PASS // words)) == alone).all(), words
        assert np.array_equal(encoder.encode([other, text, other])[1], alone), words


def test_what_follows_the_most_tokens_is_not_read(encoder: Encoder) -> None:
    long = "quay " * MOST_TOKENS
    first, second = encoder.encode([long, long + "The council voted."])
    assert np.array_equal(first, second)


def test_the_bundled_encoder_knows_english_only(encoder: Encoder) -> None:
    assert encoder.knows("en")
    assert not encoder.knows("de")
    assert not encoder.knows("und")


def test_a_folder_serves_as_encoder_and_its_owner_vouches_for_the_languages(encoder: Encoder) -> None:
    folder = weights.bundled_folder()
    own = load_encoder(str(folder), precision="float32")
    assert np.array_equal(own.encode(TEXTS), encoder.encode(TEXTS))
    assert own.knows("de")
    assert own.name == folder.name


def test_the_two_precisions_agree(encoder: Encoder, small_encoder: Encoder) -> None:
    assert (encoder.precision, small_encoder.precision) == ("float32", "bfloat16")
    assert (encoder.encode(TEXTS) * small_encoder.encode(TEXTS)).sum(axis=1).min() > 0.999


def test_without_a_wish_the_precision_is_one_of_the_two() -> None:
    assert load_encoder().precision in {"float32", "bfloat16"}


@pytest.mark.parametrize("setting", ["no/such/folder", "some-model", "some/model@", "@main"])
def test_a_setting_that_is_neither_folder_nor_hub_id_with_revision_is_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="neither a folder nor a hub id with its revision"):
        load_encoder(setting)


def test_a_folder_without_safetensors_is_refused_even_if_it_has_a_pickle(tmp_path: Path) -> None:
    # Given
    for name in weights.FILES.keys() - {"model.safetensors"}:
        shutil.copy(weights.bundled_folder() / name, tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"not to be unpickled")
    # Then
    with pytest.raises(ConfigurationError, match=f"the encoder {tmp_path.name} cannot be loaded"):
        load_encoder(str(tmp_path))


def test_a_folder_whose_weights_are_cut_short_is_refused(tmp_path: Path) -> None:
    for name in weights.FILES:
        shutil.copy(weights.bundled_folder() / name, tmp_path)
    with (tmp_path / "model.safetensors").open("r+b") as file:
        file.truncate(1_000_000)
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        load_encoder(str(tmp_path))


def test_a_folder_that_lacks_some_of_its_weights_is_refused(tmp_path: Path) -> None:
    # Given a model of six layers whose configuration says seven
    for name in weights.FILES:
        shutil.copy(weights.bundled_folder() / name, tmp_path)
    config = tmp_path / "config.json"
    config.write_text(config.read_text().replace('"num_hidden_layers": 6', '"num_hidden_layers": 7'))
    # Then
    with pytest.raises(ConfigurationError, match=r"lacks 16 of its weights \(encoder\.layer\.6"):
        load_encoder(str(tmp_path))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        load_encoder(str(tmp_path))

"""The generative engines on small models of random weights, made here: their words mean nothing, their way is real."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from worker.article import Article, Digest
from worker.errors import ConfigurationError
from worker.summarize import load
from worker.summarize.encoder import Encoder
from worker.summarize.extractive import Extractive
from worker.summarize.generative import TOKENS_A_PASS, Generative, load_generative
from worker.summarize.smollm2 import FOLDER

# transformers costs four seconds, and every process that runs tests reads every module.
if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

Writer = Callable[..., Article]

BODY = """The harbour council of Eastmere voted on Tuesday to close the old ferry terminal by the end of the year.

Engineers had found cracks in eleven of the forty pillars, and repairs would have cost 38 million crowns.

Ferry companies said that 1,200 passengers a day would have to travel by the northern bridge instead."""
LONG = "\n\n".join(BODY.replace("eleven", str(number)) for number in range(30))


def tokenizer(template: str | None = None) -> "PreTrainedTokenizerFast":
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "</s>", "<unk>", *dict.fromkeys(f"{BODY} Summary: Summarize sentences.".split())]
    plain = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="<unk>"))
    plain.pre_tokenizer = WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", chat_template=template,
        model_max_length=400,
    )  # fmt: skip


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each engine with a model that fits it."""
    from transformers import BartConfig, BartForConditionalGeneration, LlamaConfig, LlamaForCausalLM

    torch.manual_seed(1)
    size = len(tokenizer())
    causal = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=size, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            max_position_embeddings=512, pad_token_id=0, eos_token_id=1, bos_token_id=1,
        )
    )  # fmt: skip
    seq2seq = BartForConditionalGeneration(
        BartConfig(
            vocab_size=size, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=4,
            decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=512,
            pad_token_id=0, eos_token_id=1, bos_token_id=1, decoder_start_token_id=1, forced_eos_token_id=1,
        )
    )  # fmt: skip
    made = {}
    for name, model in (("causal", causal), ("seq2seq", seq2seq)):
        made[name] = tmp_path_factory.mktemp(name)
        model.save_pretrained(made[name])
        tokenizer().save_pretrained(made[name])
    return made


@pytest.fixture(scope="session", params=["causal", "seq2seq"])
def generative(request: pytest.FixtureRequest, folders: dict[str, Path], engine: Extractive) -> Generative:
    return load_generative(request.param, str(folders[request.param]), engine, words=75, most_sentences=3)


def says(generative: Generative, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the model's words be `answer`: what a random model says can be no specification."""
    monkeypatch.setattr(generative, "_generate", lambda prompts: [answer] * len(prompts))


def test_what_a_model_says_without_support_is_replaced_by_the_extract(
    generative: Generative, engine: Extractive, write: Writer
) -> None:
    article = write(BODY, title="Ferry terminal to close")
    (extract,), (digest,) = engine.summarize([article]), generative.summarize([article])
    assert isinstance(extract, Digest)
    assert isinstance(digest, Digest)
    assert (digest.headline, digest.summary, digest.embedding) == (extract.headline, extract.summary, extract.embedding)
    assert (digest.engine, digest.supported) == (generative.name, False)
    assert digest.checks
    assert digest.seconds > 0


def test_what_its_article_supports_is_shown(
    generative: Generative, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(
        generative,
        "The council of Eastmere voted on Tuesday to close the old ferry terminal. Engineers had",
        monkeypatch,
    )
    (digest,) = generative.summarize([write(BODY)])
    assert isinstance(digest, Digest)
    assert digest.summary == "The council of Eastmere voted on Tuesday to close the old ferry terminal."
    assert (digest.supported, digest.checks, digest.model) == (True, (), generative.model)


@pytest.mark.parametrize("answer", ["", "   ", "The council of Eastmere voted on"])
def test_an_answer_without_a_whole_sentence_is_none(
    generative: Generative, write: Writer, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    says(generative, answer, monkeypatch)
    (digest,) = generative.summarize([write(BODY)])
    assert isinstance(digest, Digest)
    assert (digest.supported, digest.checks) == (False, ("no whole sentence",))


def test_the_budget_ends_at_a_whole_sentence(
    folders: dict[str, Path], engine: Extractive, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = load_generative("causal", str(folders["causal"]), engine, words=20, most_sentences=2)
    says(small, BODY.replace("\n\n", " "), monkeypatch)
    (digest,) = small.summarize([write(BODY)])
    assert isinstance(digest, Digest)
    assert digest.summary == BODY.split("\n\n")[0]


def test_an_article_too_long_is_cut_at_a_sentence_and_the_digest_says_how_much_was_read(
    generative: Generative, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(generative, "Repairs would have cost 38 million crowns.", monkeypatch)
    whole, long = generative.summarize([write(BODY), write(LONG)])
    assert isinstance(whole, Digest)
    assert isinstance(long, Digest)
    assert whole.checks == ()
    assert long.supported
    assert long.checks[0].startswith("read ")
    asked = generative._ask(0, write(LONG))
    assert len(asked.tokens) <= 400
    assert generative._tokenizer.decode(asked.tokens).replace("Summary:", "").strip(" </s>").endswith(".")


def test_articles_are_put_together_up_to_the_budget_of_a_pass_the_longest_first(
    generative: Generative, write: Writer
) -> None:
    asked = [generative._ask(place, write(LONG if place % 2 else BODY)) for place in range(60)]
    parts = list(generative._passes(asked))
    assert sorted(one.place for part in parts for one in part) == list(range(60))
    assert len(parts) > 1
    for part in parts:
        assert (max(len(one.tokens) for one in part) + generative._answer) * len(part) <= TOKENS_A_PASS
    widths = [len(one.tokens) for part in parts for one in part]
    assert widths == sorted(widths, reverse=True)


def test_a_model_says_the_same_alone_and_beside_others(folders: dict[str, Path], engine: Extractive) -> None:
    for name, folder in folders.items():
        model = load_generative(name, str(folder), engine, words=20, most_sentences=3)
        model._model.float()
        prompts = [model._prompt(text) for text in (BODY, BODY[:200], "Ferry companies said that")]
        assert model._generate(prompts) == [model._generate([prompt])[0] for prompt in prompts]


def test_a_chat_template_is_used_where_there_is_one(
    folders: dict[str, Path], engine: Extractive, tmp_path: Path
) -> None:
    from transformers import LlamaForCausalLM

    LlamaForCausalLM.from_pretrained(folders["causal"]).save_pretrained(tmp_path)
    tokenizer("{% for m in messages %}{{ m['content'] }}{% endfor %} Summary:").save_pretrained(tmp_path)
    chat = load_generative("causal", str(tmp_path), engine, words=75, most_sentences=3)
    assert chat._tokenizer.decode(chat._prompt("Ferry")).startswith("Summarize")


def test_an_article_that_cannot_be_summarised_fails_alone(generative: Generative, write: Writer) -> None:
    good, bad = generative.summarize([write(BODY, id="good"), replace(write(BODY, id="bad"), body="")])
    assert isinstance(good, Digest)
    assert not isinstance(bad, Digest)


class TestLoading:
    """What is missing is named in one sentence."""

    def test_the_engine_needs_a_model(self) -> None:
        with pytest.raises(ConfigurationError, match="set WIREDESK_MODEL"):
            load("causal")

    def test_a_hub_id_needs_its_revision(self) -> None:
        with pytest.raises(ConfigurationError, match="hub-id@revision"):
            load("seq2seq", model="sshleifer/distilbart-cnn-12-6")

    def test_a_model_of_the_other_kind_names_its_engine(self, folders: dict[str, Path]) -> None:
        with pytest.raises(ConfigurationError, match="is one for the engine seq2seq"):
            load("causal", model=str(folders["seq2seq"]))

    @pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
    def test_a_missing_part_is_named(
        self, folders: dict[str, Path], tmp_path: Path, missing: str, encoder: Encoder
    ) -> None:
        for path in folders["causal"].iterdir():
            if path.name != missing:
                (tmp_path / path.name).write_bytes(path.read_bytes())
        with pytest.raises(ConfigurationError) as raised:
            load("causal", model=str(tmp_path))
        assert "cannot be loaded" in str(raised.value)
        assert "\n" not in str(raised.value)

    def test_weights_in_another_format_are_not_read(self, folders: dict[str, Path], tmp_path: Path) -> None:
        from transformers import LlamaForCausalLM

        for path in folders["causal"].iterdir():
            if path.name != "model.safetensors":
                (tmp_path / path.name).write_bytes(path.read_bytes())
        torch.save(LlamaForCausalLM.from_pretrained(folders["causal"]).state_dict(), tmp_path / "pytorch_model.bin")
        with pytest.raises(ConfigurationError, match="safetensors"):
            load("causal", model=str(tmp_path))


@pytest.mark.skipif(not FOLDER.is_dir(), reason="`make smollm2` was not run")
def test_smollm2_writes_what_passes_or_is_replaced(write: Writer) -> None:
    engine = load("causal", model=str(FOLDER))
    article = write(BODY, title="Ferry terminal to close")
    (digest,) = engine.summarize([article])
    assert isinstance(digest, Digest)
    assert digest.summary
    assert digest.supported == (digest.checks == ())

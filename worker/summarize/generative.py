"""The generative engines: a model writes the summary, and what its article does not support is not shown.

`seq2seq` for models trained to summarise (BART, PEGASUS, T5), `causal` for models that chat. Whatever a model writes
passes the support check first (worker.summarize.support); where it does not, and for the headline, the extract serves.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import structlog

from worker.article import Article, Digest, Failed
from worker.clean.sentences import sentences
from worker.errors import ConfigurationError
from worker.summarize import pretrained
from worker.summarize.extractive import Extractive
from worker.summarize.measure import length
from worker.summarize.prose import paragraphs
from worker.summarize.support import unsupported

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

logger = structlog.get_logger(__name__)

#: What a chat model is asked; a plain language model gets the text and "Summary:".
PROMPT: Final = "Summarize the news article below in {sentences} sentences. Use only facts that it states.\n\n{text}"
PLAIN_PROMPT: Final = "{text}\n\nSummary:"
#: Tokens of one pass, padding and answer included: larger passes fill the memory, smaller ones waste the processor.
TOKENS_A_PASS: Final = 8_192
#: Tokens of an article that are read, where the model could read more: what counts in news stands first.
MOST_TOKENS: Final = 1_024
#: Tokens that a word of the summary may take, and for the end of the last sentence.
TOKENS_A_WORD, TOKENS_TO_END = 1.6, 24
#: Stands before the share of the article that was read, among the checks of a digest whose article was cut.
READ: Final = "read"


@dataclass(frozen=True, slots=True)
class _Asked:
    """An article's place in the batch, the tokens that the model gets, and the share of its words that they hold."""

    place: int
    tokens: list[int]
    share: float


class Generative:
    """A model that writes summaries of at most `words` words and `most_sentences` whole sentences.

    `name` is "seq2seq" or "causal". `extractive` writes headlines, embeddings, and the summaries that the model's
    replace only where the support check lets them.
    """

    def __init__(
        self,
        name: str,
        model_name: str,
        model: "PreTrainedModel",
        tokenizer: "PreTrainedTokenizerBase",
        extractive: Extractive,
        *,
        words: int,
        most_sentences: int,
    ) -> None:
        self.name = name
        self.model = model_name
        self._model = model
        self._tokenizer = tokenizer
        self._extractive = extractive
        self._words = words
        self._most_sentences = most_sentences
        self._answer = round(words * TOKENS_A_WORD) + TOKENS_TO_END

    def summarize(self, articles: Sequence[Article]) -> list[Digest | Failed]:
        """Return a result for each of `articles`, in their order."""
        results = self._extractive.summarize(articles)
        asked = [
            self._ask(place, articles[place]) for place, result in enumerate(results) if isinstance(result, Digest)
        ]
        for part in self._passes(asked):
            started = time.perf_counter()
            answers = self._generate([one.tokens for one in part])
            seconds = (time.perf_counter() - started) / len(part)
            for one, answer in zip(part, answers, strict=True):
                extract = results[one.place]
                if isinstance(extract, Digest):
                    results[one.place] = self._digest(articles[one.place], extract, answer, one.share, seconds)
        return results

    def _digest(self, article: Article, extract: Digest, answer: str, share: float, seconds: float) -> Digest:
        summary = self._whole(answer, article.language)
        failing = unsupported(summary, article.body, article.language) if summary else ("no whole sentence",)
        checks = failing if share >= 1 else (*failing, f"{READ} {share:.0%} of the article")
        spent = extract.seconds + seconds
        if failing:
            logger.info("summary_unsupported", article_id=article.id, checks=failing)
            return replace(
                extract,
                engine=self.name,
                model=self.model,
                supported=False,
                checks=(*checks, *extract.checks),
                seconds=spent,
            )
        return replace(extract, summary=summary, engine=self.name, model=self.model, checks=checks, seconds=spent)

    def _ask(self, place: int, article: Article) -> _Asked:
        """Return what the model gets of `article`: its whole sentences from the first on, as many as it may read."""
        limit = self._limit()
        text = "\n\n".join(paragraphs(article.body))
        texts = sentences(text, article.language) or [article.body]
        sizes = [len(self._tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
        room = limit - len(self._prompt(""))
        taken, used = [texts[0]], sizes[0]
        for text, size in zip(texts[1:], sizes[1:], strict=True):
            if used + size + 1 > room:
                break
            taken.append(text)
            used += size + 1
        share = length(" ".join(taken)) / max(1, length(" ".join(texts)))
        return _Asked(place, self._prompt(" ".join(taken))[:limit], share)

    def _limit(self) -> int:
        """Return the tokens that a prompt may have."""
        config = self._model.config
        positions = getattr(config, "max_position_embeddings", None) or MOST_TOKENS
        own = 0 if config.is_encoder_decoder else self._answer
        return max(16, min(MOST_TOKENS, int(positions) - own, int(self._tokenizer.model_max_length)))

    def _prompt(self, text: str) -> list[int]:
        if self._model.config.is_encoder_decoder:
            return list(self._tokenizer(text)["input_ids"])
        if self._tokenizer.chat_template is None:
            return list(self._tokenizer(PLAIN_PROMPT.format(text=text))["input_ids"])
        message = PROMPT.format(sentences=self._most_sentences, text=text)
        asked: Any = self._tokenizer.apply_chat_template(
            [{"role": "user", "content": message}], add_generation_prompt=True, return_dict=True
        )
        return list(asked["input_ids"])

    def _passes(self, asked: Sequence[_Asked]) -> Iterator[list[_Asked]]:
        """Yield `asked` in parts of about one length and at most TOKENS_A_PASS tokens, the longest first."""
        part: list[_Asked] = []
        for one in sorted(asked, key=lambda each: (-len(each.tokens), each.place)):
            widest = len(part[0].tokens if part else one.tokens) + self._answer
            if part and widest * (len(part) + 1) > TOKENS_A_PASS:
                yield part
                part = []
            part.append(one)
        if part:
            yield part

    def _generate(self, prompts: Sequence[list[int]]) -> list[str]:
        """Return what the model answers to each of `prompts`, greedily, until it has said enough whole sentences."""
        import torch
        from transformers import StoppingCriteriaList

        is_decoder = not self._model.config.is_encoder_decoder
        width = max(map(len, prompts))
        padding = int(self._tokenizer.pad_token_id)
        ids = torch.full((len(prompts), width), padding, dtype=torch.long)
        mask = torch.zeros((len(prompts), width), dtype=torch.long)
        for row, prompt in enumerate(prompts):
            # A decoder goes on where its prompt ends, so the padding stands before it.
            place = slice(width - len(prompt), width) if is_decoder else slice(0, len(prompt))
            ids[row, place] = torch.tensor(prompt)
            mask[row, place] = 1
        begins = width if is_decoder else 1
        with torch.inference_mode():
            found: Any = self._model.generate(  # type: ignore[operator]
                input_ids=ids.to(self._model.device),
                attention_mask=mask.to(self._model.device),
                max_new_tokens=self._answer,
                do_sample=False,
                num_beams=1,
                pad_token_id=padding,
                stopping_criteria=StoppingCriteriaList([self._enough(begins)]),
            )
        return [str(text) for text in self._tokenizer.batch_decode(found[:, begins:], skip_special_tokens=True)]

    def _enough(self, begins: int) -> Any:
        """Return the criterion that ends a row when a sentence beyond the last wanted one has begun."""
        import torch
        from transformers import StoppingCriteria

        tokenizer, most = self._tokenizer, self._most_sentences

        class Enough(StoppingCriteria):
            def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor", **_: Any) -> "torch.Tensor":
                texts = tokenizer.batch_decode(input_ids[:, begins:], skip_special_tokens=True)
                return torch.tensor([len(sentences(text)) > most for text in texts], device=input_ids.device)

        return Enough()

    def _whole(self, answer: str, language: str) -> str:
        """Return the first whole sentences of `answer` within the budget; "" where there is none."""
        taken: list[str] = []
        for sentence in sentences(" ".join(answer.split()), language)[: self._most_sentences]:
            is_whole = sentence.rstrip("\"”»’')")[-1:] in set(".!?。！？।۔؟…")
            if not is_whole or sum(map(length, taken)) + length(sentence) > self._words:
                break
            taken.append(sentence)
        return " ".join(taken)


def load_generative(
    name: str, model: str | None, extractive: Extractive, *, words: int, most_sentences: int
) -> Generative:
    """Return the engine `name` ("seq2seq" or "causal") with the model that the setting `model` names.

    Raises ConfigurationError, in one sentence that says what to do, where there is no such model, a part of it is
    missing, or it is of the other kind.
    """
    if not model:
        raise ConfigurationError(
            f"the engine {name} needs a model: set WIREDESK_MODEL to a folder in the format of transformers "
            "(config.json, *.safetensors, tokenizer.json), or to hub-id@revision"
        )
    source = pretrained.source(model, "WIREDESK_MODEL")
    pretrained.prepare(source)
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    device, kind = pretrained.fitting_precision()
    try:
        config = AutoConfig.from_pretrained(source.where, **source.options)
        fitting = "seq2seq" if config.is_encoder_decoder else "causal"
        if fitting != name:
            raise ConfigurationError(f"the model {source.name} is one for the engine {fitting}: set WIREDESK_ENGINE so")
        made = AutoModelForSeq2SeqLM if name == "seq2seq" else AutoModelForCausalLM
        loaded: Any = made.from_pretrained(
            source.where, **source.options, use_safetensors=True, dtype=kind, output_loading_info=True
        )
        found, report = loaded
        tokenizer = AutoTokenizer.from_pretrained(source.where, **source.options)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ConfigurationError(
            f"the model {source.name} cannot be loaded ({pretrained.reason(error)}): it needs config.json, "
            "*.safetensors and tokenizer.json"
        ) from error
    if missing := sorted(report["missing_keys"]):
        raise ConfigurationError(
            f"the model {source.name} lacks {len(missing)} of its weights ({missing[0]}, ...): take a complete one"
        )
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.pad_token_id is None:
        raise ConfigurationError(f"the tokenizer of {source.name} has neither padding nor end: take a complete model")
    logger.info(
        "model_loaded", engine=name, model=source.name, device=device, precision=str(kind).removeprefix("torch.")
    )
    return Generative(
        name,
        source.name,
        found.to(device).eval(),
        tokenizer,
        extractive,
        words=words,
        most_sentences=most_sentences,
    )

"""Sentence embeddings by a transformer encoder: where it comes from, how it is loaded, how it is run fast.

The only module that imports torch and transformers, and it does so when an encoder is loaded, not before. A process
has one encoder and one torch thread: on a busy machine a second thread made the same work five times slower.
"""

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import structlog
from numpy.typing import NDArray

from worker.errors import ConfigurationError
from worker.summarize import pretrained, weights

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Precision = Literal["float32", "bfloat16"]

#: Most tokens of a sentence that are read. The model was trained on 128; the 99th percentile of a news sentence is 80.
MOST_TOKENS = 128
#: Tokens of one pass, padding included. Every pass is full: a larger one has more filling, a smaller one has smaller
#: matrices. Beside passes of up to 1,024 tokens that are not full, batches of 16 articles take 1.0 to 1.2 times as long
#: on one core with AVX-512 or AMX, single articles 1.3 to 2.4 times.
TOKENS_A_PASS = 256
#: Tokens to which a sentence is padded: to the least of these that holds it. More widths would mean less padding, but
#: more passes that need filling.
WIDTHS = (8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 96, MOST_TOKENS)
#: bfloat16 is taken only where it is at least this many times faster. It is 1.9 times with AVX512-BF16 and 3 times with
#: AMX, but 7 times slower with AVX2.
LEAST_GAIN = 1.15
#: Least cosine between the bfloat16 and the float32 vector of the same sentence. 0.9999 is usual.
LEAST_COSINE = 0.999
#: Languages that the bundled encoder knows.
BUNDLED_LANGUAGES = frozenset({"en"})

#: What the self-timing reads: invented, of the length that news sentences have.
_SAMPLE = (
    "The harbour council of Eastmere voted on Tuesday to close the old ferry terminal by the end of the year.",
    "Engineers found cracks in eleven of the forty pillars, and repairs would cost about 38 million crowns.",
    "Maren Hale, who chairs the council, said that the decision was hard but that safety had to come first.",
    "Ferry companies warned that 1,200 passengers a day would have to travel by the northern bridge instead.",
    "A new terminal is planned two kilometres upstream, though its funding has not been agreed.",
    "Shopkeepers near the quay fear for their trade and have asked the regional government for help.",
)

logger = structlog.get_logger(__name__)


class Encoder:
    """A sentence encoder in memory. Not for use by several threads at once. It has no threads, so it may be forked.

    `name` goes into Digest.model; `precision` is "float32" or "bfloat16"; `languages` are the ISO 639-1 codes that it
    knows, or None: the user chose the encoder and vouches for all.
    """

    def __init__(
        self,
        name: str,
        model: "PreTrainedModel",
        tokenizer: "PreTrainedTokenizerBase",
        *,
        precision: Precision,
        languages: frozenset[str] | None,
    ) -> None:
        self.name = name
        self.precision = precision
        self.languages = languages
        self._model = model
        self._tokenizer = tokenizer

    def knows(self, language: str) -> bool:
        """Return whether texts in `language` (ISO 639-1) can be compared by this encoder."""
        return self.languages is None or language in self.languages

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the embeddings of `texts`, shape (len(texts), dimensions), float32, each of length 1.

        The tokens' vectors are averaged and normalised, as the model was trained. To the last bit, the embedding of a
        text does not depend on the texts beside it. Raises what the tokenizer raises for text that is not valid
        Unicode.
        """
        return _encode(self._model, self._tokenizer, texts)


def load_encoder(encoder: str | None = None, *, precision: Precision | None = None) -> Encoder:
    """Return the encoder that the setting `encoder` names, ready to run.

    None or "": the bundled one, every file checked by SHA-256. A folder: a model in the format of transformers, read
    from its safetensors. "hub-id@revision": such a model from the hub, the only case in which the network is used.
    `precision` None: bfloat16 where a self-timing of half a second shows it faster, else float32.

    Raises ConfigurationError where the encoder is not there, is not what it should be or cannot be loaded.
    """
    started = time.perf_counter()
    if encoder:
        found = _from_pretrained(pretrained.source(encoder, "WIREDESK_ENCODER"), languages=None)
    else:
        bundled = pretrained.Source(str(weights.bundled_folder()), weights.NAME)
        found = _from_pretrained(bundled, languages=BUNDLED_LANGUAGES)
    rates = _take_precision(found, precision)
    logger.info(
        "encoder_loaded",
        encoder=found.name,
        precision=found.precision,
        seconds=round(time.perf_counter() - started, 2),
        **{f"{name}_per_second": round(rate) for name, rate in rates.items()},
    )
    return found


def _from_pretrained(source: pretrained.Source, *, languages: frozenset[str] | None) -> Encoder:
    pretrained.prepare(source)
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModel, AutoTokenizer

    name = source.name
    try:
        tokenizer = AutoTokenizer.from_pretrained(source.where, **source.options)
        model, report = AutoModel.from_pretrained(
            source.where, **source.options, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ConfigurationError(f"the encoder {name} cannot be loaded: {pretrained.reason(error)}") from error
    missing = sorted(key for key in report["missing_keys"] if not key.startswith("pooler."))
    if missing:
        raise ConfigurationError(
            f"the encoder {name} lacks {len(missing)} of its weights ({missing[0]}, ...): take a complete model"
        )
    if tokenizer.pad_token_id is None:
        raise ConfigurationError(f"the encoder {name} has no padding token: take a model made for sentence embeddings")
    model.eval()
    return Encoder(name, model, tokenizer, precision="float32", languages=languages)


def _take_precision(encoder: Encoder, wanted: Precision | None) -> dict[str, float]:
    """Turn `encoder` to the `wanted` precision, or to the faster one; return the sentences a second of each timed."""
    import copy

    import torch

    if wanted == "float32":
        return {}
    smaller = torch.nn.Module.to(copy.deepcopy(encoder._model), dtype=torch.bfloat16)
    rates: dict[str, float] = {}
    if wanted is None:
        pair = {"float32": encoder._model, "bfloat16": smaller}
        timed = {name: _timed(model, encoder._tokenizer) for name, model in pair.items()}
        rates = {name: rate for name, (_, rate) in timed.items()}
        if (timed["float32"][0] * timed["bfloat16"][0]).sum(axis=1).min() < LEAST_COSINE:
            return rates
        if rates["bfloat16"] < LEAST_GAIN * rates["float32"]:
            return rates
    encoder._model = smaller
    encoder.precision = "bfloat16"
    return rates


def _timed(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase") -> tuple[NDArray[np.float32], float]:
    """Return the vectors of the sample and the sentences that `model` encodes in a second of this thread's CPU time."""
    seconds = []
    for _ in range(3):  # the first warms up; the best counts
        started = time.thread_time()  # not the wall clock: neighbours on the machine do not count
        vectors = _encode(model, tokenizer, _SAMPLE)
        seconds.append(time.thread_time() - started)
    return vectors, len(_SAMPLE) / max(min(seconds), 1e-9)


def _encode(
    model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase", texts: Sequence[str]
) -> NDArray[np.float32]:
    import torch

    vectors = np.zeros((len(texts), int(model.config.hidden_size)), dtype=np.float32)
    if not texts:
        return vectors
    tokens: list[list[int]] = tokenizer(list(texts), truncation=True, max_length=MOST_TOKENS)["input_ids"]
    by_width: dict[int, list[int]] = defaultdict(list)
    for index, ids in enumerate(tokens):
        by_width[WIDTHS[bisect_left(WIDTHS, len(ids))]].append(index)
    with torch.inference_mode():
        for width, indexes in sorted(by_width.items()):
            rows = max(1, TOKENS_A_PASS // width)
            for start in range(0, len(indexes), rows):
                part = indexes[start : start + rows]
                # The libraries of matrix products choose the order of their sums by the shape, and each processor by
                # rules of its own. So every pass of a width has one shape: a part of one is filled with repetitions.
                full = part + part[-1:] * (rows - len(part))
                made = _pass(model, [tokens[index] for index in full], width, tokenizer.pad_token_id)
                vectors[part] = made[: len(part)].numpy()
    return vectors


def _pass(model: "PreTrainedModel", tokens: list[list[int]], width: int, padding: int) -> "torch.Tensor":
    """Return the mean-pooled, normalised vectors of `tokens`, each padded to `width`: shape (len(tokens), hidden)."""
    import torch

    ids = torch.full((len(tokens), width), padding, dtype=torch.long)
    mask = torch.zeros((len(tokens), width), dtype=torch.long)
    for row, sentence in enumerate(tokens):
        ids[row, : len(sentence)] = torch.tensor(sentence, dtype=torch.long)
        mask[row, : len(sentence)] = 1
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
    seen = mask.unsqueeze(-1).float()
    mean = (hidden * seen).sum(dim=1) / seen.sum(dim=1).clamp(min=1.0)
    return torch.nn.functional.normalize(mean, dim=1)

"""Where a model comes from and how it is loaded safely, by transformers' Auto classes.

Safetensors only, no code from a model's folder, and no network but for a hub id with its revision.
"""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from worker.errors import ConfigurationError

if TYPE_CHECKING:
    import torch

_HUB_ID = re.compile(r"[\w.-]+(?:/[\w.-]+)?@[\w./-]+")
#: bfloat16 is taken on a CPU only where a product of matrices is at least this many times faster in it: it is with AMX,
#: and 7 times slower with AVX2.
LEAST_GAIN = 1.15


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model lies: a folder, or the id of a hub with the `revision`. `name` is what digests call it."""

    where: str
    name: str
    revision: str | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What every `from_pretrained` is called with."""
        options: dict[str, Any] = {"trust_remote_code": False, "local_files_only": self.revision is None}
        return options if self.revision is None else options | {"revision": self.revision}


def source(value: str, variable: str) -> Source:
    """Return what the setting `variable` means by `value`; raises ConfigurationError for anything else."""
    if Path(value).is_dir():
        return Source(value, Path(value).resolve().name)
    if _HUB_ID.fullmatch(value):
        where, _, revision = value.partition("@")
        return Source(where, value, revision)
    raise ConfigurationError(
        f"{variable} is {value!r}, which is neither a folder nor a hub id with its revision: write hub-id@revision, "
        "or the name of a folder that is there"
    )


def prepare(source: Source) -> None:
    """Set up transformers and torch before the first import: no telemetry, no chatter, one thread."""
    settings = {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
    }
    if source.revision is None:
        settings |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    import torch
    from transformers.utils import logging

    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def reason(error: Exception) -> str:
    """Return the first line of `error`, for a sentence."""
    return (str(error) or type(error).__name__).strip().splitlines()[0]


def fitting_precision() -> "tuple[str, torch.dtype]":
    """Return the device and the type of numbers that generation is fastest with here."""
    import torch

    if torch.cuda.is_available():
        return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    rates = {kind: _rate(kind) for kind in (torch.float32, torch.bfloat16)}
    faster = rates[torch.bfloat16] > LEAST_GAIN * rates[torch.float32]
    return "cpu", torch.bfloat16 if faster else torch.float32


def _rate(kind: "torch.dtype") -> float:
    """Return the products of two matrices in a second of this thread's CPU time, the better of three."""
    import torch

    one, other = torch.ones(128, 1024, dtype=kind), torch.ones(1024, 1024, dtype=kind)
    seconds = []
    for _ in range(3):
        started = time.thread_time()
        for _ in range(4):
            one @ other
        seconds.append(time.thread_time() - started)
    return 1 / max(min(seconds), 1e-9)

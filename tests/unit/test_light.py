"""What keeps `make quick` quick: the guard of conftest.py, seen at work in a run of its own."""

import os
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).with_name("conftest.py")
#: A test of each kind that is refused, and one that is not.
HEAVY = """
import subprocess
import pytest

def test_light(): pass
def test_torch(): import torch
def test_transformers(): import transformers.utils
def test_browser(): from playwright.sync_api import sync_playwright
@pytest.mark.parametrize("program", ["redis-server", "/opt/valkey-server", "/usr/lib/postgresql/17/bin/initdb"])
def test_server(program): subprocess.Popen(["env", program])
"""


def test_a_unit_test_that_loads_a_model_or_starts_a_server_or_a_browser_fails(tmp_path: Path) -> None:
    # Given
    (tmp_path / "conftest.py").symlink_to(CONFTEST)
    (tmp_path / "test_heavy.py").write_text(HEAVY)
    (tmp_path / "test_collected.py").write_text("import torch\n\ndef test_nothing(): pass\n")
    # When
    options = ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--continue-on-collection-errors"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    # Then
    assert "6 failed, 1 passed, 1 error" in done.stdout, done.stdout
    assert done.stdout.count("move the test to tests/integration") >= 7

"""Debian's Chromium, headless, for tests and pictures. No browser is downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Where Chromium is, or None.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

#: The mark of tests that look into the browser. CI must have it: there they fail without it.
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="there is no Chromium (`apt-get install chromium libatomic1`)",
)


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Run the browser; without its sandbox, since root has none."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        raise FileNotFoundError("There is no Chromium: install it, on Debian by `apt-get install chromium libatomic1`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()

"""The inbox as a place: a name that is not there."""

from pathlib import Path

import pytest

from producers.errors import ConfigurationError
from producers.folder.inbox import require


def test_a_mistyped_inbox_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "archive").mkdir()

    with pytest.raises(ConfigurationError, match=rf"^There is no folder .*nwes \(there is {tmp_path}/news\): name the"):
        require(tmp_path / "nwes")
    with pytest.raises(ConfigurationError, match=r"/quite/else: name the folder"):
        require(tmp_path / "quite" / "else")
    require(tmp_path / "news")

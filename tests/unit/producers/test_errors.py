"""How long to wait before another try."""

import pytest

from producers.errors import pause_after


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 1.0), (2, 2.0), (4, 8.0), (9, 256.0), (10, 300.0), (100_000, 300.0)]
)
def test_the_pause_doubles_with_every_try_up_to_its_bound_for_ever(tries: int, seconds: float) -> None:
    assert pause_after(tries, 1.0, 300.0) == seconds

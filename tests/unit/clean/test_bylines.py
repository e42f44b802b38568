"""Bylines as they are shown."""

import pytest

from worker.clean.bylines import signed


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By STEVE HALE, AP National Writer", "STEVE HALE, AP National Writer"),
        ("by Maren Hale and Ode Marr", "Maren Hale and Ode Marr"),
        ("Written by: Maren Hale", "Maren Hale"),
        ("Von Maren Hale", "Maren Hale"),
        ("Par Maren Hale", "Maren Hale"),
        ("Por: Maren Hale", "Maren Hale"),
        ("By Reuters", "Reuters"),
        ("Maren Hale maren@oda.example", "Maren Hale"),
        # Names that begin like an opening.
        ("Von Miller", "Von Miller"),
        ("von der Marr, Ode", "von der Marr, Ode"),
        ("Byron Hale", "Byron Hale"),
        ("Parveen Hale", "Parveen Hale"),
        # Neither companies nor addresses write articles.
        ("Oda Media GmbH, Oda, Germany", None),
        ("Oda Media Inc.", None),
        ("https://www.oda.example/authors/hale", None),
        ("By", "By"),
        ("", None),
        (None, None),
        # An agency does, under its own name.
        ("dpa-infocom GmbH", "dpa"),
    ],
)
def test_a_byline_names_who_wrote(byline: str | None, expected: str | None) -> None:
    assert signed(byline) == expected

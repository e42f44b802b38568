"""URLs of a store: what is none of ours is refused in one sentence that says what is."""

import sys

import pytest

from worker.errors import ConfigurationError
from worker.store import connect


@pytest.mark.parametrize(
    "url",
    [
        "mysql://desk@h/news",
        "mysql+pymysql://desk@h/news",
        "mssql+pyodbc://desk@h/news",
        "oracle://desk@h/news",
        "postgres://desk@h/news",
        "postgresql+psycopg2://desk@h/news",
        "postgresql+asyncpg://desk@h/news",
        "sqlite+aiosqlite:///news.db",
        "nonsense://h/news",
        "/var/news.db",
        "sqlite:/news.db",
    ],
)
def test_another_database_or_driver_is_refused_with_the_right_forms(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        connect(url)

    assert str(refused.value) == (
        "The store must be SQLite or PostgreSQL: write WIREDESK_STORE_URL as sqlite:////FOLDER/FILE.db or "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME."
    )


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(
        ConfigurationError, match=r"PostgreSQL needs the package psycopg: run `.*pip install .*postgres\]'?`\.$"
    ):
        connect("postgresql+psycopg://desk@h/news")

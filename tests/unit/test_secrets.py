"""A password never stands in a message, whatever is wrong with the URL that holds it."""

import pytest

from producers.errors import ConfigurationError, RetryableError
from producers.journal import Journal
from producers.redis_client import connect as connect_redis
from producers.settings import ProducerSettings, load
from worker.settings import WorkerSettings
from worker.store import connect as connect_store
from worker.store import migrate

SECRET = "hunter2"


@pytest.mark.parametrize(
    "url",
    [
        f"redis://:{SECRET}/x@localhost:6379/0",
        f"redis://:x:{SECRET}#@localhost:6379/0",
        f"redis://localhost:{SECRET}/0",
        f"redis://:{SECRET}@localhost:99999/0",
        f"redis://:{SECRET}@localhost:1/zero",
        f"redis://:{SECRET}@[::1/0",
        f"rediss://:{SECRET}@localhost:1/0?ssl_cert_reqs={SECRET}",
    ],
)
def test_a_wrong_redis_url_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect_redis(url)
    assert SECRET not in str(caught.value)
    assert "WIREDESK_REDIS_URL" in str(caught.value)


def test_a_redis_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises(RetryableError) as caught:
        Journal(connect_redis(f"redis://:{SECRET}@127.0.0.1:1/0")).pending()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://u:p@h:{SECRET}/x",
        f"postgresql+psycopg://u:{SECRET}/x",
        f"{SECRET} is no url",
        f"oracle://u:{SECRET}@h/x",
        f"postgresql+psycopg://u:{SECRET}@[::1/x",
    ],
)
def test_a_wrong_store_url_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect_store(url)
    assert SECRET not in str(caught.value)


def test_a_store_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises(RetryableError) as caught:
        migrate(connect_store(f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/x"))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("url", [f"smtp://desk:{SECRET}/x@h", f"smtp://desk:{SECRET}@h/x", f"http://desk:{SECRET}@h"])
def test_a_wrong_mail_server_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError, match="WIREDESK_SMTP_URL") as caught:
        load(WorkerSettings, {"smtp_url": url, "mail_from": "desk@news.example"})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("flags", "missing"),
    [
        ({"smtp_url": f"smtp://desk:{SECRET}@h"}, "WIREDESK_MAIL_FROM"),
        ({"smtp_url": "smtp://desk@h", "mail_from": "desk@news.example"}, "user and password belong together"),
        ({"mail_from": "the desk"}, "not one mail address"),
        ({"mail_reply_to": "a@b.example\r\nBcc: c@d.example"}, "not one mail address"),
    ],
)
def test_settings_of_mail_that_do_not_go_together_are_refused(flags: dict[str, str], missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        load(WorkerSettings, flags)


def test_the_password_of_the_mail_server_is_never_shown() -> None:
    settings = load(
        WorkerSettings, {"smtp_url": "smtp://desk@h", "smtp_password": SECRET, "mail_from": "Desk <desk@news.example>"}
    )
    assert SECRET not in f"{settings!r} {settings.mail!r} {settings.model_dump(mode='json')}"
    assert settings.mail is not None
    assert settings.mail[0].password == SECRET


@pytest.mark.parametrize("value", [SECRET, f"http://:{SECRET}@h/"])
def test_a_wrong_setting_is_named_without_its_value(value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(ProducerSettings, {"redis_url": value})
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(load(ProducerSettings, {"redis_url": f"redis://:{SECRET}@h"}))

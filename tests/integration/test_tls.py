"""Redis over TLS: `rediss://` for the producers' client and for Celery's, with a certificate that is checked."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from producers.journal import Standing
from producers.push import Queue
from producers.redis_client import QueueUnavailableError
from tests.acceptance.desks import WIREDESK, until
from tests.articles import raw
from tests.servers import free_port

PASSWORD = "a-password-of-this-test"

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None or shutil.which("openssl") is None,
    reason="it needs redis-server (built with TLS) and openssl",
)


@dataclass(frozen=True)
class Certificates:
    """A certificate authority of the test's own, and what it signed."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.pem"

    def issue(self, name: str, whose: str) -> None:
        """Sign the certificate NAME.pem for `whose`, such as "IP:127.0.0.1"."""
        names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={whose}"]
        openssl(self.folder, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", "csr", *names)
        signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-copy_extensions", "copy"]
        openssl(self.folder, "x509", "-req", "-in", "csr", "-out", f"{name}.pem", *signed)


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    usage = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
    made = ["-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority of a test"]
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made, *usage)
    certificates = Certificates(folder)
    certificates.issue("here", "IP:127.0.0.1")
    certificates.issue("elsewhere", "DNS:elsewhere.example")
    return certificates


@contextmanager
def serving(certificates: Certificates, name: str) -> Iterator[str]:
    """Run a server that speaks only TLS, with the certificate `name`, and give its URL without any options."""
    port, folder = free_port(), certificates.folder
    options = {
        "port": 0,
        "tls-port": port,
        "bind": "127.0.0.1",
        "requirepass": PASSWORD,
        "tls-cert-file": folder / f"{name}.pem",
        "tls-key-file": folder / f"{name}.key",
        "tls-ca-cert-file": certificates.authority,
        "tls-auth-clients": "no",
        "appendonly": "no",
        "dir": folder,
    }
    text = "".join(f"{option} {value}\n" for option, value in options.items()) + 'save ""\n'
    process = subprocess.Popen(["redis-server", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin
    process.stdin.write(text.encode())
    process.stdin.close()
    client = redis.Redis(port=port, password=PASSWORD, ssl=True, ssl_cert_reqs="none")
    deadline = time.monotonic() + 60
    while True:
        try:
            client.ping()
            break
        except redis.exceptions.ConnectionError:
            if process.poll() is not None:
                pytest.skip("this redis-server was built without TLS")
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    client.close()
    try:
        yield f"rediss://:{PASSWORD}@127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def server(certificates: Certificates) -> Iterator[str]:
    """A server whose certificate is right; each test's own, since kombu would share connections between tests."""
    with serving(certificates, "here") as url:
        yield url


def test_an_article_goes_through_tls_from_the_producer_through_celery_into_the_store(
    server: str, certificates: Certificates, tmp_path: Path
) -> None:
    url = f"{server}?ssl_ca_certs={certificates.authority}"
    queue = Queue.connect(url)
    article = raw("The ferry came in late. Nobody was hurt, the harbour office said.")
    environment = {**os.environ, "WIREDESK_REDIS_URL": url, "WIREDESK_DATA": str(tmp_path)}
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen([WIREDESK, "worker", "ingest"], env=environment, stderr=log, stdout=log)
    try:
        queue.push([article])

        until(lambda: queue.outcomes([article.id])[0].standing is Standing.STORED, "the article is stored")
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
        queue.close()


def test_neither_client_talks_to_a_server_whose_certificate_nobody_vouches_for(server: str) -> None:
    assert refusals(server) == ["certificate verify failed"] * 2


def test_neither_client_talks_to_a_server_whose_certificate_is_for_another_name(certificates: Certificates) -> None:
    with serving(certificates, "elsewhere") as url:
        assert refusals(f"{url}?ssl_ca_certs={certificates.authority}") == ["certificate verify failed"] * 2


def refusals(url: str) -> list[str]:
    """Return why the journal's client and Celery's refuse the server at `url`."""
    queue = Queue.connect(url)
    said = []
    for step in (queue.journal.pending, queue.wake_summarizers):
        with pytest.raises(QueueUnavailableError) as refused:
            step()
        said.append("certificate verify failed" if "certificate verify failed" in str(refused.value) else "")
    queue.close()
    return said

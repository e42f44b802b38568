"""A PostgreSQL server of the tests' own, where its programs are installed."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest where there are several; None where none is."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


def database(url: str, name: str, template: str = "template1") -> str:
    """Make the database `name` anew in the server at `url`, a copy of the database `template`; return its URL."""
    import psycopg
    import sqlalchemy as sa

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # As all did before PostgreSQL 15; its new way writes the whole copy to the log, too.
        strategy = " STRATEGY FILE_COPY" if server.info.server_version >= 150000 else ""
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}')
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


class Server:
    """A server on loopback, its data in a folder of its own."""

    def __init__(self, bin_folder: Path, port: int, folder: Path) -> None:
        self.url = f"postgresql+psycopg://wiredesk@127.0.0.1:{port}/postgres"
        self._programs = bin_folder
        self._folder = folder
        self._options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"

    def make(self) -> None:
        """Make the data folder."""
        self._run("initdb", "-U", "wiredesk", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._run("pg_ctl", "-w", "-l", f"{self._folder}/log", "-o", self._options, "start")

    def stop(self) -> None:
        """Stop the server as a crash would."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def restart(self, pause: float) -> None:
        """Stop the server, and start it again after `pause` seconds."""
        self.stop()
        time.sleep(pause)
        self.start()

    def disconnect(self) -> None:
        """End the sessions of all clients."""
        import sqlalchemy as sa

        engine = sa.create_engine(self.url)
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        # The server refuses to run as root.
        become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        command = [*become, str(self._programs / program), "-D", f"{self._folder}/data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=self._folder)


@contextmanager
def serving(bin_folder: Path, port: int) -> Iterator[Server]:
    """Run a new server on loopback while the block runs."""
    # The folder is not pytest's, which other users may not enter.
    with tempfile.TemporaryDirectory(prefix="wiredesk-postgres-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        server = Server(bin_folder, port, Path(folder))
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running(bin_folder: Path, port: int) -> Iterator[str]:
    """Run a new server on loopback while the block runs, and give its SQLAlchemy URL."""
    with serving(bin_folder, port) as server:
        yield server.url

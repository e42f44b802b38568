"""A PostgreSQL server of the tests' own, where its programs are installed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

    def freeze(self, seconds: float) -> None:
        """Stop every process of the server for `seconds`, as a machine does that swaps or is copied."""
        # Imported here: the helpers of desks need more than a server does.
        from tests.acceptance.desks import descendants

        postmaster = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        stopped = [postmaster]
        os.kill(postmaster, signal.SIGSTOP)
        try:
            for process in descendants(postmaster):
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGSTOP)
                    stopped.append(process.pid)
            time.sleep(seconds)
        finally:
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

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


def pooler() -> str | None:
    """Return the path of PgBouncer, None if it is not installed."""
    return shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def pooling(program: str, url: str, port: int, sessions: int) -> Iterator[str]:
    """Run PgBouncer in transaction mode, with `sessions` to the database at `url`; give the URL through it."""
    import psycopg
    import sqlalchemy as sa

    direct = sa.make_url(url)
    pooled = direct.set(port=port).render_as_string()
    with tempfile.TemporaryDirectory(prefix="wiredesk-pgbouncer-") as folder:
        users, settings = Path(folder, "users"), Path(folder, "pgbouncer.ini")
        users.write_text('"wiredesk" ""\n')
        settings.write_text(
            f"[databases]\n{direct.database} = host=127.0.0.1 port={direct.port} user=wiredesk\n[pgbouncer]\n"
            f"listen_addr=127.0.0.1\nlisten_port={port}\nauth_type=any\nauth_file={users}\npool_mode=transaction\n"
            f"default_pool_size={sessions}\nlogfile={folder}/log\nunix_socket_dir=\n"
        )
        become: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        process = subprocess.Popen(
            [*become, program, str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    psycopg.connect(pooled.replace("+psycopg", "")).close()
                    break
                except psycopg.OperationalError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)
            yield pooled
        finally:
            process.terminate()
            process.wait(30)

"""A PostgreSQL server of the tests' own, where its programs are installed."""

import os
import shutil
import subprocess
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


@contextmanager
def running(bin_folder: Path, data: Path, port: int) -> Iterator[str]:
    """Run a server in the new folder `data` on loopback while the block runs, and give its SQLAlchemy URL."""
    # The server refuses to run as root.
    become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []

    def run(program: str, *arguments: str) -> None:
        command = [*become, str(bin_folder / program), "-D", str(data / "pg"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=data)

    data.mkdir(parents=True)
    if become:
        shutil.chown(data, "postgres", "postgres")
        for folder in data.parents:
            if folder.stat().st_uid == os.geteuid() and folder != Path(folder.anchor):
                folder.chmod(folder.stat().st_mode | 0o011)
    run("initdb", "-U", "wiredesk", "-A", "trust", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data} -c fsync=off"
    run("pg_ctl", "-w", "-l", str(data / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://wiredesk@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")

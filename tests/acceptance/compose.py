"""docker-compose.yml as this machine can run it: each service's very command as a process, without containers."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "docker-compose.yml"
#: The services that are wiredesk's own.
ROLES = ("watch", "ingest", "summarize", "schedule", "serve")

_VARIABLE = re.compile(r"\$(\$)|\$\{(\w+)(?::([-?])([^}]*))?\}")


def services(variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the services of docker-compose.yml, with `variables` put in as compose does it.

    Raises KeyError that says so where one is not set and must be.
    """

    def value(found: re.Match[str]) -> str:
        dollar, name, sign, text = found.groups()
        if dollar:
            return "$"
        if given := variables.get(name):
            return given
        if sign != "-":
            raise KeyError(f"{name} {text}")
        return str(text)

    # Put in after parsing, so that no value can be taken for YAML.
    return _mapped(yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"], value)  # type: ignore[no-any-return]


def _mapped(node: Any, value: Any) -> Any:
    if isinstance(node, dict):
        return {key: _mapped(child, value) for key, child in node.items()}
    if isinstance(node, list):
        return [_mapped(child, value) for child in node]
    return _VARIABLE.sub(value, node) if isinstance(node, str) else node


def prepared(folder: Path) -> dict[str, str]:
    """Run deploy/prepare in a copy of the checkout's layout in `folder` and return what its .env sets."""
    script = folder / "deploy" / "prepare"
    script.parent.mkdir(parents=True)
    script.write_bytes((ROOT / "deploy" / "prepare").read_bytes())
    subprocess.run(["sh", script], check=True, capture_output=True)
    lines = (folder / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def seconds(duration: str) -> float:
    """Return the seconds of a duration such as "2m" or "300s"."""
    return float(duration[:-1]) * {"s": 1, "m": 60}[duration[-1]]


@contextmanager
def running(argv: list[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command; at the end of the block it is asked to stop, and after a while killed."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            argv,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

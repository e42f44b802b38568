"""Every query on articles or digests asks whether they may be shown, or says here why it need not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import worker

STORE = Path(worker.__file__).with_name("store")
#: What says whether an article may be shown.
CONDITIONS = {"usable", "usable_id", "standing", "_STATE"}
#: The tables whose rows are shown.
TABLES = {"articles", "digests"}

_PLACES = "it decides the story of an article, for held ones, too: they are placed ahead"
_KEEPS = "it keeps, moves or deletes rows and shows none"
#: Module and function -> why it asks for rows that may not be shown.
EXCEPTIONS = {
    "articles._canonical": _PLACES,
    "articles._state": _PLACES,
    "articles.beside": _PLACES,
    "articles.best_reprint": _PLACES,
    "articles.standing": "a producer asks whether its article is stored, whatever it is",
    "articles.take_lead": _PLACES,
    "articles._take_in": _KEEPS,
    "contents.prune": _KEEPS,
    "editions.count_as_made_now": _KEEPS,
    "editions.last_closed": "editions are due since the first article came, whether or not it may be shown",
    "failures.drop": _KEEPS,
    "failures.work_again": _PLACES,
    "future.withdraw_void": "it judges the desk's clocks by the stamps",
    "items._articles": "it names what may not be shown, to take it out of the editions",
    "items._placed": "it orders the versions of an item",
    "leases._orphans": _PLACES,
    "leases.lease": "held articles are digested ahead",
    "leases.shorten": "it judges the desk's clocks by the stamps",
    "leases.waiting": "held articles are digested ahead",
    "merging._hand_over": _PLACES,
    "merging._kept_apart": _PLACES,
    "merging.merge": _PLACES,
    "placement._exact": _PLACES,
    "placement._near": _PLACES,
    "placement._update": _PLACES,
    "placement.story_of": _PLACES,
    "search.fill": "the index has all articles; what it finds is looked at by `find`",
    "search.forget": _KEEPS,
    "stories._article": "a person names an article of any standing",
    "stories._elect": _PLACES,
    "stories._move": _PLACES,
    "stories._story": "a person names a story of any standing",
    "stories.join": _PLACES,
    "stories.split": _PLACES,
    "stories.texts": "copies of held articles are recognised, too",
}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module and of its classes, not those within functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node)


def names(node: ast.AST) -> set[str]:
    """Return the bare names in `node`."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def asks(function: ast.FunctionDef) -> bool:
    """Return whether `function` selects rows of TABLES."""
    return any(
        isinstance(inner.func, ast.Attribute) and inner.func.attr in ("select", "exists") and names(function) & TABLES
        for inner in ast.walk(function)
        if isinstance(inner, ast.Call)
    )


def queries() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the functions of the store that select articles or digests, by module and name."""
    for module in sorted(STORE.glob("*.py")):
        for function in functions(ast.parse(module.read_text(encoding="utf-8"))):
            if module.stem not in ("usable", "tables") and asks(function):
                yield f"{module.stem}.{function.name}", function


def test_every_query_on_articles_or_digests_asks_whether_they_may_be_shown() -> None:
    lacking = {name for name, function in queries() if not names(function) & CONDITIONS}
    assert sorted(lacking - set(EXCEPTIONS)) == []


def test_every_exception_is_a_query_that_does_not_ask() -> None:
    known = {name for name, function in queries() if not names(function) & CONDITIONS}
    assert sorted(set(EXCEPTIONS) - known) == []

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
_STAMPS = "it judges the desk's clocks by the stamps"
_RULES = "it decides what may be shown, or what follows from that"
#: Why a function asks for rows that may not be shown -> those functions, by module and name.
REASONS = {
    _PLACES: (
        "articles._known_keys",
        "articles._state",
        "leading.elect",
        "leading.lead",
        "leading.superseded",
        "leading.without_leader",
        "leases._orphans",
        "merging._kept_apart",
        "merging.merge",
        "placement._exact",
        "placement._near",
        "placement._version",
        "placement.story_of",
        "releasing._newest",
        "releasing._place_again",
        "stories._move",
        "stories.join",
        "stories.split",
    ),
    _KEEPS: ("contents._prune_stories", "editions.count_as_made_now", "failures.drop", "search.forget"),
    _STAMPS: ("future.withdraw_void", "leases.shorten"),
    _RULES: (
        "by_hand._listed",
        "items._has_newer",
        "items._is_pruned",
        "items._make_room",
        "items.article_ids",
        "items.put",
        "items.remember",
        "verdicts._follow_causes",
        "verdicts._killed_by_slug",
        "verdicts._stories",
    ),
    "held articles are digested ahead": ("leases._oldest_free", "leases.lease", "leases.waiting"),
    "a producer asks whether its article is stored, whatever it is": ("articles.standing",),
    "editions are due since the first article came, whether or not it may be shown": ("editions.last_closed",),
    "the index has all articles; what it finds is looked at by `find`": ("search.fill",),
    "a person names an article, or a story, of any standing": (
        "by_hand._items",
        "stories._article",
        "stories.story_of_prefix",
    ),
    "it counts what the sources send, of any standing, and shows no article": (
        "sources._arrivals",
        "sources._count",
        "sources._failed",
        "sources._named",
    ),
    "copies of held articles are recognised, too": ("stories.texts",),
}
EXCEPTIONS = {function for functions in REASONS.values() for function in functions}


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
    assert sorted(lacking - EXCEPTIONS) == []


def test_every_exception_is_a_query_that_does_not_ask() -> None:
    known = {name for name, function in queries() if not names(function) & CONDITIONS}
    assert sorted(EXCEPTIONS - known) == []

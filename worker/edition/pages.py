"""The templates of the package, for every renderer that makes HTML."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).parent / "templates"


def page(template: str, **values: object) -> str:
    """Return what `template` makes of `values`; whatever is text in them is escaped, and nothing may be undefined."""
    return environment().get_template(template).render(**values)


@cache
def environment() -> Environment:
    """Return the environment of the package's templates: everything is escaped, nothing undefined is passed over."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

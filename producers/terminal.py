"""What a person reads: numbers as people say them, and foreign text (file names, titles, reasons) that never speaks to
the terminal or the log.
"""

from typing import Final

#: What stays although it does not print: the joiners, with which Persian, the Indic scripts and emoji are spelt.
_KEPT: Final = frozenset("\u200c\u200d")


#: Units of a time span that is longer than seconds, with their seconds.
_UNITS: Final = (("day", 86_400), ("hour", 3600), ("minute", 60))


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return a `number` of things: "1 article", "2,092 articles"; `plural` is needed if it takes more than an "s"."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def duration(seconds: float) -> str:
    """Return a time span in its largest unit of which it has two: "90 seconds", "40 minutes", "3 days"."""
    for unit, length in _UNITS:
        if seconds >= 2 * length:
            return counted(round(seconds / length), unit)
    return counted(round(seconds), "second")


def printable(text: str) -> str:
    r"""Return `text` on one line with what does not print as an escape of JSON: `\u001b`, `\u000a`, `\u202e`.

    Escape sequences move the cursor, rename the window or type commands in some terminals; direction marks show a name
    as another. JSON stays JSON, with the same values.
    """
    return "".join(letter if letter.isprintable() or letter in _KEPT else _escaped(letter) for letter in text)


def printable_lines(text: str) -> str:
    """Return `text` as `printable` does, but with its line ends and tabs."""
    if text.isprintable():
        return text
    return "".join(letter if letter in "\n\t" else printable(letter) for letter in text)


def _escaped(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))


def echo(text: str, *, err: bool = False) -> None:
    """Print `text` of any origin so that nothing in it controls the terminal; JSON keeps its values.

    `err` prints it on standard error.
    """
    # Imported here: the workers need only the functions above.
    import typer

    typer.echo(printable_lines(text), err=err)

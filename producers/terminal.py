"""Foreign text as a person may see it: file names, titles and reasons never speak to the terminal or the log."""

#: What stays although it does not print: the joiners, with which Persian, the Indic scripts and emoji are spelt.
_KEPT = frozenset("\u200c\u200d")


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

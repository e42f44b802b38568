"""Bad inputs, each declared beforehand: what a hostile, broken or careless writer may put into an inbox.

Every input has a folder of its own in the inbox, so that its end can be told whatever its name is. All of it follows
from a seed; nothing is read but that.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class End(StrEnum):
    """How an input ends."""

    #: At least one article of it is in the store; the file is in `.done`.
    STORED = "stored"
    #: No article of it could be used; the file is in `.failed`, with a reason.
    REFUSED = "refused"
    #: It stays where it is: no regular file, an ignored name, or a file that cannot be read or moved.
    LEFT = "left"
    #: Its owner took it back before it was settled.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Input:
    """One bad input: what `make` puts into its folder, and how it must end.

    `change`, if any, is called again and again with the folder and the seconds since the desk began, until it returns
    False. `says` must occur in the reason of a refused one.
    """

    kind: str
    end: End
    make: Callable[[Path], None]
    says: str = ""
    change: Callable[[Path, float], bool] | None = None
    is_heavy: bool = False


#: What the file outside holds before and after.
PRECIOUS = "precious\n" * 20

_NOUNS = (
    "harbour council night ferry bridge river morning sailors storm repair budget school winter pledge road valley "
    "market station engine report figure summer village teacher doctor train ticket garden museum painting island"
)
_WORDS = _NOUNS.split()


@dataclass(frozen=True, slots=True)
class Prose:
    """Texts that are no news and no two alike, from a seed."""

    random: random.Random

    def sentence(self, words: int = 12) -> str:
        """Return a sentence."""
        return " ".join(self.random.choice(_WORDS) for _ in range(words)).capitalize() + "."

    def paragraph(self, sentences: int = 4) -> str:
        """Return a paragraph of sentences."""
        return " ".join(self.sentence() for _ in range(sentences))

    def story(self, paragraphs: int = 3) -> str:
        """Return a headline and paragraphs with blank lines between them."""
        return "\n\n".join([self.sentence(6)[:-1], *(self.paragraph() for _ in range(paragraphs))]) + "\n"

    def many(self, piece: Callable[[int], str], size: int) -> str:
        """Return `piece(0)`, `piece(1)` ... joined, about `size` characters of them."""
        parts, length = [], 0
        while length < size:
            parts.append(piece(len(parts)))
            length += len(parts[-1])
        return "".join(parts)


def file(name: str | bytes, content: str | bytes | Callable[[], bytes]) -> Callable[[Path], None]:
    """Return what writes a file of `content` (made only then), its name taken as it is."""

    def make(folder: Path) -> None:
        data = content() if callable(content) else content
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        path = folder / (name if isinstance(name, str) else name.decode("utf-8", "surrogateescape"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)

    return make


def outside(inbox: Path) -> Path:
    """Return the folder beside `inbox` in which no desk may change or make a file; it holds one called "precious"."""
    folder = inbox.parent / "outside"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "precious").write_text(PRECIOUS)
    return folder


def generate(seed: int) -> list[Input]:
    """Return all inputs that follow from `seed`, in a fixed order."""
    from tests.hostile import documents, files, packed, structured

    families: Iterable[Callable[[Prose], Iterable[Input]]] = (
        documents.texts,
        documents.charsets,
        documents.catastrophes,
        documents.pages,
        structured.json,
        structured.json_lines,
        structured.markdown,
        packed.gzipped,
        files.names,
        files.specials,
        files.moving,
        files.links,
    )
    return [one for n, family in enumerate(families) for one in family(Prose(random.Random(f"{seed}/{n}")))]

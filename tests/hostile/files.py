"""Bad files: hostile names, what is no regular file, and files that change while the desk works on them."""

import hashlib
import os
import socket
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.hostile.inputs import End, Input, Prose, file, outside


def names(prose: Prose) -> Iterator[Input]:
    """Yield stories under hostile names, and names without a known format."""
    long = "n" * 251
    for what, name in {
        "a line end": "a\nb.txt",
        "a carriage return": "a\rb.txt",
        "escape sequences": "\x1b[31mred\x1b]0;owned\x07.txt",
        "a C1 control": b"a\xc2\x9b31m.txt",
        "a bell": "\x07.txt",
        "a tab": "a\tb.txt",
        "a leading dash": "-rf.txt",
        "an option": "--data=x.txt",
        "255 bytes": long + ".txt",
        "255 bytes of four-byte letters": "😀" * 62 + "abc.txt",
        "invalid UTF-8": b"\xff\xfe\x80.txt",
        "a surrogate in UTF-8": b"\xed\xa0\x80.txt",
        "an override": "\u202etxt.exe.txt",
        "quotes": "a'b\"c`d.txt",
        "a command": "$(touch owned); rm -rf ..txt",
        "backslashes": "a..\\..\\etc\\passwd.txt",
        "percent signs": "%s%n%d%2e%2e%2f.txt",
        "braces": "{0}{{x}}{% y %}.txt",
        "a space first": " a.txt",
        "composed letters": "é.txt",
        "decomposed letters": "e\u0301.txt",
        "capitals in its ending": "A.TXT",
        "two endings": "a.exe.txt",
        "a URL": "http:%2F%2Fexample.org%2Fa.txt",
        "our own reason's name": "a.txt.reason.json.txt",
        "a star": "*?[a-z].txt",
        "a hash": "#1.txt",
        "only spaces": "   .txt",
        "zero width": "\u200b\u200d\ufeff.txt",
        "a device's name": "CON.txt",
    }.items():
        yield Input(f"a name with {what}", End.STORED, file(name, prose.story()))
    for what, folder in {
        "a line end": "x\ny",
        "escape sequences": "\x1b[2J",
        "invalid UTF-8": b"\xff\x80",
        "240 bytes": "f" * 240,
        "markup": "<script>alert(1)<",
        "a leading dash": "-x",
    }.items():
        within = folder + ("/a.txt" if isinstance(folder, str) else b"/a.txt")  # type: ignore[operator]
        yield Input(f"a folder with {what}", End.STORED, file(within, prose.story()))
    yield Input("a folder 60 deep", End.STORED, file("/".join(["d"] * 60) + "/a.txt", prose.story()))
    for name in (
        "a.pdf",
        "a.docx",
        "a.exe",
        "a.xml",
        "a",
        "a.txt.",
        "a.txt ",
        "a.gz",
        "a.txt.bz2",
        "a.zip",
        "a." + "x" * 200,
        "a.\x1b[31m",
    ):
        yield Input("an unknown format", End.REFUSED, file(name, prose.story()), "format is not known")
    for name in (
        ".hidden.txt",
        "~backup.txt",
        "a.txt.tmp",
        "a.part",
        "b.txt~",
        "Thumbs.db",
        ".DS_Store",
        ".reason.json",
    ):
        yield Input("an ignored name", End.LEFT, file(name, prose.story()))
    yield Input(
        "a name and its own number", End.STORED, _each(file("a.txt", prose.story()), file("a-1.txt", prose.story()))
    )


def specials(prose: Prose) -> Iterator[Input]:
    """Yield what is no regular file, files that cannot be read, and files that are larger than they are."""
    yield Input("a link to a file", End.LEFT, lambda folder: (folder / "a.txt").symlink_to("/etc/passwd"))
    yield Input("a link to a folder", End.LEFT, lambda folder: (folder / "a").symlink_to("/etc"))
    yield Input("a link to the inbox", End.LEFT, lambda folder: (folder / "a").symlink_to(".."))
    yield Input("a link to itself", End.LEFT, lambda folder: (folder / "a.txt").symlink_to("a.txt"))
    yield Input("a link to nothing", End.LEFT, lambda folder: (folder / "a.txt").symlink_to("nowhere"))
    yield Input("a pipe", End.LEFT, lambda folder: os.mkfifo(folder / "a.txt"))
    yield Input("a socket", End.LEFT, _socket)
    if os.geteuid() == 0:
        device = os.makedev(1, 5)
        yield Input("a device", End.LEFT, lambda folder: os.mknod(folder / "a.txt", 0o600 | stat.S_IFCHR, device))
    else:
        yield Input(
            "a file without rights", End.LEFT, _each(file("a.txt", prose.story()), lambda f: (f / "a.txt").chmod(0))
        )
        locked = _each(file("d/a.txt", prose.story()), lambda folder: (folder / "d").chmod(0))
        yield Input("a folder without rights", End.LEFT, locked)
    yield Input(
        "a hard link", End.STORED, _each(file("a.txt", prose.story()), lambda f: (f / "b.txt").hardlink_to(f / "a.txt"))
    )
    for suffix, says in (
        (".txt", "larger than 5 MB"),
        (".jsonl", "binary"),
        (".html", "larger"),
        (".jsonl.gz", "gzip"),
    ):
        yield Input("8 GB of holes", End.REFUSED, _holes(f"a{suffix}", 8_000_000_000), says)
    yield Input("a path too long to move", End.LEFT, _long_path(prose))
    yield Input("an empty folder", End.LEFT, lambda folder: (folder / "empty").mkdir())


def moving(prose: Prose) -> Iterator[Input]:
    """Yield files that change while they wait or are read, and what takes their place."""
    story = prose.story()

    def appended(folder: Path, seconds: float) -> bool:
        with (folder / "a.txt").open("a") as stream:
            stream.write(prose.sentence() + "\n\n")
        return seconds < 6

    def rewritten(folder: Path, seconds: float) -> bool:
        (folder / "a.txt").write_text(prose.story())
        return seconds < 6

    def replaced(folder: Path, seconds: float) -> bool:
        (folder / ".a.tmp").write_text(prose.story())
        (folder / ".a.tmp").replace(folder / "a.txt")
        return seconds < 6

    def touched(folder: Path, seconds: float) -> bool:
        (folder / "a.txt").touch()
        return seconds < 6

    def renamed(folder: Path, seconds: float) -> bool:
        found = next(folder.glob("a*.txt"), None)
        if found:
            found.rename(folder / f"a{seconds:.2f}.txt")
        return seconds < 5

    for name, change in {
        "appended to": appended,
        "written again": rewritten,
        "replaced": replaced,
        "touched": touched,
        "renamed": renamed,
    }.items():
        yield Input(
            f"a waiting file that is {name}",
            End.STORED,
            file("a.txt", story + prose.story()),
            change=_while_there(change),
        )
    yield Input(
        "a waiting file that is emptied",
        End.REFUSED,
        file("a.txt", story),
        "empty",
        change=_then(lambda f: os.truncate(f / "a.txt", 0)),
    )
    yield Input(
        "a waiting file that is taken back",
        End.GONE,
        file("a.txt", story),
        change=_then(lambda f: (f / "a.txt").unlink()),
    )

    def becomes(thing: Callable[[Path], object]) -> Callable[[Path, float], bool]:
        def swap(folder: Path) -> None:
            (folder / "a.txt").unlink()
            thing(folder / "a.txt")

        return _then(swap)

    yield Input(
        "a waiting file that becomes a link",
        End.LEFT,
        file("a.txt", story),
        change=becomes(lambda p: p.symlink_to("/etc/passwd")),
    )
    yield Input("a waiting file that becomes a pipe", End.LEFT, file("a.txt", story), change=becomes(os.mkfifo))
    within = prose.story()
    yield Input(
        "a waiting file that becomes a folder",
        End.STORED,
        file("a.txt", story),
        change=becomes(lambda p: (p.mkdir(), (p / "b.txt").write_text(within))),
    )
    lines = [f'{{"text": "{prose.paragraph()}"}}\n' for _ in range(3_000)]

    def grows(folder: Path, seconds: float) -> bool:
        with (folder / "a.jsonl").open("a") as stream:
            stream.write(lines[int(seconds * 10) % len(lines)])
        return seconds < 25

    def shrinks(folder: Path, seconds: float) -> bool:
        if seconds > 5:
            os.truncate(folder / "a.jsonl", 40_000)
        return seconds < 5

    some = "".join(lines[:300])
    yield Input("lines that grow while they are read", End.STORED, file("a.jsonl", some), change=_while_there(grows))
    yield Input(
        "lines that are cut while they are read",
        End.STORED,
        file("a.jsonl", "".join(lines[300:600])),
        change=_while_there(shrinks),
    )
    for n in range(3):
        at = 2.0 + n

        def cut(folder: Path, seconds: float, at: float = at) -> bool:
            if seconds >= at:
                os.truncate(folder / "a.txt", 500)
            return seconds < at

        yield Input(
            "a file that is cut while it is on its way",
            End.STORED,
            file("a.txt", prose.story(20)),
            change=_while_there(cut),
        )


def links(prose: Prose) -> Iterator[Input]:
    """Yield stories for which links to a folder outside are planted where the desk keeps files of its own."""
    for when, planted in (("before the run", _before), ("during the run", _during)):
        for what, place, content in (
            ("its folder in .done", ".done/{day}/{home}", prose.story()),
            ("its folder in .failed", ".failed/{home}", "no story"),
        ):
            link = _plant(place)
            yield planted(f"a link in place of {what}, planted {when}", End.LEFT, file("a.txt", content), link)
        note = _plant(".reading/{note}.json", "precious")
        yield planted(f"a link in place of its note, planted {when}", End.STORED, file("a.txt", prose.story()), note)
    yield Input(
        "a link that takes the place of its folder",
        End.LEFT,
        file("north/a.txt", prose.story()),
        change=_then(_replace_by_link),
    )


def _before(kind: str, end: End, make: Callable[[Path], None], plant: Callable[[Path], None]) -> Input:
    return Input(kind, end, _each(make, plant))


def _during(kind: str, end: End, make: Callable[[Path], None], plant: Callable[[Path], None]) -> Input:
    return Input(kind, end, make, change=_then(plant))


def _plant(place: str, target: str = "") -> Callable[[Path], None]:
    """Return what makes a link at `place` in the inbox to `target` outside."""

    def plant(folder: Path) -> None:
        inbox = folder.parent
        note = hashlib.sha256(f"{folder.name}/a.txt".encode()).hexdigest()[:32]
        today = datetime.now(UTC)
        # Tomorrow's, too: the run may last until then.
        for day in (today, today + timedelta(days=1)):
            link = inbox / place.format(day=f"{day:%Y-%m-%d}", home=folder.name, note=note)
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(outside(inbox) / target)

    return plant


def _replace_by_link(folder: Path) -> None:
    home = outside(folder.parent).with_name(f"moved-{folder.name}")
    (folder / "north").rename(home)
    (folder / "north").symlink_to(home)


def _while_there(change: Callable[[Path, float], bool]) -> Callable[[Path, float], bool]:
    """Return `change` as one that ends when its file is settled."""

    def guarded(folder: Path, seconds: float) -> bool:
        try:
            return change(folder, seconds) if any(folder.glob("a*")) else False
        except FileNotFoundError:
            return False

    return guarded


def _then(step: Callable[[Path], object]) -> Callable[[Path, float], bool]:
    """Return a change that happens once, before any file can be complete."""

    def once(folder: Path, _: float) -> bool:
        step(folder)
        return False

    return once


def _each(*steps: Callable[[Path], object]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for step in steps:
            step(folder)

    return make


def _socket(folder: Path) -> None:
    # A socket's path is at most 108 bytes long, so it is bound by its name within the folder.
    before = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("a.txt")
    finally:
        os.chdir(before)


def _holes(name: str, size: int) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        with (folder / name).open("wb") as stream:
            stream.truncate(size)

    return make


def _long_path(prose: Prose) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        # Readable as it is, but the path within `.done` or `.failed` is longer than PATH_MAX (4,096 on Linux).
        path = folder
        while len(os.fsencode(path)) < 4_090 - 210:
            path = path / ("p" * 200)
        path = path / ("p" * (4_085 - len(os.fsencode(path)) - len("/a.txt")))
        path.mkdir(parents=True)
        (path / "a.txt").write_text(prose.story())

    return make

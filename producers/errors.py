"""What can go wrong on the way in, how long to wait before another try, and how to install what is missing.

Every message is one sentence that says what is wrong and what to do.
"""

from typing import Final

#: The command in a clone of the repository, for one who has lost the folder from which wiredesk was installed.
_IN_A_CLONE: Final = "pip install -c constraints.txt '.[{extra}]' in a clone of wiredesk"


class WiredeskError(Exception):
    """Base of every error that wiredesk raises on purpose; its text is meant for the user."""


class ConfigurationError(WiredeskError):
    """A setting is missing, contradictory or out of range; a person must change it."""


class RetryableError(WiredeskError):
    """Nothing is wrong with the input: the same step may succeed later (Redis, store or disk is unavailable)."""


class GaveUpError(WiredeskError):
    """Redis or the store has not answered for as long as the command waits; what it was to do is still to be done."""


class PermanentError(WiredeskError):
    """The input itself is bad: repeating the step cannot help, and the article ends as a Failure with this text."""


def installing(extra: str) -> str:
    """Return the command that installs `extra` of this wiredesk, for the text of an error.

    It installs from where wiredesk was installed: from a folder, a file or an address, which pip notes (PEP 610,
    direct_url.json), else from the package index.
    """
    # Imported here: every command imports this module, and few need these.
    import json
    import shlex
    import sys
    from importlib.metadata import PackageNotFoundError, distribution
    from pathlib import Path
    from urllib.parse import unquote, urlsplit

    pip = f"{shlex.quote(sys.executable)} -m pip install"
    try:
        noted = distribution("wiredesk").read_text("direct_url.json")
    except PackageNotFoundError:
        return _IN_A_CLONE.format(extra=extra)
    if noted is None:
        return f"{pip} 'wiredesk[{extra}]'"
    origin = json.loads(noted)
    url, commit = origin["url"], origin.get("vcs_info", {}).get("commit_id")
    if "dir_info" not in origin:
        where = f"{origin['vcs_info']['vcs']}+{url}@{commit}" if commit else url
        return f"{pip} {shlex.quote(f'wiredesk[{extra}] @ {where}')}"
    folder = Path(unquote(urlsplit(url).path))
    if not (folder / "pyproject.toml").is_file():
        return _IN_A_CLONE.format(extra=extra)
    pins = folder / "constraints.txt"
    pinned = f" -c {shlex.quote(str(pins))}" if pins.is_file() else ""
    editable = " -e" if origin["dir_info"].get("editable") else ""
    return f"{pip}{pinned}{editable} {shlex.quote(f'{folder}[{extra}]')}"


def pause_after(tries: int, first: float, longest: float) -> float:
    """Return how long to wait after `tries` failed tries: `first`, doubled with each further try, at most `longest`."""
    # Bounded, since a float has no 2 ** 1024: a file that cannot be moved for days is tried that often.
    return min(first * 2.0 ** min(tries - 1, 64), longest)

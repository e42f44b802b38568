"""Children that end when their parent ends, however it ends."""

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Final, NoReturn

#: Environment variable in which the desk tells its children its own pid. Without it a command belongs to no desk and
#: outlives whatever shell started it.
DESK_PID: Final = "WIREDESK_DESK_PID"
#: Seconds between two looks at the parent where the kernel cannot send a signal at its death.
_LOOK_SECONDS: Final = 0.5
#: prctl(2) option, <sys/prctl.h>.
_PR_SET_PDEATHSIG: Final = 1


def die_with_desk(signum: signal.Signals = signal.SIGKILL) -> None:
    """End this process by `signum` when the desk that started it ends; do nothing in a process that no desk started.

    To be called first in each command that the desk runs as a child, and again after an exec: the kernel keeps the
    order, a thread does not. Where the kernel keeps it, the note about the desk is taken out of the environment,
    because this process' own children are not the desk's.
    """
    desk = os.environ.pop(DESK_PID, "") if sys.platform == "linux" else os.environ.get(DESK_PID, "")
    if desk:
        die_with_parent(int(desk), signum)


def die_with_parent(parent: int | None = None, signum: signal.Signals = signal.SIGKILL) -> None:
    """End this process by `signum` as soon as its parent is gone; at once if process `parent` is already gone.

    SIGKILL is right for whatever may run twice. On Linux the kernel does it, and it holds across an exec; note that
    the kernel's "parent" is the thread that started this process, so parents start their children in threads that stay
    (prctl(2), PR_SET_PDEATHSIG). Elsewhere a daemon thread looks twice a second. `parent` closes the moment between
    the start of this process and the call; without it a parent that dies in that moment is noticed only elsewhere.
    """
    expected = os.getppid() if parent is None else parent
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    else:
        threading.Thread(target=_watch, args=(expected, signum), name="parent", daemon=True).start()
    if os.getppid() != expected:
        os.kill(os.getpid(), signum)


def _watch(parent: int, signum: signal.Signals) -> NoReturn:
    while True:
        if os.getppid() != parent:
            os.kill(os.getpid(), signum)
        time.sleep(_LOOK_SECONDS)

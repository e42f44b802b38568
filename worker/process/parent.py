"""Children that end when their parent ends, however it ends."""

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Final, NoReturn

#: Environment variable with the desk's pid, which the desk sets for its children. A command without it belongs to no
#: desk and outlives the shell that started it.
DESK_PID: Final = "WIREDESK_DESK_PID"
#: Seconds between two looks at the parent, if the kernel cannot send a signal at its death.
_LOOK_SECONDS: Final = 0.5
#: prctl(2) option, <sys/prctl.h>.
_PR_SET_PDEATHSIG: Final = 1


def die_with_desk(signum: signal.Signals = signal.SIGKILL) -> bool:
    """End this process by `signum` when the desk that started it ends, and return whether a desk did.

    Each command that the desk runs as a child calls this first. The desk's pid is taken out of the environment, because
    this process' own children are not the desk's.
    """
    if desk := os.environ.pop(DESK_PID, ""):
        die_with_parent(int(desk), signum)
    return bool(desk)


def die_with_parent(parent: int | None = None, signum: signal.Signals = signal.SIGKILL) -> None:
    """End this process by `signum` as soon as its parent is gone; immediately if process `parent` is already gone.

    SIGKILL is right for any work that may run twice. On Linux the kernel does it (prctl(2), PR_SET_PDEATHSIG), also
    after an exec, by which the embedded server starts. The kernel's "parent" is the thread that started this process,
    so a parent starts its children in a thread that stays. Elsewhere a daemon thread looks twice a second. With
    `parent`, a parent that dies before this call is noticed, too.
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

"""Signals that tell a process to end: it ends as at Ctrl-C, and leaves no half file either."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_AGAIN = 1.0  # seconds between two looks at whether it ends


@contextmanager
def heeded() -> Iterator[None]:
    """Within the block a signal that ends raises KeyboardInterrupt; afterwards all is as before.

    A library that calls back into Python may drop an exception (it cannot hand it on), and with it the signal. Unless
    the exception is on its way up it is raised again, a second later. Only a program's main thread can be told;
    elsewhere the caller sees to it.
    """
    watched = (*_ENDINGS, *([signal.SIGALRM] if hasattr(signal, "SIGALRM") else []))
    before = {number: signal.getsignal(number) for number in watched}
    try:
        for number in _ENDINGS:
            if before[number] is not signal.SIG_IGN:  # nohup's hang-up stays ignored
                signal.signal(number, _stop)
    except ValueError:  # another thread
        yield
        return
    try:
        yield
    finally:
        if hasattr(signal, "setitimer") and signal.getsignal(signal.SIGALRM) is _stop:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    if _ends():
        return
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
    raise KeyboardInterrupt


def _ends() -> bool:
    """Whether a KeyboardInterrupt is being handled: files are closed and dropped then, which must not be disturbed."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None

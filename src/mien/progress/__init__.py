"""How far long work has come, told to whoever waits: a bar on a terminal, a line now and then elsewhere.

Owns: how progress is shown. Never knows what is done.
"""

from mien.progress.bar import Bar, bar, duration

__all__ = ["Bar", "bar", "duration"]

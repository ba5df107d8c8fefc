"""What an optional part of mien needs, said before it is missed."""

from __future__ import annotations

from importlib.util import find_spec

from mien.face import DeviceError


def need(what: str, *modules: str) -> None:
    """Raises DeviceError when one of the modules is not installed. what: what needs it, as a sentence begins."""
    for module in modules:
        if find_spec(module) is None:
            raise DeviceError(f'{what} needs {module}: pip install "mien[train]"')

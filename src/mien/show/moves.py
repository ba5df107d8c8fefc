"""The moves that somebody recorded: one JSON file each, in a folder of their own."""

from __future__ import annotations

from pathlib import Path

from mien.face import InputError
from mien.files import config_folder, make_folder, refusals, write_atomic
from mien.sources import read_move
from mien.wire import Move, move_name, pack_move

_MOST = 500  # ours: moves of a folder


class Moves:
    """A folder of moves. folder: made when the first is kept; without one, the user's own."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = config_folder() / "moves" if folder is None else folder

    def names(self) -> list[str]:
        """Of the moves that are there, in alphabetical order; whether they are whole is seen when they are read."""
        try:
            return sorted(file.stem for file in self.folder.iterdir() if file.suffix == ".json" and _named(file.stem))
        except OSError:
            return []

    def read(self, name: str) -> Move:
        """The move of this name. Raises InputError when there is none, or its file is damaged."""
        if move_name(name) not in self.names():
            raise InputError(f"no move {name!r}; there are: {', '.join(self.names()) or 'none'}")
        return read_move(self._file(name))

    def keep(self, move: Move) -> None:
        """Write a move, in place of one of the same name. Raises InputError when there are too many, DeviceError."""
        names = self.names()
        if move.name not in names and len(names) >= _MOST:
            raise InputError(f"{self.folder}: expected at most {_MOST} moves; remove one first")
        make_folder(self.folder)
        write_atomic(self._file(move_name(move.name)), pack_move(move).encode())

    def forget(self, name: str) -> None:
        """Remove a move; nothing happens when there is none. Raises DeviceError."""
        file = self._file(move_name(name))
        with refusals(file):
            file.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def _named(name: str) -> bool:
    try:
        return move_name(name) == name
    except InputError:
        return False

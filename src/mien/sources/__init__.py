"""Where lines, gifts, sounds and pictures come from: arguments, chat files, live rooms, pictures, videos, cameras and
microphones.

Owns the only code that reads the world, and the seam `Source`. Never understands what it read, never paints, never
fetches what a stranger's text names; a source knows lines, gifts, sounds and pictures, and hands them on one after
another.
"""

from mien.face import ChatLine, Support
from mien.sources.camera import camera
from mien.sources.chat import chat_log, log_line
from mien.sources.lines import argument_lines, file_chunks, file_lines
from mien.sources.microphone import Caught, Microphone, microphone, microphones
from mien.sources.move import read_move
from mien.sources.pictures import Picture, files_of, is_video, length, pictures
from mien.sources.rooms import ROOMS, room_maker, room_settings
from mien.sources.source import Happening, Hush, Note, Put, Say, Source, Write, source_maker, sources

__all__ = [
    "ROOMS", "Caught", "ChatLine", "Happening", "Hush", "Microphone", "Note", "Picture", "Put", "Say", "Source",
    "Support", "Write", "argument_lines", "camera", "chat_log", "file_chunks", "file_lines", "files_of", "is_video",
    "length", "log_line", "microphone", "microphones", "pictures", "read_move", "room_maker", "room_settings",
    "source_maker", "sources",
]  # fmt: skip

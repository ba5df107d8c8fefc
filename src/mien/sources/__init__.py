"""Where lines and pictures come from: arguments, chat files, pictures, videos and cameras.

Owns the only code that reads the world. Never understands what it read, never paints; a source knows
lines, sounds and pictures, and hands them on one after another.
"""

from mien.sources.camera import camera
from mien.sources.chat import ChatLine, chat_log
from mien.sources.lines import argument_lines, file_chunks, file_lines
from mien.sources.pictures import Picture, files_of, is_video, length, pictures

__all__ = [
    "ChatLine", "Picture", "argument_lines", "camera", "chat_log", "file_chunks", "file_lines", "files_of", "is_video",
    "length", "pictures",
]  # fmt: skip

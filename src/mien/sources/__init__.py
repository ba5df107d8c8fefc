"""Where lines, sounds and pictures come from: arguments, chat files, pictures, videos, cameras and microphones.

Owns the only code that reads the world, and the seam `Source`. Never understands what it read, never paints; a source
knows lines, sounds and pictures, and hands them on one after another.
"""

from mien.sources.camera import camera
from mien.sources.chat import ChatLine, chat_log
from mien.sources.lines import argument_lines, file_chunks, file_lines
from mien.sources.microphone import Caught, Microphone, microphone, microphones
from mien.sources.pictures import Picture, files_of, is_video, length, pictures
from mien.sources.source import Happening, Hush, Note, Put, Say, Source, Write, source_maker, sources

__all__ = [
    "Caught", "ChatLine", "Happening", "Hush", "Microphone", "Note", "Picture", "Put", "Say", "Source", "Write",
    "argument_lines", "camera", "chat_log", "file_chunks", "file_lines", "files_of", "is_video", "length", "microphone",
    "microphones", "pictures", "source_maker", "sources",
]  # fmt: skip

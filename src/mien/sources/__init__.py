"""Where lines come from: arguments and chat files, and later live chat, microphone and camera.

Owns the only code that reads the world. Never understands what it read, never paints; a source knows
lines, sounds and pictures, and hands them on one after another.
"""

from mien.sources.lines import argument_lines, file_lines

__all__ = ["argument_lines", "file_lines"]

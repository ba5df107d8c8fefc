"""A voice: text in, sound out, with the times of what is said where the engine tells them.

Owns: the seam `Voice`, the engines behind it, what a feeling asks of a voice, and the tables from phonemes, morae and
syllables to mouth shapes. The only room that asks engines of speech, over HTTP or as a program; never plays a sound,
never waits for an engine longer than its patience, never decides when something is said.
"""

from mien.voice.lips import shapes
from mien.voice.manner import Manner, manner
from mien.voice.voice import KINDS, Chunk, Timed, Voice, open_voice, voices

__all__ = ["KINDS", "Chunk", "Manner", "Timed", "Voice", "manner", "open_voice", "shapes", "voices"]

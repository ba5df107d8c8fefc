"""Hearing a voice: the mouth that a sound was spoken with, whether there is speech, how loud and how high it is.

Owns: one small net and its weights, the features that it hears, pitch and loudness, and what the fifteen visemes are to
faces that know fewer. Never opens a file or a microphone, never keeps a sound, never says who speaks or what was said.
"""

from mien.face.oculus import OCULUS
from mien.sense.hearing.hearer import LOOKAHEAD, Hearer, Moment

__all__ = ["LOOKAHEAD", "OCULUS", "Hearer", "Moment"]

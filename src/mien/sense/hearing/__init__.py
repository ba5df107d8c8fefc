"""Hearing a voice: the mouth that a sound was spoken with, whether there is speech, how loud and how high it is, and
what it sounds like feeling.

Owns: two small nets and their weights, the features that they hear, pitch and loudness, and what the fifteen visemes
are to faces that know fewer. Never opens a file or a microphone, never keeps a sound, never says who speaks or what
was said.
"""

from mien.face.oculus import OCULUS
from mien.sense.hearing.hearer import LOOKAHEAD, Hearer, Moment
from mien.sense.hearing.tonenet import TONES
from mien.sense.hearing.vocal import Phrase, Tone, Vocal

__all__ = ["LOOKAHEAD", "OCULUS", "TONES", "Hearer", "Moment", "Phrase", "Tone", "Vocal"]

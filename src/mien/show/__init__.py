"""The performance: cues meet the clock, the mood moves, the painter paints, the sinks get their shots.

Owns: `Session`, the one loop that serves a live show and a file alike, with its inbox, clocks, director and supervisor;
how lines become a timed `Script`; the TOML file of a show. Never draws, never understands a text or a picture by
itself, never opens a file, a window or a socket but through sources and sinks.
"""

from mien.show.brain import Brain, BrainSettings, Heeding
from mien.show.clock import Clock, Metronome, Ticker, Wall
from mien.show.director import AnswerDirector, Director, LineReader, MirrorDirector
from mien.show.ear import Hears, Heeds
from mien.show.following import START, follow
from mien.show.hand import Hand
from mien.show.inbox import Inbox
from mien.show.listens import ListensTo
from mien.show.mailbox import Mailbox
from mien.show.moves import Moves
from mien.show.nature import policy_of, temper_of, tempered
from mien.show.pieces import NO_CHAT, Piece, sink_part, sink_piece, source_part, source_piece
from mien.show.recording import Recorded, record
from mien.show.script import Line, Reaction, Script, Speak, react, script
from mien.show.session import FaceTracker, Report, Session
from mien.show.settings import ShowSettings, brain_of, parse_show, read_show
from mien.show.speaker import Speaker
from mien.show.speaks import SpeaksAs
from mien.show.still import peak
from mien.show.supervisor import Failure, Part
from mien.show.voicing import Say, Speech, Voicing
from mien.show.watch import watch

__all__ = [
    "NO_CHAT", "START", "AnswerDirector", "Brain", "BrainSettings", "Clock", "Director", "FaceTracker", "Failure",
    "Hand", "Hears", "Heeding", "Heeds", "Inbox", "Line", "LineReader", "ListensTo", "Mailbox", "Metronome",
    "MirrorDirector", "Moves", "Part", "Piece", "Reaction", "Recorded", "Report", "Say", "Script", "Session",
    "ShowSettings", "Speak", "Speaker", "SpeaksAs", "Speech", "Ticker", "Voicing", "Wall", "brain_of", "follow",
    "parse_show", "peak", "policy_of", "react", "read_show", "record", "script", "sink_part", "sink_piece",
    "source_part", "source_piece", "temper_of", "tempered", "watch",
]  # fmt: skip

"""From a raw signal to what was understood: a line to a `Reading`, and to the mouth shapes of saying it.

Owns: the text reader (signs of live chat in front, a small trained table behind), its weights, language by
script, and visemes; `sight`, which looks at faces, and `hearing`, which listens to voices. Never keeps anything from
one line to the next (only a tracker does, from one picture to the next, a `Hearer` while a sound goes on, and
`Listening`, while a text is being written), never touches the network or a clock, never trains.
"""

from mien.sense.explain import Carrier, GivesOdds, explain
from mien.sense.language import language
from mien.sense.reader import Reader, open_reader
from mien.sense.reading import Reading, Reads
from mien.sense.stream import Heard, Listening
from mien.sense.tags import Tagged, apart

__all__ = [
    "Carrier",
    "GivesOdds",
    "Heard",
    "Listening",
    "Reader",
    "Reading",
    "Reads",
    "Tagged",
    "apart",
    "explain",
    "language",
    "open_reader",
]

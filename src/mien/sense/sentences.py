"""Where a sentence ends, and what holds for it: one way for a text that is whole and one that is being written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mien.face import Emotion
from mien.sense.later import later
from mien.sense.meaning import Piece, Tag

LONGEST = 240
"""Letters after which a sentence counts as ended."""

_LEAST = 160  # of them, before a blank or a comma is taken for the end of one that is too long
_ENDS = ".!?。！？…～\n"
_CLOSERS = "\"'”’」』)）】"
_GOES_ON = "!?！？。….~～"
"""What may follow an end without beginning a sentence."""

_NOTHING = " \t\r\"'“”‘’`,;:()[]{}"
"""Of these alone no sentence is made: they are left over around a tag or an object."""

_LINKS = ",;:，、；："
_ADDRESS = later(r"\S*(?:://|@|^www\.|\bwww\.)\S*$")
_NEVER_LAST_SAID = "dr mr mrs ms prof mt gen col sgt capt lt rev hon gov sen vs viz cf eg ie e.g i.e esp approx mme st"
_SELDOM_LAST_SAID = "etc inc ltd co corp jr sr a.m p.m ph.d dept bros al univ"
_NUMBERED_SAID = "no nos p pp vol fig figs ch sec art eq ver jan feb mar apr jun jul aug sep sept oct nov dec"
_NEVER_LAST, _SELDOM_LAST = frozenset(_NEVER_LAST_SAID.split()), frozenset(_SELDOM_LAST_SAID.split())
_NUMBERED = frozenset(_NUMBERED_SAID.split())
_INITIALS = later(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-HJ-Z]|[^\W\d_]{1,2}\.[A-Z]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that has ended. told: the feeling that was asked for, None when its own words are to be read."""

    text: str
    told: Emotion | None


def ends_before(text: str, char: str) -> bool:
    """Whether a sentence ends with text when char, no blank, comes next: not inside 3.14, an address or an ellipsis,
    not after Dr. or e.g."""
    bare = text.rstrip()
    gap = len(bare) < len(text)
    core = bare.rstrip(_CLOSERS)
    if not core or core[-1] not in _ENDS or (char in _GOES_ON or (not gap and char in _CLOSERS)):
        return False
    if len(core) < len(bare) and ((gap and "a" <= char <= "z") or (not gap and char in "とっだ、，,")):
        return False  # "Stop!" she said
    if char in _LINKS:
        return False
    if core[-1] == "…" or core.endswith(".."):
        return gap and not ("a" <= char <= "z" or char == "I")
    if core[-1] == "～":
        return not (core[-2:-1].isdigit() and char.isdigit())
    if core[-1] in "!?" and not gap:
        return not (char.isascii() and (char.isdigit() or char in "/&=#%" or _ADDRESS.search(core)))
    return core[-1] != "." or _stops(core, char, gap)


def _stops(core: str, char: str, gap: bool) -> bool:
    """Whether the full stop at the end of core is one."""
    token = core[core.rfind(" ") + 1 :].lstrip("\"'“‘(（「")
    word = token[:-1].lower()
    if not gap:
        return char.isalpha() and not char.isascii() and not word[-1:].isdigit() and not _ADDRESS.search(core)
    if word in _NEVER_LAST or (word.isdigit() and len(token) == len(core)):
        return False
    if char.isdigit() and word in _NUMBERED:
        return False
    if word in _SELDOM_LAST:
        return char.isalpha() and char != "I" and not "a" <= char <= "z"
    return _INITIALS.fullmatch(token[:-1]) is None


@dataclass(slots=True)
class Sentences:
    """Puts pieces together to sentences.

    A tag holds for what follows it, to the next one or the end of its line; one that stands alone on its line holds
    for the next line; tags side by side hold together; one at a line's end holds for the sentence before it, when
    that has none.
    """

    text: str = ""
    """The sentence that is being written, so far."""

    told: Emotion | None = None
    """What holds for it."""

    _unspent: bool = False  # nothing was said since it was told
    _same_line: bool = False  # it was told on this line
    _waiting: Sentence | None = None  # a tag came behind it, which may be its own
    _whole: bool = False  # what waits had an end of its own
    _begun: bool = False  # something was said on this line
    _aside: bool = False  # something was taken out here

    def feed(self, piece: Piece) -> Iterator[Sentence]:
        """The sentences that have ended with this piece."""
        if isinstance(piece, str):
            for char in piece:
                yield from self._take(char)
        elif piece.emotion is None and not piece.ends:
            self._aside = True
        else:
            yield from self._tag(piece)

    def close(self) -> Iterator[Sentence]:
        """The last ones: the text has ended."""
        yield from self._line(ended=True)

    def forget(self) -> None:
        """All that was not yet given out was not meant to be."""
        self.text, self.told, self._waiting = "", None, None
        self._unspent = self._begun = self._aside = False

    def _tag(self, tag: Tag) -> Iterator[Sentence]:
        if self.text.strip(_NOTHING):
            yield from self._release()
            self._waiting, self.text = Sentence(self.text.strip(), self.told), ""
            self._whole = self._waiting.text[-1] in _ENDS + _CLOSERS
            self._unspent = False
        else:
            self.text = ""
        if tag.emotion is None:
            if not self._unspent:
                yield from self._release()
                self.told = None
            return
        if self._unspent and self.told is not None:
            if self._same_line:
                self.told = _both(self.told, tag.emotion)
                return
            yield Sentence("", self.told)
        self.told, self._unspent, self._same_line = tag.emotion, True, True

    def _take(self, char: str) -> Iterator[Sentence]:
        if char == "\n":
            yield from self._line(ended=False)
            return
        aside, self._aside = self._aside, self._aside and char.isspace()
        if char.isspace():
            if self.text and not (aside and self.text[-1].isspace()):
                self.text += char
            return
        if self._waiting is not None:
            own = not self.text and char in _GOES_ON + _LINKS and (not self._whole or char not in _LINKS)
            if own:
                held = self._waiting
                self._waiting = Sentence(held.text + char, self.told if held.told is None else held.told)
                self._whole = char in _ENDS
                self._unspent = self._unspent and held.told is not None
                return
            yield from self._release()
        if aside and char in _GOES_ON + _LINKS:
            self.text = self.text.rstrip()
        if self.text and ends_before(self.text, char):
            yield self._ended(len(self.text))
        if len(self.text) >= LONGEST:
            yield self._ended(self._cut())
        self.text += char
        self._unspent = False
        self._begun = True

    def _ended(self, at: int) -> Sentence:
        said, self.text = self.text[:at].strip(), self.text[at:].lstrip()
        return Sentence(said, self.told)

    def _cut(self) -> int:
        """Where a sentence that is too long is cut: after its last blank or comma, if it is near enough."""
        return next((at + 1 for at in range(len(self.text) - 1, _LEAST, -1) if self.text[at] in " ,，、;；"), LONGEST)

    def _release(self) -> Iterator[Sentence]:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            yield waiting

    def _line(self, ended: bool) -> Iterator[Sentence]:
        """A line has ended, or the whole text."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and self._unspent and waiting.told is None:
            yield Sentence(waiting.text, self.told)
            self._unspent, self.told = False, None
        elif waiting is not None:
            yield waiting
        if self.text.strip(_NOTHING):
            yield self._ended(len(self.text))
        if self.told is not None and self._unspent and (ended or self._begun):
            yield Sentence("", self.told)
            self._unspent = False
        if not self._unspent:
            self.told = None
        self.text, self._begun, self._same_line, self._aside = "", False, False, False


def _both(one: Emotion, other: Emotion) -> Emotion:
    """Two feelings at once, each as strong as it was told."""
    return Emotion.of({name: max(value, getattr(other, name)) for name, value in one.as_dict().items()})

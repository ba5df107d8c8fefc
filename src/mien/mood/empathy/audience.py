"""Whoever is before the character, as cues: the crowd, the one whose face or voice is read, and the policy."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.face import FEELINGS, NEUTRAL, Emotion, Felt, Support
from mien.mood.empathy.crowd import Crowd
from mien.mood.empathy.fusion import Sensed, fuse
from mien.mood.empathy.policy import Policy
from mien.mood.empathy.thanks import Thanks, usual_thanks

_PAUSE = 1.2
"""Seconds between two changes of the face that nothing forces: slower than a chat, as a face is."""
_SOON = 0.4
"""Even what forces a change waits this long after the last."""
_CHANGED, _MORE, _FORCED = 0.12, 0.2, 0.5
"""What must be felt to be shown at all; by how much more, to be shown anew; by how much, to be shown at once."""
_ALARMS = [FEELINGS.index("surprised"), FEELINGS.index("afraid")]
"""These cut another feeling short; all others wait until it has been seen."""
CROWD = "crowd"
"""The utterance of every answer: each tells how the one audience feels now."""
_LEADS = 1.6
"""A feeling takes the lead from the one shown when it is so many times as strong: a tie turns no face."""
_HOLD = 1.6
_PAID_SHARE = 0.7
_PLAIN, _KIND = 0.3, 0.6
"""What is paid with a line that tells of no feeling so strong is taken as a kindness, of the second strength."""


_TOGETHER = 10.0
"""Seconds within which what one viewer gives of a kind is one sum."""
_GIVERS = 1024
"""Viewers whose sums are remembered."""
_BESIDE = 0.5
"""How much of the thanks is left beside words that are sad, angry or afraid."""
_DEAREST = 200.0
"""What is counted, in full, comes before what is paid below this."""
_NEVER = -np.inf
_FAINT = 0.3
"""How surely what gets no answer of its own is meant kindly."""


@dataclass(frozen=True, slots=True, eq=False)
class _Paid:
    """What is to be answered at once: the dearest first. until: seconds; before it, nothing smaller cuts it short."""

    worth: float
    t: float
    own: NDArray[np.float64]
    until: float = -np.inf
    author: str = ""


class Audience:
    """Takes what was heard and sensed, gives the cues of the answer, at most one each 1.2 seconds.

    A paid line, a fright, and the first feeling of a face at rest are answered at once, but never within 0.4 seconds of
    the last cue. What is felt on is held, what is felt a little more or less is not played again, and what nobody feels
    any more is not told: the mood lets it go once, at its own pace. consent: which of "voice" and "face" may be read;
    without it they are refused. thanks: the table by which gifts are thanked for.
    """

    def __init__(
        self, policy: Policy, crowd: Crowd | None = None, consent: Iterable[str] = (), thanks: Thanks | None = None
    ):
        self.policy, self.crowd, self.consent = policy, crowd or Crowd(), frozenset(consent)
        self._sensed: dict[str, Sensed] = {}
        self.thanks = thanks or usual_thanks()
        self.answers = ""
        """Whom the last answer is for, who paid or gave; "" for all together."""
        self._paid: deque[_Paid] = deque(maxlen=64)
        self._thanked: _Paid | None = None
        self._sums: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._heard, self._last, self._shown = _NEVER, _NEVER, np.zeros(8)

    def hear(self, t: float, emotion: Emotion, confidence: float = 1.0, author: str = "", worth: float = 0.0) -> None:
        """One line of the chat, as `Crowd.hear` takes it."""
        self.crowd.hear(t, emotion, confidence, author, worth)
        self._heard = max(self._heard, t)
        if worth > 0.0:
            if emotion.strength < _PLAIN:
                emotion = Emotion(happy=_KIND)
            self._paid.append(_Paid(worth, t, self._answer(emotion, confidence), author=author))

    def support(self, t: float, given: Support, emotion: Emotion = NEUTRAL, confidence: float = 1.0) -> None:
        """What a viewer gave, thanked for as the table says. emotion, confidence: of what was written with it."""
        row, worth = self.thanks.row(given.kind), self._together(t, given)
        feeling, dollars = row.feeling(worth), worth if given.currency else 0.0
        spoke = emotion.strength >= _PLAIN
        kindness = Emotion(happy=_KIND) if row.at_once else feeling
        self.crowd.hear(t, emotion if spoke else kindness, confidence if spoke else 1.0 if row.at_once else _FAINT,
                        given.author, dollars)  # fmt: skip
        self._heard = max(self._heard, t)
        if row.at_once:
            own = feeling.vector().astype(np.float64)
            if spoke:
                own = np.maximum(self._answer(emotion, confidence), own * (1.0 if emotion.valence >= 0.0 else _BESIDE))
            rank = dollars if given.currency else _DEAREST * row.share(worth)
            self._paid.append(_Paid(rank, t, own, t + row.seconds(worth), given.author))

    def _together(self, t: float, given: Support) -> float:
        """What this viewer has given of the kind by now, as one sum."""
        who, worth = (given.author, given.kind), self.thanks.worth(given)
        since, before = self._sums.pop(who, (t, 0.0)) if given.author else (t, 0.0)
        if t - since > _TOGETHER:
            since, before = t, 0.0
        if given.author:
            self._sums[who] = (since, before + worth)
            if len(self._sums) > _GIVERS:
                self._sums.popitem(last=False)
        return before + worth

    def _answer(self, emotion: Emotion, confidence: float) -> NDArray[np.float64]:
        """(8,) what a viewer's feeling, so surely understood, is answered with."""
        sure = min(1.0, 2.0 * confidence)  # from half sure on in full, as in the crowd
        own = self.policy.answer(Emotion.from_vector(emotion.vector() * sure))
        return own.vector().astype(np.float64)

    def sense(self, sensed: Sensed) -> None:
        """What was read from a person's voice or face. Raises ValueError without consent for that source."""
        if sensed.source != "text" and sensed.source not in self.consent:
            raise ValueError(f"Audience: reading a person's {sensed.source} needs consent, and none was given")
        self._sensed[sensed.source] = sensed

    def feeling(self, t: float) -> Emotion:
        """What the audience feels at t, all senses taken together."""
        crowd = self.crowd.feeling(t)
        if not self._sensed:
            return crowd
        # as old as its last line: a chat that fell silent says nothing, it does not say that all is calm
        heard = Sensed(self._heard, "text", crowd, min(1.0, 0.4 + crowd.strength))
        return fuse(t, (heard, *self._sensed.values()))[0]

    @property
    def silent(self) -> bool:
        """Whether nobody was heard or sensed yet."""
        return self._heard == _NEVER and not self._sensed

    def _newest(self) -> float:
        """When something was heard or sensed last, in seconds."""
        return max([self._heard, *(one.t for one in self._sensed.values())])

    def cue(self, t: float) -> Felt | None:
        """The answer at t, in seconds, or None while the face shall stay as it is. Call it as often as you like."""
        since = t - self._last
        if since < _SOON or self.silent:  # a moment ago
            return None
        wanted = self.policy.answer(self.feeling(t)).vector().astype(np.float64)
        paid, hold = bool(self._paid), _HOLD + _SOON
        thanked = self._thanked if self._thanked is not None and t < self._thanked.until else None
        if paid:
            dearest = max(self._paid, key=lambda one: (one.worth, one.t))  # of those the latest
            self._paid.clear()
            own = dearest.own
            if thanked is not None and dearest.worth < thanked.worth:
                own = np.maximum(own, thanked.own)  # what is smaller adds, and takes nothing away
                dearest = thanked
            elif dearest.until > t:
                self._thanked = dearest
            hold = max(hold, dearest.until - t)
            wanted = np.maximum(wanted * (1.0 - _PAID_SHARE), own) if own.any() else wanted
        if since >= _HOLD + _SOON and thanked is None:  # the mood has let go by now: what fades further is no news
            self._shown = np.minimum(self._shown, wanted)
        if not paid and float(wanted.max()) < _CHANGED:  # nothing to feel: what was felt fades by itself
            if since >= _PAUSE:
                self._shown = wanted
            return None
        more = float((wanted - self._shown).max())
        leads = float(wanted.max()) >= _LEADS * float(wanted[int(self._shown.argmax())])
        news = self._shown.max() < _CHANGED or leads or more >= _MORE
        alarm = more >= _FORCED and (self._shown.max() < _CHANGED or int(wanted.argmax()) in _ALARMS)
        on = since >= _HOLD and self._newest() > self._last  # it is still felt
        if not (paid or alarm or (since >= _PAUSE and news) or on):
            return None
        if thanked is not None and not (paid or alarm):
            return None
        lead = int(self._shown.argmax())
        if on and not news and self._shown[lead] - wanted[lead] < _MORE:
            wanted[lead] = max(wanted[lead], self._shown[lead])
        self._shown, self._last = wanted, t
        self.answers = dearest.author if paid else thanked.author if thanked is not None else ""
        return Felt(t + self.policy.delay, Emotion.from_vector(wanted), hold=hold, utterance=CROWD)

"""Whoever is before the character, as cues: the crowd, the one whose face or voice is read, and the policy."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from mien.face import FEELINGS, Emotion, Felt
from mien.mood.empathy.crowd import Crowd
from mien.mood.empathy.fusion import Sensed, fuse
from mien.mood.empathy.policy import Policy

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


class Audience:
    """Takes what was heard and sensed, gives the cues of the answer, at most one each 1.2 seconds.

    A paid line, a fright, and the first feeling of a face at rest are answered at once, but never within 0.4 seconds of
    the last cue. What is felt on is held, what is felt a little more or less is not played again, and what nobody feels
    any more is not told: the mood lets it go once, at its own pace. consent: which of "voice" and "face" may be read;
    without it they are refused.
    """

    def __init__(self, policy: Policy, crowd: Crowd | None = None, consent: Iterable[str] = ()):
        self.policy, self.crowd, self._consent = policy, crowd or Crowd(), frozenset(consent)
        self._sensed: dict[str, Sensed] = {}
        self._paid: deque[tuple[float, float, Emotion]] = deque(maxlen=64)
        self._heard, self._last, self._shown = -np.inf, -np.inf, np.zeros(8)

    def hear(self, t: float, emotion: Emotion, confidence: float = 1.0, author: str = "", worth: float = 0.0) -> None:
        """One line of the chat, as `Crowd.hear` takes it."""
        self.crowd.hear(t, emotion, confidence, author, worth)
        self._heard = max(self._heard, t)
        if worth > 0.0:
            if emotion.strength < _PLAIN:
                emotion = Emotion(happy=_KIND)
            sure = min(1.0, 2.0 * confidence)  # from half sure on in full, as in the crowd
            self._paid.append((worth, t, Emotion.from_vector(emotion.vector() * sure)))

    def sense(self, sensed: Sensed) -> None:
        """What was read from a person's voice or face. Raises ValueError without consent for that source."""
        if sensed.source != "text" and sensed.source not in self._consent:
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

    def _newest(self) -> float:
        """When something was heard or sensed last, in seconds."""
        return max([self._heard, *(one.t for one in self._sensed.values())])

    def cue(self, t: float) -> Felt | None:
        """The answer at t, in seconds, or None while the face shall stay as it is. Call it as often as you like."""
        since = t - self._last
        if since < _SOON or self._newest() == -np.inf:  # a moment ago, or nobody was heard or seen yet
            return None
        wanted = self.policy.answer(self.feeling(t)).vector().astype(np.float64)
        paid = bool(self._paid)
        if paid:
            emotion = max(self._paid, key=lambda one: one[:2])[2]  # the dearest, of those the latest
            self._paid.clear()
            own = self.policy.answer(emotion).vector()
            wanted = np.maximum(wanted * (1.0 - _PAID_SHARE), own) if own.any() else wanted
        if since >= _HOLD + _SOON:  # the mood has let go by now: what fades further is no news
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
        lead = int(self._shown.argmax())
        if on and not news and self._shown[lead] - wanted[lead] < _MORE:
            wanted[lead] = max(wanted[lead], self._shown[lead])
        self._shown, self._last = wanted, t
        return Felt(t + self.policy.delay, Emotion.from_vector(wanted), hold=_HOLD + _SOON, utterance=CROWD)

"""What others feel becomes what the character feels: one policy, one crowd, one blend of what was sensed.

Owns: `Policy` (a table from a viewer's feeling to one's own), `Thanks` (a table of what is felt for gifts), `Crowd`
(hundreds of lines become one feeling), `fuse` (text, voice and face become one), `as_said` (words and the voice that
says them), `Audience` (all of it, as cues). Never understands text, sound or pictures, never reads a clock, and reads a
person's voice or face only with consent.
"""

from mien.mood.empathy.audience import Audience
from mien.mood.empathy.crowd import Crowd
from mien.mood.empathy.fusion import Sensed, fuse
from mien.mood.empathy.policy import POLICIES, Policy, open_policy
from mien.mood.empathy.said import as_said
from mien.mood.empathy.thanks import Row, Thanks, parse_thanks, usual_thanks

__all__ = [
    "POLICIES", "Audience", "Crowd", "Policy", "Row", "Sensed", "Thanks", "as_said", "fuse", "open_policy",
    "parse_thanks", "usual_thanks",
]  # fmt: skip

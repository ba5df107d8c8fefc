"""What may be asked for, as JSON Schema: it is checked by this, and described by this in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from mien.api.acts import CUES, WANTS
from mien.api.cast import Cast
from mien.api.limits import Limits
from mien.api.tasks import FORMATS
from mien.face import FEELINGS, PARTS
from mien.face.channels import CHANNELS, HIGH, LOW
from mien.mood import SETTINGS

_COLOUR = {"type": "string", "minLength": 7, "maxLength": 7, "description": "#rrggbb"}
_HOLD = {"type": "number", "minimum": 0, "maximum": 60, "default": 1.5, "description": "seconds"}

FEELINGS_SCHEMA = {
    "type": "object", "properties": {name: {"type": "number", "minimum": 0, "maximum": 1} for name in FEELINGS},
}  # fmt: skip

READING = {
    "type": "object",
    "properties": {
        "text": {"type": "string"}, "feelings": FEELINGS_SCHEMA, "dominant": {"type": "string"},
        "strength": {"type": "number"}, "valence": {"type": "number"}, "arousal": {"type": "number"},
        "confidence": {"type": "number"}, "language": {"type": "string", "enum": ["zh", "en", "ja", "und"]},
    },
}  # fmt: skip

SHOT = {
    "type": "object",
    "description": "what the face does; what is zero is left out",
    "properties": {
        "t": {"type": "number", "description": "seconds of the session"},
        "muscles": {"type": "object", "description": "ARKit's 52, 0..1", "additionalProperties": {"type": "number"}},
        "head": {"type": "array", "items": {"type": "number"}, "description": "yaw, pitch, roll in radians"},
        "gaze": {"type": "array", "items": {"type": "number"}, "description": "x, y in radians"},
        "marks": {"type": "object", "additionalProperties": {"type": "number"}},
        "feelings": FEELINGS_SCHEMA,
    },
}  # fmt: skip

ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("where", "expected", "got", "hint")},
        }
    },
}


def _temper() -> dict[str, Any]:
    """Ranges of each are told by `mien.mood.Temper`, which checks them."""
    pace = {
        "type": "object",
        "properties": {name: {"type": "number"} for name in ("onset", "release", "decay", "linger")},
    }
    known = {name: pace if name in FEELINGS else {"type": "number"} for name in SETTINGS}
    return {"type": "object", "properties": known, "default": {}, "description": "settings that differ from its own"}


class Asking:
    """The schemas of one server's requests: they name what it offers, and its limits."""

    def __init__(self, cast: Cast, limits: Limits) -> None:
        line = {"type": "string", "maxLength": limits.characters}
        colours = {"type": "object", "properties": dict.fromkeys(PARTS, _COLOUR), "default": {}}
        policy = {"type": "string", "enum": ["", *cast.policies], "default": ""}
        who: dict[str, Any] = {
            "character": {"type": "string", "enum": [*cast.characters], "default": next(iter(cast.characters))},
            "painter": {"type": "string", "enum": [*cast.painters], "default": cast.painters[-1]},
            "size": {"type": "integer", "minimum": 64, "maximum": limits.size, "default": 256},
            "fps": {"type": "integer", "minimum": 1, "maximum": limits.fps, "default": 30},
            "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1, "default": 0},
            "voice": {"type": "string", "enum": ["", *cast.voices], "default": ""},
            "colours": colours,
            "temper": _temper(),
        }
        if "gan" in cast.painters:
            who["painter"]["default"] = "gan"
        self.feel = {
            "type": "object", "required": ["text"],
            "properties": {
                "text": line,
                "tagged": {"type": "boolean", "default": False, "description": "a language model's: tags are felt"},
            },
        }  # fmt: skip
        self.say = {
            "type": "object", "required": ["lines"],
            "properties": {
                "lines": {"type": "array", "items": line, "minItems": 1, "maxItems": limits.lines},
                "format": {"type": "string", "enum": [*FORMATS], "default": "mp4"},
                "tagged": {"type": "boolean", "default": False},
                "policy": policy | {"description": "the lines are viewers', answered silently"},
                "background": _COLOUR | {"minLength": 0, "default": "", "description": "#rrggbb behind an mp4"},
                "label": {"type": "boolean", "default": False, "description": "show AI生成"},
                **who,
            },
        }  # fmt: skip
        self.session = {
            "type": "object",
            "properties": {
                "frames": {"type": "boolean", "default": False, "description": "frames may be wanted too"},
                "policy": policy | {"description": "how viewers' lines are answered; the character's own if left out"},
                "brain": {"type": "boolean", "default": False, "description": "a model answers viewers' lines"},
                "persona": {"type": "string", "maxLength": 8_000, "default": "", "description": "of brain: who it is"},
                **who,
            },
        }  # fmt: skip
        self.cue = {
            "type": "object",
            "description": f"one of {', '.join(CUES)}, with what belongs to it",
            "properties": {
                "say": line | {"description": "a line of the character's own"},
                "policy": policy | {"description": "of say: a viewer's line, answered by this"},
                "tagged": {"type": "boolean", "default": False, "description": "of say: a language model's"},
                "write": line | {"description": "some further characters of a text that is being written"},
                "end": {"type": "boolean", "default": False, "description": "of write: the text is over"},
                "chat": {
                    "type": "object", "required": ["text"], "description": "a line of a viewer in a crowd",
                    "properties": {
                        "author": {"type": "string", "maxLength": 200, "default": ""}, "text": line,
                        "worth": {"type": "number", "minimum": 0, "maximum": 1e9, "default": 0},
                    },
                },
                "felt": FEELINGS_SCHEMA,
                "directed": {
                    "type": "object", "description": "muscles and marks in 0..1, head and gaze in radians",
                    "properties": {
                        name: {"type": "number", "minimum": round(float(low), 3), "maximum": round(float(high), 3)}
                        for name, low, high in zip(CHANNELS, LOW, HIGH, strict=True)
                    },
                },
                "hold": _HOLD | {"description": "of felt and directed: seconds"},
                "hush": {"type": "boolean", "description": "say no more"},
            },
        }  # fmt: skip
        self.look = {
            "consent": {"type": "boolean", "default": False, "description": "of whoever is seen, to be read"},
            "crop": {"type": "boolean", "default": False, "description": "the picture is one face, cut out"},
        }
        self.hear = {
            "moments": {"type": "boolean", "default": False, "description": "each hundredth of a second too"},
            "consent": {"type": "boolean", "default": False, "description": "of whoever speaks, to tell the tone too"},
        }
        self.socket = {
            "type": "object",
            "properties": {
                "cue": self.cue,
                "want": {"type": "string", "enum": [*WANTS]},
                "sound": {"type": "boolean"},
            },
        }  # fmt: skip

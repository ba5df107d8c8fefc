"""VTube Studio's public API: questions and answers as JSON text.

Source: DenchiSoft, "VTube Studio Public API", version 1.0, and its ErrorID.cs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mien.face import PeerError
from mien.files import parse_json

PORT: Final = 8001
PLUGIN: Final = {"pluginName": "mien", "pluginDeveloper": "the mien project"}
"""Under which a person finds us in VTube Studio's list of plugins."""

NOT_AUTHENTICATED, DENIED, UNKNOWN_PARAMETER, TAKEN_PARAMETER = 8, 50, 453, 454
"""Errors that somebody does something about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """number: of the question. kind: such as "HotkeyTriggerResponse". error: its number where it is one, with its words
    in data["message"]."""

    number: str
    kind: str
    data: Mapping[str, Any]
    error: int | None = None


def question(kind: str, number: str, data: Mapping[str, Any] | None = None) -> str:
    """A request. kind: such as "HotkeyTriggerRequest". number: comes back in its answer."""
    return json.dumps({
        "apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0", "requestID": number, "messageType": kind,
        "data": dict(data or {}),
    }, ensure_ascii=False)  # fmt: skip


def answer(text: str) -> Answer:
    """What an answer says. Raises PeerError when it is none."""
    told = parse_json(text, "VTube Studio", PeerError)
    if not isinstance(told, dict) or not isinstance(told.get("messageType"), str):
        raise PeerError(f"VTube Studio: expected a messageType, got {text!r:.80}")
    data = told.get("data")
    data = data if isinstance(data, dict) else {}
    error = data.get("errorID") if told["messageType"] == "APIError" else None
    if told["messageType"] == "APIError" and not isinstance(error, int):
        raise PeerError(f"VTube Studio: expected an errorID, got {text!r:.80}")
    return Answer(str(told.get("requestID", "")), told["messageType"], data, error)


def injected(values: Mapping[str, float]) -> dict[str, Any]:
    """The data that feed these parameters until a second has passed: InjectParameterDataRequest."""
    told = [{"id": name, "value": round(value, 4)} for name, value in values.items()]
    return {"faceFound": True, "mode": "set", "parameterValues": told}


def ranges(data: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """The parameters that an InputParameterListResponse tells, with the least and greatest value of each.

    Raises PeerError when it tells none.
    """
    found = {}
    for group in ("defaultParameters", "customParameters"):
        for one in data.get(group) or ():
            try:
                low, high = float(one["min"]), float(one["max"])
            except (KeyError, TypeError, ValueError):
                continue
            if low < high and isinstance(one.get("name"), str):
                found[one["name"]] = (low, high)
    if not found:
        raise PeerError("VTube Studio: expected a list of input parameters, got none")
    return found

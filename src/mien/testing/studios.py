"""Fake programs that faces are sent to: VTube Studio and OBS, as far as their WebSockets tell, or failing as asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from mien.wire.obs import authentication

PARAMETERS = {
    "FaceAngleX": (-30.0, 30.0), "FaceAngleY": (-30.0, 30.0), "FaceAngleZ": (-30.0, 30.0), "MouthOpen": (0.0, 1.0),
    "MouthSmile": (0.0, 1.0), "EyeOpenLeft": (0.0, 1.0), "EyeOpenRight": (0.0, 1.0), "EyeLeftX": (-1.0, 1.0),
    "EyeLeftY": (-1.0, 1.0), "EyeRightX": (-1.0, 1.0), "EyeRightY": (-1.0, 1.0), "BrowLeftY": (0.0, 1.0),
    "BrowRightY": (0.0, 1.0), "CheekPuff": (0.0, 1.0), "TongueOut": (0.0, 1.0),
}  # fmt: skip


class _Program:
    """Serves at `to` while its `with` block lasts."""

    def __init__(self) -> None:
        self._talking: set[ServerConnection] = set()
        self._server = serve(self._talk, "127.0.0.1", 0, compression=None)
        self._thread = Thread(target=self._server.serve_forever, name="fake studio", daemon=True)

    @property
    def to(self) -> str:
        """Where it is, as HOST:PORT."""
        return f"127.0.0.1:{self._server.socket.getsockname()[1]}"

    def hang_up(self) -> None:
        """Close what is open, as a program does that ends."""
        for line in list(self._talking):
            line.close()

    def _talk(self, line: ServerConnection) -> None:
        self._talking.add(line)
        try:
            with suppress(ConnectionClosed):
                self._serve(line)
        finally:
            self._talking.discard(line)

    def _serve(self, line: ServerConnection) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        self._server.shutdown()
        self._thread.join()


class FakeVTubeStudio(_Program):
    """VTube Studio with one model. allows: whether the person clicks Allow. errors: numbers of errors with which
    requests of a kind are refused. asked: (kind, data) of every request. parameters: with their ranges, by name."""

    def __init__(self, allows: bool = True, errors: Mapping[str, int] | None = None) -> None:
        self.allows, self.errors = allows, dict(errors or {})
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.tokens: set[str] = set()
        self.parameters = dict(PARAMETERS)
        self.own: dict[str, tuple[float, float]] = {}
        self.hotkeys, self.expressions = ["Wave", "Smile"], {"smile.exp3.json": False, "cry.exp3.json": False}
        super().__init__()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of every request of a kind."""
        return [data for one, data in self.asked if one == kind]

    @property
    def values(self) -> dict[str, float]:
        """The parameters that were fed last."""
        fed = self.of("InjectParameterDataRequest")
        return {one["id"]: one["value"] for one in fed[-1]["parameterValues"]} if fed else {}

    def _serve(self, line: ServerConnection) -> None:
        good = False
        while True:
            told = json.loads(line.recv())
            kind, data = told["messageType"], told.get("data") or {}
            self.asked.append((kind, data))
            error, found = self._answer(kind, data, good)
            good = good or (kind == "AuthenticationRequest" and found.get("authenticated", False))
            line.send(json.dumps({
                "apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0", "timestamp": 0, "requestID": told["requestID"],
                "messageType": "APIError" if error else kind.removesuffix("Request") + "Response",
                "data": {"errorID": error, "message": f"refused {kind}"} if error else found,
            }))  # fmt: skip

    def _answer(self, kind: str, data: dict[str, Any], good: bool) -> tuple[int, dict[str, Any]]:
        if kind in self.errors:
            return self.errors[kind], {}
        match kind:
            case "APIStateRequest":
                return 0, {"active": True, "vTubeStudioVersion": "1.30.0", "currentSessionAuthenticated": good}
            case "AuthenticationTokenRequest":
                if not self.allows:
                    return 50, {}
                self.tokens.add(token := f"token {len(self.tokens)}")
                return 0, {"authenticationToken": token}
            case "AuthenticationRequest":
                return 0, {"authenticated": data.get("authenticationToken") in self.tokens, "reason": ""}
        if not good:
            return 8, {}
        match kind:
            case "ParameterCreationRequest":
                self.own[data["parameterName"]] = (float(data["min"]), float(data["max"]))
                return 0, {"parameterName": data["parameterName"]}
            case "InputParameterListRequest":
                return 0, {
                    "modelLoaded": True, "defaultParameters": _listed(self.parameters),
                    "customParameters": _listed(self.own),
                }  # fmt: skip
            case "InjectParameterDataRequest":
                known = self.parameters.keys() | self.own.keys()
                return (0 if all(one["id"] in known for one in data["parameterValues"]) else 453), {}
            case "HotkeysInCurrentModelRequest":
                keys = [{"name": name, "hotkeyID": name.lower(), "type": "ToggleExpression"} for name in self.hotkeys]
                return 0, {"modelLoaded": True, "availableHotkeys": keys}
            case "ExpressionStateRequest":
                shown = [{"file": file, "active": active} for file, active in self.expressions.items()]
                return 0, {"modelLoaded": True, "expressions": shown}
            case "ExpressionActivationRequest":
                self.expressions[data["expressionFile"]] = data["active"]
                return 0, {}
            case "HotkeyTriggerRequest":
                return 0, {"hotkeyID": data["hotkeyID"]}
        return 7, {}


def _listed(parameters: Mapping[str, tuple[float, float]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "addedBy": "VTube Studio", "value": 0, "min": low, "max": high, "defaultValue": 0}
        for name, (low, high) in parameters.items()
    ]


class FakeObs(_Program):
    """OBS. password: "" asks for none. scenes; filters: whether each is on, by (source, filter). scene: the current
    one. busy: how often it says that it is not ready. events: that it tells before the first answer. asked: (kind,
    data) of every request."""

    SALT, CHALLENGE = "lM1GncleQOaCu9lT1yeUZhFYnqhsLLP1G5lAGo3ixaI=", "+IxH4CnCiqpX1rM9scsNynZzbOe4KhDeYcTNS3PDaeY="

    def __init__(self, password: str = "", busy: int = 0, events: int = 0) -> None:
        self._password, self._busy, self.events = password, busy, events
        self.scenes, self.scene = ["Main", "Party"], "Main"
        self.filters = {("Camera", "Glow"): False, ("Camera", "Rain"): False}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        super().__init__()

    def _serve(self, line: ServerConnection) -> None:
        hello: dict[str, Any] = {"obsWebSocketVersion": "5.1.0", "rpcVersion": 1}
        if self._password:
            hello["authentication"] = {"challenge": self.CHALLENGE, "salt": self.SALT}
        line.send(json.dumps({"op": 0, "d": hello}))
        told = json.loads(line.recv())["d"]
        if self._password and told.get("authentication") != authentication(self._password, self.SALT, self.CHALLENGE):
            line.close(4009, "Authentication failed.")
            return
        line.send(json.dumps({"op": 2, "d": {"negotiatedRpcVersion": 1}}))
        for _ in range(self.events):
            line.send(json.dumps({"op": 5, "d": {"eventType": "StudioModeStateChanged", "eventIntent": 1}}))
        while True:
            asked = json.loads(line.recv())["d"]
            kind, data = asked["requestType"], asked.get("requestData") or {}
            self.asked.append((kind, data))
            code, comment, found = self._answer(kind, data)
            status = {"result": code == 100, "code": code, "comment": comment}
            answer = {"requestType": kind, "requestId": asked["requestId"], "requestStatus": status}
            line.send(json.dumps({"op": 7, "d": answer | {"responseData": found}}))

    def _answer(self, kind: str, data: dict[str, Any]) -> tuple[int, str, dict[str, Any]]:
        if self._busy:
            self._busy -= 1
            return 207, "OBS is not ready to perform the request.", {}
        match kind:
            case "GetVersion":
                return 100, "", {"obsVersion": "30.0.0", "obsWebSocketVersion": "5.1.0", "rpcVersion": 1}
            case "GetSceneList":
                return 100, "", {"currentProgramSceneName": self.scene, "scenes": [
                    {"sceneIndex": place, "sceneName": name} for place, name in enumerate(self.scenes)]}  # fmt: skip
            case "SetCurrentProgramScene":
                if data["sceneName"] not in self.scenes:
                    return 600, f"No source was found by the name of `{data['sceneName']}`.", {}
                self.scene = data["sceneName"]
                return 100, "", {}
            case "GetSourceFilter" | "SetSourceFilterEnabled":
                one = (data["sourceName"], data["filterName"])
                if one not in self.filters:
                    return 600, f"No filter was found in the source `{one[0]}` with the name `{one[1]}`.", {}
                if kind == "SetSourceFilterEnabled":
                    self.filters[one] = data["filterEnabled"]
                return 100, "", {"filterEnabled": self.filters[one]}
        return 204, "Your request type is not valid.", {}

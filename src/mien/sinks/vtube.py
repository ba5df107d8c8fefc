"""VTube Studio: its input parameters follow the face, and its expressions and hotkeys the feeling that leads."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from mien.face import FEELINGS, MARKS, PeerError, SettingsError, Shot
from mien.files import config_folder, read_text, write_private
from mien.rig import vtube_studio
from mien.sinks.leading import Leading, texts
from mien.sinks.peer import Peer
from mien.sinks.sink import Output, Sink
from mien.wire import vtube
from mien.wire.address import Address, address
from mien.wire.vtube import Answer

_START = "start VTube Studio, and switch on its plugin API in its settings"
_PATIENCE = 5.0  # seconds for an answer
_PERSON = 120.0
"""Seconds that a person gets to allow the plugin."""

_COOLDOWN = 5.0
"""Seconds between two triggers of one hotkey that VTube Studio takes."""

_FADE = 0.5  # ours, seconds in which an expression comes and goes

OWN: Final = {f"Mien{name.capitalize()}": name for name in (*FEELINGS, *MARKS)}
"""Parameters of our own, each 0..1, with the feeling or the mark that it tells."""


class VTubeStudio:
    """A plugin of VTube Studio.

    Every shot feeds all parameters again: VTube Studio takes them back when a second passes without. token: the file
    that keeps what it gave us after a person allowed it. own: whether parameters for feelings and marks are made.
    """

    live = True
    needs_frame = False

    def __init__(
        self, to: Address, token: Path, own: bool, hotkeys: Mapping[str, str], expressions: Mapping[str, str],
        leading: Leading,
    ) -> None:  # fmt: skip
        self._to, self._token, self._own = to, token, own
        self._hotkeys, self._expressions, self._leading = hotkeys, expressions, leading
        self._peer: Peer | None = None
        self._count = 0
        self._ranges: dict[str, tuple[float, float]] = {}
        self._triggered: dict[str, float] = {}
        self._shown = ""

    def put(self, shot: Shot) -> None:
        """Feed one shot. Raises PeerError when VTube Studio refuses it or hangs up."""
        values = vtube_studio(shot.expression, self._ranges)
        told = shot.emotion.as_dict() | shot.expression.marks
        values |= {name: told[of] for name, of in OWN.items() if name in self._ranges}
        answer = self._ask("InjectParameterDataRequest", vtube.injected(values))
        if answer.error == vtube.UNKNOWN_PARAMETER:
            self._read_ranges()  # one was deleted; the next shot knows
        elif answer.error is not None:
            _refused(answer)
        if self._leading.changed(shot.t, shot.emotion):
            self._show(self._leading.name, shot.t)

    def _show(self, feeling: str, t: float) -> None:
        """Trigger what a feeling brings; what the model that is loaded now does not have is passed over."""
        wanted = self._expressions.get(feeling, "")
        if self._shown and self._shown != wanted:
            self._express(self._shown, False)
        if wanted and self._shown != wanted:
            self._express(wanted, True)
        self._shown = wanted
        hotkey = self._hotkeys.get(feeling)
        if hotkey is not None and t - self._triggered.get(hotkey, float("-inf")) >= _COOLDOWN:
            self._triggered[hotkey] = t
            self._ask("HotkeyTriggerRequest", {"hotkeyID": hotkey})

    def _express(self, file: str, active: bool) -> None:
        data = {"expressionFile": file, "active": active, "fadeTime": _FADE}
        self._ask("ExpressionActivationRequest", data)

    def _ask(self, kind: str, data: Mapping[str, Any] | None = None, patience: float = _PATIENCE) -> Answer:
        """The answer to a question, an error's too. Raises PeerError when it does not come."""
        if self._peer is None:
            raise ValueError("vtube-studio: it is not open")
        self._count += 1
        number = str(self._count)
        self._peer.send(vtube.question(kind, number, data))
        return next(one for text in self._peer.texts(patience) if (one := vtube.answer(text)).number == number)

    def _good(self, kind: str, data: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The data of a good answer. Raises PeerError otherwise."""
        answer = self._ask(kind, data)
        return answer.data if answer.error is None else _refused(answer)

    def _authenticate(self) -> None:
        """With the token that is kept, or with a new one, for which a person has to click in VTube Studio."""
        kept = ""
        if self._token.exists():
            kept = read_text(self._token, most=4096, kind=SettingsError).strip()
        if kept and self._accepted(kept):
            return
        answer = self._ask("AuthenticationTokenRequest", vtube.PLUGIN, _PERSON)
        if answer.error == vtube.DENIED:
            raise SettingsError("vtube-studio: it was not allowed in VTube Studio; start again and click Allow there")
        token = answer.data.get("authenticationToken") if answer.error is None else _refused(answer)
        if not isinstance(token, str) or not token or not self._accepted(token):
            raise PeerError("VTube Studio: expected a token that it accepts, got another answer")
        write_private(self._token, token)

    def _accepted(self, token: str) -> bool:
        answer = self._ask("AuthenticationRequest", {**vtube.PLUGIN, "authenticationToken": token})
        return answer.error is None and answer.data.get("authenticated") is True

    def _read_ranges(self) -> None:
        self._ranges = vtube.ranges(self._good("InputParameterListRequest"))

    def _check_names(self) -> None:
        """Raises SettingsError when a hotkey or an expression is none of the model that is loaded."""
        for asked, kind, key, names in (
            (self._hotkeys, "HotkeysInCurrentModelRequest", "availableHotkeys", ("name", "hotkeyID")),
            (self._expressions, "ExpressionStateRequest", "expressions", ("file",)),
        ):
            if not asked:
                continue
            told = self._good(kind, {"details": False} if key == "expressions" else {})
            if told.get("modelLoaded") is False:
                continue
            there = [one for one in told.get(key) or () if isinstance(one, dict)]
            known = {str(one.get(name, "")).lower() for one in there for name in names}
            for name in asked.values():
                if name.lower() not in known:
                    those = ", ".join(str(one.get(names[0])) for one in there) or "none"
                    raise SettingsError(f"vtube-studio: this model has no {name!r}; it has: {those}")

    def __enter__(self) -> Self:
        self._peer = Peer("vtube-studio", self._to, _START)
        try:
            self._authenticate()
            if self._own:
                for name, of in OWN.items():
                    self._good("ParameterCreationRequest", {
                        "parameterName": name, "explanation": f"mien: how much of {of} there is", "min": 0, "max": 1,
                        "defaultValue": 0,
                    })  # fmt: skip
            self._check_names()
            self._read_ranges()
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        peer = self._peer
        if peer is None:
            return
        if error is None and self._shown:
            with suppress(PeerError):  # it has gone before us
                self._express(self._shown, False)
        self._shown, self._peer = "", None
        peer.__exit__(kind, error, trace)


def _refused(answer: Answer) -> Any:
    words = str(answer.data.get("message") or "without a reason")
    if answer.error == vtube.TAKEN_PARAMETER:
        words += "; another plugin feeds it, switch that one off"
    raise PeerError(f"VTube Studio: refused ({answer.error}): {words}")


def open_sink(
    output: Output,  # noqa: ARG001 - the seam's
    *,
    to: str = "",
    token: Path | None = None,
    feelings: bool = True,
    hotkeys: dict[str, Any] | None = None,
    expressions: dict[str, Any] | None = None,
    least: float = 0.3,
    hold: float = 2.0,
) -> Sink:
    """To VTube Studio, by default on this machine. Raises SettingsError."""
    return VTubeStudio(
        address(to, f"127.0.0.1:{vtube.PORT}", "to"), token or config_folder() / "vtube-studio.token", feelings,
        texts(hotkeys, "hotkeys"), texts(expressions, "expressions"), Leading(least, hold),
    )  # fmt: skip

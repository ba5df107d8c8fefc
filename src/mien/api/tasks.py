"""What is asked once and answered once: a text is read, a picture looked at, a sound heard, lines are performed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mien.api.cast import Cast
from mien.api.errors import RefusedError
from mien.api.limits import Limits
from mien.face import InputError
from mien.face.colour import colour
from mien.mood import Temper

PATIENCE = 120.0
"""Seconds that one task may work."""

_MEDIA = {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif", "png": "image/png"}
FORMATS = tuple(_MEDIA)
"""What a performance may come as; png is one still of the peak."""

_PICTURES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png", b"RIFF": ".webp"}
_SOUNDS = {b"RIFF": ".wav", b"fLaC": ".flac", b"OggS": ".ogg", b"ID3": ".mp3", b"\x1aE\xdf\xa3": ".webm"}


def feel(cast: Cast, asked: Mapping[str, Any]) -> dict[str, Any]:
    """How a text feels; tagged, a language model's, sentence by sentence."""
    from mien.sense import Tagged, apart

    if not asked["tagged"]:
        return {"readings": [cast.reader.read(asked["text"]).as_dict()]}
    tagged = Tagged(cast.reader)
    return {"readings": [tagged.read(part).as_dict() for part in apart(asked["text"])]}


def say(cast: Cast, limits: Limits, asked: Mapping[str, Any]) -> tuple[bytes, str]:
    """Lines as a clip: its bytes and its media type. Raises RefusedError, MienError."""
    from dataclasses import replace

    from mien.sense import Tagged, apart
    from mien.show import Part, Session, Voicing, peak, script, temper_of
    from mien.sinks import SOFT, open_sink

    lines = [line for line in asked["lines"] if line.strip()]
    if not lines:
        raise RefusedError(422, "lines", "a line with something in it", "only blank ones")
    if asked["policy"] and asked["voice"]:
        raise RefusedError(422, "voice", "no policy beside it", "both", "viewers' lines are answered, not said")
    character, size, fps, form = cast.character(asked["character"]), asked["size"], asked["fps"], asked["format"]
    temper: Temper = temper_of(character, asked["temper"], "temper")
    policy = cast.policies[asked["policy"]] if asked["policy"] else None
    voice = Voicing(cast.voices[asked["voice"]]).say if asked["voice"] else None
    reader: Any = cast.reader
    if asked["tagged"]:
        lines, reader = [part for text in lines for part in apart(text)] or [""], Tagged(cast.reader)
    play = script(lines, reader, policy=policy, say=voice)
    if not play.lines:
        raise RefusedError(422, "lines", "a line with something to feel or say", "none")
    if play.seconds > limits.seconds or play.frames(fps) * size * size > limits.work:
        raise RefusedError(422, "lines", f"at most {limits.seconds:g} s, and {limits.work:,} pixels in all",
                           f"{play.seconds:.1f} s, {play.frames(fps) * size * size:,} pixels",
                           "ask for fewer lines, a smaller size or fewer frames a second")  # fmt: skip
    painter = cast.painter(asked["painter"], asked["character"], size, _colours(asked["colours"]))
    background = colour(asked["background"]) if asked["background"] else SOFT
    label = asked["label"] or character.person
    ends = time.monotonic() + PATIENCE
    with TemporaryDirectory(prefix="mien-") as folder:
        path = Path(folder) / f"clip.{form}"

        def opened() -> Any:
            return open_sink(form, path, fps, size, background=background, label=label, sound=voice is not None)

        if form == "png":
            best = max(play.lines, key=lambda line: line.reading.emotion.strength)
            shot = peak(play, best, asked["seed"], temper)
            with opened() as sink:
                sink.put(replace(shot, t=0.0, frame=painter.paint(shot.expression)))
        else:
            session = Session.of(play, painter, fps, temper=temper, seed=asked["seed"], sinks=[Part(form, opened)])
            for _ in session.shots():
                if time.monotonic() > ends:
                    raise RefusedError(503, "say", f"a clip that is made within {PATIENCE:g} s", "a busy server",
                                       "ask again later, or for less", {"retry-after": "30"})  # fmt: skip
            for failure in session.report().failures:
                raise failure.error
        return path.read_bytes(), _MEDIA[form]


def look(cast: Cast, limits: Limits, asked: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The faces in a picture, and what they seem to feel. Nothing is kept. Raises RefusedError, InputError."""
    from mien.sources.headers import dimensions
    from mien.sources.pictures import still
    from mien.tell.faces import as_dict

    if not asked["consent"]:
        hint = "pass consent=true only with the consent of whoever is seen; expressions are read, nothing is stored"
        raise RefusedError(403, "consent", "true", "false", hint)
    ending = next((ending for head, ending in _PICTURES.items() if body.startswith(head)), "")
    if not ending or (ending == ".webp" and body[8:12] != b"WEBP"):
        raise RefusedError(415, "body", "a JPEG, PNG or WebP picture", f"{len(body)} bytes of something else")
    size = dimensions(body)
    if size is None or size[0] * size[1] > limits.pixels or not size[0] * size[1]:
        got = "none that can be told" if size is None else f"{size[0]} x {size[1]}"
        raise RefusedError(413, "body", f"at most {limits.pixels:,} pixels", got, "send a smaller picture")
    with TemporaryDirectory(prefix="mien-") as folder:
        path = Path(folder) / f"picture{ending}"
        path.write_bytes(body)
        seen = _bare(lambda: still(path), folder)
    found = as_dict(seen, cast.analyzer().see(seen.pixels, asked["crop"]))
    return {key: found[key] for key in ("width", "height", "faces")}


def hear(limits: Limits, asked: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The mouth shapes of a voice; with consent the tone of its phrases; with moments all that was heard, each
    hundredth of a second."""
    from mien.sense.hearing import Hearer, Vocal
    from mien.show.heard import visemes_heard
    from mien.sources.sound import sounds
    from mien.tell.hearing import as_dict, tone_dict

    ending = next((ending for head, ending in _SOUNDS.items() if body.startswith(head)), "")
    if body[4:8] == b"ftyp":
        ending = ".m4a"
    elif body[:1] == b"\xff" and body[1:2] >= b"\xe0":
        ending = ".mp3"
    if not ending:  # a play list, or else what FFmpeg would follow to other files, is none of these
        raise RefusedError(
            415, "body", "WAV, FLAC, Ogg, MP3, MP4 or WebM sound", f"{len(body)} bytes of something else"
        )
    hearer, moments, heard = Hearer(), [], 0.0
    with TemporaryDirectory(prefix="mien-") as folder:
        path = Path(folder) / f"sound{ending}"
        path.write_bytes(body)
        found = iter(sounds(path))
        while (piece := _bare(lambda: next(found, None), folder)) is not None:
            heard += piece.seconds
            if heard > limits.seconds:
                raise RefusedError(413, "body", f"at most {limits.seconds:g} s of sound", "more", "send it in parts")
            moments += hearer.hear(piece.samples, piece.rate)
    moments += hearer.close()
    visemes = [
        {
            "start": round(one.start, 3), "seconds": round(one.seconds, 3), "name": one.name,
            "weight": round(one.weight, 3),
        }
        for one in visemes_heard(moments)
    ]  # fmt: skip
    told: dict[str, Any] = {"seconds": round(heard, 3), "visemes": visemes}
    vocal = Vocal() if asked["consent"] else None
    tones = [(one, None) for one in moments] if vocal is None else vocal.beside(moments)
    if asked["moments"]:
        told["moments"] = [as_dict(one, tone) for one, tone in tones]
    if vocal is not None:
        told["phrases"] = [
            {"start": round(one.start, 3), "end": round(one.end, 3), "tone": tone_dict(one.tone)}
            for one in vocal.phrases(moments)
        ]
    return told


def _colours(asked: Mapping[str, str]) -> dict[str, Any]:
    return {part: colour(value) for part, value in asked.items()}


def _bare(work: Any, folder: str) -> Any:
    """What it gives; an error of the file is told without its place on this machine."""
    try:
        return work()
    except InputError as error:
        raise InputError(str(error).replace(f"{folder}/", "").replace(folder, "")) from None

"""Values of the command line: what is allowed, and the arguments that several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.face import PARTS, Colour, Colours, InputError, SettingsError
from mien.files import ENCODINGS, LONGEST_FILE, keep_apart, known_encoding, printable

if TYPE_CHECKING:
    from mien.character import Character
    from mien.mood import Temper
    from mien.mood.empathy import Policy
    from mien.paint import Painter
    from mien.sense import Reader
    from mien.show import Say, Script, Speaker

SIZES = (64, 2048)
FPS = (1, 240)

Commands = argparse._SubParsersAction  # argparse has no public name for it
"""What `add_subparsers` gives."""


def whole(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers in low..high."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"expected a whole number in {low}..{high}, got {text!r}")
        return value

    return parse


def seconds(text: str) -> float:
    """A parser of a duration, above 0 and at most a day."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 86_400.0:
        raise argparse.ArgumentTypeError(f"expected seconds in 0..86400, got {text!r}")
    return value


def colour(text: str) -> Colour:
    """A parser of #rrggbb."""
    from mien.face.colour import colour as parsed

    try:
        return parsed(text)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def real(low: float, high: float) -> Callable[[str], float]:
    """A parser of numbers in low..high."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = low - 1.0
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"expected a number in {low:g}..{high:g}, got {text!r}")
        return value

    return parse


def encoding(text: str) -> str:
    """A parser of a text encoding's name."""
    try:
        known_encoding(text)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("encoding: ")) from None
    return text


Paths = Callable[[argparse.Namespace], Iterable[Path | str]]
"""Paths that follow from a command's options, beside those that stand in them."""


def touches(
    parser: argparse.ArgumentParser, reads: Iterable[str] = (), writes: Iterable[str] = (),
    also_reads: Paths = lambda _: (), also_writes: Paths = lambda _: (),
) -> None:  # fmt: skip
    """Say which of a command's options name what it reads and what it writes, so that `kept_apart` can compare them."""
    parser.set_defaults(_reads=tuple(reads), _writes=tuple(writes), _also=(also_reads, also_writes))


def kept_apart(options: argparse.Namespace) -> None:
    """Raises SettingsError when the command would write over what it reads, or write one file twice."""
    if hasattr(options, "_writes"):
        also_reads, also_writes = options._also
        reads = [*_values(options, options._reads), *also_reads(options)]
        keep_apart(reads, [*_values(options, options._writes), *also_writes(options)])


def _values(options: argparse.Namespace, names: Iterable[str]) -> Iterator[Any]:
    from mien.character import names as characters

    for name in names:
        value = getattr(options, name)
        if name == "character" and value in characters():
            continue  # a folder of that name is another matter
        yield from value if isinstance(value, list) else [value] if value and str(value) != "-" else []


def command(commands: Commands[argparse.ArgumentParser], name: str, does: str, example: str) -> argparse.ArgumentParser:
    """A new command with its one-line description and an example."""
    return commands.add_parser(
        name,
        help=does,
        description=does[0].upper() + does[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def keep_to(file: str, options: argparse.Namespace, free: Iterable[str]) -> None:
    """Take no option beside a show's file that says the same itself, but those of `free`.

    Raises SettingsError that names the first one.
    """
    parser: argparse.ArgumentParser = options.parser
    plain = parser.parse_args([file])
    for action in parser._actions:  # argparse has no public name for them
        given, usual = (getattr(one, action.dest, None) for one in (options, plain))
        if action.option_strings and action.dest not in free and given != usual:
            raise SettingsError(
                f"{action.option_strings[-1]}: expected nothing of the kind beside {file}, which says it itself; write "
                "it there, or leave the file out"
            )


def add_lines(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """The arguments TEXT... and -f FILE."""
    parser.add_argument("text", nargs="*", metavar="TEXT", help="a line of text; several play one after another")
    parser.add_argument("-f", "--file", metavar="FILE", help="a file of lines; - for standard input")
    add_encoding(parser)
    parser.set_defaults(lines_optional=optional)


def add_encoding(parser: argparse.ArgumentParser) -> None:
    """The argument --encoding."""
    parser.add_argument(
        "--encoding", type=encoding, default="utf-8", metavar="NAME",
        help=f"of text files that have no byte order mark: {', '.join(sorted(set(ENCODINGS)))} (utf-8)",
    )  # fmt: skip


def lines_of(options: argparse.Namespace, most: int | None = LONGEST_FILE) -> Iterator[str]:
    """The lines that were given, by TEXT or by -f, each as soon as it is there. most: characters of a file.

    Raises SettingsError when both ways were used, or neither, InputError on bad text.
    """
    from mien.sources import argument_lines, file_lines

    if options.text and options.file is not None:
        raise SettingsError("expected TEXT or -f FILE, got both")
    if options.file is not None:
        return file_lines(options.file, options.encoding, most)
    if not options.text and not options.lines_optional:
        raise SettingsError('expected a line of text or -f FILE; for example: "今天好开心"')
    return argument_lines(options.text)


def model_files(options: argparse.Namespace) -> list[Path]:
    """What is read of a folder that `mien train gan` made."""
    return [options.model / name for name in ("model.json", "generator.safetensors", "journal.jsonl")]


def add_tagged(parser: argparse.ArgumentParser) -> None:
    """The argument --tagged."""
    parser.add_argument(
        "--tagged", action="store_true",
        help="the lines are a language model's: [joy], (angry), <emotion …/> are felt, not spoken",
    )  # fmt: skip


def add_audience(parser: argparse.ArgumentParser) -> None:
    """The arguments --chat and --policy."""
    parser.add_argument(
        "--chat", metavar="FILE", help="watch a chat log instead: JSON lines or tabs: seconds, author, text, worth"
    )
    parser.add_argument(
        "--policy", metavar="NAME",
        help="the lines are viewers': answer them silently, as mirror, streamer, service, companion or your own .toml "
        "says (with --chat: the character's own, momo's is streamer)",
    )  # fmt: skip


def add_voice(parser: argparse.ArgumentParser) -> None:
    """The argument --voice."""
    parser.add_argument(
        "--voice", metavar="ENGINE[:VOICE]",
        help="say the lines aloud, the sound in the film: espeak-ng, voicevox:STYLE, openai:VOICE@ADDRESS, "
        "gpt-sovits:…, edge-tts:VOICE or command:…",
    )  # fmt: skip


def say_of(options: argparse.Namespace) -> Say | None:
    """What gives the lines a voice, None where none was asked for.

    Raises SettingsError when there is no such voice or nothing is said, DeviceError when its engine is not installed.
    """
    from mien.show import Voicing
    from mien.voice import open_voice

    if options.voice is None:
        return None
    if options.policy or options.chat is not None:
        raise SettingsError("--voice: with --policy or --chat viewers' lines are answered, not said; expected neither")
    return Voicing(open_voice(options.voice)).say


def speaker_of(options: argparse.Namespace) -> Speaker | None:
    """Who says a live show's own lines aloud, None where no voice was asked for. Raises as `say_of`."""
    from mien.show import Speaker, Voicing
    from mien.voice import open_voice

    return None if options.voice is None else Speaker(Voicing(open_voice(options.voice)), options.voice.split(":")[0])


def written(options: argparse.Namespace, lines: Iterable[str]) -> list[str]:
    """The texts of a language model that the lines are: each TEXT is one, and -f FILE is one as a whole, because
    thinking and objects reach over many lines."""
    return list(lines) if options.file is None else ["\n".join(lines)]


def play_of(options: argparse.Namespace, reader: Reader, usual: tuple[str, ...] = ()) -> Script:
    """The performance that was asked for: lines said, viewers' lines answered, or a chat watched.

    usual: the lines when none were given. Raises SettingsError and InputError.
    """
    from mien.mood.empathy import Audience, open_policy
    from mien.sense import Tagged, apart
    from mien.show import script, watch
    from mien.sources import Support, chat_log

    policy = open_policy(options.policy) if options.policy else None
    say = say_of(options)
    if options.chat is None:
        lines = something_in(list(lines_of(options)) or usual, options.file or "")
        if options.tagged:
            parts = something_in(part for text in written(options, lines) for part in apart(text) or [""])
            return script(parts, Tagged(reader), policy=policy, say=say)
        return script(lines, reader, policy=policy, say=say)
    if options.text or options.file is not None:
        raise SettingsError("expected --chat FILE or lines of text, got both")
    if options.tagged:
        raise SettingsError("--tagged: a chat's lines are people's; expected lines of text or -f FILE")
    said = list(chat_log(options.chat, options.encoding))
    if not any(isinstance(line, Support) or line.text.strip() for line in said):
        raise InputError(f"{options.chat}: nothing was said in it")
    return watch(said, reader, Audience(chosen_policy(options)))


def something_in(lines: Iterable[str], where: str = "") -> list[str]:
    """All of the lines. where: they come from, for messages. Raises InputError when every one is blank."""
    lines = list(lines)
    if not any(line.strip() for line in lines):
        place = f"{where}: " if where else ""
        raise InputError(f"{place}nothing to say: expected a line with something in it, got only blank ones")
    return lines


def add_face(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose and size the face."""
    add = parser.add_argument
    add("--character", default="momo", metavar="NAME", help="a name, a folder or a .mien.zip (momo)")
    add("--painter", default="gan", metavar="NAME", help="gan: the trained net; artist: its teacher (gan)")
    add("--size", type=whole(*SIZES), default=256, metavar="PIXELS", help="width and height, 64..2048 (256)")
    add("--seed", type=whole(0, 2**31 - 1), default=0, metavar="N", help="of blinks, glances and hair (0)")
    add_colours(parser)


def add_colours(parser: argparse.ArgumentParser) -> None:
    """The arguments --hair, --iris, --skin and --cloth."""
    for part in PARTS:
        parser.add_argument(
            f"--{part}", type=colour, metavar="#RRGGBB", help=f"another colour of the {part} (the character's own)"
        )


def character_of(options: argparse.Namespace) -> Character:
    """The character that was asked for, loaded once; of a real person's it is told what they agreed to.

    Raises SettingsError, WeightsError.
    """
    from mien.character import load

    if "loaded" not in options:
        options.loaded = character = load(options.character)
        if character.person:
            consent = printable(character.consent) or "nobody has said what they agreed to"
            print(f"{printable(character.name)}: shows a real person; consent: {consent}", file=sys.stderr)
    loaded: Character = options.loaded
    return loaded


def face_of(options: argparse.Namespace) -> Painter:
    """The painter that was asked for, in the colours that were asked for. Raises SettingsError, WeightsError."""
    from mien.paint import open_painter

    return open_painter(options.painter, character_of(options), options.size, colours_of(options))


def add_label(parser: argparse.ArgumentParser) -> None:
    """The arguments --label and --no-label."""
    parser.add_argument(
        "--label", action=argparse.BooleanOptionalAction,
        help='show "AI生成" for two seconds, or on the still (only if the character shows a real person)',
    )  # fmt: skip


def label_of(options: argparse.Namespace) -> bool:
    """Whether a visible label was asked for, or the character asks for one. Raises SettingsError."""
    return character_of(options).person if options.label is None else bool(options.label)


def nature_of(options: argparse.Namespace) -> Temper:
    """The temper of the character that was asked for. Raises SettingsError."""
    from mien.show import temper_of

    return temper_of(character_of(options))


def chosen_policy(options: argparse.Namespace) -> Policy:
    """The policy that was asked for, or else the character's own. Raises SettingsError."""
    from mien.mood.empathy import open_policy
    from mien.show import policy_of

    return open_policy(options.policy) if options.policy else policy_of(character_of(options))


def colours_of(options: argparse.Namespace) -> Colours:
    """The colours that were asked for, by part."""
    return {part: getattr(options, part) for part in PARTS if getattr(options, part) is not None}


def add_fps(parser: argparse.ArgumentParser, default: int) -> None:
    """The argument --fps."""
    text = f"frames a second, 1..240 ({default})"
    parser.add_argument("--fps", type=whole(*FPS), default=default, metavar="N", help=text)


def output(text: str) -> str:
    """A parser of an output path."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError(f"expected a path, got {text!r}")
    return text


def beside(path: str, ending: str) -> Path:
    """The path of a companion file: the same name with another ending."""
    return Path(path.rstrip("/\\")).with_suffix(ending)

"""Write the figures of bench/results/*.json into the tables of README.md, README.zh-CN.md and docs/*.md.

python bench/tables.py          rewrites what stands between the marks (figures, laboratory, ...) of each file, and
                                each figure in a sentence: <!-- q file/key/key .2f -->0.12<!-- /q -->
python bench/tables.py --check  says which file is behind its results, and exits with 1
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

# label by language, cells, target; a cell names a path in a results file: file/key/key, and how it is printed
_DB = ("psnr", "psnr_eyes", "psnr_mouth")
_SHARP = ("sharpness", "sharpness_face")
_PAINTER: list[tuple[dict[str, str], list[tuple[str, str]], str]] = [
    (
        {"en": "256 pixels: PSNR whole / eyes / mouth (dB)", "zh": "256 像素：PSNR 整幅 / 眼 / 嘴 (dB)"},
        [(f"quality/painter/{k}", ".1f") for k in _DB], "33 / 30 / 34",
    ),
    (
        {"en": "512 pixels: the same", "zh": "512 像素：同上"},
        [(f"quality/at_512/{k}", ".1f") for k in _DB], "32 / 29 / 33",
    ),
    (
        {"en": "turned by .2 radians of yaw and more", "zh": "转头 .2 弧度以上"},
        [(f"quality/turned/{k}", ".1f") for k in _DB], "31 whole",
    ),
    (
        {"en": "by key points alone", "zh": "只给关键点"},
        [(f"quality/key_points_alone/{k}", ".1f") for k in _DB], "30 whole",
    ),
    (
        {"en": "sharpness over the artist, whole / face parts", "zh": "锐度（与画师之比）整幅 / 五官"},
        [(f"quality/painter/{k}", ".2f") for k in _SHARP], ".9–1.1",
    ),
    (
        {"en": "feeling recognised, over the artist", "zh": "情绪被认出（与画师之比）"},
        [("quality/agreement_over_artist/painter", ".3f")], ".99",
    ),
    (
        {"en": "told from the artist's pictures by a classifier (chance: .5)",
         "zh": "分类器能否分辨出自画师之手（随机为 .5）"},
        [("quality/told_apart", ".2f")], ".65",
    ),
    (
        {"en": "ms a frame at 256, 1 / 2 threads (p50)", "zh": "256 像素每帧毫秒，1 / 2 线程（p50）"},
        [(f"speed/paint_ms_256/{n}_threads/p50", ".1f") for n in (1, 2)], "5",
    ),
    (
        {"en": "ms a frame at 512, 1 / 2 threads (p50)", "zh": "512 像素每帧毫秒，1 / 2 线程（p50）"},
        [(f"speed/paint_ms_512/{n}_threads/p50", ".1f") for n in (1, 2)], "14",
    ),
]  # fmt: skip
_REST: list[tuple[dict[str, str], list[tuple[str, str]], str]] = [
    (
        {
            "en": "line to first changed frame at 60 fps, 256 pixels, p50 / p95 (ms)",
            "zh": "一行字到第一帧变化，256 像素，p50 / p95（毫秒）",
        },
        [("speed/line_to_face_ms_256/p50", ".0f"), ("speed/line_to_face_ms_256/p95", ".0f")],
        "25",
    ),
    (
        {"en": "the same at 512 pixels", "zh": "512 像素，同上"},
        [("speed/line_to_face_ms_512/p50", ".0f"), ("speed/line_to_face_ms_512/p95", ".0f")],
        "33",
    ),
    (
        {"en": "start of a process to its first painted frame (s)", "zh": "进程启动到第一帧（秒）"},
        [("speed/cold_start_s", ".2f")],
        "1.5",
    ),
    (
        {"en": "peak memory of a live show (MB)", "zh": "实时演出峰值内存（MB）"},
        [("speed/live_memory_mb", ".0f")],
        "400",
    ),
    ({"en": "`import mien` (ms)", "zh": "`import mien`（毫秒）"}, [("speed/import_ms", ".1f")], "50"),
    ({"en": "artist, ms a frame", "zh": "画师，每帧毫秒"}, [("speed/paint_ms_256/artist/p50", ".1f")], "5"),
    ({"en": "reading a line (ms, median)", "zh": "读一行字（毫秒，中位）"}, [("text/line_ms_median", ".2f")], "0.5"),
    (
        {"en": "own chat lines, accuracy zh / en / ja", "zh": "自写聊天行准确率 中 / 英 / 日"},
        [("text/chat_zh", ".2f"), ("text/chat_en", ".2f"), ("text/chat_ja", ".2f")],
        ".80 / .80 / .80",
    ),
    (
        {"en": "SMP2020 usual / GoEmotions Ekman, macro-F1", "zh": "SMP2020 usual / GoEmotions Ekman，macro-F1"},
        [("text/smp2020_usual_eval_macro_f1", ".3f"), ("text/goemotions_ekman_dev_macro_f1", ".3f")],
        ".70 / .57",
    ),
]
_HEADS = {
    "en": ("painter, held-out conditions (1,000; at 512 pixels 300)", "target", "the rest"),
    "zh": ("生成器，未见条件（1000 个；512 像素 300 个）", "目标", "其他"),
}
_RUNS = (("gan_article", "article"), ("gan_faces_equal", "faces, as many images"), ("gan_faces", "faces"),
         ("gan_cast", "cast"))  # fmt: skip
_EYES = "random convolutions", "expression network"
_LABORATORY: list[tuple[str, list[tuple[str, str]], str]] = [
    ("images seen", [("model/seen", ",")], ""),
    *(
        (f"{what}, by {eye} (the real training pictures')", [
            (f"distances/{eye}/{who}/{what}/value", ".2f") for who in ("painted", "training")
        ], target)
        for what, target in (("coverage", ".6 (cast .7)"), ("recall", "")) for eye in _EYES
    ),
    ("Fréchet distance, by the two (training pictures')", [
        (f"distances/{eye}/{who}/frechet/value", ".3g") for eye in _EYES for who in ("painted", "training")
    ], ""),
    ("asked feeling seen / in real pictures", [("agreement/painted", ".2f"), ("agreement/real", ".2f")], ""),
    ("the same, mean over feelings, painted over real", [("agreement/ratio", ".2f")], ".8 (cast .95)"),
    ("right on real pictures, having learnt from painted ones", [("train_on_painted/accuracy_on_real", ".2f")], ""),
    ("variety under noise, over real", [("variety/mean", ".2f")], ""),
    ("sharpness over real", [("sharpness", ".2f")], ".85–1.15"),
    ("copies of training pictures", [("nearest_training/copies", ".2f")], "0"),
    ("images/s; hours; memory (MB)", [("cost/images_per_s", ".0f"), ("cost/hours", ".2f"), ("cost/memory_mb", ",.0f")],
     ""),
]  # fmt: skip
_CHARACTER = (
    ("both", "key points and expression"), ("by_points", "key points alone"), ("by_expression", "expression alone"),
)  # fmt: skip
_WAYS = (
    ("bf16_1", "bf16, one process"), ("bf16_2", "bf16, two processes"), ("fp32_1", "fp32, one process"),
    ("fp32_2", "fp32, two processes"),
)  # fmt: skip
_SIGHT = (
    ("faces found in pictures of people / drawn", [(f"points_{who}/found", ".3f") for who in ("real", "drawn")], ""),
    ("error of the 51 inner points over the outer eyes' distance, people (mean / median)",
     [(f"points_real/inner51_{how}", ".3f") for how in ("mean", "median")], ".050"),
    ("the same, drawn identities not seen", [(f"points_drawn/inner51_{how}", ".3f") for how in ("mean", "median")],
     ".030"),
    *((f"faces laid into pictures found, {who}: close / small / dark / rotated 30°",
       [(f"detection_{who}/{kind}", ".3f") for kind in ("close", "small", "dark", "rotated")], ".98")
      for who in ("real", "drawn")),
    ("false boxes in 100 pictures without faces", [("detection_real/false_boxes_in_100", ".1f")], "1"),
    ("muscles against the teacher on video: mean error (of the mean muscle), r mean / median",
     [(f"muscles/{name}", ".3f") for name in ("mae", "mae_of_the_mean", "r_mean", "r_median")], ".040, .8"),
    ("blink left / right, jaw open, smile left / right: r", [(f"muscles/r/{name}", ".2f") for name in (
        "eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "mouthSmileLeft", "mouthSmileRight")], ".9"),
    ("FER2013 public test: own labels / without training twins / annotators' majority",
     [(f"feelings/accuracy_{name}", ".3f") for name in ("own", "own_without_twins", "majority")], ".70 / – / .82"),
    ("calibration error (ECE), own labels / annotators' votes",
     [("feelings/ece_own", ".3f"), ("feelings/ece_votes", ".3f")], ".05"),
    ("ms a frame at 640 × 480, one face, one core: tracking / detecting; the feelings of it",
     [("speed_640x480/tracking_ms", ".1f"), ("speed_640x480/detecting_ms", ".1f"),
      ("speed_640x480/feeling_ms", ".1f")], "12 / 25; 3"),
    ("memory of a process that follows a face (MB)", [("memory_mb", ".0f")], "300"),
    ("size of the nets (MB)", [("megabytes", ".1f")], "6"),
)  # fmt: skip
_TEXT = (
    ("SMP2020 usual, evaluation part, macro-F1 over six", [("smp2020_usual_eval_macro_f1", ".3f")], ".70"),
    ("GoEmotions, development part, macro-F1 over Ekman's six and neutral",
     [("goemotions_ekman_dev_macro_f1", ".3f")], ".57"),
    ("BRIGHTER Chinese, development part, macro-F1 over six", [("brighter_zh_dev_macro_f1", ".3f")], ".42"),
    ("WRIME, development lines on which readers agree, accuracy over six", [("wrime_dev_accuracy", ".3f")], ".42"),
    ("chat lines of our own that were not learnt from, accuracy over nine: zh / en / ja",
     [(f"chat_{name}", ".2f") for name in ("zh", "en", "ja")], ".80"),
    ("ms a line, median / p95, one core", [("line_ms_median", ".2f"), ("line_ms_p95", ".2f")], ".5"),
    ("size (MB)", [("weights_mb", ".1f")], "8"),
)  # fmt: skip
_FILES = {
    "README.md": {"figures": "en"},
    "README.zh-CN.md": {"figures": "zh"},
    "docs/camera.md": {"camera": "en"},
    "docs/sight.md": {"sight": "en"},
    "docs/text.md": {"text": "en"},
    "docs/results.md": {
        "figures": "en",
        "ablation": "en",
        "laboratory": "en",
        "cost": "en",
        "character": "en",
        "person": "en",
    },
}


def _results() -> dict[str, Any]:
    folder = ROOT / "bench" / "results"
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}


def _cell(results: dict[str, Any], parts: list[tuple[str, str]]) -> str:
    shown = []
    for path, how in parts:
        value: Any = results
        for key in path.split("/"):
            value = value[key]
        shown.append(format(value, how))
    return " / ".join(shown) or "–"


def figures(results: dict[str, Any], language: str) -> str:
    """The painter, the rest and the machine, in Markdown."""
    painter, target, rest = _HEADS[language]
    lines = [f"| {painter} | | {target} |", "|---|---|---|"]
    for label, cell, wanted in _PAINTER:
        lines.append(f"| {label[language]} | {_cell(results, cell)} | {wanted} |")
    lines += ["", f"| {rest} | | {target} |", "|---|---|---|"]
    lines += [f"| {label[language]} | {_cell(results, cell)} | {wanted} |" for label, cell, wanted in _REST]
    seen = {what: _machine(results[what]) for what in ("speed", "quality", "text")}
    parts = [
        f"{', '.join(what for what in seen if seen[what] == one)}: {one[:-1]}" for one in dict.fromkeys(seen.values())
    ]
    told = f"{'; '.join(parts)}."
    return "\n".join([*lines, "", told])


def laboratory(results: dict[str, Any], _: str) -> str:
    """The laboratory's runs beside each other."""
    lines = [f"| | {' | '.join(name for _, name in _RUNS)} | target |", "|---" * (len(_RUNS) + 2) + "|"]
    for label, cells, wanted in _LABORATORY:
        lines.append(f"| {label} | {' | '.join(_cell(results[run], cells) for run, _ in _RUNS)} | {wanted} |")
    alarms = [", ".join(sorted(set(results[run]["alarms"]))) or "none" for run, _ in _RUNS]
    lines.append(f"| alarms | {' | '.join(alarms)} | none |")
    return "\n".join([*lines, "", _machine(results["gan_faces"])])


def cost(results: dict[str, Any], _: str) -> str:
    """What a step of the laboratory's game costs."""
    found = results["cost"]
    lines = ["| `faces`, 48 pixels | images/s | memory a process (MB) |", "|---|---|---|"]
    for key, label in _WAYS:
        lines.append(f"| {label} | {_cell(found, [(f'{key}/images_per_s', '.0f')])} | {found[key]['memory_mb']:,} |")
    return "\n".join([*lines, "", _machine(found)])


def _by_way(found: dict[str, Any]) -> list[str]:
    """The table of a character learnt from footage, painted from all that is known, and from parts of it."""
    lines = ["| painted from | PSNR whole / eyes / mouth (dB) | sharpness whole / face parts |", "|---|---|---|"]
    for key, label in _CHARACTER:
        cells = [(f"{key}/{name}", ".1f") for name in ("psnr", "psnr_eyes", "psnr_mouth")]
        sharp = [(f"{key}/{name}", ".2f") for name in ("sharpness", "sharpness_face")]
        lines.append(f"| {label} | {_cell(found, cells)} | {_cell(found, sharp)} |")
    return lines


def character(results: dict[str, Any], _: str) -> str:
    """A character learnt from footage."""
    found = results["character"]
    cost, frames = found["cost"], found["frames"]
    told = (f"{cost['images']:,} images seen at {cost['images_per_s']:.1f} a second, {cost['hours']:.2f} hours; "
            f"{frames['train']:,} frames learnt from, {frames['held_out']:,} of other clips measured.")  # fmt: skip
    return "\n".join([*_by_way(found), "", told, _machine(found)])


def person(results: dict[str, Any], _: str) -> str:
    """Filmed people's characters beside each other."""
    people = {name: results["person"][name] for name in _PEOPLE if name in results["person"]}
    lines = [f"| | {' | '.join(f'*{name}*' for name in people)} | target |", "|---" * (len(people) + 2) + "|"]
    for label, tell, wanted in _PERSON:
        lines.append(f"| {label} | {' | '.join(tell(found) for found in people.values())} | {wanted} |")
    return "\n".join([*lines, "", _machine(results["person"])])


def _decibels(by: str) -> Callable[[dict[str, Any]], str]:
    return lambda found: _cell(found, [(f"{by}/{name}", ".1f") for name in _DB])


_PEOPLE = ("d10", "d12", "d14")
_PERSON: tuple[tuple[str, Callable[[dict[str, Any]], str], str], ...] = (
    ("key points and expression: PSNR whole / eyes / mouth (dB)", _decibels("both"), "29 / 27 / 28"),
    ("key points alone", _decibels("by_points"), ""),
    ("expression alone", _decibels("by_expression"), ""),
    (
        "sharpness over the film, whole / face parts",
        lambda found: _cell(found, [(f"both/{k}", ".2f") for k in _SHARP]), "1",
    ),
    (
        "key points found again, of the eyes' distance: p50 / p95 (%)",
        lambda found: " / ".join(f"{100 * found['points_found_again'][k]:.1f}" for k in ("p50", "p95")), "4",
    ),
    (
        "of 8 feelings our sight tells apart / names first / rise most",
        lambda found: " / ".join(str(found["feelings"][k]) for k in ("apart", "first", "rises")), "6",
    ),
    (
        "specks a 10,000 pixels: film / the same painted / feelings and vowels",
        lambda found: " / ".join(f"{found['specks'][k]:.0f}" for k in ("film", "repainted", "by_expression")), "",
    ),
    (
        "frames learnt from / measured",
        lambda found: " / ".join(str(found["frames"][k]) for k in ("learnt", "held_out")), "",
    ),
    ("minutes asked for / of training", lambda found: f"{found['minutes']:g} / {found['trained_s'] / 60:.0f}", "20"),
    ("images seen", lambda found: f"{found['images']:,}", ""),
)  # fmt: skip


def ablation(results: dict[str, Any], _: str) -> str:
    """The painter with parts taken away, and what its training cost."""
    found = results["ablation"]
    early = f"the checkpoint before the critic joined, {found['before_critic_images']:,} images"
    lines = ["| | 256: whole / eyes / mouth dB | sharpness whole / face | 512: whole / eyes / mouth dB | sharpness |"]
    lines.append("|---" * 5 + "|")
    rows = ("whole", "all of it"), ("without_keys", "without keys"), ("sheets_halved", "sheets of half the size"), (
        "before_critic", early)  # fmt: skip
    for key, label in rows:
        cells = [(f"{key}/{size}/{name}", how) for size in (256, 512) for name, how in (
            *((name, ".1f") for name in _DB), *((name, ".2f") for name in _SHARP))]  # fmt: skip
        shown = [_cell(found, part) for part in (cells[:3], cells[3:5], cells[5:8], cells[8:])]
        lines.append(f"| {label} | {' | '.join(shown)} |")
    cost, count = found["cost"], found["conditions"]
    lines += [
        "",
        f"{count['256']} and {count['512']} held-out conditions. Training, after the lines: "
        f"{cost['images']:,} images at {cost['images_per_s']:.1f} a second, {cost['hours']:.2f} hours, "
        f"{cost['memory_mb']:,} MB, most of it pages of the pictures drawn ahead.",
    ]
    return "\n".join([*lines, _machine(found)])


def sight(results: dict[str, Any], _: str) -> str:
    """Seeing faces, and the confusion of feelings."""
    found = results["perception"]
    lines = ["| | | target |", "|---|---|---|"]
    lines += [f"| {label} | {_cell(found, cells)} | {wanted} |" for label, cells, wanted in _SIGHT]
    lines += ["", "| video of one person | frames | with a face | with exactly one | numbers given |", "|---" * 5 + "|"]
    for name, one in found["tracked"].items():
        lines.append(f"| {name} | {one['frames']} | {one['with_a_face']:.2f} | {one['with_one']:.2f} | {one['ids']} |")
    names = found["feelings"]["classes"]
    lines += ["", "What FER2013's public test shows (rows) and what the feeler said, of a hundred:", ""]
    lines += [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for name, row in zip(names, found["feelings"]["confusion"], strict=True):
        total = max(1, sum(row))
        lines.append(f"| {name} | {' | '.join(f'{100 * value / total:.0f}' for value in row)} |")
    return "\n".join([*lines, "", _machine(found)])


def camera(results: dict[str, Any], _: str) -> str:
    """How soon the face follows a camera."""
    found = results["camera"]
    lines = ["| from a picture's arrival to the first painted frame that it changed, 60 fps | p50 (ms) | p95 (ms) |"]
    lines.append("|---|---|---|")
    for name, one in found["camera_to_face_ms"].items():
        lines.append(f"| painter {name}, {one['pictures']} pictures | {one['p50']:.0f} | {one['p95']:.0f} |")
    return "\n".join([*lines, "", _machine(found)])


def text(results: dict[str, Any], _: str) -> str:
    """The reader's figures, and which chat lines it takes for what."""
    found = results["text"]
    lines = ["| | | target |", "|---|---|---|"]
    lines += [f"| {label} | {_cell(found, cells)} | {wanted} |" for label, cells, wanted in _TEXT]
    names = found["classes"]
    for language, label in (("zh", "Chinese"), ("en", "English"), ("ja", "Japanese")):
        count = found["chat_lines"][language]
        lines += [
            "",
            f"{label}, {count} chat lines: what they are (rows) and what they were read as, of a hundred:",
            "",
        ]
        lines += [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
        for name, row in zip(names, found["chat_confusion"][language], strict=True):
            total = max(1, sum(row))
            lines.append(f"| {name} | {' | '.join(f'{100 * value / total:.0f}' for value in row)} |")
    return "\n".join([*lines, "", _machine(found)])


def _machine(found: dict[str, Any]) -> str:
    machine = found["machine"]
    return f"{machine['cores']} cores ({machine['cpu']}), Python {machine['python']}, {found['day']}."


_WRITE = {
    "figures": figures,
    "laboratory": laboratory,
    "cost": cost,
    "character": character,
    "person": person,
    "ablation": ablation,
    "camera": camera,
    "sight": sight,
    "text": text,
}


_QUOTE = re.compile(r"<!-- q (\S+) (\S+) -->.*?<!-- /q -->", re.DOTALL)


def quoted(text: str, results: dict[str, Any]) -> str:
    """The text with every quoted figure as its results file has it."""

    def fresh(found: re.Match[str]) -> str:
        path, how = found.groups()
        return f"<!-- q {path} {how} -->{_cell(results, [(path, how)])}<!-- /q -->"

    return _QUOTE.sub(fresh, text)


def main() -> int:
    """Rewrite the files, or with --check compare them."""
    results = _results()
    behind = []
    for path in [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]:
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        fresh = quoted(text, results)
        for mark, language in _FILES.get(name, {}).items():
            begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
            before, _, rest = fresh.partition(begin)
            _, found, after = rest.partition(end)
            if not found:
                raise SystemExit(f"{name}: expected the marks {begin} and {end}")
            fresh = f"{before}{begin}\n{_WRITE[mark](results, language)}\n{end}{after}"
        if fresh != text:
            behind.append(name)
            if "--check" not in sys.argv[1:]:
                path.write_text(fresh, encoding="utf-8")
    print("\n".join(behind) or "up to date")
    return 1 if behind and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    raise SystemExit(main())

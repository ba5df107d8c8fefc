"""The recipe of the text reader on a toy corpus."""

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mien.face import CLASSES, InputError
from mien.sense.features import hashes, slots, tokens
from mien.sense.reader import Reader
from mien.sense.signs import scan
from mien.sense.textnet import load, places
from mien.train.text import __main__ as command
from mien.train.text import words as words_room
from mien.train.text.corpora import Line, chat_lines, key, target
from mien.train.text.corpora import load as load_lines
from mien.train.text.networks import Course, Sieve, objective
from mien.train.text.scores import chat, macro_f1
from mien.train.text.train import TextRecipe, export, fit, prepare, small, train_text
from mien.train.text.words import words

CHAT = Path(__file__).parents[3] / "bench" / "chat_lines.tsv"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A collection of two toy corpora, with one training line that also stands in a dev part."""
    data = tmp_path / "data"
    (data / "smp2020").mkdir(parents=True)
    rows = [
        "0,蓝天,白云,happy",
        "1,石头碎了,sad",
        "2,门口的石头,neutral",
        "3,泄露的一行,angry",
        "4,猫咪晒着蓝天,happy",
        "5,杯子碎了,sad",
    ]
    (data / "smp2020" / "usual_train.txt").write_text("\n".join(rows), encoding="utf-8")
    held = [
        {"id": 1, "content": "泄露的一行！", "label": "angry"},
        {"id": 2, "content": "蓝天下", "label": "happy"},
    ]
    (data / "smp2020" / "usual_eval_labeled.json").write_text(json.dumps(held), encoding="utf-8")
    (data / "goemotions").mkdir()
    (data / "goemotions" / "labels.txt").write_text("joy\nembarrassment\nneutral\n", encoding="utf-8")
    (data / "goemotions" / "train.tsv").write_text(
        "zorp blim\t0\ta\nquix blim\t1\tb\ncups and a table\t2\tc\n", encoding="utf-8"
    )
    return data


def test_lines_keep_their_commas_and_lose_what_stands_in_a_dev_part(corpus: Path) -> None:
    lines = load_lines(corpus, ["smp2020", "goemotions"])
    texts = [line.text for line in lines]
    assert "蓝天,白云" in texts
    assert "泄露的一行" not in texts
    assert len(lines) == 8
    assert all(line.target.sum() == pytest.approx(1.0) for line in lines)


def test_a_zip_file_reads_like_its_folder(corpus: Path, tmp_path: Path) -> None:
    packed = tmp_path / "data.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(corpus.rglob("*.*")):
            archive.write(path, f"text/{path.relative_to(corpus)}")
    folder = [line.text for line in load_lines(corpus, ["smp2020", "goemotions"])]
    assert [line.text for line in load_lines(packed, ["smp2020", "goemotions"])] == folder


def test_a_folder_without_corpora_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected some of the corpora"):
        load_lines(tmp_path)
    with pytest.raises(InputError, match="nothing is there"):
        load_lines(tmp_path / "absent")
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(InputError, match="got neither"):
        load_lines(tmp_path / "x.zip")


def test_our_own_lines_are_well_formed_and_not_those_of_the_bench() -> None:
    from importlib.resources import files

    table = files("mien.train.text").joinpath("chat_lines.tsv").read_text(encoding="utf-8")
    ours = list(chat_lines(table))
    assert len(ours) > 1000
    assert {CLASSES[n] for line in ours for n in np.flatnonzero(line.target)} == set(CLASSES)
    assert all(np.isnan(line.force) or 0.0 < line.force <= 1.0 for line in ours)
    if not CHAT.is_file():
        pytest.skip("bench/chat_lines.tsv is not beside these tests")
    measured = set[str]().union(*(runs(line.text) for line in chat_lines(CHAT.read_text(encoding="utf-8"))))
    assert not [line.text for line in ours if measured & runs(line.text)]


def runs(text: str) -> set[str]:
    """What no line of ours may share with one of the bench: five words or eight characters in a row, or the whole."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    found = {" ".join(words[at : at + 5]) for at in range(len(words) - 4)}
    if not text.isascii():
        found |= {key(text)[at : at + 8] for at in range(len(key(text)) - 7)}
    return found | ({key(text)} - {""})


def test_a_bad_table_of_lines_names_its_line() -> None:
    with pytest.raises(InputError, match="line 2"):
        list(chat_lines("happy\t1\tyes\njolly\t1\tno\n"))


def toy_lines() -> list[Line]:
    """Two dozen lines whose feeling hangs on one word."""
    words = {"happy": "blim", "sad": "zorp", "shy": "quix", "neutral": "tabl"}
    lines = []
    for name, word in words.items():
        for place in ("here", "there", "now", "then", "up", "down"):
            force = np.nan if name == "neutral" else 0.8
            lines.append(Line(f"{word} {place}", target({name: 1.0}), 1.0, force, "toy"))
    return lines


def test_it_learns_a_toy_corpus_and_the_export_is_the_trained_net(tmp_path: Path) -> None:
    recipe = small()
    bag, sieve = fit(prepare(toy_lines(), recipe.seed), recipe)
    loaded = load(export(bag, sieve, recipe, tmp_path, {"lines": {"toy": 24}}))
    reader = Reader(loaded)
    right = [
        CLASSES[int(reader.odds(line.text).argmax())] == CLASSES[int(line.target.argmax())] for line in toy_lines()
    ]
    assert np.mean(right) >= 0.95
    assert 0.6 <= 1 / (1 + np.exp(-loaded("blim here")[1])) <= 0.95
    # numpy's nets against torch's, each on one line: only the rounding to int8 lies between
    place, mark = slots(hashes("zorp up"), recipe.bits)
    known = torch.from_numpy(place[bag.table[place] == mark])
    words = torch.from_numpy(places(tokens("zorp up"), sieve.words))
    line = torch.cat([words, torch.full((3,), sieve.words.size + 1)])[None]
    with torch.no_grad():
        said = [
            (loaded.table("zorp up"), bag(known, torch.zeros(1, dtype=torch.int64), torch.tensor([known.numel()]))),
            (loaded.sieve("zorp up"), sieve(line, torch.tensor([words.numel()]))),
        ]
    for theirs, (logits, force) in said:
        assert theirs is not None
        assert np.abs(logits[0].numpy() - theirs[0]).max() < 0.25
        assert abs(float(force[0]) - theirs[1]) < 0.25
    assert loaded.table("…") is None
    assert loaded.sieve("…") is None


def test_the_room_behind_a_line_changes_nothing() -> None:
    torch.manual_seed(0)
    sieve = Sieve(np.arange(1, 9, dtype=np.uint64), 8, 8)
    rows = torch.tensor([[1, 2, 3, 9, 9, 9, 9, 9]])
    with torch.no_grad():
        wide, tight = sieve(rows, torch.tensor([3])), sieve(rows[:, :6], torch.tensor([3]))
    assert torch.equal(wide[0], tight[0])
    assert torch.equal(wide[1], tight[1])


def test_a_seed_gives_equal_files(tmp_path: Path) -> None:
    recipe = quick()
    bodies = []
    for name in ("one", "two"):
        bag, sieve = fit(prepare(toy_lines(), recipe.seed), recipe)
        bodies.append(export(bag, sieve, recipe, tmp_path / name, {}).read_bytes())
    assert bodies[0] == bodies[1]
    assert [path.name for path in sorted((tmp_path / "one").iterdir())] == ["text.json", "text.safetensors"]


def quick() -> TextRecipe:
    """Hardly a recipe: enough to run every part of it."""
    course = Course(lines_seen=2_000, batch=64, rate=1e-2, drop=0.4)
    return replace(small(), table=course, sieve=course)


def test_train_text_runs_whole(corpus: Path, tmp_path: Path) -> None:
    recipe = replace(quick(), corpora=("goemotions", "smp2020"))
    found = train_text(corpus, tmp_path / "out", recipe)
    assert found["lines"] == 8
    assert 0.0 <= found["smp2020_usual_eval_macro_f1"] <= 1.0
    facts = json.loads((tmp_path / "out" / "text.json").read_text())
    assert facts["recipe"]["seed"] == recipe.seed
    assert facts["lines"] == {"goemotions": 3, "smp2020": 5}


def test_the_command_names_its_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "shipped", quick)
    assert command.main([str(tmp_path / "absent"), "-o", str(tmp_path / "out")]) == 1
    assert "nothing is there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_coarse_label_asks_only_for_the_sum_of_its_classes() -> None:
    logits = torch.tensor([[3.0] + [0.0] * 8, [0.0] * 7 + [3.0, 0.0]])
    wanted = torch.full((2,), float("nan"))
    either = torch.tensor([[0.5] + [0.0] * 6 + [0.5, 0.0]]).repeat(2, 1)
    force = torch.zeros(2)
    coarse = objective(logits, either, torch.tensor([True, True]), force, wanted, 0.0)
    exact = objective(logits, either, torch.tensor([False, False]), force, wanted, 0.0)
    assert coarse < exact


def test_measures() -> None:
    truth = np.array([[True, False], [False, True], [True, False]])
    assert macro_f1(truth, truth) == 1.0
    assert macro_f1(truth, ~truth) == 0.0


def test_chat_accuracy_counts_either_of_two_feelings(tmp_path: Path) -> None:
    recipe = quick()
    reader = Reader(load(export(*fit(prepare(toy_lines(), 0), recipe), recipe, tmp_path, {})))
    found = chat(reader, "happy+surprised\t1\t哈哈哈哈哈\nangry\t1\t😂😂\n")
    assert found["chat_zh"] == 1.0
    assert found["chat_und"] == 0.0
    assert len(found["chat_missed"]) == 1
    assert sum(map(sum, found["chat_confusion"]["zh"])) == 1
    assert scan("").text == ""


def test_what_often_stands_together_is_a_word() -> None:
    places, doings = "桥山河湖城村店园", "走跑坐站等看玩停"
    lines = [f"{place}蝴蝶{doing}" for place in places for doing in doings]
    lines += [f"{doing}在{place}上" for place in places for doing in doings] + ["蝴蝶花"] * 3
    assert words(lines, least=12, cohesion=4.0) == ["蝴蝶"]


def test_the_list_of_words_is_written_and_its_trouble_named(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words_room.main([str(corpus), "-o", str(tmp_path / "words.txt")]) == 0
    found = (tmp_path / "words.txt").read_text(encoding="utf-8").splitlines()
    assert found[0].startswith("# Words of Chinese")
    assert {"我们", "害羞"} <= set(found)
    assert len(found) == len(set(found))
    assert words_room.main([str(tmp_path / "absent"), "-o", str(tmp_path / "w.txt")]) == 1
    assert "nothing is there" in capsys.readouterr().err

"""Searches: what each run's config is, that finished runs are not run again, and the table."""

import json
import subprocess
from pathlib import Path

import pytest
from datasets import Dataset, DatasetDict

from data.config import ConfigError
from sitrep.document import Document, write_jsonl
from training import search as module
from training.evaluation import Evaluation
from training.search import folder_of, key_of, load_search, main, run_all, scores_of, scores_on, table, tables_of

BASE = """
[data]
encoder = "e"
[[data.sources]]
name = "a"
reader = "documents"
path = "a.jsonl"
split = "train"
[[data.sources]]
name = "b"
reader = "documents"
path = "b.jsonl"
split = "train"
[training]
output = "runs/x"
epochs = 3
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "base.toml").write_text(BASE, "utf-8")
    lines = [f'base = "{tmp_path}/base.toml"', f'output = "{tmp_path}/runs"', "[training]", "updates = 5"]
    lines += ["[model]", "relation_width = 8"]
    lines += ["[[variants]]", 'name = "As it is"', "seeds = [0, 1]"]
    lines += ["[[variants]]", 'name = "other"', 'without = ["a"]', "[variants.model]", "shape_embedding = false"]
    lines += ["[[variants.sources]]", 'name = "c"', 'reader = "documents"', 'path = "c.jsonl"', 'split = "train"']
    (tmp_path / "search.toml").write_text("\n".join(lines), "utf-8")
    return tmp_path / "search.toml"


def finish(folder: Path, mean: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    records = [{"kind": "dev", "updates": 1, "epoch": 1, "TOLL": 0.1, "mean": 0.1}]
    records += [{"kind": "train", "updates": 2}, {"kind": "dev", "updates": 2, "epoch": 1, "TOLL": mean, "mean": mean}]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    (folder / "done").touch()


def test_each_run_has_the_base_with_its_changes(path: Path) -> None:
    search = load_search(path)
    first, second = search.variants
    tables = tables_of(search, first, 1)
    assert tables["training"] == {
        "epochs": 3,
        "updates": 5,
        "seed": 1,
        "output": str(path.parent / "runs" / "as-it-is-1"),
    }
    tables = tables_of(search, second, 0)
    assert [source["name"] for source in tables["data"]["sources"]] == ["b", "c"]
    assert tables["model"] == {"relation_width": 8, "shape_embedding": False}
    assert search.base["data"]["sources"][0]["name"] == "a", "the base itself stays"


def test_finished_runs_are_not_run_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = load_search(path)
    first = folder_of(search, search.variants[0], 0)
    finish(first, 0.5)
    (first / "key").write_text(key_of(search, search.variants[0], 0), "utf-8")
    run: list[str] = []

    def note(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        folder = Path(command[-1]).parent
        run.append(folder.name)
        finish(folder, 0.7)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(module.subprocess, "run", note)
    run_all(search)
    assert run == ["as-it-is-1", "other-0"]
    assert table(search).split("\n")[2:] == ["| As it is | 2 | 60.0 | 60.0 |", "| other | 1 | 70.0 | 70.0 |"]


def test_a_result_of_other_settings_counts_for_nothing(path: Path) -> None:
    search = load_search(path)
    folder = folder_of(search, search.variants[1], 0)
    finish(folder, 0.25)
    (folder / "key").write_text(key_of(search, search.variants[1], 0), "utf-8")
    assert scores_of(search, search.variants[1], 0)
    path.write_text(path.read_text("utf-8").replace("updates = 5", "updates = 6"), "utf-8")
    other = load_search(path)
    assert scores_of(other, other.variants[1], 0) == {}


def test_a_run_that_fails_stops_the_search(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    assert main(["--config", str(path)]) == 1
    assert "as-it-is-0 failed" in capsys.readouterr().err


def test_the_table_goes_into_a_page(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = path.parent / "page.md"
    page.write_text("<!-- search -->\n<!-- /search -->\n", "utf-8")
    assert main(["--config", str(path), "--table", str(page)]) == 1
    assert "no run is finished yet" in capsys.readouterr().err
    search = load_search(path)
    folder = folder_of(search, search.variants[1], 0)
    finish(folder, 0.25)
    (folder / "key").write_text(key_of(search, search.variants[1], 0), "utf-8")
    assert main(["--config", str(path), "--table", str(page)]) == 0
    assert "| other | 1 | 25.0 | 25.0 |" in page.read_text("utf-8")


def test_a_dev_source_is_scored_alone_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Dataset.from_dict({"document": ["x", "y", "y"], "source": ["a-dev", "b-dev", "b-dev"]})
    DatasetDict(dev=windows).save_to_disk(str(tmp_path / "dataset" / "windows"))
    write_jsonl(tmp_path / "dataset" / "dev.jsonl", [Document("x", "One."), Document("y", "Two.")])
    scored: list[str] = []

    def evaluate(_network: object, _tokenizer: object, documents: list[Document]) -> Evaluation:
        scored.extend(document.id for document in documents)
        return Evaluation({"TOLL": 0.5, "mean": 0.5}, {}, {})

    monkeypatch.setattr(module, "evaluate", evaluate)
    monkeypatch.setattr(module, "load_checkpoint", lambda _folder: None)
    monkeypatch.setattr(module, "load_tokenizer", lambda _path: None)
    for _ in range(2):
        assert scores_on(tmp_path, "b-dev") == {"TOLL": 0.5, "mean": 0.5}
    assert scored == ["y"]
    with pytest.raises(ConfigError, match="no source 'c-dev'"):
        scores_on(tmp_path, "c-dev")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('without = ["a"]', 'without = ["z"]'), "the base has no source 'z'"),
        (('name = "other"', 'title = "other"'), r"variants\[1\]: unknown key 'title'"),
        (("shape_embedding", "shape"), "unknown key 'shape'"),
        (("base =", "bass ="), "keys must be base, output, variants"),
        (('name = "other"', 'name = "As it is"'), "two runs have the same folder"),
    ],
)
def test_faults_of_the_file_are_named(path: Path, change: tuple[str, str], message: str) -> None:
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(ConfigError, match=message):
        load_search(path)


@pytest.mark.parametrize("name", ["ablation", "search", "search-first"])
def test_shipped_searches_are_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[1]
    monkeypatch.chdir(root)
    search = load_search(root / "configs" / f"{name}.toml")
    assert len(search.variants) >= 3

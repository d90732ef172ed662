"""Adapting an encoder by masked words, with the tiny one."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from data.config import ConfigError, DataConfig
from data.pretrained import PretrainedError, pretrained_tokenizer
from model.checkpoints import initial_model, load_checkpoint, save_checkpoint
from model.config import ModelConfig
from sitrep.document import read_jsonl, write_jsonl
from training import adapt as module
from training.adapt import batches, main, masked_batch, read_windows
from training.config import AdaptConfig, load_adapt_config

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "tiny-distilbert"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "few.jsonl", list(read_jsonl(ROOT / "data" / "authored" / "dev.jsonl"))[:4])
    return tmp_path / "few.jsonl"


def config(folder: Path, articles: Path, updates: int) -> Path:
    lines = ["[adapt]", f'output = "{folder}/run"', f'texts = ["{articles}"]', f'encoder = "{TINY}"', "window = 64"]
    lines += [f"updates = {updates}", "batch_size = 4", "learning_rate = 1e-2", "save_every = 3"]
    (folder / "a.toml").write_text("\n".join(lines), "utf-8")
    return folder / "a.toml"


def test_windows_hold_the_texts_in_order(articles: Path) -> None:
    settings = AdaptConfig(output="x", texts=(str(articles),), encoder=str(TINY), window=32)
    windows, ids = read_windows(settings)
    assert windows.shape[0] == 3
    assert windows.shape[2] == 32
    assert (windows[2, :, 0] == -1).all(), "special tokens belong to no word"
    inner = windows[2, :, 1:-1].ravel()
    assert (np.diff(inner) >= 0).all()
    assert ids["vocabulary"] > ids["mask"] > 0
    with pytest.raises(ConfigError, match="no texts"):
        read_windows(AdaptConfig(output="x", texts=("none.jsonl",), encoder=str(TINY)))


def test_whole_words_are_masked_and_the_rest_is_not_predicted() -> None:
    words = np.repeat(np.arange(400), 2).reshape(1, -1)
    windows = np.stack([np.full_like(words, 7), np.full_like(words, 2), words])
    batch = masked_batch(windows, {"mask": 99, "vocabulary": 50}, np.random.default_rng(0))
    chosen = (batch["labels"] != -100).numpy().reshape(-1, 2)
    assert (chosen[:, 0] == chosen[:, 1]).all()
    assert 0.08 < chosen.mean() < 0.25
    inputs = batch["input_ids"].numpy().reshape(-1, 2)
    assert (inputs[~chosen] == 7).all()
    assert (inputs[chosen] == 99).mean() > 0.6
    assert (batch["shape_ids"] == 2).all()


def test_every_window_comes_once_a_pass() -> None:
    settings = AdaptConfig(output="x", texts=(), updates=6, batch_size=2)
    rows = np.concatenate(list(batches(6, settings)))
    assert sorted(rows[:6]) == sorted(rows[6:]) == list(range(6))


def test_a_run_learns_and_a_broken_one_goes_on_to_the_same(
    tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    assert main(["--config", str(config(whole, articles, 6))]) == 0
    records = [json.loads(line) for line in (whole / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [record["updates"] for record in records] == [0, 3, 6]
    assert records[-1]["held_loss"] < records[0]["held_loss"]

    def cut_off(n_windows: int, settings: AdaptConfig) -> Iterator[np.ndarray]:
        yield from list(batches(n_windows, settings))[:4]
        raise KeyboardInterrupt

    path = config(broken, articles, 6)
    with monkeypatch.context() as patched:
        patched.setattr(module, "batches", cut_off)
        with pytest.raises(KeyboardInterrupt):
            main(["--config", str(path)])
    assert main(["--config", str(path), "--resume"]) == 0
    one, other = (load_file(folder / "run" / "best" / "model.safetensors") for folder in (whole, broken))
    assert all(torch.equal(one[name], other[name]) for name in one if name.startswith("encoder."))


def test_training_takes_encoder_and_shapes_alone(tmp_path: Path, articles: Path) -> None:
    assert main(["--config", str(config(tmp_path, articles, 3))]) == 0
    adapted = tmp_path / "run" / "best"
    data = DataConfig(sources=(), encoder=str(TINY), window=64, overlap=16)
    torch.manual_seed(0)
    plain = initial_model(ModelConfig(relation_width=8), data)
    torch.manual_seed(0)
    network = initial_model(ModelConfig(relation_width=8, adapted=str(adapted)), data)
    saved = load_file(adapted / "model.safetensors")
    assert torch.equal(
        network.encoder.state_dict()["embeddings.LayerNorm.weight"], saved["encoder.embeddings.LayerNorm.weight"]
    )
    assert network.shape_embedding is not None
    assert torch.equal(network.shape_embedding.weight, saved["shape_embedding.weight"])
    assert torch.equal(network.tagger.weight, plain.tagger.weight)
    with pytest.raises(PretrainedError, match="cannot be loaded"):
        initial_model(ModelConfig(adapted=str(tmp_path / "none")), data)


def test_attention_dropout_is_the_configs_also_when_going_on(tmp_path: Path) -> None:
    data = DataConfig(sources=(), encoder=str(TINY), window=64, overlap=16)
    network = initial_model(ModelConfig(relation_width=8, attention_dropout=0.3), data)
    save_checkpoint(network, pretrained_tokenizer(str(TINY)), tmp_path / "first")
    assert load_checkpoint(tmp_path / "first").encoder.transformer.layer[0].attention.dropout.p == 0.3
    network = initial_model(ModelConfig(initial=str(tmp_path / "first"), attention_dropout=0.0), data)
    assert {layer.attention.dropout.p for layer in network.encoder.transformer.layer} == {0.0}
    assert network.config.encoder["attention_dropout"] == 0.0


def test_faults_are_told(tmp_path: Path, articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.toml").write_text("[training]\n", "utf-8")
    with pytest.raises(ConfigError, match="an \\[adapt\\] table is missing"):
        load_adapt_config(tmp_path / "b.toml")
    assert main(["--config", str(config(tmp_path, articles, 3)), "--resume"]) == 1
    assert "no saved state" in capsys.readouterr().err

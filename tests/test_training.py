"""The training loop on the smoke config's scale, through `accelerate launch` as users call it."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from data.pretrained import PretrainedError
from model.checkpoints import load_checkpoint, save_checkpoint
from model.network import SitrepConfig, SitrepModel
from sitrep.document import read_jsonl, write_jsonl
from sitrep.tokens import load_tokenizer
from training.config import TrainingConfig, load_config
from training.optimisation import linear_schedule, make_optimizer
from training.train import fingerprint, main

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "tiny-distilbert"


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("articles") / "few.jsonl"
    write_jsonl(path, list(read_jsonl(ROOT / "data" / "authored" / "dev.jsonl"))[:3])
    return path


def config(folder: Path, articles: Path, **training: object) -> Path:
    lines = [f'[data]\nencoder = "{TINY}"\nwindow = 96\noverlap = 32']
    lines += [
        f'[[data.sources]]\nname = "few-{split}"\nreader = "documents"\npath = "{articles}"\nsplit = "{split}"'
        for split in ("train", "dev")
    ]
    settings = {"output": str(folder / "run"), "epochs": 2, "batch_size": 4, "learning_rate": 1e-3} | training
    lines += [
        "[model]\nrelation_width = 8\n[training]",
        *(f"{key} = {json.dumps(value)}" for key, value in settings.items()),
    ]
    folder.mkdir(exist_ok=True)
    (folder / "c.toml").write_text("\n".join(lines), "utf-8")
    return folder / "c.toml"


def launch(path: Path, *arguments: str, processes: int = 1) -> subprocess.CompletedProcess[str]:
    how = ["--multi_gpu", "--num_processes", str(processes)] if processes > 1 else ["--num_processes", "1", "--cpu"]
    accelerate = [sys.executable, "-m", "accelerate.commands.launch", *how]
    return subprocess.run(
        [*accelerate, "-m", "training.train", "--config", str(path), *arguments],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "run" / "state" / "model.safetensors")


def test_a_run_writes_checkpoint_metrics_and_curves(tmp_path: Path, articles: Path) -> None:
    done = launch(config(tmp_path, articles, average_decay=0.9, accumulate=2))
    assert done.returncode == 0, done.stderr[-3000:]
    run = tmp_path / "run"
    records = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    train = [record for record in records if record["kind"] == "train"]
    assert train[-1]["loss"] < train[0]["loss"]
    assert {"ACTOR", "TOLL", "relations", "tokens_per_second", "learning_rate"} <= set(train[0])
    assert {"said_by", "mean", "DIRECT_QUOTE"} <= set(records[-1])
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert set(load_checkpoint(run / "best").config.thresholds) == {
        kind.name for kind in load_checkpoint(run / "best").config.inventory.relations
    }
    assert "windows an epoch" in done.stdout


def test_resume_goes_on_to_the_same_weights(tmp_path: Path, articles: Path) -> None:
    settings = {"epochs": 2, "average_decay": 0.9, "save_every": 3}
    whole = config(tmp_path / "whole", articles, **settings)
    assert launch(whole).returncode == 0
    cut = config(tmp_path / "cut", articles, **settings)
    killer = (
        "import training.train as t\n"
        "finish = t.finish_update\n"
        "def kill(run, *rest):\n"
        "    finish(run, *rest)\n"
        "    if run.progress.updates == 5:\n"
        "        raise SystemExit(9)\n"
        "t.finish_update = kill\n"
        f"t.main(['--config', {str(cut)!r}])\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", killer],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == 9, killed.stderr[-3000:]
    resumed = launch(cut, "--resume")
    assert resumed.returncode == 0, resumed.stderr[-3000:]
    wanted, found = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert wanted.keys() == found.keys()
    for name, value in wanted.items():
        assert torch.equal(value, found[name]), name
    whole_lines, cut_lines = (logged(tmp_path / name) for name in ("whole", "cut"))
    assert whole_lines == cut_lines


def logged(folder: Path) -> list[tuple[str, int, float]]:
    records = [json.loads(line) for line in (folder / "run" / "metrics.jsonl").read_text().splitlines()]
    return [(record["kind"], record["updates"], record.get("loss", record.get("mean"))) for record in records]


def test_two_processes_train_together(tmp_path: Path, articles: Path) -> None:
    done = launch(config(tmp_path, articles), processes=2)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "8 windows an update (2 process(es))" in done.stdout
    assert (tmp_path / "run" / "best" / "config.json").is_file()


def test_resume_without_a_state_is_one_clear_line(
    tmp_path: Path, articles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(config(tmp_path, articles)), "--resume"]) == 1
    assert "error: --resume: no saved state" in capsys.readouterr().err


def test_a_state_of_another_config_is_refused(
    tmp_path: Path, articles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(config(tmp_path, articles, epochs=1))]) == 0
    assert main(["--config", str(config(tmp_path, articles, epochs=2)), "--resume"]) == 1
    assert "is of another config" in capsys.readouterr().err


def test_a_dataset_is_built_again_when_its_config_or_files_change(tmp_path: Path, articles: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_bytes(articles.read_bytes())
    before = load_config(config(tmp_path, own)).data
    key = fingerprint(before)
    assert fingerprint(load_config(config(tmp_path, own)).data) == key
    assert fingerprint(dataclasses.replace(before, window=64)) != key
    own.write_bytes(articles.read_bytes() + b"\n")
    assert fingerprint(before) != key


def small_network() -> SitrepModel:
    torch.manual_seed(0)
    return SitrepModel(
        SitrepConfig(encoder={"vocab_size": 50, "dim": 16, "hidden_dim": 32, "n_layers": 2, "n_heads": 2})
    )


def test_checkpoints_round_trip_in_full_and_half_precision(tmp_path: Path) -> None:
    network, tokenizer = small_network().eval(), load_tokenizer(str(TINY / "tokenizer.json"))
    network.config.thresholds = {"said_by": 0.35}
    ids = torch.arange(12)[None]
    for half, tolerance in ((False, 0.0), (True, 2e-3)):
        save_checkpoint(network, tokenizer, tmp_path / "c", half=half)
        again = load_checkpoint(tmp_path / "c")
        assert again.config.thresholds == {"said_by": 0.35}
        assert next(again.parameters()).dtype == torch.float32
        with torch.inference_mode():
            difference = (again(ids, ids % 7).tags - network(ids, ids % 7).tags).abs().max()
        assert float(difference) <= tolerance
    assert (tmp_path / "c" / "tokenizer.json").is_file()


def test_a_checkpoint_that_fills_too_little_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    network = small_network()
    network.save_pretrained(tmp_path / "c")
    state = {name: value for name, value in network.state_dict().items() if name != "tagger.weight"}
    save_file(state, tmp_path / "c" / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(PretrainedError, match=r"not filled: .*tagger\.weight"):
        load_checkpoint(tmp_path / "c")
    with pytest.raises(PretrainedError, match="cannot be loaded"):
        load_checkpoint(tmp_path / "none")


def test_rates_fall_layer_by_layer_and_follow_the_schedule() -> None:
    training = TrainingConfig(output="x", learning_rate=1.0, head_learning_rate=10.0, layer_decay=0.5, warmup=0.2)
    network = small_network()
    optimizer = make_optimizer(network, training)
    rate_of = {id(held): group["lr"] for group in optimizer.param_groups for held in group["params"]}
    by_name = {name: rate_of[id(parameter)] for name, parameter in network.named_parameters()}
    assert len(by_name) == len(rate_of)
    assert by_name["encoder.transformer.layer.1.ffn.lin1.weight"] == 1.0
    assert by_name["encoder.transformer.layer.0.ffn.lin1.weight"] == 0.5
    assert by_name["encoder.embeddings.word_embeddings.weight"] == 0.25
    assert by_name["tagger.weight"] == 10.0
    schedule = linear_schedule(optimizer, training.warmup, 10)
    factors = []
    for _ in range(11):
        factors.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    peak = factors.index(max(factors))
    assert peak in (1, 2)
    assert factors == sorted(factors[: peak + 1]) + sorted(factors[peak + 1 :], reverse=True)
    assert factors[-1] == 0.0


def test_thresholds_and_calibration_can_be_chosen_again(tmp_path: Path, articles: Path) -> None:
    from training.evaluation import main as choose

    assert main(["--config", str(config(tmp_path, articles, epochs=1))]) == 0
    run = tmp_path / "run"
    network = load_checkpoint(run / "best")
    network.config.thresholds = dict.fromkeys(network.config.thresholds, 0.99)
    save_checkpoint(network, load_tokenizer(str(run / "best" / "tokenizer.json")), run / "best", {"seed": 0})
    assert choose([str(run)]) == 0
    assert max(load_checkpoint(run / "best").config.thresholds.values()) <= 0.9
    assert json.loads((run / "best" / "metrics.json").read_text())["seed"] == 0
    assert choose([str(tmp_path / "none")]) == 1

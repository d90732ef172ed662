"""Train the network.

    accelerate launch -m training.train --config configs/small.toml
    accelerate launch --multi_gpu --num_processes 2 -m training.train --config configs/small.toml      on CPUs too
    accelerate launch -m training.train --config configs/small.toml --resume

Writes under the config's `output`: dataset/ (built once), state/ (for --resume), best/ (the checkpoint that was
best on dev), metrics.jsonl, curves.png and, if asked for, tensorboard/.
"""

import argparse
import copy
import dataclasses
import json
import logging
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator, DataLoaderConfiguration
from accelerate.utils import DistributedDataParallelKwargs, set_seed
from datasets import DatasetDict
from torch.utils.data import DataLoader
from tqdm import tqdm

from data.build import build, load_inventory, write
from data.config import ConfigError, DataConfig
from data.pretrained import PretrainedError, pretrained_tokenizer
from model.checkpoints import initial_model, replace_folder, save_checkpoint
from model.network import SitrepModel
from sitrep.document import Document, DocumentError, read_jsonl
from training.batches import Collator, EpochSampler
from training.config import RunConfig, TrainingConfig, load_config
from training.curves import plot_curves
from training.evaluation import evaluate
from training.losses import relation_loss, tag_loss
from training.optimisation import linear_schedule, make_optimizer

log = logging.getLogger(__name__)


@dataclass
class Progress:
    """Where a run stands; saved with the state, so that --resume goes on exactly there."""

    epoch: int = 0
    batches: int = 0
    """Batches of this epoch that each process has done."""
    updates: int = 0
    tokens: int = 0
    best: float = -1.0
    config: str = ""
    """The run's config, so that a state is never gone on with under another."""

    def state_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        vars(self).update(state)


@dataclass
class Average:
    """An exponential moving average of the weights (Polyak and Juditsky 1992)."""

    network: SitrepModel
    decay: float

    @torch.no_grad()
    def update(self, live: SitrepModel, updates: int) -> None:
        # Early on the average would be mostly the starting weights, so its memory grows with the updates.
        decay = min(self.decay, (1 + updates) / (10 + updates))
        for kept, new in zip(self.network.parameters(), live.parameters(), strict=True):
            kept.lerp_(new.detach().to(kept), 1 - decay)

    def state_dict(self) -> dict[str, Any]:
        return self.network.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state)


@dataclass
class Run:
    """Everything that one training run holds between its steps."""

    config: RunConfig
    accelerator: Accelerator
    network: SitrepModel
    optimizer: Any
    schedule: Any
    loader: DataLoader
    sampler: EpochSampler
    dev: list[Document]
    average: Average | None
    progress: Progress = field(default_factory=Progress)

    @property
    def output(self) -> Path:
        return Path(self.config.training.output)

    @property
    def total_updates(self) -> int:
        return length(self.config.training, len(self.loader))

    @property
    def is_done(self) -> bool:
        return self.progress.updates >= self.total_updates


def length(training: TrainingConfig, batches: int) -> int:
    """Updates of a whole run, whose epochs have so many batches in each process."""
    per_epoch = -(-batches // training.accumulate)
    return training.updates or training.epochs * per_epoch


def prepare_dataset(config: RunConfig, accelerator: Accelerator) -> Path:
    """Build the dataset once, on the main process; one already there is used if it is of the same config and files."""
    folder = Path(config.training.output) / "dataset"
    made_of = folder / "made_of.txt"
    with accelerator.main_process_first():
        key = fingerprint(config.data)
        if not made_of.is_file() or made_of.read_text("utf-8") != key:
            dataset, documents, summary = build(config.data)
            write(folder, dataset, documents, summary)
            made_of.write_text(key, "utf-8")
        if accelerator.is_main_process:
            print((folder / "summary.md").read_text("utf-8"))
    return folder


def fingerprint(config: DataConfig) -> str:
    """What a dataset is made of: its config, and the size and time of every file that it reads."""
    named = {path for source in config.sources for path in (source.path, source.texts, *source.without)}
    named |= {config.labels}
    lines = [repr(config)]
    for path in (Path(name) for name in sorted(named - {""})):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        lines += [f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files if file.is_file()]
    return "\n".join(lines)


def start(config: RunConfig) -> Run:
    """Accelerator, seed, data, network, optimizer, schedule, and one `prepare`."""
    training, inventory = config.training, load_inventory(config.data)
    accelerator = Accelerator(
        cpu=not torch.cuda.is_available(),  # several processes on CPUs need to be told
        mixed_precision=training.precision,
        gradient_accumulation_steps=training.accumulate,
        dataloader_config=DataLoaderConfiguration(use_seedable_sampler=False),
        # An inventory without relations leaves the relation scorer without gradients.
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=not inventory.relations)],
        log_with="tensorboard" if training.tensorboard else None,
        project_dir=training.output,
    )
    set_seed(training.seed)
    folder = prepare_dataset(config, accelerator)
    splits = DatasetDict.load_from_disk(str(folder / "windows"))
    if "train" not in splits:
        raise ConfigError("no source of the train split gave a window")
    windows = splits["train"]
    passes = {source.name: source.passes for source in config.data.sources if source.split == "train"}
    sampler = EpochSampler(windows, passes, batch_size=training.batch_size, seed=training.seed)
    tokenizer = pretrained_tokenizer(config.data.encoder)
    collator = Collator(inventory, tokenizer.token_to_id("[PAD]") or 0)
    loader = DataLoader(windows, batch_size=training.batch_size, sampler=sampler, collate_fn=collator)  # type: ignore[arg-type]
    network = initial_model(config.model, config.data)
    average = (
        Average(copy.deepcopy(network).eval().to(accelerator.device), training.average_decay)
        if training.average_decay
        else None
    )
    optimizer = make_optimizer(network, training)
    network, optimizer, loader = accelerator.prepare(network, optimizer, loader)
    updates = length(training, len(loader))
    # Every process counts its own updates, so the schedule is not handed to `prepare`, which would scale it.
    schedule = linear_schedule(optimizer, training.warmup, updates)
    dev = list(read_jsonl(folder / "dev.jsonl")) if (folder / "dev.jsonl").is_file() else []
    run = Run(config, accelerator, network, optimizer, schedule, loader, sampler, dev, average)
    accelerator.register_for_checkpointing(run.progress, schedule, *([average] if average else []))
    if training.tensorboard:
        accelerator.init_trackers("tensorboard")
    return run


def train(run: Run) -> None:
    """Train to the last epoch from wherever the progress stands."""
    training, accelerator = run.config.training, run.accelerator
    total = run.total_updates
    if accelerator.is_main_process:
        effective = training.batch_size * training.accumulate * accelerator.num_processes
        print(
            f"{len(run.sampler)} windows an epoch, {effective} windows an update "
            f"({accelerator.num_processes} process(es)), {total} updates on {accelerator.device}"
        )
    bar = tqdm(total=total, initial=run.progress.updates, disable=not accelerator.is_local_main_process, unit="update")
    if not len(run.loader):
        raise ConfigError("no window to train on: every source is empty or has too few passes")
    # A state of the last update may have been saved before the evaluation that ends its epoch.
    while run.progress.batches or not run.is_done:
        train_epoch(run, run.progress.epoch, bar)
        run.progress.epoch, run.progress.batches = run.progress.epoch + 1, 0
        if run.dev and (run.is_done or run.progress.epoch % training.evaluate_every == 0):
            evaluate_and_keep(run)
        save_state(run)
    bar.close()
    if accelerator.is_main_process:
        plot_curves(run.output / "metrics.jsonl", run.output / "curves.png")


def train_epoch(run: Run, epoch: int, bar: tqdm) -> None:
    """One epoch, or what is left of it."""
    training, accelerator, progress = run.config.training, run.accelerator, run.progress
    if run.is_done:
        return
    run.sampler.start_epoch(epoch)
    loader = accelerator.skip_first_batches(run.loader, progress.batches) if progress.batches else run.loader
    run.network.train()
    began, tokens_before = time.perf_counter(), progress.tokens
    sums: dict[str, float] = {}
    for batch in loader:
        seed_step(run)
        with accelerator.accumulate(run.network):
            losses = step_losses(run, batch)
            loss = torch.stack(list(losses.values())).sum()
            accelerator.backward(loss)
            if accelerator.sync_gradients:
                accelerator.clip_grad_norm_(run.network.parameters(), training.clip)
            run.optimizer.step()
            if accelerator.sync_gradients:
                run.schedule.step()
            run.optimizer.zero_grad()
        progress.batches += 1
        progress.tokens += int(batch["attention_mask"].sum()) * accelerator.num_processes
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if accelerator.sync_gradients:
            finish_update(run, sums, began, tokens_before, bar)
            sums = {}
            if run.is_done:
                break


def seed_step(run: Run) -> None:
    """Make dropout depend on where the run stands alone, so that a resumed run draws what it would have drawn."""
    place = (run.config.training.seed, run.progress.epoch, run.progress.batches, run.accelerator.process_index)
    torch.manual_seed(int(np.random.SeedSequence(place).generate_state(1, np.uint64)[0] >> 1))


def step_losses(run: Run, batch: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The loss of each layer and of the relations for one batch."""
    training = run.config.training
    live = run.accelerator.unwrap_model(run.network)
    inventory = live.config.inventory
    # Through the prepared network, not the bare one: several processes gather their gradients there.
    output = run.network(
        input_ids=batch["input_ids"],
        shape_ids=batch["shape_ids"],
        attention_mask=batch["attention_mask"],
        spans=batch["spans"],
        pairs=batch["pairs"],
        pair_features=batch["pair_features"],
    )
    permitted = {layer.name: batch[f"permitted_{layer.name}"] for layer in inventory.layers}
    losses = tag_loss(output.tags, permitted, inventory, training.layer_weights)
    if inventory.relations:
        relations = relation_loss(output.pairs, batch["pair_allowed"], batch["pair_gold"], len(inventory.relations))
        losses["relations"] = training.relation_weight * relations
    return losses


def finish_update(run: Run, sums: dict[str, float], began: float, tokens_before: int, bar: tqdm) -> None:
    """Count an update, follow it with the average, log it, and save the state where that is due."""
    training, progress = run.config.training, run.progress
    progress.updates += 1
    if run.average is not None:
        run.average.update(run.accelerator.unwrap_model(run.network), progress.updates)
    speed = (progress.tokens - tokens_before) / max(time.perf_counter() - began, 1e-9)
    losses = {name: value / training.accumulate for name, value in sums.items()}
    bar.update(1)
    bar.set_postfix(
        epoch=progress.epoch + 1, loss=f"{sum(losses.values()):.3f}", tokens_per_s=f"{speed:.0f}", refresh=False
    )
    record = {"updates": progress.updates, "tokens": progress.tokens, "loss": sum(losses.values()), **losses}
    record |= {"learning_rate": run.schedule.get_last_lr()[-1], "tokens_per_second": speed}
    write_metrics(run, "train", record)
    if training.save_every and progress.updates % training.save_every == 0:
        save_state(run)


def evaluate_and_keep(run: Run) -> None:
    """Score dev, and keep the checkpoint if it is the best so far."""
    live = run.accelerator.unwrap_model(run.network)
    network = run.average.network if run.average is not None else live
    if run.accelerator.is_main_process:
        tokenizer = pretrained_tokenizer(run.config.data.encoder)
        network.eval()
        found = evaluate(network, tokenizer, run.dev)
        scores, network.config.thresholds, network.config.calibration = (
            found.scores,
            found.thresholds,
            found.calibration,
        )
        write_metrics(run, "dev", {"updates": run.progress.updates, "epoch": run.progress.epoch, **scores})
        if scores["mean"] > run.progress.best:
            run.progress.best = scores["mean"]
            save_checkpoint(network, tokenizer, run.output / "best", run_facts(run, scores))
        summary = ", ".join(f"{name} {value:.3f}" for name, value in scores.items())
        tqdm.write(f"epoch {run.progress.epoch}: dev F1 {summary}")
    run.accelerator.wait_for_everyone()


def run_facts(run: Run, scores: dict[str, float]) -> dict[str, Any]:
    """What a checkpoint says of the run that made it."""
    progress = run.progress
    facts = {
        "seed": run.config.training.seed,
        "processes": run.accelerator.num_processes,
        "device": run.accelerator.device.type,
    }
    facts |= {"epoch": progress.epoch, "updates": progress.updates, "tokens": progress.tokens}
    return facts | {"config": dataclasses.asdict(run.config), "dev_f1": scores}


def save_state(run: Run) -> None:
    """Everything that --resume needs; the old state stands until the new one is whole."""
    folder, partial = run.output / "state", run.output / "state.partial"
    run.accelerator.save_state(str(partial))
    run.accelerator.wait_for_everyone()
    if run.accelerator.is_main_process:
        replace_folder(partial, folder)
    run.accelerator.wait_for_everyone()


def resume(run: Run, state: Path) -> None:
    """Go on from a saved state: its weights, optimizer and progress, and the metrics up to there.

    Raises:
        ConfigError: the state is of another config.
    """
    run.accelerator.load_state(str(state))
    if run.progress.config != repr(run.config):
        raise ConfigError(f"--resume: the state under {state} is of another config; train afresh without --resume")
    path = run.output / "metrics.jsonl"
    if run.accelerator.is_main_process and path.is_file():
        records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        kept = [record for record in records if _is_before(record, run.progress)]
        path.write_text("".join(json.dumps(record) + "\n" for record in kept), "utf-8")
    run.accelerator.wait_for_everyone()


def _is_before(record: dict[str, Any], progress: Progress) -> bool:
    return record["updates"] <= progress.updates and record.get("epoch", 0) <= progress.epoch


def clear(run: Run) -> None:
    """Take away what an earlier run left, so that nothing of it is gone on with or drawn into the curves."""
    if run.accelerator.is_main_process:
        (run.output / "metrics.jsonl").unlink(missing_ok=True)
        for name in ("state", "best"):
            shutil.rmtree(run.output / name, ignore_errors=True)
    run.progress.config = repr(run.config)
    run.accelerator.wait_for_everyone()


def write_metrics(run: Run, kind: str, record: dict[str, Any]) -> None:
    """Append one JSON line, and hand the numbers to TensorBoard where it is on."""
    if run.accelerator.is_main_process:
        with (run.output / "metrics.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"kind": kind, **record}) + "\n")
    if run.config.training.tensorboard:
        run.accelerator.log({f"{kind}/{name}": value for name, value in record.items()}, step=record["updates"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="accelerate launch -m training.train", description="Train the network.")
    parser.add_argument("--config", type=Path, required=True, help="the run's TOML file")
    parser.add_argument("--resume", action="store_true", help="go on from the saved state")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(levelname)s: %(message)s")
    try:
        config = load_config(options.config)
        state = Path(config.training.output) / "state"
        if options.resume and not state.is_dir():
            raise ConfigError(f"--resume: no saved state under {state}")
        run = start(config)
        if options.resume:
            resume(run, state)
        else:
            clear(run)
        train(run)
    except (ConfigError, DocumentError, PretrainedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Adapt the pretrained encoder to news: masked-language-model training on unlabelled texts.

    accelerate launch --num_processes 1 -m training.adapt --config configs/adapt.toml
    accelerate launch --num_processes 1 -m training.adapt --config configs/adapt.toml --resume

The packaged encoder was last trained to tell sentences apart, which blurs what single words are. Predicting
masked words (Devlin et al. 2019, with whole words masked) makes its token states sharp again, and trains the
embedding of word shapes along with it. Writes a checkpoint whose heads are untrained under the config's `output`;
a training config takes encoder and shapes from it with `[model] adapted = "FOLDER"`.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW
from tqdm import tqdm

from data.build import special_ids
from data.config import ConfigError, DataConfig
from data.pretrained import PretrainedError, pretrained_tokenizer
from data.texts import held_out, unlabelled
from model.checkpoints import initial_model, replace_folder, save_checkpoint
from model.config import ModelConfig
from model.network import SitrepModel
from sitrep.document import DocumentError
from sitrep.tokens import tokenise
from training.config import AdaptConfig, load_adapt_config
from training.optimisation import linear_schedule

log = logging.getLogger(__name__)

MASKED, MADE_MASK, MADE_RANDOM = 0.15, 0.8, 0.1
"""Share of words to predict; of these the shares that become [MASK] and a random word (the rest stay)."""
_HELD = 50  # one window in so many is not trained on, to measure the loss


class MaskedLanguageModel(nn.Module):
    """The network's encoder with a head that predicts words; its output weights are the word embeddings."""

    def __init__(self, network: SitrepModel) -> None:
        super().__init__()
        self.network = network
        width = network.encoder.config.dim
        self.transform = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(network.encoder.config.vocab_size))
        nn.init.eye_(self.transform.weight)
        nn.init.zeros_(self.transform.bias)

    def forward(self, input_ids: Tensor, shape_ids: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy over the masked positions, where `labels` is not -100. All: (batch, seq)."""
        hidden = self.network.hidden_states(input_ids, shape_ids)
        masked = labels != -100
        states = self.norm(functional.gelu(self.transform(hidden[masked])))
        embeddings = self.network.encoder.embeddings.word_embeddings.weight
        return functional.cross_entropy(states @ embeddings.T + self.bias, labels[masked])


def read_windows(config: AdaptConfig) -> tuple[NDArray[np.int64], dict[str, int]]:
    """All texts as windows of equal length, one text after the other; what does not fill the last is left out.

    Returns:
        Token ids, shape ids and word numbers. Shape: (3, n_windows, window). Ids by name of the special tokens.
    """
    tokenizer = pretrained_tokenizer(config.encoder)
    first, last = special_ids(tokenizer)
    left_out = held_out([Path(path) for path in config.without])
    parts: list[NDArray[np.int64]] = []
    n_texts = n_words = 0
    for text in unlabelled(config.texts, left_out):
        tokens = tokenise(text, tokenizer)
        words = np.zeros(tokens.n_tokens, np.int64)
        words[tokens.first] = 1
        parts.append(np.stack([tokens.ids, tokens.shapes, n_words + np.cumsum(words)]))
        n_texts, n_words = n_texts + 1, n_words + tokens.n_words
    stream = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), np.int64)
    inner = config.window - 2
    n_windows = stream.shape[1] // inner
    if n_windows < 2:
        raise ConfigError(
            f"adapt: no texts to read, or too few: they fill {n_windows} windows of {config.window} tokens"
        )
    print(f"{n_texts} texts, {n_words} words, {stream.shape[1]} tokens, {n_windows} windows")
    windows = stream[:, : n_windows * inner].reshape(3, n_windows, inner)
    border = np.zeros((3, n_windows, 1), np.int64)
    border[2] = -1
    start, end = border.copy(), border.copy()
    start[0], end[0] = first, last
    mask = tokenizer.token_to_id("[MASK]")
    if mask is None:
        raise ConfigError(f"adapt: the tokenizer of {config.encoder} has no [MASK]")
    return np.concatenate([start, windows, end], axis=2), {"mask": mask, "vocabulary": tokenizer.get_vocab_size()}


def masked_batch(windows: NDArray[np.int64], ids: dict[str, int], random: np.random.Generator) -> dict[str, Tensor]:
    """Inputs and labels of some windows; whole words are masked, their shapes stay. Shape of all: (batch, window)."""
    tokens, shapes, words = windows
    numbers, inverse = np.unique(words, return_inverse=True)
    draw = random.random(len(numbers))
    draw[numbers < 0] = 1.0
    chosen = (draw < MASKED)[inverse].reshape(words.shape)
    fate = random.random(len(numbers))[inverse].reshape(words.shape)
    inputs = np.where(chosen & (fate < MADE_MASK), ids["mask"], tokens)
    drawn = random.integers(0, ids["vocabulary"], tokens.shape)
    inputs = np.where(chosen & (fate >= MADE_MASK) & (fate < MADE_MASK + MADE_RANDOM), drawn, inputs)
    labels = np.where(chosen, tokens, -100)
    return {
        "input_ids": torch.from_numpy(inputs),
        "shape_ids": torch.from_numpy(shapes.copy()),
        "labels": torch.from_numpy(labels),
    }


@dataclass
class Progress:
    """Updates done, and the config that they were done under; saved with the state."""

    updates: int = 0
    config: str = ""

    def state_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        vars(self).update(state)


def batches(n_windows: int, config: AdaptConfig) -> Iterator[NDArray[np.int64]]:
    """Rows of each update's windows: shuffled passes one after the other, a function of the seed alone."""
    order: list[int] = []
    epoch = 0
    for _ in range(config.updates):
        while len(order) < config.batch_size:
            order += np.random.default_rng((config.seed, epoch)).permutation(n_windows).tolist()
            epoch += 1
        yield np.array(order[: config.batch_size])
        del order[: config.batch_size]


def adapt(config: AdaptConfig, *, resume: bool) -> None:
    """Train, log to metrics.jsonl, and write the checkpoint at the end."""
    set_seed(config.seed)
    output = Path(config.output)
    accelerator = Accelerator(cpu=not torch.cuda.is_available(), mixed_precision=config.precision)
    if accelerator.num_processes > 1:
        raise ConfigError("adapt: this stage runs in one process: accelerate launch --num_processes 1")
    windows, ids = read_windows(config)
    held = windows[:, ::_HELD]
    trained = np.delete(windows, np.s_[::_HELD], axis=1)
    network = initial_model(
        ModelConfig(attention_dropout=0.0),
        DataConfig(sources=(), encoder=config.encoder, window=config.window, overlap=0),
    )
    model = MaskedLanguageModel(network)
    optimizer = AdamW(model.parameters(), lr=config.learning_rate, weight_decay=0.01, fused=True)
    schedule = linear_schedule(optimizer, config.warmup, config.updates)
    model, optimizer = accelerator.prepare(model, optimizer)
    progress = Progress(config=repr(config))
    accelerator.register_for_checkpointing(progress, schedule)
    if resume:
        accelerator.load_state(str(output / "state"))
        if progress.config != repr(config):
            raise ConfigError(f"--resume: the state under {output}/state is of another config")
    else:
        output.mkdir(parents=True, exist_ok=True)
        (output / "metrics.jsonl").unlink(missing_ok=True)
        note(output, {"updates": 0, "held_loss": held_loss(model, held, ids, config)})
    began, done = time.perf_counter(), progress.updates
    for update, rows in enumerate(tqdm(batches(trained.shape[1], config), total=config.updates, unit="update")):
        if update < progress.updates:
            continue
        torch.manual_seed(config.seed * 1_000_003 + update)
        batch = masked_batch(trained[:, rows], ids, np.random.default_rng((config.seed, update, 1)))
        model.train()
        loss = model(**{name: value.to(accelerator.device) for name, value in batch.items()})
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        progress.updates = update + 1
        if (config.save_every and progress.updates % config.save_every == 0) or progress.updates == config.updates:
            speed = (progress.updates - done) * config.batch_size * config.window / (time.perf_counter() - began)
            record = {"updates": progress.updates, "loss": loss.item(), "tokens_per_second": speed}
            note(output, record | {"held_loss": held_loss(model, held, ids, config)})
            accelerator.save_state(str(output / "state.partial"))
            replace_folder(output / "state.partial", output / "state")
    facts = {"seed": config.seed, "updates": progress.updates, "texts": list(config.texts)}
    tokenizer = pretrained_tokenizer(config.encoder)
    save_checkpoint(accelerator.unwrap_model(model).network, tokenizer, output / "best", facts)


@torch.no_grad()
def held_loss(model: nn.Module, held: NDArray[np.int64], ids: dict[str, int], config: AdaptConfig) -> float:
    """Mean masked-word loss on the windows that are not trained on, always with the same masks."""
    model.eval()
    losses = []
    device = next(model.parameters()).device
    for first in range(0, held.shape[1], config.batch_size):
        batch = masked_batch(held[:, first : first + config.batch_size], ids, np.random.default_rng(first))
        losses.append(float(model(**{name: value.to(device) for name, value in batch.items()})))
    return float(np.mean(losses))


def note(output: Path, record: dict[str, Any]) -> None:
    with (output / "metrics.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(record) + "\n")
    tqdm.write(", ".join(f"{name} {value:.4g}" for name, value in record.items()))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="accelerate launch -m training.adapt", description="Adapt the encoder.")
    parser.add_argument("--config", type=Path, required=True, help="TOML file with an [adapt] table")
    parser.add_argument("--resume", action="store_true", help="go on from the saved state")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(levelname)s: %(message)s")
    try:
        config = load_adapt_config(options.config)
        if options.resume and not (Path(config.output) / "state").is_dir():
            raise ConfigError(f"--resume: no saved state under {config.output}/state")
        adapt(config, resume=options.resume)
    except (ConfigError, DocumentError, PretrainedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

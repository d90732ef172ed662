"""Starting points and results of training: a fresh network over a pretrained encoder, and checkpoint folders.

python -m model.checkpoints runs/small/best          stores it as model/checkpoint, in fp16
"""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from data.build import load_inventory
from data.config import DataConfig
from data.pretrained import PretrainedError
from model.config import ModelConfig
from model.encoders import load_encoder
from model.network import SitrepConfig, SitrepModel
from sitrep.tokens import load_tokenizer

FACTS_FILE = "metrics.json"


def initial_model(model: ModelConfig, data: DataConfig) -> SitrepModel:
    """The network that training starts from.

    Raises:
        PretrainedError: no such encoder or checkpoint, or the checkpoint has other labels.
    """
    inventory = load_inventory(data)
    if model.initial:
        return _with_dropout(_going_on(model.initial, data, inventory.to_dict()), model.attention_dropout)
    encoder = load_encoder(data.encoder)
    config = SitrepConfig(
        encoder=encoder.config.to_dict(),
        labels=inventory.to_dict(),
        shape_embedding=model.shape_embedding,
        relation_width=model.relation_width,
        head_dropout=model.head_dropout,
        window=data.window,
        overlap=data.overlap,
    )
    network = SitrepModel(config)
    network.encoder.load_state_dict(encoder.state_dict())
    if model.adapted:
        _take_adapted(network, Path(model.adapted))
    return _with_dropout(_checked(network), model.attention_dropout)


def _with_dropout(network: SitrepModel, attention_dropout: float) -> SitrepModel:
    for block in network.encoder.transformer.layer:
        attention: Any = block.attention
        attention.dropout.p = attention_dropout
    network.config.encoder["attention_dropout"] = attention_dropout
    return network


def _take_adapted(network: SitrepModel, folder: Path) -> None:
    """Encoder and shape embedding from a checkpoint of training.adapt, whose heads are nothing yet."""
    try:
        state = load_file(folder / "model.safetensors")
    except (OSError, SafetensorError) as error:
        raise PretrainedError(f"checkpoint {folder}: cannot be loaded ({str(error).splitlines()[0]})") from error
    parts = {"encoder": network.encoder, "shape_embedding": network.shape_embedding}
    for name, module in parts.items():
        held = {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}
        try:
            if module is not None:
                module.load_state_dict(held)
        except RuntimeError as error:
            raise PretrainedError(f"checkpoint {folder}: its {name} has another form than the config's") from error


def _going_on(name: str, data: DataConfig, labels: dict[str, object]) -> SitrepModel:
    network = load_checkpoint(name)
    if network.config.labels != labels:
        raise PretrainedError(f"checkpoint {name}: its labels are not those of the config")
    network.config.window, network.config.overlap = data.window, data.overlap
    return _checked(network)


def _checked(network: SitrepModel) -> SitrepModel:
    positions = network.encoder.config.max_position_embeddings
    if network.config.window > positions:
        raise PretrainedError(f"windows of {network.config.window} tokens, but the encoder has {positions} positions")
    return network


def load_checkpoint(name: str | Path) -> SitrepModel:
    """A checkpoint folder or hub name, in fp32 whatever it is stored in.

    Raises:
        PretrainedError: nothing there, or parameters that the file did not fill.
    """
    try:
        loaded: Any = SitrepModel.from_pretrained(str(name), dtype=torch.float32, output_loading_info=True)
        network, report = loaded
    except (OSError, ValueError) as error:
        raise PretrainedError(f"checkpoint {name}: cannot be loaded ({str(error).splitlines()[0]})") from error
    if report["missing_keys"] or report["mismatched_keys"]:
        raise PretrainedError(f"checkpoint {name}: not filled: {sorted(report['missing_keys'])}")
    return network.eval()


def save_checkpoint(
    network: SitrepModel,
    tokenizer: Tokenizer,
    folder: Path,
    facts: Mapping[str, Any] | None = None,
    *,
    half: bool = False,
) -> None:
    """Write a Hugging Face folder: config.json, model.safetensors, tokenizer; `half` stores fp16.

    `facts` of the run that made it go into metrics.json.
    """
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    stored = network
    if half:
        stored = SitrepModel(network.config)
        stored.load_state_dict(network.state_dict())
        stored = stored.half()
    stored.save_pretrained(partial)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        mask_token="[MASK]",
    )
    wrapped.save_pretrained(str(partial))
    if facts is not None:
        (partial / FACTS_FILE).write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    replace_folder(partial, folder)


def replace_folder(new: Path, folder: Path) -> None:
    """Put a finished folder in the place of another, which goes only when the new one stands."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m model.checkpoints", description="Store a run's best checkpoint in fp16."
    )
    parser.add_argument("source", type=Path, help="checkpoint folder, such as runs/small/best")
    parser.add_argument("target", type=Path, nargs="?", default=Path("model/checkpoint"))
    options = parser.parse_args(arguments)
    try:
        network = load_checkpoint(options.source)
        facts = json.loads((options.source / FACTS_FILE).read_text("utf-8"))
        save_checkpoint(
            network, load_tokenizer(str(options.source / "tokenizer.json")), options.target, facts, half=True
        )
    except (PretrainedError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

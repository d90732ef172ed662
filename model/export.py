"""A checkpoint to the bundle that `sitrep` ships.

    python -m model.export --checkpoint model/checkpoint --output sitrep/bundle

1. Trace the network to ONNX (attention written out, which onnxruntime's CPU kernels do best with).
2. Compare it with PyTorch at several shapes; more than 1e-3 apart on any output is an error.
3. Quantise (model/quantise.py).
4. Pack model, tokenizer, labels, settings and relation weights into the bundle folder.
5. Read the dev articles with PyTorch and with the bundle; a loss of more than 0.5 points of F1 is an error.
   Both results go into the bundle's metrics.json and its model card.
"""

import argparse
import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
import transformers
from tokenizers import Tokenizer
from torch import Tensor, nn

from data.build import special_ids
from data.pretrained import PretrainedError
from data.standoff import join
from eval.metrics import DEFINITIONS, NOTHING, Score, relation_scores, span_scores
from model.card import write_card
from model.checkpoints import load_checkpoint
from model.network import SitrepModel
from model.quantise import quantise
from model.reading import relation_weights, settings_of, torch_extractor
from sitrep import __version__
from sitrep.bundle import (
    GOLDEN_FILE,
    MODEL_FILE,
    RELATIONS_FILE,
    TOKENIZER_FILE,
    BundleError,
    Golden,
    write_manifest,
)
from sitrep.document import Document, DocumentError, read_jsonl
from sitrep.encoder import onnx_encoder
from sitrep.extractor import Extractor
from sitrep.labels import Inventory
from sitrep.tokens import load_tokenizer, tokenise

TOLERANCE = 1e-3
MOST_LOST = 0.005
"""Largest loss of F1 that quantisation may cost on dev."""
_SHAPES = ((1, 3), (1, 17), (2, 64), (1, 256))
_OPSET = 17
_GOLDEN_TEXT = "At least 54 civilians were killed in Dorma, medics said. “We ran,” said Amal Haddad, 31."


class ExportError(RuntimeError):
    """An exported model that is not what the checkpoint is."""


class _Traced(nn.Module):
    """The network with plain tensors in and out and without the relation scorer, which stays in numpy."""

    def __init__(self, network: SitrepModel) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, shape_ids: Tensor) -> tuple[Tensor, Tensor]:
        output = self.network(input_ids, shape_ids)
        return output.tags, output.features


def to_onnx(network: SitrepModel, path: Path) -> None:
    """Trace to ONNX with free batch and length, and check it against PyTorch.

    Raises:
        ExportError: outputs more than `TOLERANCE` apart.
    """
    network.eval()
    network.encoder.set_attn_implementation("eager")
    traced = _Traced(network).eval()
    example = _example(network, 2, 12)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        traced,
        example,
        str(path),
        input_names=["input_ids", "shape_ids"],
        output_names=["tags", "features"],
        dynamic_axes=dict.fromkeys(("input_ids", "shape_ids", "tags", "features"), axes),
        opset_version=_OPSET,
        dynamo=False,
    )
    difference = largest_difference(traced, path, network)
    if difference > TOLERANCE:
        raise ExportError(f"ONNX and PyTorch differ by {difference:.2e}, more than {TOLERANCE:.0e}")


def largest_difference(traced: nn.Module, path: Path, network: SitrepModel) -> float:
    """Largest absolute difference of any output between PyTorch and ONNX, over several shapes."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    largest = 0.0
    for batch, length in _SHAPES:
        ids, shapes = _example(network, batch, min(length, network.encoder.config.max_position_embeddings))
        found = session.run(["tags", "features"], {"input_ids": ids.numpy(), "shape_ids": shapes.numpy()})
        with torch.inference_mode():
            wanted = traced(ids, shapes)
        for left, right in zip(wanted, found, strict=True):
            largest = max(largest, float(np.abs(left.numpy() - np.asarray(right)).max()))
    return largest


def _example(network: SitrepModel, batch: int, length: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(batch * 1000 + length)
    vocabulary = network.encoder.config.vocab_size
    shapes = torch.randint(0, 7, (batch, length), generator=generator)
    return torch.randint(0, vocabulary, (batch, length), generator=generator), shapes


def export(checkpoint: Path, output: Path, dev: Sequence[Document]) -> dict[str, Any]:
    """Write the bundle of a checkpoint; the one that stood there stays until the new one is whole.

    Raises:
        ExportError: ONNX differs from PyTorch, or int8 loses too much on dev.
        PretrainedError: no such checkpoint.
    """
    network = load_checkpoint(checkpoint)
    tokenizer = load_tokenizer(str(checkpoint / "tokenizer.json"))
    with tempfile.TemporaryDirectory(dir=output.parent) as scratch:
        folder = Path(scratch) / "bundle"
        folder.mkdir()
        to_onnx(network, Path(scratch) / "fp32.onnx")
        quantise(Path(scratch) / "fp32.onnx", folder / MODEL_FILE)
        pack(folder, network, tokenizer)
        metrics = compare(network, Extractor.load(folder), tokenizer, dev)
        (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
        write_card(folder, metrics, network)
        check_loss(metrics)
        shutil.rmtree(output, ignore_errors=True)
        folder.rename(output)
    return metrics


def pack(folder: Path, network: SitrepModel, tokenizer: Tokenizer) -> None:
    """Put everything that a bundle needs beside the `model.onnx` that stands in the folder."""
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    np.savez_compressed(folder / RELATIONS_FILE, allow_pickle=False, **relation_weights(network))
    golden_answers(folder / MODEL_FILE, tokenizer).save(folder / GOLDEN_FILE)
    write_manifest(folder, network.config.inventory, settings_of(network, tokenizer), {"versions": versions()})


def golden_answers(model: Path, tokenizer: Tokenizer) -> Golden:
    """What a graph makes of one window on this machine."""
    tokens = tokenise(_GOLDEN_TEXT, tokenizer)
    first, last = special_ids(tokenizer)
    ids = np.concatenate([[first], tokens.ids, [last]]).astype(np.int64)
    shapes = np.concatenate([[0], tokens.shapes, [0]]).astype(np.int64)
    return Golden(ids, shapes, *onnx_encoder(model)(ids, shapes))


def compare(network: SitrepModel, shipped: Extractor, tokenizer: Tokenizer, dev: Sequence[Document]) -> dict[str, Any]:
    """F1 of PyTorch fp32 and of the int8 bundle on the dev articles."""
    inventory = network.config.inventory
    fp32 = list(torch_extractor(network, tokenizer).extract_many(dev))
    int8 = list(shipped.extract_many(dev))
    return {
        "documents": len(dev),
        "correct": {"spans": DEFINITIONS["spans"], "relations": DEFINITIONS["strict"]},
        "pytorch_fp32": summarise(dev, fp32, inventory),
        "onnx_int8": summarise(dev, int8, inventory),
    }


def summarise(gold: Sequence[Document], found: Sequence[Document], inventory: Inventory) -> dict[str, float]:
    """F1 of every layer and relation, and over all spans and all relations."""
    spans = span_scores(gold, found, inventory)
    layers = {layer.name: spans[layer.name] for layer in inventory.layers}
    relations = relation_scores(gold, found, "strict", inventory)
    totals: dict[str, Score] = {
        "all spans": sum(layers.values(), NOTHING),
        "all relations": sum(relations.values(), NOTHING),
    }
    return {name: round(score.f1, 4) for name, score in (totals | layers | relations).items()}


def check_loss(metrics: dict[str, Any]) -> None:
    """Raise `ExportError` where int8 loses more than `MOST_LOST` over all spans or all relations."""
    for name in ("all spans", "all relations"):
        lost = metrics["pytorch_fp32"][name] - metrics["onnx_int8"][name]
        if lost > MOST_LOST:
            raise ExportError(
                f"int8 loses {100 * lost:.2f} points of F1 over {name} on dev, more than {100 * MOST_LOST}"
            )


def versions() -> dict[str, str]:
    """Versions of everything that made the bundle."""
    return {
        "sitrep": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "onnx": onnx.__version__,
        "onnxruntime": onnxruntime.__version__,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m model.export", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--checkpoint", type=Path, default=Path("model/checkpoint"))
    parser.add_argument("--output", type=Path, default=Path("sitrep/bundle"))
    parser.add_argument("--dev", type=Path, default=Path("data/authored/dev.jsonl"), help="articles to compare on")
    parser.add_argument("--news", type=Path, default=Path("data/news/dev.jsonl"), help="and stand-off annotation")
    parser.add_argument("--texts", type=Path, default=Path("../shared/corpora"), help="folder of its texts, if there")
    options = parser.parse_args(arguments)
    try:
        dev = list(read_jsonl(options.dev))
        if options.texts.is_dir():
            dev += join(options.news, options.texts)
        metrics = export(options.checkpoint, options.output, dev)
    except (ExportError, PretrainedError, BundleError, DocumentError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name, value in metrics["pytorch_fp32"].items():
        print(f"{name:16} fp32 {100 * value:5.1f}   int8 {100 * metrics['onnx_int8'][name]:5.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The systems that the benchmark measures, each behind the same two functions."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.baselines import relate_given, rules
from eval.comparison import System
from model.checkpoints import load_checkpoint
from model.export import pack, to_onnx
from model.reading import relation_weights, settings_of, torch_extractor
from sitrep.bundle import MODEL_FILE, TOKENIZER_FILE, read_bundle
from sitrep.document import Document
from sitrep.extractor import Extractor
from sitrep.tokens import load_tokenizer

RULES, TORCH, ONNX, INT8 = "rules", "PyTorch fp32", "ONNX fp32", "ONNX int8"


def rule_system() -> System:
    return System(RULES, rules, relate_given)


def extractor_system(name: str, extractor: Extractor) -> System:
    """An extractor as a system; its documents keep the meta fields of what it read."""

    def extract(document: Document) -> Document:
        return replace(extractor.extract(document.text, document.id), meta=document.meta)

    return System(name, extract, extractor.relate)


def torch_system(checkpoint: Path, name: str = TORCH) -> System:
    """A checkpoint read by PyTorch; how many threads it takes is set for the whole process.

    Raises:
        PretrainedError: no such checkpoint.
    """
    tokenizer = load_tokenizer(str(checkpoint / TOKENIZER_FILE))
    return extractor_system(name, torch_extractor(load_checkpoint(checkpoint), tokenizer))


def onnx_system(checkpoint: Path, folder: Path, threads: int) -> System:
    """A checkpoint exported to an fp32 bundle in `folder`, and read by onnxruntime as the shipped one is.

    Raises:
        ExportError: ONNX differs from PyTorch.
        PretrainedError: no such checkpoint.
    """
    # A network of its own: exporting changes how attention is computed, and with it PyTorch's speed.
    network = load_checkpoint(checkpoint)
    tokenizer = load_tokenizer(str(checkpoint / TOKENIZER_FILE))
    folder.mkdir(parents=True)
    to_onnx(network, folder / MODEL_FILE)
    pack(folder, network, tokenizer)
    return extractor_system(ONNX, Extractor.load(folder, threads=threads))


def is_export_of(bundle: Path, checkpoint: Path) -> bool:
    """Whether a bundle holds the checkpoint's relation weights and thresholds, which the export copies unchanged."""
    network, shipped = load_checkpoint(checkpoint), read_bundle(bundle)
    weights = relation_weights(network)
    tokenizer = load_tokenizer(str(checkpoint / TOKENIZER_FILE))
    return (
        weights.keys() == shipped.relation_weights.keys()
        and all(np.array_equal(value, shipped.relation_weights[name]) for name, value in weights.items())
        and settings_of(network, tokenizer) == shipped.settings
    )

"""What int8 products become on processors that add them up in 16 bits, and whether the bundle is safe from it.

    python -m eval.overflow --texts ../shared/corpora --table eval/OVERFLOW.md

AVX2 and AVX-512 without VNNI multiply unsigned by signed bytes with `vpmaddubsw`, which adds the products of two
neighbours and saturates at 16 bits. The bundle's graph is run here with that arithmetic put in the place of
MatMulInteger (everything else by ONNX' reference evaluator), on the real weights and dev articles, beside the exact
arithmetic. The exact arithmetic by another implementation shows how much of a difference is rounding. Where known
answers come out wrong, `sitrep.encoder` asks onnxruntime for products of two unsigned bytes, which are widened first,
so that nothing saturates: the last row.
"""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from data.readme import ReadmeError, replace_block
from data.standoff import join
from eval.metrics import DEFINITIONS
from eval.provenance import commit, machine
from model.export import summarise
from sitrep.bundle import MODEL_FILE, BundleError, read_bundle
from sitrep.document import Document, DocumentError, read_jsonl
from sitrep.encoder import MOST_OFF, Encoder, difference, onnx_encoder
from sitrep.extractor import Extractor

_MOST, _LEAST = np.iinfo(np.int16).max, np.iinfo(np.int16).min


def exact_product(left: NDArray[np.uint8], right: NDArray[np.int8]) -> NDArray[np.int64]:
    """The matrix product without loss. Shape: (m, k), (k, n) -> (m, n)."""
    # Sums stay below 2^53, so double precision is exact, and it is what fast products exist for.
    return (left.astype(np.float64) @ right.astype(np.float64)).astype(np.int64)


def saturating_product(left: NDArray[np.uint8], right: NDArray[np.int8]) -> tuple[NDArray[np.int64], int]:
    """The same where the products of two neighbours are added in 16 bits, and how many such sums saturated.

    Shape: (m, k), (k, n) -> (m, n).
    """
    if left.shape[1] % 2:
        left, right = np.pad(left, ((0, 0), (0, 1))), np.pad(right, ((0, 1), (0, 0)))
    wide = right.astype(np.int64)
    first, second = wide[0::2], wide[1::2]
    # Only pairs whose weights could take the largest inputs out of range are worth looking at.
    reach = 255 * np.maximum(
        np.maximum(first, 0) + np.maximum(second, 0), -np.minimum(first, 0) - np.minimum(second, 0)
    )
    pairs, columns = np.nonzero(reach > _MOST)
    inputs = left.astype(np.int64)
    sums = inputs[:, 0::2][:, pairs] * first[pairs, columns] + inputs[:, 1::2][:, pairs] * second[pairs, columns]
    excess = np.clip(sums, _LEAST, _MOST) - sums
    product = exact_product(left, right)
    # On the transposed view a column is a row; several pairs may stand in one.
    np.add.at(product.T, columns, excess.T)
    return product, int(np.count_nonzero(excess))


@dataclasses.dataclass
class Count:
    """Sums of two products that a run made, and how many of them saturated."""

    sums: int = 0
    saturated: int = 0


def emulated_encoder(model: Path, count: Count | None) -> Encoder:
    """A bundle's graph by the reference evaluator; with a `count`, its int8 products saturate and are counted."""

    class MatMulInteger(OpRun):  # the name says which operator it replaces
        def _run(self, left: Any, right: Any, left_zero: Any = None, right_zero: Any = None) -> tuple[Any]:
            if right_zero is not None and np.any(right_zero):
                raise ValueError("weights with a zero point are not emulated")
            flat = left.reshape(-1, left.shape[-1])
            if count is None:
                product = exact_product(flat, right)
            else:
                product, saturated = saturating_product(flat, right)
                count.sums += flat.shape[0] * right.shape[1] * -(-right.shape[0] // 2)
                count.saturated += saturated
            zero = 0 if left_zero is None else int(left_zero)
            product = product - zero * right.astype(np.int64).sum(0)
            return (product.astype(np.int32).reshape(*left.shape[:-1], right.shape[1]),)

    evaluator = ReferenceEvaluator(onnx.load(str(model)), new_ops=[MatMulInteger])

    def encode(ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        feed = {"input_ids": ids[None], "shape_ids": shapes[None]}
        tags, features = cast("list[NDArray[np.float32]]", evaluator.run(["tags", "features"], feed))
        return tags[0], features[0]

    return encode


def measure(bundle: Path, documents: Sequence[Document]) -> str:
    """The page's table: F1 and the self-test's difference with both arithmetics and with onnxruntime; Markdown.

    Raises:
        BundleError: no such bundle.
    """
    held, count = read_bundle(bundle), Count()
    model = held.path / MODEL_FILE
    extractor = Extractor.load(bundle, threads=1)
    encoders = {
        "onnxruntime on this machine": onnx_encoder(model),
        "exact": emulated_encoder(model, None),
        "saturating in 16 bits": emulated_encoder(model, count),
        "onnxruntime, exact products": onnx_encoder(model, exact=True),
    }
    names = ["all spans", "all relations", *(layer.name for layer in extractor.inventory.layers)]
    lines = [f"| arithmetic | known answers off by | {' | '.join(names)} |", "| --- |" + " ---: |" * (len(names) + 1)]
    for name, encoder in encoders.items():
        found = list(dataclasses.replace(extractor, encoder=encoder).extract_many(documents))
        scores = summarise(documents, found, extractor.inventory)
        figures = " | ".join(f"{100 * scores[column]:.1f}" for column in names)
        lines.append(f"| {name} | {difference(encoder, held.golden):.4f} | {figures} |")
    share = 100 * count.saturated / max(count.sums, 1)
    facts = [
        f"{len(documents)} dev articles. {count.saturated} of {count.sums} sums of two products saturated "
        f"({share:.4f} %). The slower products are taken where the known answers are off by more than {MOST_OFF}.",
        f"Correct span: {DEFINITIONS['spans']}. Correct relation: {DEFINITIONS['strict']}.",
        f"Commit {commit()}, {machine()['cpu']}.",
    ]
    return "\n".join([*lines, "", *facts])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.overflow", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--bundle", type=Path, default=Path("sitrep/bundle"))
    parser.add_argument("--dev", type=Path, default=Path("data/authored/dev.jsonl"))
    parser.add_argument("--news", type=Path, default=Path("data/news/dev.jsonl"), help="stand-off annotation")
    parser.add_argument("--texts", type=Path, help="folder of its texts")
    parser.add_argument("--articles", type=int, help="only so many of them: emulation takes its time")
    parser.add_argument("--table", type=Path, help="write the table into the block `overflow` of this file")
    options = parser.parse_args(arguments)
    try:
        documents = list(read_jsonl(options.dev))
        if options.texts is not None:
            documents += join(options.news, options.texts)
        table = measure(options.bundle, documents[: options.articles])
        if options.table is None:
            print(table)
        else:
            replace_block(options.table, "overflow", table)
    except (BundleError, DocumentError, ReadmeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

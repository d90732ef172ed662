"""Quantising an exported graph to int8.

- Matrix products with constant weights: dynamic quantisation, signed weights with one scale a column
  (QUInt8 weights halve the speed, one scale a matrix loses accuracy). The second products of the first two
  feed-forward blocks stay fp32: single large numbers in what they multiply leave a byte's steps too coarse for
  the rest, and with all products as bytes the relations of dev lost more than the export's gate lets through.
- The word embeddings, half of all parameters: half precision, widened after the look-up, so that only the rows
  of a text are touched. As bytes with one scale a row they cost a point of F1 on the relations of dev.
"""

import re
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

_KEPT = re.compile(r"/layer\.[01]/ffn/lin2/MatMul$")


def quantise(source: Path, target: Path) -> None:
    """Quantise an fp32 graph. Everything is linear in the graph; nothing is calibrated."""
    prepared = source.with_suffix(".prepared.onnx")
    # Symbolic shapes are not needed for dynamic quantisation, and folding keeps the plain operators.
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    kept = [node.name for node in onnx.load(str(prepared)).graph.node if _KEPT.search(node.name)]
    quantize_dynamic(
        prepared,
        target,
        op_types_to_quantize=["MatMul", "Gemm"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=kept,
    )
    model = onnx.load(str(target))
    halve_embeddings(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def halve_embeddings(model: onnx.ModelProto, *, smallest: int = 100_000) -> None:
    """Store every looked-up fp32 table of at least `smallest` numbers in half precision, in place."""
    graph = model.graph
    tables = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or table.data_type != TensorProto.FLOAT or np.prod(table.dims) < smallest:
            nodes.append(node)
            continue
        name, indices, output = f"{table.name}_half", node.input[1], node.output[0]
        graph.initializer.append(numpy_helper.from_array(numpy_helper.to_array(table).astype(np.float16), name))
        graph.initializer.remove(table)
        nodes.append(helper.make_node("Gather", [name, indices], [f"{output}_half"], axis=0))
        nodes.append(helper.make_node("Cast", [f"{output}_half"], [output], to=TensorProto.FLOAT))
    del graph.node[:]
    graph.node.extend(nodes)


def count_operators(path: Path) -> dict[str, int]:
    """How many nodes of each operator a graph has; what proves that quantisation happened."""
    counts: dict[str, int] = {}
    for node in onnx.load(str(path)).graph.node:
        counts[node.op_type] = counts.get(node.op_type, 0) + 1
    return counts

"""The encoder: one window of tokens to tag scores and relation features, by onnxruntime.

Wrong arithmetic does not show in a score, so the encoder is asked for answers that are known (`self_test`). Processors
with AVX2 or AVX-512 but without VNNI add products of bytes in 16 bits, which overflow; there onnxruntime is told to
take the slower products that do not (a setting that does nothing on other processors).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sitrep.bundle import BundleError, Golden

# Its fused kernel is slower on CPUs than the operators it replaces (measured with 1 to 512 tokens).
_SLOW_FUSIONS = ["SkipLayerNormFusion"]
_EXACT_PRODUCTS = "session.x64quantprecision"

MOST_OFF = 0.25
"""Largest difference of a score from the known one that is rounding: sums in another order now and then move a byte by
one step."""

Encoder = Callable[[NDArray[np.int64], NDArray[np.int64]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""One window's token ids and shape ids, each (n_tokens,), to its tag scores (n_tokens, n_tags) and relation
features (n_tokens, 4 * D)."""


def onnx_encoder(path: Path) -> Encoder:
    """The encoder of a `model.onnx`. Any number of threads may call it side by side.

    Each call computes in the thread that makes it: two windows in two threads are done sooner than both of them by two
    threads, and sums are made in one order whatever the number of threads.

    Raises:
        BundleError: a file that onnxruntime cannot load.
    """
    # Imported here: reading documents and records needs no inference engine.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.add_session_config_entry(_EXACT_PRODUCTS, "1")
    try:
        session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOW_FUSIONS
        )
    except Exception as error:  # onnxruntime raises its own types, which share no public base
        raise BundleError(f"bundle {path.parent}: {path.name} cannot be loaded ({error})") from error

    def encode(ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        tags, features = session.run(["tags", "features"], {"input_ids": ids[None], "shape_ids": shapes[None]})
        return tags[0], features[0]

    return encode


def self_test(encoder: Encoder, golden: Golden, where: Path) -> None:
    """Compare the encoder's answers with the known ones.

    Raises:
        BundleError: answers that are off by more than rounding explains, or of another form.
    """
    tags, features = encoder(golden.ids, golden.shapes)
    if tags.shape != golden.tags.shape or features.shape != golden.features.shape:
        raise BundleError(f"bundle {where}: its known answers are not of this model")
    off = float(np.abs(np.concatenate([tags - golden.tags, features - golden.features], axis=1)).max())
    if not off <= MOST_OFF:  # not a number is not small either
        raise BundleError(
            f"bundle {where}: this machine computes it wrongly (known answers are off by {off:.2f}, more than "
            f"{MOST_OFF}); another version of onnxruntime may help"
        )

"""The encoder: one window of tokens to tag scores and relation features, by onnxruntime.

Wrong arithmetic does not show in a score, so the encoder is asked for answers that are known. Where they come out wrong
(processors with AVX2 or AVX-512 but without VNNI add products of bytes in 16 bits, which can overflow), onnxruntime
is told to take products that do not overflow, which cost nearly twice the time; where they are wrong even so, loading
fails.
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

MOST_OFF = 1.0
"""Largest mean difference of tag scores from the known ones that may be rounding. Sums in another order move bytes by
one step here and there: another implementation of the same arithmetic is off by about 0.1 (eval/OVERFLOW.md)."""

Encoder = Callable[[NDArray[np.int64], NDArray[np.int64]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""One window's token ids and shape ids, each (n_tokens,), to its tag scores (n_tokens, n_tags) and relation
features (n_tokens, 4 * D)."""


def trusted_encoder(path: Path, golden: Golden) -> Encoder:
    """The encoder of a `model.onnx` by the fastest products that give the known answers on this machine.

    Raises:
        BundleError: no products do, or a file that onnxruntime cannot load.
    """
    encoder = onnx_encoder(path)
    if not difference(encoder, golden) <= MOST_OFF:  # not a number is not small either
        encoder = onnx_encoder(path, exact=True)
        off = difference(encoder, golden)
        if not off <= MOST_OFF:
            raise BundleError(
                f"bundle {path.parent}: this machine computes it wrongly (known answers are off by {off:.2f}, more "
                f"than {MOST_OFF}); another version of onnxruntime may help"
            )
    return encoder


def difference(encoder: Encoder, golden: Golden) -> float:
    """Mean difference of an encoder's tag scores from the known ones; infinite where answers have another form."""
    tags, features = encoder(golden.ids, golden.shapes)
    if tags.shape != golden.tags.shape or features.shape != golden.features.shape:
        return float("inf")
    return float(np.abs(tags - golden.tags).mean() + 0 * features.sum())  # the sum tells whether all are numbers


def onnx_encoder(path: Path, *, exact: bool = False) -> Encoder:
    """The encoder of a `model.onnx`, which any number of threads may call side by side.

    `exact` takes products of bytes that overflow on no processor.

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
    if exact:
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

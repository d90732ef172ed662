"""Emulated int8 arithmetic: sums by hand, and that only what leaves 16 bits differs."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.inline import parse
from eval.overflow import Count, emulated_encoder, exact_product, main, measure, saturating_product
from model.checkpoints import save_checkpoint
from model.export import export
from sitrep.bundle import read_bundle
from sitrep.document import write_jsonl
from sitrep.encoder import difference, onnx_encoder
from tests.test_export import TOKENIZER, network

DEV = list(parse("=== a\n{KILLED|Nine villagers} died in {LOCATION|Dorma}, medics said."))


def test_sums_of_two_products_saturate() -> None:
    left = np.array([[255, 255, 255, 1], [1, 2, 3, 4]], np.uint8)
    right = np.array([[127, -128], [127, -128], [127, -128], [-1, 1]], np.int8)
    # 255 * 127 + 255 * 127 = 64,770 and 255 * -128 * 2 = -65,280 leave 16 bits; the second pair does not.
    product, saturated = saturating_product(left, right)
    assert product.tolist() == [[32767 + 255 * 127 - 1, -32768 - 255 * 128 + 1], [127 * 6 - 4, -128 * 6 + 4]]
    assert saturated == 2
    assert exact_product(left, right)[0].tolist() == [64770 + 32384, -65280 - 32639]


def test_an_odd_row_stands_alone() -> None:
    product, saturated = saturating_product(
        np.array([[255, 255, 255]], np.uint8), np.array([[127], [127], [127]], np.int8)
    )
    assert (product.item(), saturated) == (32767 + 255 * 127, 1)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), largest=st.integers(1, 64))
def test_small_weights_never_saturate(seed: int, largest: int) -> None:
    random = np.random.default_rng(seed)
    left = random.integers(0, 256, (3, 7)).astype(np.uint8)
    right = random.integers(-largest, largest + 1, (7, 5)).astype(np.int8)
    product, saturated = saturating_product(left, right)
    assert saturated == 0
    assert (product == left.astype(int) @ right.astype(int)).all()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    save_checkpoint(network(), TOKENIZER, tmp_path / "checkpoint")
    export(tmp_path / "checkpoint", tmp_path / "bundle", DEV)
    return tmp_path / "bundle"


def test_exact_emulation_is_what_onnxruntime_computes_and_overflow_differs(bundle: Path) -> None:
    ids, shapes = np.arange(2, 30), np.arange(2, 30) % 7
    wanted = onnx_encoder(bundle / "model.onnx")(ids, shapes)
    exact = emulated_encoder(bundle / "model.onnx", None)
    assert np.abs(exact(ids, shapes)[0] - wanted[0]).max() < 1e-4
    count = Count()
    overflowing = emulated_encoder(bundle / "model.onnx", count)
    assert np.abs(overflowing(ids, shapes)[0] - wanted[0]).max() > 1.0
    assert 0 < count.saturated < count.sums / 10
    assert difference(exact, read_bundle(bundle).golden) < 1e-4


def test_the_command_writes_a_table(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dev, page = bundle.parent / "dev.jsonl", bundle.parent / "page.md"
    write_jsonl(dev, DEV)
    page.write_text("<!-- overflow -->\n<!-- /overflow -->\n", "utf-8")
    assert main(["--bundle", str(bundle), "--dev", str(dev), "--table", str(page)]) == 0
    assert "| saturating in 16 bits |" in page.read_text("utf-8")
    assert "1 dev articles" in measure(bundle, DEV)
    assert main(["--bundle", str(bundle.parent / "none"), "--dev", str(dev)]) == 1
    assert "no such folder" in capsys.readouterr().err

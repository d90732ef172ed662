from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from data.inline import parse
from model import export as export_module
from model.checkpoints import load_checkpoint, save_checkpoint
from model.export import ExportError, check_loss, export, main, to_onnx
from model.network import SitrepConfig, SitrepModel
from model.quantise import count_operators, halve_embeddings, quantise
from model.reading import torch_extractor
from sitrep import encoder as encoder_module
from sitrep.bundle import BundleError
from sitrep.document import write_jsonl
from sitrep.encoder import Encoder, onnx_encoder
from sitrep.extractor import Extractor
from sitrep.tokens import load_tokenizer

TINY = Path(__file__).with_name("tiny-distilbert")
TOKENIZER = load_tokenizer(str(TINY / "tokenizer.json"))
DEV = list(parse("=== a\n{KILLED|Nine villagers} died in {LOCATION|Dorma}, medics said.\n=== b\nNothing happened."))


def network(scale: float = 1.0) -> SitrepModel:
    torch.manual_seed(0)
    sizes = {"vocab_size": TOKENIZER.get_vocab_size(), "dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 2}
    made = SitrepModel(
        SitrepConfig(encoder=sizes, relation_width=8, window=64, overlap=16, thresholds={"said_by": 0.3})
    )
    made.tagger.weight.data *= scale * 20  # far from zero, so that a wrong graph shows
    return made.eval()


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    save_checkpoint(network(), TOKENIZER, tmp_path / "checkpoint")
    return tmp_path / "checkpoint"


def test_the_graph_is_the_network_at_any_shape(tmp_path: Path) -> None:
    made = network()
    to_onnx(made, tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"))
    ids = torch.randint(0, 100, (3, 41))
    with torch.inference_mode():
        wanted = made(ids, ids % 7)
    tags, features = session.run(None, {"input_ids": ids.numpy(), "shape_ids": (ids % 7).numpy()})
    assert np.abs(tags - wanted.tags.numpy()).max() < 1e-3
    assert np.abs(features - wanted.features.numpy()).max() < 1e-3


def test_a_graph_that_differs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "TOLERANCE", 0.0)
    with pytest.raises(ExportError, match="differ by"):
        to_onnx(network(), tmp_path / "m.onnx")


def test_quantisation_really_happened(tmp_path: Path) -> None:
    to_onnx(network(), tmp_path / "m.onnx")
    quantise(tmp_path / "m.onnx", tmp_path / "q.onnx")
    before, after = count_operators(tmp_path / "m.onnx"), count_operators(tmp_path / "q.onnx")
    # 2 layers of 6 weight matrices, and two heads; the 4 products of attention have no weights.
    assert after["MatMulInteger"] == 12, "all but the two feed-forward products that stay fp32"
    assert after.get("MatMul", 0) == before["MatMul"] - after["MatMulInteger"] + before.get("Gemm", 0)
    stored = {tensor.name: tensor.data_type for tensor in onnx.load(str(tmp_path / "q.onnx")).graph.initializer}
    assert onnx.TensorProto.INT8 in stored.values()


def test_embeddings_are_halved(tmp_path: Path) -> None:
    to_onnx(network(), tmp_path / "m.onnx")
    model = onnx.load(str(tmp_path / "m.onnx"))
    n_before = len(model.graph.node)
    halve_embeddings(model, smallest=30_000)
    assert len(model.graph.node) == n_before + 1
    onnx.save(model, str(tmp_path / "h.onnx"))
    assert (tmp_path / "h.onnx").stat().st_size < 0.75 * (tmp_path / "m.onnx").stat().st_size
    feed = {"input_ids": np.arange(20)[None], "shape_ids": np.arange(20)[None] % 7}
    plain = onnxruntime.InferenceSession(str(tmp_path / "m.onnx")).run(None, feed)[1]
    halved = onnxruntime.InferenceSession(str(tmp_path / "h.onnx")).run(None, feed)[1]
    assert 0 < np.abs(plain - halved).max() < 0.01 * np.abs(plain).max()


def test_a_bundle_reads_like_its_checkpoint(tmp_path: Path, checkpoint: Path) -> None:
    metrics = export(checkpoint, tmp_path / "bundle", DEV)
    shipped = Extractor.load(tmp_path / "bundle", threads=1)
    assert shipped.settings == torch_extractor(load_checkpoint(checkpoint), TOKENIZER).settings
    assert shipped.settings.thresholds["said_by"] == 0.3
    assert metrics["documents"] == 2
    assert "| all spans |" in (tmp_path / "bundle" / "README.md").read_text("utf-8")
    text = DEV[0].text
    found = shipped.extract(text)
    assert found == shipped.extract(text)
    assert found == Extractor.load(tmp_path / "bundle", threads=2).extract(text)


def test_too_much_loss_is_an_error_and_the_old_bundle_stays(tmp_path: Path, checkpoint: Path) -> None:
    with pytest.raises(ExportError, match=r"int8 loses 1\.00 points of F1 over all spans"):
        check_loss(
            {
                "pytorch_fp32": {"all spans": 0.9, "all relations": 0.5},
                "onnx_int8": {"all spans": 0.89, "all relations": 0.5},
            }
        )
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "old").write_text("old", "utf-8")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(ExportError):
        patch.setattr(export_module, "TOLERANCE", 0.0)
        export(checkpoint, tmp_path / "bundle", DEV)
    assert [path.name for path in (tmp_path / "bundle").iterdir()] == ["old"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda bundle: (bundle / "model.onnx").unlink(), "model.onnx is missing"),
        (lambda bundle: (bundle / "model.onnx").write_bytes(b"x"), "model.onnx is damaged"),
        (lambda bundle: (bundle / "golden.npz").unlink(), "golden.npz is missing"),
        (
            lambda bundle: (bundle / "bundle.json").write_text(
                (bundle / "bundle.json").read_text().replace('"golden.npz"', '"g"')
            ),
            "bundle.json gives no sha256 of golden.npz",
        ),
        (lambda bundle: (bundle / "bundle.json").unlink(), "bundle.json is missing"),
        (lambda bundle: (bundle / "bundle.json").write_text("{"), "bundle.json cannot be read"),
        (lambda bundle: (bundle / "bundle.json").write_text('{"format": 99}'), "bundle.json cannot be read"),
        (
            lambda bundle: (bundle / "bundle.json").write_text(
                (bundle / "bundle.json").read_text().replace('"format": 3', '"format": 99')
            ),
            "reads format 3",
        ),
    ],
)
def test_a_broken_bundle_is_one_clear_line(tmp_path: Path, checkpoint: Path, damage, message: str) -> None:
    export(checkpoint, tmp_path / "bundle", DEV)
    damage(tmp_path / "bundle")
    with pytest.raises(BundleError) as caught:
        Extractor.load(tmp_path / "bundle")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_machine_that_computes_wrongly_is_told(
    tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(checkpoint, tmp_path / "bundle", DEV)
    text, right, asked = DEV[0].text, onnx_encoder, []
    wanted = Extractor.load(tmp_path / "bundle").extract(text)

    def overflowing(path: Path, *, exact: bool = False) -> Encoder:
        asked.append(exact)
        encoder = right(path, exact=exact)
        return encoder if exact else lambda ids, shapes: (encoder(ids, shapes)[0] + 3.0, encoder(ids, shapes)[1])

    monkeypatch.setattr(encoder_module, "onnx_encoder", overflowing)
    assert Extractor.load(tmp_path / "bundle").extract(text) == wanted
    assert asked == [False, True], "the slower products are taken only where the fast ones are wrong"

    def broken(path: Path, *, exact: bool = False) -> Encoder:
        return lambda ids, shapes: (right(path)(ids, shapes)[0], np.nan * right(path, exact=exact)(ids, shapes)[1])

    monkeypatch.setattr(encoder_module, "onnx_encoder", broken)
    with pytest.raises(BundleError, match=r"computes it wrongly \(known answers are off by nan"):
        Extractor.load(tmp_path / "bundle")
    monkeypatch.setattr(
        encoder_module, "onnx_encoder", lambda _path, **_: lambda ids, _shapes: (ids[:, None], ids[:, None])
    )
    with pytest.raises(BundleError, match="off by inf"):
        Extractor.load(tmp_path / "bundle")


def test_command(tmp_path: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_jsonl(tmp_path / "dev.jsonl", DEV)
    arguments = ["--output", str(tmp_path / "bundle"), "--dev", str(tmp_path / "dev.jsonl")]
    assert main(["--checkpoint", str(checkpoint), *arguments]) == 0
    assert "all relations" in capsys.readouterr().out
    assert main(["--checkpoint", str(tmp_path / "none"), *arguments]) == 1
    assert "error: checkpoint" in capsys.readouterr().err

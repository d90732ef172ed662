"""A model bundle: the folder that inference needs and nothing else.

model.onnx       the encoder with its tag heads and relation features, int8
relations.npz    weights of the relation scorer (sitrep/pairs.py)
tokenizer.json   the tokenizer
golden.npz       one window and what the exporting machine made of it (sitrep/encoder.py)
bundle.json      format version, labels, window, thresholds, versions, sha256 of the files
metrics.json     what the export measured
README.md        the model card
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from sitrep.labels import Inventory, LabelsError
from sitrep.tokens import load_tokenizer

FORMAT = 3
DEFAULT_BUNDLE = Path(__file__).with_name("bundle")
MODEL_FILE, RELATIONS_FILE, TOKENIZER_FILE, GOLDEN_FILE = "model.onnx", "relations.npz", "tokenizer.json", "golden.npz"
MANIFEST_FILE = "bundle.json"
_CHECKED_FILES = (MODEL_FILE, RELATIONS_FILE, TOKENIZER_FILE, GOLDEN_FILE)


class BundleError(RuntimeError):
    """A bundle that is missing, incomplete, damaged or of another format; one line says which."""


@dataclass(frozen=True)
class Settings:
    """How a model is to be read: window and overlap in tokens, special tokens, a threshold for each relation, and
    the lines that make scores probabilities (sitrep/calibration.py)."""

    window: int
    overlap: int
    first_token: int
    last_token: int
    thresholds: Mapping[str, float]
    calibration: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def threshold_array(self, inventory: Inventory) -> NDArray[np.float32]:
        return np.array([self.thresholds.get(kind.name, 0.5) for kind in inventory.relations], np.float32)


@dataclass(frozen=True)
class Golden:
    """One window, `ids` and `shapes` (n_tokens,), and an encoder's answers to it, `tags` and `features`."""

    ids: NDArray[np.int64]
    shapes: NDArray[np.int64]
    tags: NDArray[np.float32]
    features: NDArray[np.float32]

    def save(self, path: Path) -> None:
        np.savez_compressed(path, allow_pickle=False, **asdict(self))

    @classmethod
    def load(cls, path: Path) -> "Golden":
        """Read a `golden.npz`; KeyError, ValueError or OSError where it is none."""
        with np.load(path) as arrays:
            return cls(arrays["ids"], arrays["shapes"], arrays["tags"], arrays["features"])


@dataclass(frozen=True)
class Bundle:
    """A bundle read from disk, all but the ONNX graph, which `path / MODEL_FILE` holds."""

    path: Path
    inventory: Inventory
    settings: Settings
    tokenizer: Tokenizer
    relation_weights: dict[str, NDArray[np.float32]]
    golden: Golden
    manifest: Mapping[str, Any]


def read_bundle(path: Path | None = None) -> Bundle:
    """Read and check a bundle folder; without a path, the one shipped with the package.

    Raises:
        BundleError: a file is missing or damaged, or the bundle has another format.
    """
    path = path or DEFAULT_BUNDLE
    manifest = _manifest(path)
    for name, digest in manifest["sha256"].items():
        if not (path / name).is_file():
            raise BundleError(f"bundle {path}: {name} is missing")
        if file_sha256(path / name) != digest:
            raise BundleError(f"bundle {path}: {name} is damaged (its sha256 is not the one in {MANIFEST_FILE})")
    try:
        inventory = Inventory.from_dict(manifest["labels"])
        settings = Settings(**manifest["settings"])
        tokenizer = load_tokenizer(str(path / TOKENIZER_FILE))
        with np.load(path / RELATIONS_FILE) as weights:
            relation_weights = {name: weights[name] for name in weights.files}
        golden = Golden.load(path / GOLDEN_FILE)
    except (KeyError, TypeError, ValueError, OSError, LabelsError) as error:
        raise BundleError(f"bundle {path}: cannot be read ({error})") from error
    return Bundle(path, inventory, settings, tokenizer, relation_weights, golden, manifest)


def _manifest(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        raise BundleError(f"bundle {path}: no such folder")
    try:
        manifest = json.loads((path / MANIFEST_FILE).read_text("utf-8"))
        version, digests = manifest["format"], manifest["sha256"]
    except FileNotFoundError:
        raise BundleError(f"bundle {path}: {MANIFEST_FILE} is missing") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"bundle {path}: {MANIFEST_FILE} cannot be read ({error!r})") from error
    if version != FORMAT:
        raise BundleError(f"bundle {path}: format {version}, but this version of sitrep reads format {FORMAT}")
    if unnamed := [name for name in _CHECKED_FILES if name not in digests]:
        raise BundleError(f"bundle {path}: {MANIFEST_FILE} gives no sha256 of {unnamed[0]}")
    return manifest


def write_manifest(path: Path, inventory: Inventory, settings: Settings, extra: Mapping[str, Any]) -> None:
    """Write `bundle.json` over the files that already stand in the folder."""
    digests = {name: file_sha256(path / name) for name in _CHECKED_FILES}
    manifest = {"format": FORMAT, "labels": inventory.to_dict(), "settings": asdict(settings), "sha256": digests}
    (path / MANIFEST_FILE).write_text(json.dumps({**manifest, **extra}, indent=2) + "\n", "utf-8")


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

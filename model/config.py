"""The `[model]` table of a run's TOML file."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The network around the encoder.

    initial: a sitrep checkpoint folder or hub name to go on from; empty starts from the pretrained encoder.
    random: start from random weights (`width`, `layers`, `heads`), for smoke tests.
    """

    initial: str = ""
    shape_embedding: bool = True
    relation_width: int = 96
    head_dropout: float = 0.1
    random: bool = False
    width: int = 32
    layers: int = 2
    heads: int = 2

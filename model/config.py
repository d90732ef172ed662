"""The `[model]` table of a run's TOML file."""

from dataclasses import dataclass

from data.config import ConfigError


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The network around the encoder.

    initial: a sitrep checkpoint folder or hub name to go on from; empty starts from the pretrained encoder.
    adapted: a checkpoint of training.adapt, whose encoder and shape embedding take the pretrained ones' place.
    attention_dropout: of the encoder's attention weights. There are so many that on CPUs drawing which to drop
        takes a third of a training step.
    """

    initial: str = ""
    adapted: str = ""
    shape_embedding: bool = True
    relation_width: int = 96
    head_dropout: float = 0.1
    attention_dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.initial and self.adapted:
            raise ConfigError("model: initial brings its own encoder; leave adapted out")

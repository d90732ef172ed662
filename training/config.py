"""A run's TOML file as typed tables: `[data]`, `[model]` and `[training]`; unknown keys fail."""

from dataclasses import dataclass, field
from pathlib import Path

from data.config import ConfigError, DataConfig, from_table, load_run_tables, load_toml
from model.config import ModelConfig

PRECISIONS = ("no", "fp16", "bf16")


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How to train. Learning rates are peaks: linear warm-up, then linear decay to zero."""

    output: str
    epochs: int = 10
    updates: int = 0
    """Where not 0, the run's length in updates, whatever part of the epochs that is."""
    batch_size: int = 8
    """Windows in one step of one process."""
    accumulate: int = 1
    """Steps whose gradients are added before the weights change."""
    learning_rate: float = 1e-4
    head_learning_rate: float = 1e-3
    layer_decay: float = 0.95
    """Each encoder layer learns this much slower than the one above it."""
    warmup: float = 0.1
    """Share of all updates over which the learning rate rises."""
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest norm of the gradient."""
    relation_weight: float = 1.0
    """What the relation loss counts for beside the tag loss."""
    layer_weights: dict[str, float] = field(default_factory=dict)
    """What a layer's tags count for; 1 where it is not named."""
    average_decay: float = 0.0
    """Decay of an exponential moving average of the weights, which is then what is evaluated and kept; 0 is none."""
    precision: str = "no"
    seed: int = 0
    evaluate_every: int = 1
    """Epochs between evaluations on dev; the last epoch always is."""
    save_every: int = 0
    """Updates between states for --resume, beside the one after every epoch; 0 is none."""
    tensorboard: bool = False

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ConfigError(f"training: precision must be one of {', '.join(PRECISIONS)}, not {self.precision!r}")
        for name in ("epochs", "batch_size", "accumulate", "evaluate_every"):
            if getattr(self, name) < 1:
                raise ConfigError(f"training: {name} must be at least 1")


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """A whole run."""

    data: DataConfig
    training: TrainingConfig
    model: ModelConfig = field(default_factory=ModelConfig)


@dataclass(frozen=True, kw_only=True)
class AdaptConfig:
    """How to adapt an encoder to texts (training.adapt)."""

    output: str
    texts: tuple[str, ...]
    """Collections, plain text files or documents (.jsonl); one that is absent is passed over with a warning."""
    without: tuple[str, ...] = ()
    """Stand-off annotation whose texts are left out."""
    encoder: str = "minilm"
    window: int = 256
    updates: int = 1000
    batch_size: int = 8
    """Windows in one update."""
    learning_rate: float = 3e-4
    warmup: float = 0.1
    precision: str = "no"
    seed: int = 0
    save_every: int = 200
    """Updates between states for --resume, beside the one at the end; 0 is none."""

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ConfigError(f"adapt: precision must be one of {', '.join(PRECISIONS)}, not {self.precision!r}")
        for name in ("updates", "batch_size", "window"):
            if getattr(self, name) < 1:
                raise ConfigError(f"adapt: {name} must be at least 1")


def load_adapt_config(path: Path) -> AdaptConfig:
    """The `[adapt]` table of a TOML file.

    Raises:
        ConfigError: no such file, not TOML, no such table, an unknown or missing key.
    """
    table = load_toml(path)
    if "adapt" not in table:
        raise ConfigError(f"{path}: an [adapt] table is missing")
    return from_table(AdaptConfig, table["adapt"], f"{path}: adapt")


def load_config(path: Path) -> RunConfig:
    """Read a run's config.

    Raises:
        ConfigError: no such file, not TOML, an unknown or missing key, a value of another type.
    """
    return from_table(RunConfig, load_run_tables(path), str(path))

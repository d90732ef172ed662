"""The `[data]` table of a run's TOML file, typed and checked.

base = "configs/small.toml"   another config, whose keys hold where this one names none (optional)

[data]
encoder = "minilm"            whose tokenizer reads the texts
window = 256                  tokens, special tokens included
overlap = 96                  tokens that neighbouring windows share, at least

[[data.sources]]
name = "authored"
reader = "documents"          what reads it: documents, standoff, attributions, or one of READERS in data/sources.py
path = "data/authored/train.jsonl"
split = "train"
without = ["data/news/test.jsonl"]    stand-off files whose texts this source leaves out
alter = ["places"]            read altered copies instead: see data/augment.py
copies = 1                    altered copies of each document
passes = 1.0                  how often an epoch reads it; 0.25 is another quarter each epoch
missing = "stop"              or "skip": go on without it, and say so
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from sitrep.windows import N_SPECIAL

Table = TypeVar("Table")

SPLITS = ("train", "dev", "test")


class ConfigError(ValueError):
    """A config that cannot be run; the message names the file, the key and what was expected."""


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """One source of documents for one split."""

    name: str
    reader: str
    path: str
    split: str
    texts: str = ""
    without: tuple[str, ...] = ()
    alter: tuple[str, ...] = ()
    copies: int = 1
    passes: float = 1.0
    missing: str = "stop"

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ConfigError(f"source {self.name}: split must be one of {', '.join(SPLITS)}, not {self.split!r}")
        if self.missing not in ("stop", "skip"):
            raise ConfigError(f"source {self.name}: missing must be 'stop' or 'skip', not {self.missing!r}")
        if self.copies > 1 and not self.alter:
            raise ConfigError(f"source {self.name}: copies are of altered documents; say how with alter")
        if self.copies < 1 or (self.alter and self.reader not in ("documents", "standoff")):
            raise ConfigError(f"source {self.name}: alter needs complete annotation, and copies at least 1")
        if self.passes < 0:
            raise ConfigError(f"source {self.name}: passes must not be negative")


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """What the dataset is built from, and how texts are cut into windows."""

    sources: tuple[SourceConfig, ...]
    encoder: str = "minilm"
    labels: str = ""
    window: int = 256
    overlap: int = 96

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < self.window - N_SPECIAL:
            raise ConfigError(f"data: an overlap of {self.overlap} tokens does not fit windows of {self.window}")
        names = [(source.name, source.split) for source in self.sources]
        for name, split in names:
            if names.count((name, split)) > 1:
                raise ConfigError(f"data: two sources of the {split} split are called {name!r}")


def load_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ConfigError: no such file, or not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def load_run_tables(path: Path) -> dict[str, Any]:
    """The tables of a run's TOML file; where it names a `base`, its keys in the place of those of that file.

    Raises:
        ConfigError: no such file, not TOML, or bases that go round in a circle.
    """
    return _with_base(path, ())


def _with_base(path: Path, followed: tuple[Path, ...]) -> dict[str, Any]:
    if path in followed:
        raise ConfigError(f"{path}: its bases go round in a circle")
    tables = load_toml(path)
    base = tables.pop("base", None)
    if base is None:
        return tables
    if not isinstance(base, str):
        raise ConfigError(f"{path}: base must be the path of another config, not {base!r}")
    return merged(_with_base(Path(base), (*followed, path)), tables)


def merged(tables: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables with changes: tables are merged key by key, every other value is replaced."""
    return {
        **tables,
        **{
            key: merged(tables[key], value) if isinstance(value, dict) and isinstance(tables.get(key), dict) else value
            for key, value in changes.items()
        },
    }


def from_table(kind: type[Table], table: Mapping[str, Any], where: str) -> Table:
    """Build a config dataclass from a TOML table; nested dataclasses and tuples of them are built too.

    Raises:
        ConfigError: an unknown key, a missing one, or a value of another type.
    """
    hints = get_type_hints(kind)
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(table) - names)
    if unknown:
        raise ConfigError(f"{where}: unknown key {unknown[0]!r}; known keys are {', '.join(sorted(names))}")
    values = {name: _value(hints[name], raw, f"{where}.{name}") for name, raw in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise ConfigError(f"{where}: {str(error).replace(kind.__name__ + '.__init__()', 'the table')}") from error


def _value(hint: Any, raw: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(raw, dict):
            raise ConfigError(f"{where}: expected a table, found {raw!r}")
        return from_table(hint, raw, where)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        if not isinstance(raw, list):
            raise ConfigError(f"{where}: expected a list, found {raw!r}")
        return tuple(_value(get_args(hint)[0], item, f"{where}[{number}]") for number, item in enumerate(raw))
    if get_origin(hint) is dict:
        if not isinstance(raw, dict):
            raise ConfigError(f"{where}: expected a table, found {raw!r}")
        return {name: _value(get_args(hint)[1], item, f"{where}.{name}") for name, item in raw.items()}
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    if not isinstance(raw, hint) or (hint is int and isinstance(raw, bool)):
        raise ConfigError(f"{where}: expected {hint.__name__}, found {raw!r}")
    return raw


def load_data_config(path: Path) -> DataConfig:
    """The `[data]` table of a run's config; the other tables belong to the stages that read them."""
    table = load_run_tables(path)
    if "data" not in table:
        raise ConfigError(f"{path}: a [data] table is missing")
    return from_table(DataConfig, table["data"], f"{path}: data")

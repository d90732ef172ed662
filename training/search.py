"""Runs of one config with changes, side by side in one table: what a source or a setting is worth on dev.

    python -m training.search --config configs/search.toml                     runs what is not yet there
    python -m training.search --config configs/search.toml --table eval/SEARCH.md
    python -m training.search --config configs/search.toml --table eval/SEARCH.md --dev news-dev

The search file names a base config and the variants:

    base = "configs/small.toml"
    output = "runs/search"

    [training]                      changes to the base for every run, such as a fixed budget; [model] likewise
    updates = 600

    [[variants]]
    name = "without PolNeAR"
    without = ["polnear"]           sources of the base that this run leaves out
    seeds = [0, 1]

    [[variants]]
    name = "with CoNLL04"
    [[variants.sources]]            sources that it reads beside them
    name = "conll04"
    …
    [variants.model]                and changes to its other tables
    shape_embedding = false

Every run is an ordinary run of `training.train` under OUTPUT/NAME-SEED, so one that was broken off goes on. `--dev`
scores the runs' checkpoints again, on the articles of one dev source alone.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from datasets import DatasetDict

from data.config import ConfigError, from_table, load_run_tables, load_toml
from data.pretrained import PretrainedError
from data.readme import ReadmeError, replace_block
from model.checkpoints import load_checkpoint
from sitrep.document import DocumentError, read_jsonl
from sitrep.tokens import load_tokenizer
from training.config import RunConfig
from training.evaluation import evaluate
from training.train import fingerprint

Tables = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Changes to the base config; `seeds` gives one run for each."""

    name: str
    without: tuple[str, ...] = ()
    sources: tuple[Tables, ...] = ()
    data: Tables | None = None
    model: Tables | None = None
    training: Tables | None = None
    seeds: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Search:
    """A base config with its variants."""

    base: Tables
    output: Path
    model: Tables
    training: Tables
    variants: tuple[Variant, ...]


def load_search(path: Path) -> Search:
    """Read a search file and check the config of every run.

    Raises:
        ConfigError: no such file, an unknown key, or a run whose config does not hold.
    """
    raw = load_toml(path)
    unknown = sorted(set(raw) - {"base", "output", "model", "training", "variants"})
    if unknown or not {"base", "output", "variants"} <= set(raw):
        raise ConfigError(
            f"{path}: keys must be base, output, variants and perhaps model or training, not {', '.join(raw)}"
        )
    variants = []
    for number, table in enumerate(raw["variants"]):
        wrong = sorted(set(table) - set(Variant.__dataclass_fields__))
        if wrong or "name" not in table:
            raise ConfigError(f"{path}: variants[{number}]: {'unknown key ' + repr(wrong[0]) if wrong else 'no name'}")
        variants.append(Variant(**{key: _frozen(value) for key, value in table.items()}))
    changes = raw.get("model", {}), raw.get("training", {})
    search = Search(load_run_tables(Path(raw["base"])), Path(raw["output"]), *changes, tuple(variants))
    folders = [folder_of(search, variant, seed) for variant in search.variants for seed in variant.seeds]
    if len(set(folders)) < len(folders):
        raise ConfigError(f"{path}: two runs have the same folder; give their variants other names")
    for variant in search.variants:
        from_table(RunConfig, tables_of(search, variant, variant.seeds[0]), f"{path}: {variant.name}")
    return search


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def tables_of(search: Search, variant: Variant, seed: int) -> Tables:
    """The whole config of one run.

    Raises:
        ConfigError: a source to leave out that the base has not.
    """
    tables = deepcopy(search.base)
    sources: list[Tables] = tables["data"]["sources"]
    known = {source["name"] for source in sources}
    if missing := sorted(set(variant.without) - known):
        raise ConfigError(f"variant {variant.name}: the base has no source {missing[0]!r}")
    tables["data"]["sources"] = [source for source in sources if source["name"] not in variant.without]
    tables["data"]["sources"] += list(variant.sources)
    tables["data"] |= variant.data or {}
    tables["model"] = tables.get("model", {}) | search.model | (variant.model or {})
    tables["training"] |= search.training | (variant.training or {})
    tables["training"] |= {"seed": seed, "output": str(folder_of(search, variant, seed))}
    return tables


def folder_of(search: Search, variant: Variant, seed: int) -> Path:
    return search.output / f"{re.sub(r'[^a-z0-9]+', '-', variant.name.lower()).strip('-')}-{seed}"


def run_all(search: Search) -> None:
    """Train every run that has no result yet, one after the other.

    Raises:
        ConfigError: a run that failed; its own message stands above.
    """
    for variant in search.variants:
        for seed in variant.seeds:
            folder = folder_of(search, variant, seed)
            if scores_of(search, variant, seed):
                continue
            folder.mkdir(parents=True, exist_ok=True)
            config = folder / "config.toml"
            config.write_text(tomli_w.dumps(tables_of(search, variant, seed)), "utf-8")
            key = key_of(search, variant, seed)
            command = [
                sys.executable,
                "-m",
                "accelerate.commands.launch",
                "-m",
                "training.train",
                "--config",
                str(config),
            ]
            print(f"== {variant.name}, seed {seed}", flush=True)
            goes_on = ["--resume"] if _key_in(folder) == key and (folder / "state").is_dir() else []
            (folder / "key").write_text(key, "utf-8")
            for stale in (folder / "done", *folder.glob("dev-*.json")):
                stale.unlink(missing_ok=True)
            if subprocess.run([*command, *goes_on], env=os.environ, check=False).returncode:
                raise ConfigError(f"the run under {folder} failed")
            (folder / "done").touch()


def key_of(search: Search, variant: Variant, seed: int) -> str:
    """What a run's result holds for: its whole config, and size and time of every file that its data are read from."""
    tables = tables_of(search, variant, seed)
    config = from_table(RunConfig, tables, variant.name)
    return f"{tomli_w.dumps(tables)}\n{fingerprint(config.data)}"


def _key_in(folder: Path) -> str:
    return (folder / "key").read_text("utf-8") if (folder / "key").is_file() else ""


def scores_of(search: Search, variant: Variant, seed: int) -> dict[str, float]:
    """The last dev scores of a finished run; empty if it is not finished, or was of another config or other data."""
    folder = folder_of(search, variant, seed)
    if not (folder / "done").is_file() or _key_in(folder) != key_of(search, variant, seed):
        return {}
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text("utf-8").splitlines()]
    dev = [record for record in records if record["kind"] == "dev"]
    return {name: value for name, value in dev[-1].items() if name not in ("kind", "updates", "epoch")}


def scores_on(folder: Path, source: str) -> dict[str, float]:
    """Scores of a run's checkpoint on one dev source's articles; kept beside it, so that they are measured once.

    Raises:
        ConfigError: no article of that source in the run's dev split.
    """
    kept = folder / f"dev-{source}.json"
    if not kept.is_file():
        windows = DatasetDict.load_from_disk(str(folder / "dataset" / "windows"))["dev"]
        names = {name for name, of in zip(windows["document"], windows["source"], strict=True) if of == source}
        documents = [doc for doc in read_jsonl(folder / "dataset" / "dev.jsonl") if doc.id in names]
        if not documents:
            raise ConfigError(f"{folder}: its dev split has no source {source!r}")
        tokenizer = load_tokenizer(str(folder / "best" / "tokenizer.json"))
        found = evaluate(load_checkpoint(folder / "best"), tokenizer, documents)
        kept.write_text(json.dumps(found.scores), "utf-8")
    return json.loads(kept.read_text("utf-8"))


def table(search: Search, dev: str = "") -> str:
    """Dev F1 of every variant at the end of its run, the mean over its seeds; Markdown. `dev`: on that source alone."""
    rows = list(_rows(search, dev))
    if not rows:
        raise ConfigError("no run is finished yet")
    names = list(rows[0][2])
    lines = [f"| run | seeds | {' | '.join(names)} |", "| --- | ---: |" + " ---: |" * len(names)]
    lines += [
        f"| {name} | {seeds} | {' | '.join(f'{100 * scores[column]:.1f}' for column in names)} |"
        for name, seeds, scores in rows
    ]
    return "\n".join(lines)


def _rows(search: Search, dev: str) -> Iterator[tuple[str, int, Mapping[str, float]]]:
    for variant in search.variants:
        finished = [seed for seed in variant.seeds if scores_of(search, variant, seed)]
        held = [
            scores_on(folder_of(search, variant, seed), dev) if dev else scores_of(search, variant, seed)
            for seed in finished
        ]
        if held:
            means = {name: statistics.fmean(scores[name] for scores in held) for name in held[0]}
            yield variant.name, len(held), {"mean": means.pop("mean"), **means}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.search", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--config", type=Path, required=True, help="the search's TOML file")
    parser.add_argument("--table", type=Path, help="only write the table, into the block SEARCH-NAME of this file")
    parser.add_argument("--dev", default="", help="score on the articles of this dev source alone")
    options = parser.parse_args(arguments)
    try:
        search = load_search(options.config)
        if options.table is None:
            run_all(search)
            print(table(search, options.dev))
        else:
            replace_block(options.table, options.config.stem, table(search, options.dev))
    except (ConfigError, DocumentError, PretrainedError, ReadmeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

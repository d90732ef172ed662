"""Measure the rules, the checkpoint and the shipped bundle in one run, and write one report.

    python -m eval.benchmark
    python -m eval.benchmark --held-out runs/small-without-seeds/best -o eval/RESULTS.md

Accuracy of every system on the authored test articles and, where their texts are there, on the seed articles; speed
of every system in interleaved rounds. The Markdown file holds the tables, and a JSON file beside it every number.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from data.pretrained import PretrainedError
from data.readme import replace_block
from data.standoff import join
from eval.comparison import System, compare, predict
from eval.provenance import (
    all_versions,
    available_cores,
    commit,
    machine,
    n_trained_on,
    now,
    shown,
    trained_on,
    training_seed,
)
from eval.report import summary, to_markdown
from eval.speed import count_tokens, summarise, time_rounds
from eval.systems import INT8, RULES, TORCH, extractor_system, is_export_of, onnx_system, rule_system, torch_system
from model.export import ExportError
from sitrep.bundle import MODEL_FILE, TOKENIZER_FILE, BundleError, file_sha256, read_bundle
from sitrep.document import Document, DocumentError, read_jsonl
from sitrep.extractor import Extractor
from sitrep.tokens import load_tokenizer

_HELD_OUT, _TRAINED_ON = f"{TORCH}, held out", f"{INT8}, trained on these"


def measure(options: argparse.Namespace, command: str) -> dict[str, Any]:
    """Run everything; the result holds every number and fact of the report."""
    torch.set_num_threads(options.threads)
    facts = provenance(options, command)
    gold = list(read_jsonl(options.test))
    tokens = count_tokens(gold, load_tokenizer(str(options.bundle / TOKENIZER_FILE)))
    with tempfile.TemporaryDirectory() as scratch:
        systems = [
            rule_system(),
            torch_system(options.checkpoint),
            onnx_system(options.checkpoint, Path(scratch) / "fp32", options.threads),
            shipped_system(options),
        ]
        return {
            "provenance": facts,
            "test": measure_accuracy(systems, gold),
            "speed": measure_speed(systems, gold, tokens=tokens, rounds=options.rounds, threads=options.threads),
            "seeds": measure_seeds(options),
        }


def provenance(options: argparse.Namespace, command: str) -> dict[str, Any]:
    """Facts of the report's header; paths as they may be published."""
    model = read_bundle(options.bundle).path / MODEL_FILE
    return {
        "commit": commit(outputs=(options.output, json_path(options.output))),
        "date": now(),
        "command": command,
        "machine": machine(),
        "versions": all_versions(),
        "checkpoint": shown(options.checkpoint),
        "training_seed": training_seed(options.checkpoint),
        "bundle": shown(options.bundle),
        "bundle_sha256": file_sha256(model),
        "bundle_megabytes": model.stat().st_size / 1e6,
        "bundle_is_of_checkpoint": is_export_of(options.bundle, options.checkpoint),
        "test": shown(options.test),
        "test_sha256": file_sha256(options.test),
    }


def measure_accuracy(
    systems: Sequence[System], gold: Sequence[Document], *, model: str | None = INT8, baseline: str | None = RULES
) -> dict[str, Any]:
    """Every kind of score of every system on the same articles."""
    return compare(gold, [predict(system, gold) for system in systems], model=model, baseline=baseline)


def measure_speed(
    systems: Sequence[System],
    documents: Sequence[Document],
    *,
    tokens: int,
    rounds: int,
    threads: int,
    reference: str = TORCH,
) -> dict[str, Any]:
    """Articles and tokens a second of every system, in interleaved rounds."""
    seconds = time_rounds(systems, documents, rounds)
    return summarise(seconds, articles=len(documents), tokens=tokens, reference=reference, threads=threads)


def measure_seeds(options: argparse.Namespace) -> dict[str, Any]:
    """Scores on the seed articles, or `{"skipped": why}` where their texts are not there."""
    if not options.seed_texts.is_dir() or not options.seeds.is_file():
        return {
            "skipped": "the texts of the seed articles belong to others and are not here (`--seeds`, `--seed-texts`)"
        }
    gold = list(join(options.seeds, options.seed_texts))
    shipped = shipped_system(options, _TRAINED_ON)
    if options.held_out is None:
        return {"held_out": None, **measure_accuracy([rule_system(), shipped], gold, model=None)}
    checked = check_held_out(options.held_out, gold)
    systems = [rule_system(), torch_system(options.held_out, _HELD_OUT), shipped]
    facts = {
        "held_out": shown(options.held_out),
        "held_out_checked": checked,
        "held_out_articles": n_trained_on(options.held_out),
    }
    return {**facts, **measure_accuracy(systems, gold, model=_HELD_OUT)}


def check_held_out(checkpoint: Path, gold: Sequence[Document]) -> bool:
    """Whether it could be checked that a checkpoint did not train on the articles.

    Raises:
        ValueError: it did train on one of them.
    """
    seen = trained_on(checkpoint, gold)
    if seen:
        raise ValueError(f"--held-out {shown(checkpoint)}: it was trained on {', '.join(seen)}")
    return seen is not None


def shipped_system(options: argparse.Namespace, name: str = INT8) -> System:
    return extractor_system(name, Extractor.load(options.bundle, threads=options.threads))


def json_path(output: Path) -> Path:
    """The file of all numbers beside the report: `RESULTS.md` has `results.json`."""
    return output.with_name(output.stem.lower() + ".json")


def command_line(options: argparse.Namespace) -> str:
    """The call that was made, with paths as they may be published."""
    words = ["python -m eval.benchmark"]
    for name, value in vars(options).items():
        if value is not None:
            words.append(f"--{name.replace('_', '-')} {shown(value) if isinstance(value, Path) else value}")
    return " ".join(words)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmark", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--checkpoint", type=Path, default=Path("model/checkpoint"))
    parser.add_argument("--bundle", type=Path, default=Path("sitrep/bundle"))
    parser.add_argument("--test", type=Path, default=Path("data/authored/test.jsonl"))
    parser.add_argument("--seeds", type=Path, default=Path("data/seeds.jsonl"), help="stand-off annotation")
    parser.add_argument("--seed-texts", type=Path, default=Path("../shared/seeds"), help="folder of their texts")
    parser.add_argument("--held-out", type=Path, help="a checkpoint trained without the seed articles")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the speed measurement")
    parser.add_argument("--threads", type=int, default=available_cores(), help="CPU threads of every system")
    parser.add_argument("-o", "--output", type=Path, default=Path("eval/RESULTS.md"))
    parser.add_argument("--readme", type=Path, help="also write the main table into this page's block 'results'")
    return parser


def main(arguments: list[str] | None = None) -> int:
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.threads < 1:
        parser.error("--rounds and --threads must be at least 1")
    try:
        results = measure(options, command_line(options))
        options.output.write_text(to_markdown(results), "utf-8")
        json_path(options.output).write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
        if options.readme is not None:
            replace_block(options.readme, "results", summary(results))
    except (PretrainedError, BundleError, DocumentError, ExportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"written: {options.output} and {json_path(options.output)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

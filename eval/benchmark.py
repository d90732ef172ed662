"""Measure the rules, the checkpoint and the shipped bundle in one run, and write one report.

    python -m eval.benchmark
    python -m eval.benchmark --texts ../shared/corpora -o eval/RESULTS.md --readme README.md

Accuracy of every system on the test split of real news, where its texts are there, and on the authored test articles;
what scores are worth; speed of every system in interleaved rounds. The Markdown file holds the tables, and a JSON
file beside it every number.
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
from eval.comparison import ALL_RELATIONS, ALL_SPANS, System, article_scores, compare, predict
from eval.metrics import NOTHING
from eval.provenance import (
    all_versions,
    available_cores,
    commit,
    machine,
    now,
    shown,
    training_seed,
)
from eval.reliability import reliability
from eval.report import summary, to_markdown
from eval.speed import count_tokens, summarise, time_rounds
from eval.systems import INT8, RULES, TORCH, extractor_system, is_export_of, onnx_system, rule_system, torch_system
from model.export import ExportError
from sitrep.bundle import MODEL_FILE, TOKENIZER_FILE, BundleError, file_sha256, read_bundle
from sitrep.document import Document, DocumentError, read_json_lines, read_jsonl
from sitrep.extractor import Extractor
from sitrep.tokens import load_tokenizer


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
            extractor_system(INT8, Extractor.load(options.bundle, threads=options.threads)),
        ]
        return {
            "provenance": facts,
            "news": measure_news(systems, options),
            "test": measure_accuracy(systems, gold),
            "speed": measure_speed(systems, gold, tokens=tokens, rounds=options.rounds, threads=options.threads),
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
        "news": shown(options.news),
        "news_sha256": file_sha256(options.news),
    }


def measure_accuracy(systems: Sequence[System], gold: Sequence[Document]) -> dict[str, Any]:
    """Every kind of score of every system on the same articles, and what the shipped model's scores are worth."""
    predictions = [predict(system, gold) for system in systems]
    shipped = next(one for one in predictions if one.name == INT8)
    return compare(gold, predictions, model=INT8, baseline=RULES) | {"reliability": reliability(gold, shipped.found)}


def measure_news(systems: Sequence[System], options: argparse.Namespace) -> dict[str, Any]:
    """Scores on the test split of real news and by source, or `{"skipped": why}` where its texts are not there."""
    if not options.texts.is_dir():
        return {"skipped": "the texts of the real news belong to others and are not here (`--texts`)"}
    gold = list(join(options.news, options.texts))
    trained = {collection_of(str(raw["source"])) for _, raw in read_json_lines(options.news_train)}
    sources: dict[str, list[Document]] = {}
    for document in gold:
        sources.setdefault(collection_of(document.meta["source"]), []).append(document)
    rows = {
        name: {"held_out": name not in trained, **source_scores(systems, documents)}
        for name, documents in sorted(sources.items())
    }
    return {"sources": rows, **measure_accuracy(systems, gold)}


def collection_of(source: str) -> str:
    """The collection that a stand-off line's source names, without the item."""
    return source.partition("#")[0]


def source_scores(systems: Sequence[System], gold: Sequence[Document]) -> dict[str, Any]:
    """F1 over all spans and over all relations of the shipped model and the rules, on the articles of one source."""
    found: dict[str, Any] = {"articles": len(gold)}
    for system in systems:
        if system.name in (INT8, RULES):
            predictions = predict(system, gold)
            found[system.name] = {
                kind: sum((part for part in article_scores(kind, gold, predictions)[row]), NOTHING).f1
                for kind, row in (("spans", ALL_SPANS), ("strict", ALL_RELATIONS))
            }
    return found


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
    parser.add_argument("--news", type=Path, default=Path("data/news/test.jsonl"), help="stand-off annotation")
    parser.add_argument("--news-train", type=Path, default=Path("data/news/train.jsonl"), help="what was trained on")
    parser.add_argument("--texts", type=Path, default=Path("../shared/corpora"), help="folder of the news texts")
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

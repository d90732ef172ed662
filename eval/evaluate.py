"""Score a system's predictions against gold.

    python -m eval.evaluate --gold data/authored/test.jsonl --predictions predictions.jsonl
    python -m eval.evaluate --gold GOLD --predictions FILE --given-spans FILE2 --json scores.json --table scores.md

Both files hold documents in the project's format, of the same articles in the same order. `--given-spans` are the
predictions of a system that was given the gold spans, for the third kind of relation score. What counts as correct
is printed above every score (eval/metrics.py).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.metrics import DEFINITIONS, Score, bootstrap, relation_scores, span_scores
from sitrep.document import Document, DocumentError, faults, read_jsonl
from sitrep.labels import INVENTORY, Inventory


def score_system(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    given_spans: Sequence[Document] | None = None,
    inventory: Inventory = INVENTORY,
) -> dict[str, Any]:
    """All scores of a system, each with its definition and a 95 % interval from resampling articles.

    Returns:
        `{"spans": {"correct": definition, "scores": {name: {...}}}, "strict": …, "lenient": …, "gold": …}`.

    Raises:
        ValueError: gold and predictions are not of the same texts in the same order.
    """
    report = {"spans": _with_intervals("spans", gold, predicted, inventory)}
    for ends in ("strict", "lenient"):
        report[ends] = _with_intervals(ends, gold, predicted, inventory)
    if given_spans is not None:
        report["gold"] = _with_intervals("gold", gold, given_spans, inventory)
    return report


def _with_intervals(
    kind: str, gold: Sequence[Document], predicted: Sequence[Document], inventory: Inventory
) -> dict[str, Any]:
    def scores(left: Sequence[Document], right: Sequence[Document]) -> dict[str, Score]:
        if kind == "spans":
            return span_scores(left, right, inventory)
        return relation_scores(left, right, kind, inventory)

    total = scores(gold, predicted)
    parts = [scores([left], [right]) for left, right in zip(gold, predicted, strict=True)]
    rows = {}
    for name, score in total.items():
        low, high = bootstrap([part[name] for part in parts])
        rows[name] = score.to_dict() | {"f1_low": low, "f1_high": high}
    return {"correct": DEFINITIONS[kind], "scores": rows}


def to_markdown(report: dict[str, Any]) -> str:
    """The report as Markdown tables, the definition of correct above each."""
    titles = {
        "spans": "Spans",
        "strict": "Relations, end to end, strict ends",
        "lenient": "Relations, end to end, lenient ends",
        "gold": "Relations, given gold spans",
    }
    blocks = []
    for kind, part in report.items():
        lines = [f"**{titles[kind]}.** Correct: {part['correct']}.", ""]
        lines += ["| | gold | predicted | precision | recall | F1 | 95 % interval |", "| --- |" + " ---: |" * 6]
        for name, row in part["scores"].items():
            numbers = " | ".join(f"{100 * row[key]:.1f}" for key in ("precision", "recall", "f1"))
            interval = f"{100 * row['f1_low']:.1f} to {100 * row['f1_high']:.1f}"
            lines.append(f"| {name} | {row['gold']} | {row['predicted']} | {numbers} | {interval} |")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _sound(path: Path, inventory: Inventory) -> list[Document]:
    """The documents of a file. One with faults is refused: what breaks the format cannot be counted right."""
    documents = list(read_jsonl(path))
    for document in documents:
        if found := faults(document, inventory):
            raise DocumentError(f"{path}: document {document.id}: {found[0]}")
    return documents


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.evaluate", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--given-spans", type=Path, help="predictions of the system on the gold spans")
    parser.add_argument("--json", type=Path, help="write the scores here")
    parser.add_argument("--table", type=Path, help="write the Markdown tables here")
    parser.add_argument("--labels", type=Path, help="label file, where it is not the project's own")
    options = parser.parse_args(arguments)
    try:
        inventory = Inventory.load(options.labels)
        gold, predicted = _sound(options.gold, inventory), _sound(options.predictions, inventory)
        given = _sound(options.given_spans, inventory) if options.given_spans else None
        report = score_system(gold, predicted, given, inventory)
    except (DocumentError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    table = to_markdown(report)
    print(table)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    if options.table:
        options.table.write_text(table, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Scoring the network on dev while it trains, and choosing there each relation's threshold and the calibration.

    python -m training.evaluation runs/small
    python -m training.evaluation runs/small --bundle sitrep/bundle

choose both anew for the best checkpoint of a run, on the dev articles beside it; the second by the answers of the int8
bundle that was exported from it, which is what users run. Export again afterwards.
"""

import argparse
import dataclasses
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from data.pretrained import PretrainedError
from eval.metrics import relation_scores, span_scores
from model.checkpoints import FACTS_FILE, load_checkpoint, save_checkpoint
from model.network import SitrepModel
from model.reading import torch_extractor
from sitrep.bundle import BundleError
from sitrep.document import Document, DocumentError, read_jsonl
from sitrep.extractor import Extractor
from sitrep.labels import Inventory
from sitrep.tokens import load_tokenizer
from training.calibration import fit_lines

THRESHOLDS = np.round(np.arange(0.1, 0.91, 0.05), 2)


@dataclass(frozen=True)
class Evaluation:
    """F1 of each layer and relation (end to end, strict ends) with their mean as `mean`; and what was chosen by it."""

    scores: dict[str, float]
    thresholds: dict[str, float]
    calibration: dict[str, list[float]]


def evaluate(network: SitrepModel, tokenizer: Tokenizer, documents: list[Document]) -> Evaluation:
    """F1 on whole articles, the threshold of each relation that is best there, and the calibration of all scores."""
    return choose(torch_extractor(network, tokenizer), documents)


def choose(extractor: Extractor, documents: list[Document]) -> Evaluation:
    """The same for any extractor; its own thresholds and calibration are not used."""
    inventory = extractor.inventory
    lowest = {kind.name: float(THRESHOLDS[0]) for kind in inventory.relations}
    settings = dataclasses.replace(extractor.settings, thresholds=lowest, calibration={})
    predicted = list(dataclasses.replace(extractor, settings=settings).extract_many(documents))
    spans = span_scores(documents, predicted, inventory)
    scores = {layer.name: spans[layer.name].f1 for layer in inventory.layers}
    thresholds, relations = best_thresholds(documents, predicted, inventory)
    scores |= relations
    chosen = [above(document, thresholds) for document in predicted]
    scores["mean"] = float(np.mean(list(scores.values())))
    return Evaluation(scores, thresholds, fit_lines(documents, chosen, inventory))


def best_thresholds(
    gold: list[Document], predicted: list[Document], inventory: Inventory
) -> tuple[dict[str, float], dict[str, float]]:
    """For each relation the threshold with the best F1, and that F1; of equals the one nearest to one half."""
    thresholds, best = {}, {}
    for threshold in sorted(THRESHOLDS, key=lambda value: abs(value - 0.5)):
        every = {kind.name: float(threshold) for kind in inventory.relations}
        kept = [above(document, every) for document in predicted]
        for name, score in relation_scores(gold, kept, "strict", inventory).items():
            if score.f1 > best.get(name, -1.0):
                best[name], thresholds[name] = score.f1, float(threshold)
    return thresholds, best


def above(document: Document, thresholds: dict[str, float]) -> Document:
    """The document without the relations whose score is below the threshold of their type."""
    kept = tuple(edge for edge in document.relations if edge.score >= thresholds[edge.type])
    return dataclasses.replace(document, relations=kept)


def choose_again(run: Path, bundle: Path | None) -> dict[str, float]:
    """Thresholds and calibration of a run's best checkpoint from its dev articles; the dev scores.

    Raises:
        PretrainedError, BundleError, DocumentError: no such checkpoint, bundle or dev articles.
    """
    folder = run / "best"
    network, tokenizer = load_checkpoint(folder), load_tokenizer(str(folder / "tokenizer.json"))
    extractor = Extractor.load(bundle) if bundle else torch_extractor(network, tokenizer)
    found = choose(extractor, list(read_jsonl(run / "dataset" / "dev.jsonl")))
    network.config.thresholds, network.config.calibration = found.thresholds, found.calibration
    facts = json.loads((folder / FACTS_FILE).read_text("utf-8"))
    save_checkpoint(network, tokenizer, folder, facts | {"dev_f1": found.scores})
    return found.scores


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.evaluation", description="Choose thresholds anew.")
    parser.add_argument("run", type=Path, help="folder of a run, such as runs/small")
    parser.add_argument("--bundle", type=Path, help="go by the answers of this bundle of the checkpoint")
    options = parser.parse_args(arguments)
    try:
        scores = choose_again(options.run, options.bundle)
    except (BundleError, DocumentError, PretrainedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(", ".join(f"{name} {value:.3f}" for name, value in scores.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())

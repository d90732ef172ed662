"""Scoring the network on dev while it trains, and choosing each relation's threshold there."""

import dataclasses
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from eval.metrics import relation_scores, span_scores
from model.network import SitrepModel
from model.reading import torch_extractor
from sitrep.document import Document
from sitrep.labels import Inventory
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
    inventory = network.config.inventory
    extractor = torch_extractor(network, tokenizer)
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

"""Annotated documents to a Hugging Face dataset of windows.

    python -m data.build --config configs/small.toml -o runs/small/dataset

Writes a `datasets.DatasetDict` (Arrow) with one row a window, the completely annotated documents of dev and
test as JSON Lines beside it, and a summary table. Columns:

    source, document, window       where the row is from
    input_ids, shape_ids           one a token, special tokens included
    permitted_LAYER                one a token: bit mask over the layer's tags; a word's later wordpieces
                                   and special tokens permit all
    span_first, span_last          token of the first and of the last word of each span in the window
    span_label                     index into the inventory's labels
    pair_source, pair_target       candidate pairs, indices into the row's spans
    pair_features                  (n_pairs, n_features), see sitrep/pairs.py
    pair_allowed, pair_gold        bit masks over relation types: scored at all; true
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset, DatasetDict, Features, List, Value
from tokenizers import Tokenizer

from data.config import SPLITS, ConfigError, DataConfig, load_data_config
from data.partial import Annotated, tag_masks
from data.pretrained import PretrainedError, pretrained_tokenizer
from data.readme import ReadmeError, replace_block
from data.sources import read_source
from sitrep.document import Document, DocumentError, write_jsonl
from sitrep.extractor import to_mentions
from sitrep.labels import Inventory, LabelsError
from sitrep.pairs import Mentions, candidate_pairs, pair_features
from sitrep.tokens import Tokens, tokenise
from sitrep.windows import Window, plan_windows

SUMMARY_COLUMNS = ("documents", "windows", "tokens", "spans", "relations", "off_borders", "out_of_reach", "split_apart")


@dataclass
class Summary:
    """Counts of one source in one split. Gold is counted when it is read, before anything can lose it.

    off_borders: spans that do not fall on word borders, so that no tag sequence can give them.
    out_of_reach: relations whose ends are farther apart than decoding looks.
    split_apart: relations whose ends share no window, so that training cannot use them.
    """

    counts: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)

    def add(self, split: str, source: str, **counts: int) -> None:
        row = self.counts.setdefault((split, source), dict.fromkeys(SUMMARY_COLUMNS, 0))
        for name, count in counts.items():
            row[name] += count

    def table(self) -> str:
        """The summary as a Markdown table."""
        names = [name.replace("_", " ") for name in SUMMARY_COLUMNS]
        lines = [f"| split | source | {' | '.join(names)} |", "| --- | --- |" + " ---: |" * len(names)]
        for (split, source), row in self.counts.items():
            lines.append(f"| {split} | {source} | {' | '.join(str(row[name]) for name in SUMMARY_COLUMNS)} |")
        return "\n".join(lines)


def feature_types(inventory: Inventory) -> Features:
    """The dataset's columns and their types."""
    integers = List(Value("int32"))
    columns: dict[str, Any] = {"source": Value("string"), "document": Value("string"), "window": Value("int32")}
    columns |= {"input_ids": integers, "shape_ids": integers}
    columns |= {f"permitted_{layer.name}": integers for layer in inventory.layers}
    columns |= dict.fromkeys(("span_first", "span_last", "span_label", "pair_source", "pair_target"), integers)
    columns |= {"pair_features": List(integers), "pair_allowed": integers, "pair_gold": integers}
    return Features(columns)


def load_inventory(config: DataConfig) -> Inventory:
    """The label file that the config names, else the project's own.

    Raises:
        ConfigError: no such file, or no label file.
    """
    try:
        return Inventory.load(Path(config.labels) if config.labels else None)
    except LabelsError as error:
        raise ConfigError(f"data: labels: {error}") from error


def build(config: DataConfig) -> tuple[DatasetDict, dict[str, list[Document]], Summary]:
    """The windows of every split, the completely annotated documents of every split, and the counts.

    Raises:
        ConfigError, DocumentError, PretrainedError: a source, annotation or tokenizer that cannot be used.
    """
    inventory, tokenizer, summary = load_inventory(config), pretrained_tokenizer(config.encoder), Summary()
    rows: dict[str, list[dict[str, Any]]] = {}
    documents: dict[str, list[Document]] = {}
    for source in config.sources:
        for annotated in read_source(source, inventory):
            new = list(document_rows(annotated, config, inventory, tokenizer, summary, (source.split, source.name)))
            rows.setdefault(source.split, []).extend(new)
            if annotated.relations_known == frozenset(inventory.relation_of):
                documents.setdefault(source.split, []).append(annotated.document)
    types = feature_types(inventory)
    splits = {name: Dataset.from_list(rows[name], features=types) for name in SPLITS if name in rows}
    return DatasetDict(**splits), documents, summary


def document_rows(
    annotated: Annotated,
    config: DataConfig,
    inventory: Inventory,
    tokenizer: Tokenizer,
    summary: Summary,
    key: tuple[str, str],
) -> Iterator[dict[str, Any]]:
    """One dataset row for each window of a document; adds the document's counts to the summary."""
    document = annotated.document
    tokens = tokenise(document.text, tokenizer)
    masks = tag_masks(annotated, tokens, inventory)
    reading = _Reading.of(annotated, tokens, inventory)
    summary.add(
        *key,
        documents=1,
        spans=len(document.spans),
        relations=len(document.relations),
        off_borders=len(document.spans) - len(reading.mentions),
        out_of_reach=reading.out_of_reach,
    )
    together: set[int] = set()
    windows = plan_windows(tokens, config.window, config.overlap)
    special = special_ids(tokenizer)
    for number, window in enumerate(windows):
        start, end = tokens.token_bounds(window.first_word, window.end_word)
        summary.add(*key, windows=1, tokens=end - start + 2)
        row = {"source": key[1], "document": document.id, "window": number}
        row["input_ids"] = [special[0], *tokens.ids[start:end].tolist(), special[1]]
        row["shape_ids"] = [0, *tokens.shapes[start:end].tolist(), 0]
        for layer in inventory.layers:
            column = np.full(end - start + 2, (1 << len(layer.tags)) - 1, np.int64)
            words = slice(window.first_word, window.end_word)
            column[tokens.first[words] - start + 1] = masks[layer.name][words]
            row[f"permitted_{layer.name}"] = column.tolist()
        pair_columns, held = reading.in_window(window, tokens, start)
        together |= held
        yield row | pair_columns
    true_pairs = set(np.flatnonzero(reading.gold).tolist())
    summary.add(*key, split_apart=len(true_pairs - together))


@dataclass(frozen=True)
class _Reading:
    """A document's spans on words and its candidate pairs, before they are dealt out to windows."""

    mentions: Mentions
    pairs: np.ndarray
    features: np.ndarray
    allowed: np.ndarray
    gold: np.ndarray
    out_of_reach: int

    @classmethod
    def of(cls, annotated: Annotated, tokens: Tokens, inventory: Inventory) -> "_Reading":
        document = annotated.document
        placed = [
            (words, index)
            for index, span in enumerate(document.spans)
            if (words := tokens.words_of(span.start, span.end))
        ]
        spans = [(*words, document.spans[index]) for words, index in placed]
        mentions = to_mentions(document.text, spans, inventory)
        pairs, allowed = candidate_pairs(mentions, inventory)
        known = np.array([kind.name in annotated.relations_known for kind in inventory.relations], bool)
        allowed = allowed & known
        undecided = [place for place, (_, index) in enumerate(placed) if index in annotated.undecided]
        allowed[np.isin(pairs[:, 0], undecided)] = False
        position = {index: place for place, (_, index) in enumerate(placed)}
        where = {(int(source), int(target)): row for row, (source, target) in enumerate(pairs)}
        kinds = {kind.name: number for number, kind in enumerate(inventory.relations)}
        gold, out_of_reach = np.zeros(len(pairs), np.int64), 0
        for edge in document.relations:
            row = where.get((position.get(edge.source, -1), position.get(edge.target, -1)))
            if row is None or not allowed[row, kinds[edge.type]]:
                out_of_reach += 1
            else:
                gold[row] |= 1 << kinds[edge.type]
        masks = (allowed * (1 << np.arange(len(kinds)))).sum(1) if len(kinds) else np.zeros(len(pairs), np.int64)
        return cls(mentions, pairs, pair_features(mentions, pairs), masks, gold, out_of_reach)

    def in_window(self, window: Window, tokens: Tokens, start: int) -> tuple[dict[str, Any], set[int]]:
        """The span and pair columns of a window, and the pairs that it holds."""
        inside = (self.mentions.first >= window.first_word) & (self.mentions.last < window.end_word)
        number = np.cumsum(inside) - 1
        pairs = np.flatnonzero(inside[self.pairs].all(1) & (self.allowed > 0))
        columns = {
            "span_first": (tokens.first[self.mentions.first[inside]] - start + 1).tolist(),
            "span_last": (tokens.first[self.mentions.last[inside]] - start + 1).tolist(),
            "span_label": self.mentions.label[inside].tolist(),
            "pair_source": number[self.pairs[pairs, 0]].tolist(),
            "pair_target": number[self.pairs[pairs, 1]].tolist(),
            "pair_features": self.features[pairs].tolist(),
            "pair_allowed": self.allowed[pairs].tolist(),
            "pair_gold": self.gold[pairs].tolist(),
        }
        return columns, set(pairs.tolist())


def special_ids(tokenizer: Tokenizer) -> tuple[int, int]:
    """Ids of the tokens that open and close a window."""
    ids = tokenizer.encode("").ids
    if len(ids) != 2:
        raise PretrainedError(f"the tokenizer puts {len(ids)} special tokens around a text; 2 are expected")
    return ids[0], ids[1]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m data.build", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--config", type=Path, required=True, help="a run's TOML file")
    parser.add_argument("-o", "--output", type=Path, help="folder to write (default: runs/CONFIG/dataset)")
    parser.add_argument("--readme", type=Path, help="also write the summary into this file's block 'summary'")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(levelname)s: %(message)s")
    output = options.output or Path("runs") / options.config.stem / "dataset"
    try:
        dataset, documents, summary = build(load_data_config(options.config))
        write(output, dataset, documents, summary)
        if options.readme:
            replace_block(options.readme, "summary", summary.table())
    except (ConfigError, DocumentError, PretrainedError, ReadmeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(summary.table())
    return 0


def write(output: Path, dataset: DatasetDict, documents: dict[str, list[Document]], summary: Summary) -> None:
    """Save the dataset, the documents of each split and the summary under one folder."""
    dataset.save_to_disk(str(output / "windows"))
    for split, held in documents.items():
        write_jsonl(output / f"{split}.jsonl", held)
    (output / "summary.md").write_text(summary.table() + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())

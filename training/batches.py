"""Which windows an epoch reads, in which order, and how they become a padded batch."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from torch import Tensor
from torch.utils.data import Sampler

from sitrep.labels import Inventory
from sitrep.pairs import FEATURE_SIZES

_BUCKETS = 16  # batches sorted by length together: less padding, and still a shuffled order


class EpochSampler(Sampler[int]):
    """Rows of one epoch: each source's rows as often as its `passes` says, shuffled by seed and epoch.

    A source with fewer than one pass gives another part of its rows each epoch, and all of them after
    1 / passes epochs. Rows of like length stand together, so that batches hold little padding. The order
    depends on nothing but the arguments, so a resumed run sees the rows that it would have seen.
    """

    def __init__(self, dataset: Dataset, passes: Mapping[str, float], *, batch_size: int, seed: int) -> None:
        self.batch_size, self.seed, self.epoch = batch_size, seed, 0
        self.lengths = np.array([len(ids) for ids in dataset["input_ids"]])
        sources = np.array(dataset["source"])
        self.groups = [(np.flatnonzero(sources == name), count) for name, count in passes.items()]

    def start_epoch(self, epoch: int) -> None:
        """Choose the epoch. Not named set_epoch: accelerate calls that with a count that forgets a resume."""
        self.epoch = epoch

    def __len__(self) -> int:
        return sum(self._take(rows, count) for rows, count in self.groups)

    @staticmethod
    def _take(rows: np.ndarray, passes: float) -> int:
        return round(len(rows) * passes)

    def __iter__(self) -> Iterator[int]:
        chosen = [self._rows(number, rows, count) for number, (rows, count) in enumerate(self.groups)]
        random = np.random.default_rng((self.seed, self.epoch))
        order = random.permutation(np.concatenate(chosen)) if chosen else np.zeros(0, np.int64)
        size = self.batch_size * _BUCKETS
        batches: list[np.ndarray] = []
        for start in range(0, len(order), size):
            block = order[start : start + size]
            block = block[np.argsort(self.lengths[block], kind="stable")]
            batches += [block[first : first + self.batch_size] for first in range(0, len(block), self.batch_size)]
        # A short batch, if there is one, stays last: a loader cuts the stream into equal batches.
        whole = [batch for batch in batches if len(batch) == self.batch_size]
        rest = [batch for batch in batches if len(batch) < self.batch_size]
        mixed = [whole[index] for index in random.permutation(len(whole))]
        return iter(np.concatenate([*mixed, *rest]).tolist() if batches else [])

    def _rows(self, number: int, rows: np.ndarray, passes: float) -> np.ndarray:
        """Rows of one source in this epoch: the next stretch of an endless series of shuffled passes."""
        take = self._take(rows, passes)
        first = self.epoch * take
        found: list[np.ndarray] = []
        while take and len(rows):
            turn, offset = divmod(first, len(rows))
            shuffled = np.random.default_rng((self.seed, number, turn)).permutation(rows)
            part = shuffled[offset : offset + take]
            found.append(part)
            first, take = first + len(part), take - len(part)
        return np.concatenate(found) if found else np.zeros(0, np.int64)


class Collator:
    """Rows of the dataset to the tensors of one step."""

    def __init__(self, inventory: Inventory, pad_id: int) -> None:
        self.inventory, self.pad_id = inventory, pad_id

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Padded batch.

        Returns:
            `input_ids`, `shape_ids`, `attention_mask`, `permitted_LAYER`: (batch, seq);
            `spans`: (n_spans, 4) and `pairs`: (n_pairs, 2), `pair_features`: (n_pairs, n_features),
            `pair_allowed`, `pair_gold`: (n_pairs,).
        """
        batch = {
            "input_ids": self._padded(rows, "input_ids", self.pad_id),
            "shape_ids": self._padded(rows, "shape_ids", 0),
        }
        lengths = torch.tensor([len(row["input_ids"]) for row in rows])
        batch["attention_mask"] = (torch.arange(int(lengths.max()))[None] < lengths[:, None]).long()
        for layer in self.inventory.layers:
            name = f"permitted_{layer.name}"
            batch[name] = self._padded(rows, name, (1 << len(layer.tags)) - 1)
        return batch | self._pairs(rows)

    @staticmethod
    def _padded(rows: Sequence[Mapping[str, Any]], name: str, value: int) -> Tensor:
        columns = [torch.as_tensor(row[name], dtype=torch.long) for row in rows]
        return torch.nn.utils.rnn.pad_sequence(columns, batch_first=True, padding_value=value)

    @staticmethod
    def _pairs(rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        spans: list[tuple[int, int, int, int]] = []
        pairs: list[tuple[int, int]] = []
        features: list[list[int]] = []
        for number, row in enumerate(rows):
            offset = len(spans)
            pairs += [(a + offset, b + offset) for a, b in zip(row["pair_source"], row["pair_target"], strict=True)]
            spans += [
                (number, *span) for span in zip(row["span_first"], row["span_last"], row["span_label"], strict=True)
            ]
            features += row["pair_features"]
        return {
            "spans": torch.tensor(spans, dtype=torch.long).reshape(-1, 4),
            "pairs": torch.tensor(pairs, dtype=torch.long).reshape(-1, 2),
            "pair_features": torch.tensor(features, dtype=torch.long).reshape(-1, len(FEATURE_SIZES)),
            "pair_allowed": torch.tensor([mask for row in rows for mask in row["pair_allowed"]], dtype=torch.long),
            "pair_gold": torch.tensor([mask for row in rows for mask in row["pair_gold"]], dtype=torch.long),
        }

from collections import Counter

import pytest
import torch
from datasets import Dataset

from sitrep.labels import INVENTORY
from training.batches import Collator, EpochSampler


def dataset() -> Dataset:
    rows = [{"source": "big", "input_ids": [0] * (1 + index % 7)} for index in range(40)]
    rows += [{"source": "small", "input_ids": [0] * 5} for _ in range(6)]
    return Dataset.from_list(rows)


def epoch(sampler: EpochSampler, number: int) -> list[int]:
    sampler.start_epoch(number)
    return list(sampler)


def test_an_epoch_reads_each_source_as_often_as_it_says() -> None:
    sampler = EpochSampler(dataset(), {"big": 0.25, "small": 2.0}, batch_size=4, seed=1)
    rows = epoch(sampler, 0)
    assert len(rows) == len(sampler) == 22
    assert Counter(row < 40 for row in rows) == {True: 10, False: 12}
    assert all(count == 2 for row, count in Counter(rows).items() if row >= 40)


def test_parts_of_a_source_add_up_to_all_of_it() -> None:
    sampler = EpochSampler(dataset(), {"big": 0.25}, batch_size=4, seed=1)
    read = [row for number in range(4) for row in epoch(sampler, number)]
    assert sorted(read) == list(range(40))


def test_order_depends_on_seed_and_epoch_alone() -> None:
    first = EpochSampler(dataset(), {"big": 1.0}, batch_size=4, seed=1)
    again = EpochSampler(dataset(), {"big": 1.0}, batch_size=4, seed=1)
    assert epoch(first, 3) == epoch(again, 3)
    assert epoch(first, 3) != epoch(first, 4)
    assert epoch(first, 3) != epoch(EpochSampler(dataset(), {"big": 1.0}, batch_size=4, seed=2), 3)


def row(length: int, n_spans: int, pairs: list[tuple[int, int]]) -> dict[str, object]:
    masks = {f"permitted_{layer.name}": [1] * length for layer in INVENTORY.layers}
    return masks | {
        "input_ids": [7] * length,
        "shape_ids": [3] * length,
        "span_first": list(range(n_spans)),
        "span_last": list(range(n_spans)),
        "span_label": [2] * n_spans,
        "pair_source": [source for source, _ in pairs],
        "pair_target": [target for _, target in pairs],
        "pair_features": [[1, 2, 3, 4, 5]] * len(pairs),
        "pair_allowed": [1] * len(pairs),
        "pair_gold": [0] * len(pairs),
    }


def test_pairs_point_at_the_spans_of_their_own_row() -> None:
    batch = Collator(INVENTORY, 9)([row(3, 2, [(0, 1)]), row(5, 3, [(2, 0), (1, 2)])])
    assert batch["spans"][:, 0].tolist() == [0, 0, 1, 1, 1]
    assert batch["pairs"].tolist() == [[0, 1], [4, 2], [3, 4]]
    for source, target in batch["pairs"].tolist():
        assert batch["spans"][source, 0] == batch["spans"][target, 0]


def test_padding_is_masked_and_permits_everything() -> None:
    batch = Collator(INVENTORY, 9)([row(3, 0, []), row(5, 0, [])])
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1] * 5]
    assert batch["input_ids"][0].tolist() == [7, 7, 7, 9, 9]
    toll = next(layer for layer in INVENTORY.layers if layer.name == "TOLL")
    assert batch["permitted_TOLL"][0, 3] == (1 << len(toll.tags)) - 1
    assert batch["pairs"].shape == torch.Size([0, 2])


def test_a_negative_share_is_refused() -> None:
    from data.config import ConfigError, SourceConfig

    with pytest.raises(ConfigError, match="passes"):
        SourceConfig(name="x", reader="documents", path="p", split="train", passes=-1.0)

import math

import pytest
import torch

from sitrep.labels import INVENTORY, Inventory
from training.losses import relation_loss, tag_loss, unpack_bits

TWO = Inventory.from_dict({"layers": [{"name": "A", "types": ["A"]}], "relations": []})


def loss_of(scores: list[list[float]], permitted: list[int]) -> float:
    tags = torch.tensor([scores])
    return float(tag_loss(tags, {"A": torch.tensor([permitted])}, TWO, {})["A"])


def test_one_permitted_tag_is_cross_entropy() -> None:
    probabilities = torch.softmax(torch.tensor([1.0, 2.0, 0.5]), 0)
    assert loss_of([[1.0, 2.0, 0.5]], [0b010]) == pytest.approx(-math.log(probabilities[1]), abs=1e-6)


def test_a_set_is_minus_the_log_of_its_summed_probability() -> None:
    probabilities = torch.softmax(torch.tensor([1.0, 2.0, 0.5]), 0)
    assert loss_of([[1.0, 2.0, 0.5]], [0b101]) == pytest.approx(
        -math.log(probabilities[0] + probabilities[2]), abs=1e-6
    )


def test_a_token_that_permits_all_teaches_nothing() -> None:
    decided = loss_of([[1.0, 2.0, 0.5]], [0b001])
    assert loss_of([[1.0, 2.0, 0.5], [9.0, -9.0, 3.0]], [0b001, 0b111]) == pytest.approx(decided)
    assert loss_of([[1.0, 2.0, 0.5]], [0b111]) == 0.0


def test_open_tokens_get_no_gradient_and_none_is_nan() -> None:
    tags = torch.zeros(1, 2, 3, requires_grad=True)
    tag_loss(tags, {"A": torch.tensor([[0b001, 0b111]])}, TWO, {})["A"].backward()
    assert tags.grad is not None
    assert tags.grad[0, 0].abs().sum() > 0
    assert tags.grad[0, 1].abs().sum() == 0
    assert torch.isfinite(tags.grad).all()


def test_layer_weights_scale_a_layer() -> None:
    tags = torch.zeros(1, 1, INVENTORY.n_tags)
    permitted = {layer.name: torch.tensor([[1]]) for layer in INVENTORY.layers}
    plain = tag_loss(tags, permitted, INVENTORY, {})
    weighted = tag_loss(tags, permitted, INVENTORY, {"TOLL": 2.0})
    assert weighted["TOLL"] == pytest.approx(2 * plain["TOLL"])
    assert weighted["ACTOR"] == pytest.approx(plain["ACTOR"])


def test_relation_loss_counts_decided_pairs_only() -> None:
    logits = torch.tensor([[0.0, 3.0], [2.0, -1.0]])
    allowed, gold = torch.tensor([0b01, 0b11]), torch.tensor([0b01, 0b10])
    expected = math.log(2) + math.log1p(math.exp(2)) + math.log1p(math.exp(1))
    assert float(relation_loss(logits, allowed, gold, 2)) == pytest.approx(expected / 2, abs=1e-5)
    assert float(relation_loss(torch.zeros(0, 2), torch.zeros(0).long(), torch.zeros(0).long(), 2)) == 0.0


def test_bits() -> None:
    assert unpack_bits(torch.tensor([5]), 4).tolist() == [[True, False, True, False]]

"""Losses over what an annotation permits.

Tags: minus the log of the summed probability of the permitted tags (the marginal likelihood of a partial
annotation; for one permitted tag it is cross-entropy, for all tags it is zero).
Relations: binary cross-entropy over the pairs and types that the annotation decides.
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from sitrep.labels import Inventory


def tag_loss(
    tags: Tensor, permitted: Mapping[str, Tensor], inventory: Inventory, weights: Mapping[str, float]
) -> dict[str, Tensor]:
    """Loss of each layer: the sum over tokens divided by the number of tokens that are not left wholly open.

    Args:
        tags: scores of all layers side by side. Shape: (batch, seq, n_tags).
        permitted: layer name to bit masks over its tags. Shape: (batch, seq).
        weights: what a layer counts for; 1 where it is not named.
    """
    losses = {}
    for layer in inventory.layers:
        scores = tags[..., inventory.tag_slices[layer.name]].float()
        allowed = unpack_bits(permitted[layer.name], len(layer.tags))
        decided = ~allowed.all(-1)
        log_probabilities = functional.log_softmax(scores, -1).masked_fill(~allowed, -torch.inf)
        # Masked before the sum: a token with nothing permitted cannot occur, one with everything costs nothing.
        negative = -torch.logsumexp(log_probabilities[decided], -1)
        losses[layer.name] = weights.get(layer.name, 1.0) * negative.sum() / decided.sum().clamp(min=1)
    return losses


def relation_loss(logits: Tensor, allowed: Tensor, gold: Tensor, n_relations: int) -> Tensor:
    """Binary cross-entropy summed over decided pairs and divided by the number of true ones (at least one).

    Dividing by the pairs themselves would let the many distant ones, which cost nothing, drown the rest.

    Args:
        logits: Shape: (n_pairs, n_relations).
        allowed, gold: bit masks over relation types. Shape: (n_pairs,).
    """
    decided, true = unpack_bits(allowed, n_relations), unpack_bits(gold, n_relations)
    losses = functional.binary_cross_entropy_with_logits(logits.float(), true.float(), reduction="none")
    return (losses * decided).sum() / true.sum().clamp(min=1)


def unpack_bits(masks: Tensor, width: int) -> Tensor:
    """Bit masks to booleans. Shape: (...) -> (..., width)."""
    return (masks[..., None] >> torch.arange(width, device=masks.device)) & 1 == 1

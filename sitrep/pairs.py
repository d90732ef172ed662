"""Relations between spans: candidate pairs, their features, and the scorer that reads exported weights.

A pair is scored from the encoder's features at the first and last word of both spans, the spans'
labels, and how they stand to each other. The scorer runs outside the encoder's graph, over pairs of
found spans, for three reasons: it can use what token pairs do not know (labels, sentences, which
candidate is nearest), it can join spans of different windows, and its cost grows with the spans of an
article rather than with the square of a window. `model/network.py` trains the same arithmetic.

Per pair (a, b), with h the feature vectors of a word in the four roles (Dozat and Manning 2017 for the
biaffine term):

    s = relu(h_source_first[a] + h_source_last[a] + source_label[a])            width D
    t = relu(h_target_first[b] + h_target_last[b] + target_label[b])            width D
    z = relu(A s + B t + sum of the embeddings of the pair's features)          width K
    score_r = s' W_r t + V_r z + c_r
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitrep.labels import Inventory

# Upper borders, in words, of the buckets of the gap between two spans.
_GAP_BORDERS = np.array([0, 1, 2, 4, 8, 16, 32, 64])
_N_GAPS = len(_GAP_BORDERS) + 1
_SENTENCE_REACH = 3
_RANK_REACH = 5

_NO_QUOTE, _SAME_QUOTE, _SOURCE_QUOTED, _TARGET_QUOTED, _OTHER_QUOTES, _TARGET_IN_SOURCE = range(6)

FEATURE_SIZES = (2 * _N_GAPS + 3, 2 * _SENTENCE_REACH + 1, _RANK_REACH, _RANK_REACH, 6)
"""Number of values of each pair feature: gap with its side, sentences apart, spans between, rank, quotes around."""

_CHUNK = 4096  # pairs scored at a time, which bounds memory on long articles


@dataclass(frozen=True)
class Mentions:
    """Spans of an article as arrays, one entry a span.

    `first` and `last` are word indices (inclusive), `label` indexes `Inventory.labels`, `layer` the layers,
    `sentence` is the sentence of the first character and `last_sentence` that of the last. `quote` is the index of
    the innermost quote around a span (a span of a layer whose borders are not words), -1 where there is none.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    label: NDArray[np.int64]
    layer: NDArray[np.int64]
    sentence: NDArray[np.int64]
    last_sentence: NDArray[np.int64]
    quote: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)


def permitted_ends(inventory: Inventory) -> NDArray[np.bool_]:
    """Whether relation r may go from label a to label b. Shape: (n_relations, n_labels, n_labels)."""
    return np.array(
        [
            [[kind.permits(source, target) for target in inventory.labels] for source in inventory.labels]
            for kind in inventory.relations
        ],
        dtype=bool,
    ).reshape(len(inventory.relations), len(inventory.labels), len(inventory.labels))


def candidate_pairs(mentions: Mentions, inventory: Inventory) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Pairs of spans that may stand in at least one relation: permitted labels, within the relation's reach.

    Returns:
        Pairs (source, target), shape (n_pairs, 2), and which relations each may have, (n_pairs, n_relations).
    """
    permitted = permitted_ends(inventory)
    reach = np.array([kind.reach for kind in inventory.relations], np.int64)
    if not len(mentions) or not len(reach):
        return np.zeros((0, 2), np.int64), np.zeros((0, len(reach)), bool)
    order = np.argsort(mentions.sentence, kind="stable")
    low = np.searchsorted(mentions.sentence[order], mentions.sentence - reach.max(), side="left")
    high = np.searchsorted(mentions.sentence[order], mentions.last_sentence + reach.max(), side="right")
    source = np.repeat(np.arange(len(mentions)), high - low)
    target = order[np.concatenate([np.arange(start, end) for start, end in zip(low, high, strict=True)])]
    allowed = permitted[:, mentions.label[source], mentions.label[target]].T
    apart = np.abs(_sentences_apart(mentions, source, target))
    allowed = allowed & (apart[:, None] <= reach) & (source != target)[:, None]
    kept = allowed.any(1)
    return np.stack([source, target], 1)[kept], allowed[kept]


def pair_features(mentions: Mentions, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Features of each pair, in the order and ranges of `FEATURE_SIZES`. Shape: (n_pairs, len(FEATURE_SIZES))."""
    source, target = pairs[:, 0], pairs[:, 1]
    after = mentions.first[target] - mentions.last[source] - 1
    before = mentions.first[source] - mentions.last[target] - 1
    inside = (mentions.first[target] >= mentions.first[source]) & (mentions.last[target] <= mentions.last[source])
    around = (mentions.first[source] >= mentions.first[target]) & (mentions.last[source] <= mentions.last[target])
    bucket = np.searchsorted(_GAP_BORDERS, np.maximum(after, before), side="left")
    gap = np.where(after >= 0, bucket, _N_GAPS + bucket)
    gap = np.where(inside, 2 * _N_GAPS, np.where(around, 2 * _N_GAPS + 1, gap))
    gap = np.where((after < 0) & (before < 0) & ~inside & ~around, 2 * _N_GAPS + 2, gap)
    apart = np.clip(_sentences_apart(mentions, source, target), -_SENTENCE_REACH, _SENTENCE_REACH) + _SENTENCE_REACH
    distance = np.maximum(np.maximum(after, before), -1)
    between, rank = _spans_between(mentions, pairs, distance), _nearer_of_label(mentions, pairs, distance)
    return np.stack([gap, apart, between, rank, _quotes_around(mentions, pairs)], 1).astype(np.int64)


def _quotes_around(mentions: Mentions, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which end stands in a quote, and whether both stand in the same. Shape: (n_pairs,)."""
    source, target = mentions.quote[pairs[:, 0]], mentions.quote[pairs[:, 1]]
    around = np.where(target >= 0, _TARGET_QUOTED, _NO_QUOTE)
    around = np.where(source >= 0, np.where(target >= 0, _OTHER_QUOTES, _SOURCE_QUOTED), around)
    around = np.where((source >= 0) & (source == target), _SAME_QUOTE, around)
    return np.where(target == pairs[:, 0], _TARGET_IN_SOURCE, around)


def innermost_quotes(
    first: NDArray[np.int64], last: NDArray[np.int64], is_quote: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """For each span the index of the smallest quote that holds it and is another span; -1 where there is none."""
    found = np.full(len(first), -1, np.int64)
    order = np.argsort(first, kind="stable")
    starts = first[order]
    quotes = np.flatnonzero(is_quote)
    # The longest first, so that what is written last is the innermost.
    for quote in quotes[np.argsort(first[quotes] - last[quotes], kind="stable")]:
        begins, ends = np.searchsorted(starts, [first[quote], last[quote] + 1])
        inside = order[begins:ends]
        smaller = (first[inside] > first[quote]) | (last[inside] < last[quote]) | ~is_quote[inside]
        found[inside[(last[inside] <= last[quote]) & smaller]] = quote
    return found


def _sentences_apart(mentions: Mentions, source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.int64]:
    """Signed distance in sentences from source to target, 0 where they share one. Shape: (n_pairs,)."""
    after = mentions.sentence[target] - mentions.last_sentence[source]
    before = mentions.last_sentence[target] - mentions.sentence[source]
    return np.where(after > 0, after, np.where(before < 0, before, 0))


def _spans_between(mentions: Mentions, pairs: NDArray[np.int64], distance: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many spans of the target's layer begin or end in the gap between source and target."""
    source, target = pairs[:, 0], pairs[:, 1]
    is_after = mentions.first[target] > mentions.last[source]
    count = np.zeros(len(pairs), np.int64)
    for layer in np.unique(mentions.layer[target]):
        of_layer = mentions.layer[target] == layer
        firsts = np.sort(mentions.first[mentions.layer == layer])
        lasts = np.sort(mentions.last[mentions.layer == layer])
        following = np.searchsorted(firsts, mentions.first[target]) - np.searchsorted(
            firsts, mentions.last[source], side="right"
        )
        preceding = np.searchsorted(lasts, mentions.first[source]) - np.searchsorted(
            lasts, mentions.last[target], side="right"
        )
        count = np.where(of_layer, np.where(is_after, following, preceding), count)
    return np.where(distance < 0, 0, np.clip(count, 0, _RANK_REACH - 1))


def _nearer_of_label(mentions: Mentions, pairs: NDArray[np.int64], distance: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many spans of the target's label stand nearer to the source, on either side."""
    source, target = pairs[:, 0], pairs[:, 1]
    count = np.zeros(len(pairs), np.int64)
    for label in np.unique(mentions.label[target]):
        of_label = mentions.label[target] == label
        firsts = np.sort(mentions.first[mentions.label == label])
        lasts = np.sort(mentions.last[mentions.label == label])
        begun = np.searchsorted(firsts, mentions.last[source] + distance, side="right")
        over = np.searchsorted(lasts, mentions.first[source] - distance)
        count = np.where(of_label, begun - over, count)
    return np.clip(count, 0, _RANK_REACH - 1)


@dataclass(frozen=True)
class PairScorer:
    """The exported weights of the relation scorer, and its arithmetic in numpy."""

    weights: Mapping[str, NDArray[np.float32]]

    def __call__(
        self, features: NDArray[np.float32], mentions: Mentions, pairs: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Logits of each relation for each pair.

        Args:
            features: the encoder's relation features, one row a word, the four roles side by side.
                Shape: (n_words, 4 * D).

        Returns:
            Shape: (n_pairs, n_relations).
        """
        if not len(pairs):
            return np.zeros((0, len(self.weights["bias"])), np.float32)
        source_first, source_last, target_first, target_last = np.split(features, 4, axis=1)
        first, last, label = mentions.first, mentions.last, mentions.label
        source = np.maximum(source_first[first] + source_last[last] + self.weights["source_label"][label], 0)
        target = np.maximum(target_first[first] + target_last[last] + self.weights["target_label"][label], 0)
        projected = np.einsum("ad,rde->are", source, self.weights["bilinear"], optimize=True)
        source_mixed = source @ self.weights["source_mix"].T
        target_mixed = target @ self.weights["target_mix"].T
        scores = []
        for some in np.array_split(pairs, len(pairs) // _CHUNK + 1):
            hidden = source_mixed[some[:, 0]] + target_mixed[some[:, 1]]
            for column, values in enumerate(pair_features(mentions, some).T):
                hidden = hidden + self.weights[f"feature_{column}"][values]
            bilinear = np.einsum("pre,pe->pr", projected[some[:, 0]], target[some[:, 1]])
            scores.append(bilinear + np.maximum(hidden, 0) @ self.weights["output"].T + self.weights["bias"])
        return np.concatenate(scores).astype(np.float32)

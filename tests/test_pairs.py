import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.network import PairScorerNetwork
from sitrep.labels import INVENTORY
from sitrep.pairs import FEATURE_SIZES, Mentions, PairScorer, candidate_pairs, innermost_quotes, pair_features

LABELS = {label: index for index, label in enumerate(INVENTORY.labels)}
LAYERS = {label: index for index, layer in enumerate(INVENTORY.layers) for label in layer.types}


def mentions_of(*spans: tuple[str, int, int, int]) -> Mentions:
    """Mentions from (label, first word, last word, sentence)."""
    first = np.array([span[1] for span in spans], np.int64)
    last = np.array([span[2] for span in spans], np.int64)
    return Mentions(
        first=first,
        last=last,
        label=np.array([LABELS[span[0]] for span in spans], np.int64),
        layer=np.array([LAYERS[span[0]] for span in spans], np.int64),
        sentence=np.array([span[3] for span in spans], np.int64),
        last_sentence=np.array([span[3] for span in spans], np.int64),
        quote=innermost_quotes(first, last, np.array([span[0].endswith("QUOTE") for span in spans], bool)),
    )


def test_candidates_are_permitted_and_within_reach() -> None:
    mentions = mentions_of(("KILLED", 0, 2, 0), ("LOCATION", 5, 5, 0), ("PERSON", 90, 91, 3), ("PRONOUN", 95, 95, 4))
    pairs, allowed = candidate_pairs(mentions, INVENTORY)
    names = [kind.name for kind in INVENTORY.relations]
    found = {
        (int(source), int(target), names[kind])
        for row, (source, target) in enumerate(pairs)
        for kind in np.flatnonzero(allowed[row])
    }
    # The person stands three sentences from the toll, too far for reported_by; refers_to reaches it.
    assert found == {(0, 1, "occurred_in"), (3, 2, "refers_to")}


def test_features_by_hand() -> None:
    # words:     0-1 toll, 4 first place, 8-9 nearer side irrelevant, 20 second place
    mentions = mentions_of(("KILLED", 0, 1, 0), ("LOCATION", 4, 4, 0), ("LOCATION", 20, 20, 1))
    features = pair_features(mentions, np.array([[0, 1], [0, 2], [2, 1]]))
    gap, apart, between, rank, around = features.T
    assert around.tolist() == [0, 0, 0]
    assert between.tolist() == [0, 1, 0]
    assert rank.tolist() == [0, 1, 1]  # a place is always nearest to itself, so [2, 1] counts that one
    assert apart.tolist() == [3, 4, 2]  # 3 is the same sentence
    assert gap[0] < gap[1] < gap[2]  # farther after, then before


def test_a_target_inside_its_source_has_its_own_gap() -> None:
    mentions = mentions_of(("INDIRECT_QUOTE", 0, 30, 0), ("PERSON", 5, 6, 0), ("PERSON", 40, 41, 0))
    inside, after = pair_features(mentions, np.array([[0, 1], [0, 2]]))[:, 0]
    assert inside != after


def test_quotes_around_the_ends() -> None:
    mentions = mentions_of(
        ("INDIRECT_QUOTE", 0, 30, 0),
        ("DIRECT_QUOTE", 10, 20, 0),
        ("KILLED", 12, 13, 0),
        ("KILLED", 25, 26, 0),
        ("PERSON", 15, 15, 0),
        ("PERSON", 40, 41, 0),
    )
    assert mentions.quote.tolist() == [-1, 0, 1, 0, 1, -1]
    pairs = np.array([[2, 4], [3, 4], [2, 5], [0, 5], [0, 4], [1, 4], [0, 1]])
    same, others, source, nothing, target, inside, nested = pair_features(mentions, pairs)[:, 4].tolist()
    assert len({same, others, source, nothing, target, inside}) == 6
    assert nested == inside, "a quotation stands in the clause around it"


def test_a_quote_is_not_inside_another_of_the_same_borders() -> None:
    mentions = mentions_of(("INDIRECT_QUOTE", 3, 9, 0), ("DIRECT_QUOTE", 3, 9, 0), ("PERSON", 3, 9, 0))
    assert mentions.quote[:2].tolist() == [-1, -1]
    assert mentions.quote[2] in (0, 1)


@st.composite
def random_mentions(draw: st.DrawFn) -> Mentions:
    spans = []
    for _ in range(draw(st.integers(0, 12))):
        first = draw(st.integers(0, 200))
        label = draw(st.sampled_from(INVENTORY.labels))
        spans.append((label, first, first + draw(st.integers(0, 8)), first // 20))
    return mentions_of(*spans)


@given(random_mentions())
def test_candidates_and_features_agree_with_plain_loops(mentions: Mentions) -> None:
    pairs, allowed = candidate_pairs(mentions, INVENTORY)
    expected = {
        (a, b, r)
        for a in range(len(mentions))
        for b in range(len(mentions))
        for r, kind in enumerate(INVENTORY.relations)
        if a != b
        and kind.permits(INVENTORY.labels[mentions.label[a]], INVENTORY.labels[mentions.label[b]])
        and abs(int(mentions.sentence[a] - mentions.sentence[b])) <= kind.reach
    }
    rows, kinds = np.nonzero(allowed)
    found = {(*pairs[row].tolist(), kind) for row, kind in zip(rows.tolist(), kinds.tolist(), strict=True)}
    assert found == expected
    features = pair_features(mentions, pairs)
    assert (features >= 0).all()
    assert (features < np.array(FEATURE_SIZES)).all()


@given(random_mentions(), st.integers(0, 1000))
def test_numpy_scorer_equals_the_trained_network(mentions: Mentions, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    network = PairScorerNetwork(n_labels=len(LABELS), n_relations=len(INVENTORY.relations), width=8, dropout=0.0)
    for parameter in network.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    features = torch.randn(220, 32, generator=generator)
    pairs, _ = candidate_pairs(mentions, INVENTORY)
    spans = np.stack([np.zeros(len(mentions), np.int64), mentions.first, mentions.last, mentions.label], 1)
    with torch.inference_mode():
        wanted = network(
            features[None],
            torch.from_numpy(spans),
            torch.from_numpy(pairs),
            torch.from_numpy(pair_features(mentions, pairs)),
        ).numpy()
    weights = {name: parameter.detach().numpy() for name, parameter in network.named_parameters()}
    found = PairScorer(weights)(features.numpy(), mentions, pairs)
    assert found.shape == (len(pairs), len(INVENTORY.relations))
    assert found == pytest.approx(wanted, abs=1e-4)

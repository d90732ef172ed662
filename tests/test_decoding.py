import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sitrep.decoding import best_tags, choose_relations, follows, layer_spans, log_softmax, snap_to_marks, trim_clauses
from sitrep.document import Span
from sitrep.labels import INVENTORY, Layer
from sitrep.quotation import quotations
from sitrep.tokens import Tokens

LAYER = Layer("ACTOR", ("A", "B"))


def scores_for(*tags: str, layer: Layer = LAYER) -> np.ndarray:
    scores = np.zeros((len(tags), len(layer.tags)), np.float32)
    for word, tag in enumerate(tags):
        scores[word, layer.tags.index(tag)] = 5.0
    return scores


def tokens_for(n_words: int) -> Tokens:
    starts = np.arange(n_words) * 3
    return Tokens(np.zeros(n_words, np.int64), np.ones(n_words, np.int64), np.arange(n_words), starts, starts + 2)


def test_spans_by_hand() -> None:
    found = layer_spans(scores_for("B-A", "I-A", "O", "B-B", "B-B"), LAYER, tokens_for(5))
    assert [(first, end, span.start, span.end, span.label) for first, end, span in found] == [
        (0, 2, 0, 5, "A"),
        (3, 4, 9, 11, "B"),
        (4, 5, 12, 14, "B"),
    ]
    assert all(0.9 < span.score <= 1.0 for _, _, span in found)


def test_a_stray_inside_tag_never_starts_a_span() -> None:
    assert layer_spans(scores_for("O", "O", "O"), LAYER, tokens_for(3)) == []
    for first in ("O", "B-B"):
        path = best_tags(log_softmax(scores_for(first, "I-A", "I-A")), LAYER.tags)
        tags = [LAYER.tags[tag] for tag in path]
        assert follows(LAYER.tags)[path[:-1], path[1:]].all(), tags


@given(arrays.arrays(np.float32, (4, 5), elements=st.floats(-4, 4, width=16)))
def test_decoding_finds_the_best_valid_sequence(scores: np.ndarray) -> None:
    log_probabilities = log_softmax(scores)
    allowed = follows(LAYER.tags)
    valid = [
        path
        for path in itertools.product(range(5), repeat=4)
        if not LAYER.tags[path[0]].startswith("I-") and all(allowed[a, b] for a, b in itertools.pairwise(path))
    ]
    best = max(sum(log_probabilities[word, tag] for word, tag in enumerate(path)) for path in valid)
    found = best_tags(log_probabilities, LAYER.tags)
    assert tuple(found) in valid
    assert sum(log_probabilities[word, tag] for word, tag in enumerate(found)) == pytest.approx(best, abs=1e-4)


def test_relations_keep_to_permission_threshold_and_single_targets() -> None:
    names = [kind.name for kind in INVENTORY.relations]
    pairs = np.array([[0, 1], [0, 2], [3, 4]])
    allowed = np.zeros((3, len(names)), bool)
    logits = np.full((3, len(names)), 5.0, np.float32)
    for name in ("located_in", "occurred_in"):
        allowed[:2, names.index(name)] = True
    logits[1] = 6.0
    found = choose_relations(pairs, allowed, logits, np.full(len(names), 0.5, np.float32), INVENTORY)
    assert [(edge.type, edge.source, edge.target) for edge in found] == [
        ("located_in", 0, 2),  # one container at most: the better one
        ("occurred_in", 0, 1),
        ("occurred_in", 0, 2),
    ]
    assert choose_relations(pairs, allowed, logits, np.full(len(names), 0.999, np.float32), INVENTORY) == []


QUOTES = Layer("DIRECT_QUOTE", ("DIRECT_QUOTE",), "quotation_marks")


def snapped(text: str, *quoted: tuple[int, int]) -> list[str]:
    """Texts of the spans for a text in which every character is a word and the given ranges are tagged."""
    starts = np.arange(len(text))
    tokens = Tokens(starts, starts, starts, starts, starts + 1)
    tags = ["O"] * len(text)
    for start, end in quoted:
        tags[start:end] = ["B-DIRECT_QUOTE", *["I-DIRECT_QUOTE"] * (end - start - 1)]
    scores = scores_for(*tags, layer=QUOTES)
    found = quotations(text)
    marked = (*found.pairs, *found.singles)
    spans = snap_to_marks(text, layer_spans(scores, QUOTES, tokens), scores, QUOTES, tokens, marked)
    return [text[span.start : span.end] for _, _, span in spans]


def test_a_quotation_takes_the_borders_of_its_marks() -> None:
    assert snapped('x "ab cd," y', (4, 7)) == ["ab cd"]


def test_marked_words_that_are_mostly_no_quote_are_none() -> None:
    assert snapped('"ab cdefgh" y') == []
    assert snapped('"ab cdefgh" y', (4, 6)) == []


def test_one_marked_word_is_no_quote() -> None:
    assert snapped('a "scare" word', (3, 8)) == []
    assert snapped('"Never," he said', (1, 6)) == ["Never"]


def test_a_title_is_no_quote() -> None:
    assert snapped('her book "Tea at Noon" sold', (10, 21)) == []
    assert snapped('"God Is Great," they cried', (1, 13)) == ["God Is Great"]
    assert snapped('CITY "HAS HAD ENOUGH"', (6, 20)) == ["HAS HAD ENOUGH"]


def test_a_mark_without_a_partner_leaves_the_borders_to_the_tags() -> None:
    assert snapped('he said: "ab cd ef', (10, 18)) == ["ab cd ef"]
    assert snapped("he said: ab cd ef", (9, 17)) == []


def test_single_marks_and_apostrophes_are_told_apart() -> None:
    text = "‘Stop now,’ he said. It’s over for the people’s army. ‘Go on,’ she said."
    assert [text[pair.inner_start : pair.inner_end] for pair in quotations(text).singles] == ["Stop now", "Go on"]
    text = "‘It’s over,’ he said."
    assert [text[pair.inner_start : pair.inner_end] for pair in quotations(text).singles] == ["It’s over"]


def test_spans_that_may_not_stand_side_by_side_are_read_as_one() -> None:
    clauses = Layer("INDIRECT_QUOTE", ("INDIRECT_QUOTE",), "clauses", side_by_side=False)
    scores = scores_for("B-INDIRECT_QUOTE", "B-INDIRECT_QUOTE", "I-INDIRECT_QUOTE", layer=clauses)
    scores[1, clauses.tags.index("I-INDIRECT_QUOTE")] = 4.0
    assert [(first, end) for first, end, _ in layer_spans(scores, clauses, tokens_for(3))] == [(0, 3)]
    other = Layer("INDIRECT_QUOTE", ("INDIRECT_QUOTE",))
    assert [(first, end) for first, end, _ in layer_spans(scores, other, tokens_for(3))] == [(0, 1), (1, 3)]


def test_clauses_lose_outer_punctuation_and_single_words() -> None:
    text = "now , it left U . S . ,"
    starts = np.array([match.start() for match in re.finditer(r"\S+", text)])
    ends = np.array([match.end() for match in re.finditer(r"\S+", text)])
    tokens = Tokens(starts, starts, starts, starts, ends)

    def trimmed(first: int, end: int) -> list[str]:
        span = Span(int(starts[first]), int(ends[end - 1]), "INDIRECT_QUOTE")
        return [text[found.start : found.end] for _, _, found in trim_clauses(text, [(first, end, span)], tokens)]

    assert trimmed(1, 4) == ["it left"]
    assert trimmed(0, 2) == []
    assert trimmed(2, 9) == ["it left U . S"]

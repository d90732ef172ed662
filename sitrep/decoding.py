"""From scores to spans and relations: the best valid IOB2 sequence of each layer, then permitted relations.

1. The tag scores of all words of an article stand in one matrix, whichever window each row came from,
   so a span may cross windows.
2. For each layer the most probable tag of every word is taken. Where that gives an `I-` with no span of
   its type to continue, the most probable valid sequence is searched instead (Viterbi 1967, with hard
   constraints only, so a valid greedy sequence is already the best one).
   In some layers a span may not begin right where another ends either.
3. A span's score is the geometric mean of the probabilities of its tags.
   Clauses lose punctuation at their ends, and those of a single word are dropped.
4. In a layer whose borders go by quotation marks, words between paired marks are a span as a whole when there
   are at least two that are no title, or punctuation sets them off, and their mean probability of belonging
   to a span is at least one half, which is then its score. Elsewhere the tags decide, but a span must have a
   mark, one without a partner, at one end.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sitrep.document import Relation, Span
from sitrep.labels import OUTSIDE, Inventory, Layer
from sitrep.quotation import Pair, trim
from sitrep.tokens import Tokens

FoundSpan = tuple[int, int, Span]
"""A span with its half-open range of words."""
_MARKED_ENOUGH = 0.5
_CLAUSE_WORDS = 2
_LONGEST_TITLE = 7  # words
_SHORT_WORD = 3  # letters of the words that titles leave in lower case
_LETTERS = re.compile(r"[^\W\d_]+")
_SEVERAL_WORDS = re.compile(r"\w\W*\s\W*\w")
_OPENING = re.compile(r"[\"“”„«‘']\W{0,2}$")
_CLOSING = re.compile(r"\W{0,2}[\"“”»’']")


def log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = scores - scores.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def follows(tags: Sequence[str], *, side_by_side: bool = True) -> NDArray[np.bool_]:
    """Whether tag j may come right after tag i in IOB2. Shape: (n_tags, n_tags).

    Without `side_by_side`, a span may not begin right where another ends.
    """
    allowed = np.array(
        [
            [not after.startswith("I-") or (before != OUTSIDE and before[2:] == after[2:]) for after in tags]
            for before in tags
        ]
    )
    if not side_by_side:
        begins = np.array([tag.startswith("B-") for tag in tags])
        inside = np.array([tag != OUTSIDE for tag in tags])
        allowed &= ~(inside[:, None] & begins[None, :])
    return allowed


def best_tags(
    log_probabilities: NDArray[np.float32], tags: Sequence[str], *, side_by_side: bool = True
) -> NDArray[np.int64]:
    """Indices of the most probable valid tag sequence. Shape: (n_words, n_tags) -> (n_words,)."""
    if not len(log_probabilities):
        return np.zeros(0, np.int64)
    allowed = follows(tags, side_by_side=side_by_side)
    starts = np.array([not tag.startswith("I-") for tag in tags])
    greedy = log_probabilities.argmax(1)
    if starts[greedy[0]] and allowed[greedy[:-1], greedy[1:]].all():
        return greedy
    penalty = np.where(allowed, 0.0, -np.inf)
    score = np.where(starts, log_probabilities[0], -np.inf)
    back = np.zeros(log_probabilities.shape, np.int64)
    for word in range(1, len(log_probabilities)):
        options = score[:, None] + penalty
        back[word] = options.argmax(0)
        score = options.max(0) + log_probabilities[word]
    path = np.zeros(len(log_probabilities), np.int64)
    path[-1] = int(score.argmax())
    for word in range(len(path) - 1, 0, -1):
        path[word - 1] = back[word, path[word]]
    return path


def layer_spans(scores: NDArray[np.float32], layer: Layer, tokens: Tokens) -> list[FoundSpan]:
    """Spans of one layer, each with its half-open range of words. `scores` shape: (n_words, n_tags of the layer)."""
    log_probabilities = log_softmax(scores)
    path = best_tags(log_probabilities, layer.tags, side_by_side=layer.side_by_side)
    chosen = log_probabilities[np.arange(len(path)), path]
    begins = np.flatnonzero(path % 2 == 1)  # O is 0, then B and I of each type in turn
    found = []
    for first in begins:
        end = first + 1
        while end < len(path) and path[end] == path[first] + 1:
            end += 1
        score = float(np.exp(chosen[first:end].mean()))
        label = layer.tags[path[first]][2:]
        span = Span(int(tokens.starts[first]), int(tokens.ends[end - 1]), label, round(score, 4))
        found.append((int(first), int(end), span))
    return found


def trim_clauses(text: str, spans: list[FoundSpan], tokens: Tokens) -> list[FoundSpan]:
    """Clauses without punctuation at their ends (but for quotation marks); what is left with one word goes."""
    trimmed: list[FoundSpan] = []
    for first, end, span in spans:
        start, stop = trim(text, span.start, span.end)
        words = tokens.words_of(start, stop) if start < stop else (first, first)
        first, end = words or (first, end)
        if end - first >= _CLAUSE_WORDS:
            borders = int(tokens.starts[first]), int(tokens.ends[end - 1])
            trimmed.append((first, end, Span(*borders, span.label, span.score)))
    return trimmed


def snap_to_marks(
    text: str, spans: list[FoundSpan], scores: NDArray[np.float32], layer: Layer, tokens: Tokens, marked: Sequence[Pair]
) -> list[FoundSpan]:
    """Spans of a layer with their borders moved to quotation marks; rule 4 above.

    Args:
        scores: as for `layer_spans`. Shape: (n_words, n_tags of the layer).
        marked: pairs of marks that do not overlap.
    """
    inside = 1.0 - np.exp(log_softmax(scores)[:, 0]) if len(scores) else np.zeros(0)
    decided = np.zeros(tokens.n_words, bool)
    snapped: list[FoundSpan] = []
    for pair in marked:
        words = tokens.words_of(pair.inner_start, pair.inner_end)
        if words is None:
            continue
        mean = float(inside[words[0] : words[1]].mean())
        is_speech = _may_be_speech(text, pair)
        if is_speech and mean >= _MARKED_ENOUGH:
            snapped.append((*words, Span(pair.inner_start, pair.inner_end, layer.types[0], round(mean, 4))))
        decided[words[0] : words[1]] |= mean >= _MARKED_ENOUGH or not is_speech
    kept = [found for found in spans if not decided[found[0] : found[1]].any() and _touches_mark(text, found[2])]
    return sorted([*kept, *snapped], key=lambda found: found[0])


def _may_be_speech(text: str, pair: Pair) -> bool:
    """Whether marked words are several, or one that punctuation inside the marks sets off, as in “No,” he said.

    Words in title case that nothing sets off are the name of a work.
    """
    if any(character in ",.?!…" for character in text[pair.inner_end : pair.end]):
        return True
    words = _LETTERS.findall(text, pair.inner_start, pair.inner_end)
    return not _is_title(words) and bool(_SEVERAL_WORDS.search(text, pair.inner_start, pair.inner_end))


def _is_title(words: Sequence[str]) -> bool:
    """Whether words are in title case. A line in capitals throughout tells nothing."""
    if not words or len(words) > _LONGEST_TITLE or all(word.isupper() for word in words):
        return False
    ends_are_capital = words[0][0].isupper() and words[-1][0].isupper()
    return ends_are_capital and all(word[0].isupper() or len(word) <= _SHORT_WORD for word in words)


def _touches_mark(text: str, span: Span) -> bool:
    """Whether a quotation mark stands at either end of a span, punctuation between them or not."""
    return bool(
        _OPENING.search(text, max(0, span.start - 4), span.start) or _CLOSING.match(text, span.end, span.end + 4)
    )


def choose_relations(
    pairs: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    logits: NDArray[np.float32],
    thresholds: NDArray[np.float32],
    inventory: Inventory,
) -> list[Relation]:
    """Relations whose probability reaches the threshold of their type; one target where the type has but one."""
    probabilities = np.where(allowed, 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), 0.0)
    chosen: list[Relation] = []
    for index, kind in enumerate(inventory.relations):
        best: dict[int, Relation] = {}
        for pair in np.flatnonzero(probabilities[:, index] >= thresholds[index]):
            source, target = (int(end) for end in pairs[pair])
            edge = Relation(kind.name, source, target, round(float(probabilities[pair, index]), 4))
            if not kind.single_target:
                chosen.append(edge)
            elif source not in best or best[source].score < edge.score:
                best[source] = edge
        chosen += best.values()
    return sorted(chosen)

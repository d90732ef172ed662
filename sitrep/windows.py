"""Reading an article of any length: overlapping windows of whole words, and which window speaks for a word.

1. Windows start every `size - overlap` tokens at a word border and hold at most `size` tokens, special
   tokens counted. The last one is drawn back so that it too has a full window's context.
2. Every word lies in at least one window. Where several hold it, the one in which it stands farthest
   from an edge speaks for it; the start and end of the article are no edges.
3. What a window says of a word is used as a whole (tags and relation features), never averaged, so the
   words in the middle of a window read alike wherever their neighbours' windows fall.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitrep.tokens import Tokens

N_SPECIAL = 2
"""Special tokens around each window: [CLS] and [SEP]."""


@dataclass(frozen=True)
class Window:
    """A half-open range of words of an article."""

    first_word: int
    end_word: int


def plan_windows(tokens: Tokens, size: int, overlap: int) -> list[Window]:
    """Windows over an article; empty for an article without words.

    Args:
        size: most tokens of a window, special tokens included.
        overlap: tokens that neighbouring windows share, at least.

    Raises:
        ValueError: the overlap leaves no room to advance, or a word is longer than a window.
    """
    room = size - N_SPECIAL
    if not 0 <= overlap < room:
        raise ValueError(f"windows: an overlap of {overlap} tokens does not fit windows of {size}")
    borders = np.append(tokens.first, tokens.n_tokens)
    windows: list[Window] = []
    first = 0
    while first < tokens.n_words:
        end = int(np.searchsorted(borders, borders[first] + room, side="right")) - 1
        if end == first:
            raise ValueError(f"windows: word {first} has more tokens than a window of {size} holds")
        if end == tokens.n_words and first > 0:
            first = int(np.searchsorted(borders, tokens.n_tokens - room, side="left"))
        windows.append(Window(first, end))
        if end == tokens.n_words:
            break
        following = int(np.searchsorted(borders, borders[end] - overlap, side="right")) - 1
        first = max(following, first + 1)
    return windows


def owners(tokens: Tokens, windows: list[Window]) -> NDArray[np.int64]:
    """Index of the window that speaks for each word. Shape: (n_words,)."""
    best = np.full(tokens.n_words, -1, dtype=np.int64)
    owner = np.zeros(tokens.n_words, dtype=np.int64)
    far = tokens.n_words + 1
    for index, window in enumerate(windows):
        words = np.arange(window.first_word, window.end_word)
        left = words - window.first_word if window.first_word else np.full(len(words), far)
        right = window.end_word - 1 - words if window.end_word < tokens.n_words else np.full(len(words), far)
        margin = np.minimum(left, right)
        better = margin > best[words]
        best[words[better]] = margin[better]
        owner[words[better]] = index
    return owner

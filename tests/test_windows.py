import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitrep.tokens import Tokens
from sitrep.windows import N_SPECIAL, owners, plan_windows


def tokens_of(lengths: list[int]) -> Tokens:
    """Tokens of an article whose words have the given numbers of wordpieces."""
    first = np.cumsum([0, *lengths])[:-1].astype(np.int64)
    total = sum(lengths)
    starts = np.arange(len(lengths)) * 2
    return Tokens(np.zeros(total, np.int64), np.ones(total, np.int64), first, starts, starts + 1)


def test_a_short_article_is_one_window() -> None:
    windows = plan_windows(tokens_of([1] * 10), 32, 8)
    assert [(window.first_word, window.end_word) for window in windows] == [(0, 10)]


def test_windows_by_hand() -> None:
    windows = plan_windows(tokens_of([1] * 20), 10, 4)
    assert [(window.first_word, window.end_word) for window in windows] == [(0, 8), (4, 12), (8, 16), (12, 20)]


def test_the_word_farthest_from_an_edge_is_owned_by_that_window() -> None:
    tokens = tokens_of([1] * 20)
    owner = owners(tokens, plan_windows(tokens, 10, 4))
    assert owner.tolist() == [0] * 6 + [1] * 4 + [2] * 4 + [3] * 6


def test_an_empty_article_has_no_windows() -> None:
    assert plan_windows(tokens_of([]), 32, 8) == []


def test_windows_that_cannot_advance_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap of 30"):
        plan_windows(tokens_of([1]), 32, 30)
    with pytest.raises(ValueError, match="more tokens than a window"):
        plan_windows(tokens_of([40]), 32, 8)


@given(st.lists(st.integers(1, 12), max_size=300), st.integers(16, 64), st.data())
def test_no_word_is_skipped_and_no_window_is_too_long(lengths: list[int], size: int, data: st.DataObject) -> None:
    tokens = tokens_of(lengths)
    overlap = data.draw(st.integers(0, size - N_SPECIAL - 1))
    windows = plan_windows(tokens, size, overlap)
    covered = set()
    for window in windows:
        start, end = tokens.token_bounds(window.first_word, window.end_word)
        assert 0 < end - start <= size - N_SPECIAL
        covered |= set(range(window.first_word, window.end_word))
    assert covered == set(range(tokens.n_words))
    owner = owners(tokens, windows)
    for word, index in enumerate(owner):
        assert windows[index].first_word <= word < windows[index].end_word

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sitrep.tokens import (
    CAPITALISED,
    DIGITS,
    LOWER,
    MIXED,
    N_SHAPES,
    NO_LETTERS,
    UPPER,
    load_tokenizer,
    tokenise,
    word_shape,
)

TOKENIZER = load_tokenizer(str(Path(__file__).with_name("tiny-distilbert") / "tokenizer.json"))


def test_words_are_split_at_space_and_punctuation_with_exact_offsets() -> None:
    text = "“El-Keïb’s” 2,000\nmen"
    tokens = tokenise(text, TOKENIZER)
    words = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert words == ["“", "El", "-", "Keïb", "’", "s", "”", "2", ",", "000", "men"]


def test_offsets_count_code_points_beyond_the_basic_plane() -> None:
    text = "🙂🙂 fled"
    tokens = tokenise(text, TOKENIZER)
    assert text[tokens.starts[-1] : tokens.ends[-1]] == "fled"


def test_words_of_knows_only_word_borders() -> None:
    tokens = tokenise("nine soldiers fled", TOKENIZER)
    assert tokens.words_of(0, 13) == (0, 2)
    assert tokens.words_of(5, 13) == (1, 2)
    assert tokens.words_of(1, 13) is None
    assert tokens.words_of(0, 12) is None
    assert tokens.words_of(0, 99) is None


def test_shape_tells_case_and_gap() -> None:
    text = 'UN troops fled\nAnan said "McDee" 54 .'
    expected = {
        "UN": (UPPER, 2),
        "troops": (LOWER, 1),
        "Anan": (CAPITALISED, 2),
        "McDee": (MIXED, 0),
        "54": (DIGITS, 1),
    }
    for word, (case, gap) in expected.items():
        start = text.index(word)
        assert divmod(word_shape(text, start, start + len(word)), 3) == (case, gap), word
    opening, closing = text.index('"'), text.rindex('"')
    assert divmod(word_shape(text, opening, opening + 1), 3) == (NO_LETTERS, 1)
    assert divmod(word_shape(text, closing, closing + 1), 3) == (NO_LETTERS, 0)


@given(st.text(max_size=200))
def test_any_text_is_tokenised_in_order_and_within_bounds(text: str) -> None:
    text = text.encode("utf-8", "replace").decode("utf-8")
    tokens = tokenise(text, TOKENIZER)
    assert (tokens.starts[1:] >= tokens.ends[:-1]).all()
    assert (tokens.starts < tokens.ends).all()
    assert len(tokens.ids) == len(tokens.shapes)
    assert ((tokens.shapes > 0) & (tokens.shapes < N_SHAPES)).all()
    if tokens.n_words:
        assert tokens.ends[-1] <= len(text)
        assert np.array_equal(tokens.first, np.unique(tokens.first))


def test_long_texts_are_not_truncated() -> None:
    assert tokenise("one two three " * 2000, TOKENIZER).n_words == 6000


def test_a_decomposed_accent_stays_with_its_word() -> None:
    text = "Jose\u0301 fled Bogota\u0301."
    tokens = tokenise(text, TOKENIZER)
    assert tokens.words_of(0, 5) == (0, 1)
    assert tokens.words_of(11, 18) == (2, 3)


def test_names_of_special_tokens_in_a_text_are_plain_characters() -> None:
    special = {TOKENIZER.token_to_id(name) for name in ("[SEP]", "[CLS]", "[PAD]", "[MASK]")}
    assert not special & set(tokenise("a [SEP] b [PAD] [MASK]", TOKENIZER).ids.tolist())

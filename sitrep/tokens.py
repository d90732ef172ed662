"""An article as tokens: wordpiece ids, the shape of each word, and where each word stands in the text.

Words, not wordpieces, carry tags: a word is what the tokenizer splits at white space and punctuation,
and its first wordpiece speaks for it. Characters that the tokenizer drops (control characters) belong
to no word. Offsets are code points of the untouched text.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

# The letters of a word, as an uncased tokenizer loses them.
NO_LETTERS, LOWER, CAPITALISED, UPPER, MIXED, DIGITS = range(1, 7)
# What stands before a word: nothing, white space, a line break. It tells an opening quotation mark
# from a closing one, and the first word of a paragraph, where wordpieces tell neither.
_GAPS = 3
N_SHAPES = 7 * _GAPS
"""Number of shape ids; 0 is for the special tokens and padding."""


@dataclass(frozen=True)
class Tokens:
    """A tokenised article. Lengths: `ids`, `shapes` one a token; `first`, `starts`, `ends` one a word."""

    ids: NDArray[np.int64]
    shapes: NDArray[np.int64]
    first: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def n_words(self) -> int:
        return len(self.first)

    @property
    def n_tokens(self) -> int:
        return len(self.ids)

    def token_bounds(self, first_word: int, end_word: int) -> tuple[int, int]:
        """Half-open token range of the words `[first_word, end_word)`."""
        end = self.first[end_word] if end_word < self.n_words else self.n_tokens
        return int(self.first[first_word]), int(end)

    def words_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Half-open word range of the characters `[start, end)`, or None if it does not fall on word borders."""
        first = int(np.searchsorted(self.starts, start))
        last = int(np.searchsorted(self.ends, end))
        if first >= self.n_words or last >= self.n_words or first > last:
            return None
        if self.starts[first] != start or self.ends[last] != end:
            return None
        return first, last + 1


def word_shape(text: str, start: int, end: int) -> int:
    """Shape id of the word `text[start:end]`: its letters' case, and the gap before it."""
    word = text[start:end]
    if word.islower():
        case = LOWER
    elif word.isupper():
        case = UPPER if len(word) > 1 else CAPITALISED
    elif word.istitle():
        case = CAPITALISED
    elif any(character.isdigit() for character in word):
        case = DIGITS
    else:
        case = MIXED if any(character.isalpha() for character in word) else NO_LETTERS
    gap, position = (0, start - 1) if start else (2, -1)
    while position >= 0 and text[position].isspace():
        gap = max(gap, 2 if text[position] in "\n\r\u2028\u2029" else 1)
        position -= 1
    return case * _GAPS + (2 if position < 0 else gap)


def tokenise(text: str, tokenizer: Tokenizer) -> Tokens:
    """Tokenise a whole article, without special tokens and without a length limit."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    words = np.array([-1 if word is None else word for word in encoding.word_ids], dtype=np.int64)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    kept = np.flatnonzero(words >= 0)
    words, offsets = words[kept], offsets[kept]
    starts_word = np.ones(len(words), dtype=bool)
    starts_word[1:] = words[1:] != words[:-1]
    first = np.flatnonzero(starts_word)
    last = np.append(first[1:], len(words)) - 1 if len(first) else first
    starts, ends = offsets[first, 0], offsets[last, 1].copy()
    for word in range(len(ends)):
        ends[word] = _with_marks(text, int(ends[word]), int(starts[word + 1]) if word + 1 < len(starts) else len(text))
    shapes = np.array(
        [word_shape(text, int(start), int(end)) for start, end in zip(starts, ends, strict=True)], dtype=np.int64
    )
    lengths = last - first + 1
    return Tokens(np.array(encoding.ids, dtype=np.int64)[kept], np.repeat(shapes, lengths), first, starts, ends)


def _with_marks(text: str, end: int, limit: int) -> int:
    """The end of a word with the combining marks that follow it, which an accent-stripping tokenizer drops."""
    while end < limit and (text[end] in "\u200d\ufe0f" or unicodedata.category(text[end])[0] == "M"):
        end += 1
    return end


def load_tokenizer(path: str) -> Tokenizer:
    """A tokenizer file, for plain texts: see `plain_tokenizer`.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a tokenizer.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no such tokenizer file")
    try:
        return plain_tokenizer(Tokenizer.from_file(path))
    except Exception as error:  # the library raises plain Exception for whatever is wrong with the file
        raise ValueError(f"{path}: not a tokenizer file ({error})") from error


def plain_tokenizer(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer without truncation and padding, and taking "[SEP]" in a text for the characters that it is."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer

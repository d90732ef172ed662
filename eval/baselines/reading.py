"""A text read once for all rules: words with offsets, sentences, and which words stand in quotation marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from eval.baselines.lexicon import FUNCTION_WORDS, SPEECH_VERBS
from eval.baselines.marks import direct_quotes
from sitrep.document import Span
from sitrep.sentences import sentence_index, sentences

_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Maj|Capt|Sgt|Brig|Prof|Rev|Sen|Gov|St|No|Jan|Feb|Mar|Apr|Jun|Jul"
    r"|Aug|Sept?|Oct|Nov|Dec)\.|\d+(?:[.,]\d+)*[^\W_]*(?:-[^\W_]+)*|[^\W_]+(?:[-'’&][^\W_]+)*|[^\w\s]|_"
)
_POSSESSIVE = re.compile(r"['’][sS]$")
_OUTRIGHT_SHOUT = 0.7  # share of capitals from which a headline tells nothing by its capitals


_LONGEST_SENTENCE = 1200  # characters


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST_SENTENCE:
        cut = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        cut = cut if cut > start else start + _LONGEST_SENTENCE
        yield start, cut
        start = cut
    yield start, end


class Token(NamedTuple):
    """A word or mark; `sentence` is the index of its sentence, `quoted` whether a direct quote holds it."""

    text: str
    lower: str
    start: int
    end: int
    sentence: int
    quoted: bool

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


@dataclass(frozen=True)
class Reading:
    """What the rules share of one text; everything is computed once, in time linear in the text."""

    text: str

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """Sentences; one that is longer than any sentence is cut, so that rules within one stay cheap."""
        return [piece for start, end in sentences(self.text) for piece in _pieces(self.text, start, end)]

    @cached_property
    def quotes(self) -> list[Span]:
        return direct_quotes(self.text)

    @cached_property
    def tokens(self) -> list[Token]:
        found: list[Token] = []
        for match in _TOKEN.finditer(self.text):
            cut = _POSSESSIVE.search(match[0])
            middle = match.start() + cut.start() if cut and cut.start() else match.end()
            found.append(self._token(match.start(), middle))
            if middle < match.end():
                found.append(self._token(middle, match.end()))
        return found

    def _token(self, start: int, end: int) -> Token:
        word = self.text[start:end]
        return Token(word, word.lower(), start, end, sentence_index(self.bounds, start), self.in_quote(start))

    def in_quote(self, offset: int) -> bool:
        """Whether a direct quote holds the character at `offset`."""
        if not self.quotes:
            return False
        quote = self.quotes[sentence_index(self._quote_bounds, offset)]
        return quote.start <= offset < quote.end

    def quotes_from(self, offset: int) -> list[Span]:
        """The direct quote at an offset or the last one before it, as a list of at most one."""
        if not self.quotes:
            return []
        return [self.quotes[sentence_index(self._quote_bounds, offset)]]

    @cached_property
    def _quote_bounds(self) -> list[tuple[int, int]]:
        return [(quote.start, quote.end) for quote in self.quotes]

    @cached_property
    def sentence_tokens(self) -> list[tuple[int, int]]:
        """First token and the one after the last of each sentence."""
        ranges: list[tuple[int, int]] = [(0, 0)] * len(self.bounds)
        start = 0
        for index in range(1, len(self.tokens) + 1):
            if index == len(self.tokens) or self.tokens[index].sentence != self.tokens[start].sentence:
                ranges[self.tokens[start].sentence] = (start, index)
                start = index
        return ranges

    @cached_property
    def shouted(self) -> list[bool]:
        """For each sentence, whether its capitals tell nothing: a headline in capitals or in title case."""
        return [self._is_shouted(start, end) for start, end in self.sentence_tokens]

    def _is_shouted(self, start: int, end: int) -> bool:
        long = [token for token in self.tokens[start:end] if len(token.text) > 3 and token.text[0].isalpha()]
        capitals = sum(token.capital for token in long)
        verbs = any(token.capital and token.lower in SPEECH_VERBS for token in long[1:])
        share = capitals / len(long) if len(long) > 3 else 0.0
        return share >= _OUTRIGHT_SHOUT and (share == 1.0 or verbs or end - start > 7)

    @cached_property
    def lower_words(self) -> frozenset[str]:
        """Words that the text also writes without a capital: a capital at a sentence's start says nothing of them."""
        return frozenset(token.text for token in self.tokens if token.text.islower())

    def opens_sentence(self, index: int) -> bool:
        """Whether a word is the first of its sentence, quotation or clause after a colon."""
        if index == 0 or self.tokens[index - 1].sentence != self.tokens[index].sentence:
            return True
        return self.tokens[index - 1].text in "\"“‘'«(:-–—•*." and self.tokens[index - 1].text != ""

    def word(self, index: int) -> str:
        """The word at an index in lower case; empty outside the text."""
        return self.tokens[index].lower if 0 <= index < len(self.tokens) else ""

    def same_sentence(self, index: int, other: int) -> bool:
        if not (0 <= index < len(self.tokens) and 0 <= other < len(self.tokens)):
            return False
        return self.tokens[index].sentence == self.tokens[other].sentence

    def adjacent(self, index: int) -> bool:
        """Whether only blanks of one line stand between a word and the next."""
        return self.text[self.tokens[index].end : self.tokens[index + 1].start] in (" ", "\u00a0")

    def is_plain(self, index: int) -> bool:
        """Whether a word can stand inside a noun phrase: neither mark nor function word."""
        word = self.word(index)
        return bool(word) and word[0].isalnum() and word not in FUNCTION_WORDS

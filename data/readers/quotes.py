"""Attributions to quotes: what of a content is a direct quote, a reported clause, or neither for sure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from data.partial import Constraint
from data.readers.speech import CueKind, clause_start, cue_kind, is_adverb, is_clause, mentions_saying
from sitrep.document import Span
from sitrep.quotation import Pair, Quotations, trim
from sitrep.sentences import sentence_index

Parts = tuple[tuple[int, int], ...]
_DIRECT, _INDIRECT = "DIRECT_QUOTE", "INDIRECT_QUOTE"
_FEW_WORDS = 4  # a shorter quotation beside a cue of thinking may be a word of the reporter's
_PASSIVE = re.compile(
    r"\b(?:was|were|been|being|be|is|are)\s+(?:\w+\s+)?(?:asked|told|quoted|informed|pressed|heard)\b"
)
_FILLING = re.compile(r"(?:and|but|that|or|then|[\W_])*", re.IGNORECASE)


@dataclass(frozen=True)
class Attribution:
    """Who (each source its parts), by which words, said or thought what."""

    sources: tuple[Parts, ...]
    cue: Parts
    content: Parts

    def kind(self, text: str) -> CueKind:
        """What the cue says of the content."""
        if not self.cue:
            return CueKind.UNDECIDED
        words = re.findall(r"[\w’']+", text[max(0, self.cue[0][0] - 40) : self.cue[0][0]])
        possessed = bool(words) and bool(re.search(r"[’']s?$", words[-1]))
        before = "'s" if possessed else (words[-1] if words else "")
        return cue_kind(" ".join(text[start:end] for start, end in self.cue), before)


@dataclass
class Quotes:
    """Quote spans, each with the number of its attribution (None: not known), and what stays open."""

    quoted: Quotations
    direct: dict[Span, int | None] = field(default_factory=dict)
    indirect: dict[Span, int | None] = field(default_factory=dict)
    open: list[Constraint] = field(default_factory=list)

    @property
    def speaking(self) -> set[int]:
        """Numbers of the attributions that gave a quote."""
        return {number for number in (*self.direct.values(), *self.indirect.values()) if number is not None}

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether a range touches quoted text."""
        ranges = [(pair.start, pair.end) for pair in self.quoted.pairs]
        return any(left < end and start < right for left, right in (*ranges, *self.quoted.unsure))

    @staticmethod
    def is_passive(attribution: Attribution, text: str) -> bool:
        """Whether the grammatical subject is spoken to ("was asked") or spoken of."""
        return any(_PASSIVE.search(text[start:end]) for start, end in attribution.cue)


def read_quotes(
    text: str, attributions: Sequence[Attribution], quoted: Quotations, bounds: list[tuple[int, int]], unclear: Parts
) -> Quotes:
    """The quotes of a text; whatever two rules see differently is left open."""
    reader = _Reader(text, attributions, quoted, bounds)
    reader.read_direct()
    for number, attribution in enumerate(attributions):
        reader.read_indirect(number, attribution)
    reader.leave_open([*quoted.unsure, *unclear], _DIRECT)
    reader.leave_open([*quoted.unsure, *unclear, *reader.unattributed_saying()], _INDIRECT)
    return reader.finish()


class _Reader:
    """The state of reading one text: candidate quotes, and ranges to leave open in either layer."""

    def __init__(
        self, text: str, attributions: Sequence[Attribution], quoted: Quotations, bounds: list[tuple[int, int]]
    ) -> None:
        self.text, self.attributions, self.quoted, self.bounds = text, attributions, quoted, bounds
        self.quotes = Quotes(quoted)
        self.kinds = [attribution.kind(text) for attribution in attributions]
        self.opened: dict[str, list[tuple[int, int]]] = {_DIRECT: [], _INDIRECT: []}

    def leave_open(self, ranges: Sequence[tuple[int, int]], layer: str) -> None:
        """Permit everything over the ranges."""
        self.opened[layer] += [(start, end) for start, end in ranges if start < end]

    def read_direct(self) -> None:
        """A pair of marks within one attribution's content is its quote."""
        for pair in self.quoted.pairs:
            owners = [number for number, each in enumerate(self.attributions) if _holds(each.content, pair)]
            words = len(re.findall(r"\w[\w’'-]*", self._inner(pair)))
            span = Span(pair.inner_start, pair.inner_end, _DIRECT)
            if not owners:
                self.leave_open([(pair.start, pair.end)], _DIRECT)
                self._open_unless_spoken(pair)
            elif words < 2:
                if self._is_whole(pair):
                    self.leave_open([(pair.start, pair.end)], _DIRECT)
            elif self._is_title(pair) or (self.kinds[owners[0]] is CueKind.THINKING and words < _FEW_WORDS):
                self.leave_open([(pair.start, pair.end)], _DIRECT)
            else:
                self.quotes.direct[span] = owners[0] if len(owners) == 1 else None

    def _open_unless_spoken(self, pair: Pair) -> None:
        # A reported clause inside an unattributed quotation would be none, but its marks may be a headline's.
        if not any(_overlap(pair.start, pair.end, *part) for each in self.attributions for part in each.content):
            self.leave_open([(pair.start, pair.end)], _INDIRECT)

    def _inner(self, pair: Pair) -> str:
        return self.text[pair.inner_start : pair.inner_end]

    def _is_whole(self, pair: Pair) -> bool:
        """Whether a quotation may be a sentence of its own."""
        return self._inner(pair)[:1].isupper()

    def _is_title(self, pair: Pair) -> bool:
        """Whether a quotation looks like the name of a work or a slogan."""
        long = [word for word in re.findall(r"[^\W\d_]+", self._inner(pair)) if len(word) > 3]
        inner = self.text[pair.start : pair.end]
        ends = re.search(r"[.!?]\W*$", inner) is not None
        return bool(long) and all(word[0].isupper() for word in long) and not (ends and len(long) == 1)

    def read_indirect(self, number: int, attribution: Attribution) -> None:
        """The reported clauses of one attribution."""
        kind = self.kinds[number]
        if kind is CueKind.THINKING:
            for part in attribution.content:
                if mentions_saying(self.text[part[0] : part[1]]):
                    self._open_unquoted(part)
            return
        parts = self._merge(attribution.content)
        here, elsewhere = self._by_sentence(parts, attribution)
        for part in elsewhere:
            self._open_unquoted(part)
        clauses = self._clauses(here, attribution) if kind is CueKind.SAYING else None
        if clauses is None:
            for part in here:
                self._open_unquoted(part)
            return
        for start, end in clauses:
            self.quotes.indirect[Span(start, end, _INDIRECT)] = number

    def _merge(self, content: Parts) -> list[tuple[int, int]]:
        """Parts that only white space keeps apart are one."""
        merged: list[tuple[int, int]] = []
        for start, end in content:
            if merged and not self.text[merged[-1][1] : start].strip():
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return merged

    def _by_sentence(self, parts: list[tuple[int, int]], attribution: Attribution) -> tuple[list, list]:
        """The pieces of the parts in the sentence of the cue, and those in other sentences."""
        if not attribution.cue:
            return [], parts
        home = sentence_index(self.bounds, attribution.cue[0][0])
        here, elsewhere = [], []
        for start, end in parts:
            for place in range(sentence_index(self.bounds, start), sentence_index(self.bounds, end - 1) + 1):
                piece = max(start, self.bounds[place][0]), min(end, self.bounds[place][1])
                if piece[0] < piece[1]:
                    (here if place == home else elsewhere).append(piece)
        return here, elsewhere

    def _open_unquoted(self, part: tuple[int, int]) -> None:
        """Leave a part open, except for what is purely a direct quote, which is no indirect one."""
        if not self._is_pure(*part):
            self.leave_open([part], _INDIRECT)

    def _inside(self, start: int, end: int) -> list[Pair]:
        return [pair for pair in self.quoted.pairs if _overlap(start, end, pair.start, pair.end)]

    def _is_pure(self, start: int, end: int) -> bool:
        """Whether nothing but fillings stands outside the quotation marks of a range."""
        rest, position = "", start
        for pair in self._inside(start, end):
            rest += self.text[position : max(position, pair.start)] + " "
            position = pair.end
        rest += self.text[position:end]
        return _FILLING.fullmatch(rest) is not None and position > start

    def _clauses(self, pieces: list[tuple[int, int]], attribution: Attribution) -> list[tuple[int, int]] | None:
        """The reported clause in the sentence of its verb, a span for each part; None if it is not sure."""
        spoken = [piece for piece in pieces if not self._is_pure(*piece) and not is_adverb(self._bare(*piece))]
        if not spoken or (len(spoken) > 1 and not self._only_attribution_between(spoken, attribution)):
            return [] if not spoken else None
        skipped, after_that = clause_start(self.text[spoken[0][0] : spoken[0][1]])
        starts = [spoken[0][0] + skipped]
        starts += [start + clause_start(self.text[start:end])[0] for start, end in spoken[1:]]
        clauses = [self._trim(start, end) for start, (_, end) in zip(starts, spoken, strict=True)]
        if any(start >= end or not self._is_sound(start, end) for start, end in clauses):
            return None
        words = " ".join(self.text[start:end] for start, end in clauses)
        return clauses if is_clause(words, after_that) else None

    def _only_attribution_between(self, pieces: list[tuple[int, int]], attribution: Attribution) -> bool:
        gaps = [(left, right) for (_, left), (right, _) in pairwise(pieces)]
        return all(any(left <= start < right for start, _ in attribution.cue) for left, right in gaps)

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        """Without outer punctuation; a lone bracket or an unpaired end is not cut."""
        while start > 0 and start < end and self.text[start].isalnum() and self.text[start - 1].isalnum():
            start -= 1  # an annotator's slip within a word
        while end < len(self.text) and self.text[end].isalnum() and self.text[end - 1].isalnum():
            end += 1
        return trim(self.text, start, end)

    def _bare(self, start: int, end: int) -> str:
        start, end = trim(self.text, start, end)
        return self.text[start:end]

    def _is_sound(self, start: int, end: int) -> bool:
        """Whether a clause holds its quotations whole, and none of them is a sentence beside it."""
        if any(_overlap(start, end, left, right) for left, right in self.quoted.unsure):
            return False
        for pair in self._inside(start, end):
            if pair.start < start or pair.end > end or (pair.start, pair.end) == (start, end):
                return False
            before = self.text[start : pair.start].rstrip()
            if before and before[-1] in ":,.;—–-?!" and self._inner(pair)[:1].isupper():
                return False
        inside = self.text[start:end]
        return "\n" not in inside and inside.count("(") == inside.count(")") and inside[:1] not in ":;)"

    def unattributed_saying(self) -> list[tuple[int, int]]:
        """Sentences with a common verb of saying outside every attribution, which the annotators may have missed."""
        known = [
            part for each in self.attributions for parts in (*each.sources, each.cue, each.content) for part in parts
        ]
        known += [(pair.start, pair.end) for pair in self.quoted.pairs]
        missed = []
        for start, end in self.bounds:
            position = start
            while verb := mentions_saying(self.text[position:end]):
                left, right = position + verb.start(), position + verb.end()
                if not any(_overlap(left, right, *part) for part in known):
                    missed.append((start, end))
                    break
                position = right
        taken = [(span.start, span.end) for span in self.quotes.indirect]
        return [piece for sentence in missed for piece in _without(sentence, taken)]

    def finish(self) -> Quotes:
        """Resolve what overlaps: the outermost clause wins, and what lies across open text is opened."""
        self._drop_nested()
        for layer, spans in ((_DIRECT, self.quotes.direct), (_INDIRECT, self.quotes.indirect)):
            self._open_conflicts(layer, spans)
            for start, end in sorted(set(self.opened[layer])):
                self.quotes.open.append(Constraint(start, end, layer, None))
        return self.quotes

    def _drop_nested(self) -> None:
        spans = self.quotes.indirect
        for inner in list(spans):
            if any(outer != inner and outer.start <= inner.start and inner.end <= outer.end for outer in spans):
                del spans[inner]

    def _open_conflicts(self, layer: str, spans: dict[Span, int | None]) -> None:
        """A span that overlaps another, or open text, is not sure: it is opened whole, until none is left."""
        while True:
            ranges = [*self.opened[layer], *((span.start, span.end) for span in spans)]
            conflicts = [
                span for span in spans if sum(_overlap(span.start, span.end, start, end) for start, end in ranges) > 1
            ]
            if not conflicts:
                return
            for span in conflicts:
                del spans[span]
                self.leave_open([(span.start, span.end)], layer)


def _overlap(start: int, end: int, left: int, right: int) -> bool:
    return left < end and start < right


def _holds(content: Parts, pair: Pair) -> bool:
    return any(start <= pair.inner_start and pair.inner_end <= end for start, end in content)


def _without(whole: tuple[int, int], taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    position = whole[0]
    for start, end in sorted(taken):
        if start < whole[1] and end > position:
            yield position, start
            position = max(position, end)
    yield position, whole[1]

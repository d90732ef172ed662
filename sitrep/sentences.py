"""Sentences of an English news text, as offsets.

    sentences('Dr. Ali left. "Stop," he said.')  # [(0, 13), (14, 30)]

A small rule-based splitter, so that the sentence distance of two spans is the same in training and
in use and needs no model. A sentence ends

1. at a paragraph break: a blank line, or a line break unless the next line goes on in lower case or the text is
   printed in lines of one width, as old wire copy is: then a line that had no room for the next word goes on;
2. after `.`, `!`, `?` or an ellipsis with its closing marks and white space, where the next word can
   begin a sentence: it is not lower case (in a text without any capital, every word can);
3. but not after a title ("Gen."), a number sign ("No. 5") or an enumeration ("1."); and after an
   initial ("J."), a dotted abbreviation ("U.S.", "p.m.") or "Inc." and its like, which may end a
   sentence too, only where the next word is one that commonly begins one ("The", "In", "He");
4. nor inside a quotation's own sentence: `"Why?" Annan asked.` is one.

Sentences do not overlap, come in order, have no white space at their borders, and together hold
everything in the text that is not white space.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

_PARAGRAPH = re.compile(r"\n\s*\n|\r(?!\n)|\u2028|\u2029|\n(?=[ \t]*[^a-z\s])")
_STOP = re.compile(r"(?<![.!?…])[.!?…]+(?P<closing>[\"'”’»)\]]*|\s+[”»])(?=\s)")
_LAST_WORD = re.compile(r"[^\s\"'“”‘’«»()\[\]/—–-]*$")
_NARROWEST, _WIDEST = 40, 100  # characters in a line of a text that is printed in a width
_ENOUGH_LINES, _NEARLY_ALL = 3, 0.85
_WORD = re.compile(r"[ \t]*\S+")
_LONGEST_WORD = 40  # no abbreviation is longer, and the search stays short in a text without spaces
_NEXT_WORD = re.compile(r"[\s\"'“”‘’«»()\[\]*—–-]*(\w+)?")

# These stand before the name that they belong to.
_TITLES = frozenset(
    {"adm", "amb", "brig", "capt", "cdr", "cmdr", "col", "cpl", "cpt", "dr", "fr", "ft", "gen", "gov", "hon"}
    | {"insp", "lt", "ltc", "maj", "messrs", "mr", "mrs", "ms", "msgr", "mt", "pfc", "pres", "prof", "pvt", "rep"}
    | {"reps", "rev", "sen", "sens", "sgt", "spc", "sr", "st", "ste", "supt", "vs", "cf", "e.g", "i.e", "viz"}
)
# These may close a sentence as well as stand within it; months and states only with their capital.
_ABBREVIATIONS = frozenset(
    {"inc", "corp", "ltd", "co", "bros", "jr", "etc", "dept", "univ", "approx", "blvd", "ph.d"}
    | {"Inc", "Corp", "Ltd", "Co", "Bros", "Jr", "Dept", "Univ", "Ave", "Blvd", "Rd", "Ph.D"}
    | {"Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"}
    | {"Ala", "Ariz", "Ark", "Calif", "Colo", "Conn", "Del", "Fla", "Ill", "Kan", "Mass", "Md", "Mich", "Minn"}
    | {"Miss", "Mont", "Neb", "Nev", "Okla", "Ore", "Pa", "Tenn", "Tex", "Va", "Vt", "Wash", "Wis", "Wyo"}
)
_NUMBER_SIGNS = frozenset({"no", "nos", "art", "sec", "fig", "p", "pp", "vol"})
_DOTTED = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_STARTERS = frozenset(
    {"a", "about", "according", "after", "all", "also", "although", "among", "an", "and", "another", "as", "at"}
    | {"because", "before", "both", "but", "by", "despite", "during", "each", "earlier", "even", "every", "for"}
    | {"from", "he", "her", "his", "how", "however", "i", "if", "in", "it", "its", "last", "later", "many"}
    | {"meanwhile", "more", "most", "no", "none", "on", "one", "other", "our", "she", "since", "so", "some"}
    | {"several", "still", "that", "the", "their", "then", "there", "these", "they", "this", "those", "though"}
    | {"to", "two", "under", "until", "we", "what", "when", "where", "which", "while", "who", "why", "with", "you"}
)
_ASKED = re.compile(
    r"\s+(?:the\s+)?(?:[A-Z]\S*\s+){0,3}?(?:said|says|asked|asks|told|added|wrote|tweeted|shouted|replied|cried)\b"
    r"|\s+(?:said|asked|added|wrote)\b"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of a text, in order."""
    any_case = text.lower() == text
    found = []
    for start, end in _paragraphs(text):
        for stop in _stops(text, start, end, any_case):
            found.append((start, stop))
            start = _skip_space(text, stop, end)
        if start < end:
            found.append((start, end))
    return found


def sentence_index(bounds: Sequence[tuple[int, int]], offset: int) -> int:
    """Index of the sentence that holds an offset; in the white space between two, that of the first.

    An offset before the first sentence belongs to it. The distance of two spans in sentences is the
    difference of the indices of their starts.
    """
    return max(0, bisect_right(bounds, offset, key=lambda sentence: sentence[0]) - 1)


def sentence_of(bounds: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The sentence that holds `[start, end)`, or several of them as one where it crosses a border."""
    if not bounds:
        return start, end
    first, last = sentence_index(bounds, start), sentence_index(bounds, max(start, end - 1))
    return min(start, bounds[first][0]), max(end, bounds[last][1])


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start, width = 0, _line_width(text)
    for gap in _PARAGRAPH.finditer(text):
        if width and gap.group() == "\n" and _is_full(text, gap.start(), width):
            continue
        yield from _stripped(text, start, gap.start())
        start = gap.end()
    yield from _stripped(text, start, len(text))


def _line_width(text: str) -> int:
    """The width in which a text is printed, or 0 if its lines are as long as they please.

    It is printed in a width if no line is longer and nearly every line that another follows is full.
    """
    lines = text.split("\n")
    width = max(map(len, lines))
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    inner = [(line, after) for line, after in pairwise(lines) if line.strip() and after.strip()]
    full = sum(len(line) + 1 + len(after.split()[0]) > width for line, after in inner)
    return width if len(inner) >= _ENOUGH_LINES and full >= _NEARLY_ALL * len(inner) else 0


def _is_full(text: str, end: int, width: int) -> bool:
    """Whether the line that ends there had no room for the first word of the next."""
    start = text.rfind("\n", 0, end) + 1
    word = _WORD.match(text, end + 1)
    return word is not None and end - start + 1 + len(word[0]) > width


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if part.strip():
        yield start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _stops(text: str, start: int, end: int, any_case: bool) -> Iterator[int]:
    """Where the sentences of a paragraph end, but for its last."""
    for mark in _STOP.finditer(text, start, end):
        if mark.end() < end and _is_end(text, start, end, mark, any_case):
            yield mark.end()
            start = mark.end()


def _is_end(text: str, start: int, end: int, mark: re.Match[str], any_case: bool) -> bool:
    following = _NEXT_WORD.match(text, mark.end(), end)
    word = following[1] if following and following[1] else ""
    if word[:1].islower() and not any_case:
        return False
    if mark["closing"] and text[mark.start()] in "!?" and _ASKED.match(text, mark.end(), end):
        return False
    if mark.group().startswith(".") and not mark["closing"]:
        return _period_ends(text[start : mark.start()], word)
    return True


def _period_ends(before: str, word: str) -> bool:
    """Whether a period ends a sentence, by the word before it and the word after."""
    last = _LAST_WORD.search(before[-_LONGEST_WORD:])
    abbreviation = last[0] if last else ""
    if abbreviation.lower() in _TITLES or not any(character.isalpha() for character in before):
        return False
    if abbreviation.lower() in _NUMBER_SIGNS and word[:1].isdigit():
        return False
    if abbreviation in _ABBREVIATIONS or _DOTTED.fullmatch(abbreviation):
        return word.lower() in _STARTERS
    return True


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start

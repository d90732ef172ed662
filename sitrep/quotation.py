"""Quotation marks of a text, paired: “…”, "…" and ''…''; what cannot be paired is said to be unsure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile(r"''|``|[“”\"]")
_SINGLE = re.compile(r"‘(?:[^‘’\n]|(?<=\w)’(?=\w))+’(?!\w)|(?<!\w)'(?=[^\s'])(?:[^'\n]|(?<=\w)'(?=\w))+'(?!\w)")
_INITIALS = re.compile(r"(?:\b[A-Za-z]\.){2,}$")
_OUTER = " \t\xa0\n.,;:!?…—–-"


@dataclass(frozen=True)
class Pair:
    """`text[start:end]` with its marks; `text[inner_start:inner_end]` without them and outer punctuation."""

    start: int
    end: int
    inner_start: int
    inner_end: int


@dataclass(frozen=True)
class Quotations:
    """The pairs of a text in order, and the ranges that may be quoted as well but are not surely.

    `singles` are pairs of single marks, which apostrophes look like; they are among the unsure ranges too.
    """

    pairs: tuple[Pair, ...]
    unsure: tuple[tuple[int, int], ...]
    singles: tuple[Pair, ...]


def quotations(text: str) -> Quotations:
    """Pair the marks of each paragraph; a mark that has no partner makes its surroundings unsure."""
    pairs: list[Pair] = []
    unsure: list[tuple[int, int]] = []
    for paragraph in re.finditer(r"[^\n]+", text):
        _pair_paragraph(text, paragraph.start(), paragraph.end(), pairs, unsure)
    singles = list(_outside(pairs, _singles(text)))
    unsure += [(single.start, single.end) for single in singles]
    return Quotations(tuple(pairs), tuple(unsure), tuple(singles))


def _singles(text: str) -> Iterator[Pair]:
    for single in _SINGLE.finditer(text):
        start, end = single.span()
        yield from _pair(text, (start, start + 1), (end - 1, end))


def _outside(pairs: list[Pair], singles: Iterator[Pair]) -> Iterator[Pair]:
    """Those of the singles that overlap no pair; both in order, so each pair is looked at once."""
    position = 0
    for single in singles:
        while position < len(pairs) and pairs[position].end <= single.start:
            position += 1
        if position == len(pairs) or single.end <= pairs[position].start:
            yield single


def _pair_paragraph(text: str, start: int, end: int, pairs: list[Pair], unsure: list[tuple[int, int]]) -> None:
    opened: tuple[int, int] | None = None
    border = start
    for mark in _MARK.finditer(text, start, end):
        opens = _opens(text, mark, opened is None)
        if opens is None:
            continue
        if opens and opened is None:
            opened = mark.span()
        elif not opens and opened is not None:
            pairs.extend(_pair(text, opened, mark.span()))
            opened, border = None, mark.end()
        else:  # two openings, or a closing mark alone
            unsure.append((border if opened is None else opened[0], mark.end()))
            opened, border = (mark.span() if opens else None), mark.end()
    if opened is not None:  # a quotation that goes on in the next paragraph
        unsure.append((opened[0], end))


def _opens(text: str, mark: re.Match[str], closed: bool) -> bool | None:
    """Whether a mark opens a quotation; None for a mark of inches and the like."""
    if mark[0] in "“”":
        return mark[0] == "“"
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    if closed and before.isdigit():
        return None
    can_open = (not before or before.isspace() or not before.isalnum()) and bool(after) and not after.isspace()
    return closed if closed or not can_open or not before.isspace() else True


def _pair(text: str, opened: tuple[int, int], closed: tuple[int, int]) -> Iterator[Pair]:
    start, end = trim(text, opened[1], closed[0])
    if start < end:
        yield Pair(opened[0], closed[1], start, end)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A range without white space and punctuation at its borders, but with the last period of "U.S."."""
    while start < end and (text[start].isspace() or text[start] in _OUTER):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _OUTER):
        if text[end - 1] == "." and _INITIALS.search(text[max(start, end - 8) : end]):
            break
        end -= 1
    return start, end

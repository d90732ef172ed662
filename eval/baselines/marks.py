"""Direct quotes by their quotation marks: straight, curly, guillemets and the single marks of British papers.

An opening mark that nothing closes runs to the end of its paragraph (a quotation that goes on in the
next one); a closing mark that nothing opened is ignored. Nothing raises, however many marks there are.
"""

import re
from collections.abc import Iterator

from eval.baselines.lexicon import SPEECH_VERBS
from sitrep.document import Span

_PARAGRAPH = re.compile(r"[^\n\r]+")
_MARK = re.compile(r"[\"“”„«»]|(?<!\w)[‘'](?=[\w\"“…])|(?<=[\w.,!?…;”\"])[’'](?!\w)")
_CLOSERS = {"“": "”“", "„": "“”", "«": "»", '"': '"', "‘": "’", "'": "'"}
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_OUTER = " \t\u00a0,.?!;:…-–—"
_SPEECH = re.compile(rf"\b(?:{'|'.join(sorted(SPEECH_VERBS))})\b", re.IGNORECASE)
_QUOTING = re.compile(
    r"\b(?:called|calling|calls|described|describing|describes|dismissed|dismissing|condemned|denounced|branded|"
    r"according to|statement|as|accused|accusing|praised|demanded|pledged|promised|saying|words|message|quoted|chanted|"
    r"chanting|reads|read|titled|blamed|spoke|speaking|expressed|urged|cited|citing|rejected|labelled|labeled|"
    r"referred|sang|post|letter|cried)\b"
)
_TITLE_LEAD = re.compile(
    r"\b(?:titled|entitled|named|code-?named|nicknamed|known as|dubbed|film|book|novel|documentary|song|album|play|"
    r"series|exhibition|poem|painting|programme|magazine|alias|operation|so-called)\s*,?\s*[\"“‘'«]?$",
    re.IGNORECASE,
)
_FEW_WORDS = 2
_SHORT = 7  # words up to which a quotation in title case is taken for the name of a work


def direct_quotes(text: str) -> list[Span]:
    """DIRECT_QUOTE spans of a text, in order and without overlap."""
    return [
        Span(start, end, "DIRECT_QUOTE")
        for paragraph in _PARAGRAPH.finditer(text)
        for start, end in _pairs(text, paragraph.start(), paragraph.end())
        if _is_speech(text, start, end, paragraph.start(), paragraph.end())
    ]


def _pairs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Inner offsets of each pair of marks of a paragraph; pairs within pairs are left to the outer."""
    opening: re.Match[str] | None = None
    for mark in _MARK.finditer(text, start, end):
        if opening is None:
            opening = mark if mark[0] in _CLOSERS and _can_open(text, mark) else None
        elif mark[0] in _CLOSERS[opening[0]] and not _can_only_open(text, mark, opening[0]):
            yield from _inner(text, opening.end(), mark.start())
            opening = None
    if opening is not None and opening[0] not in "‘'":
        yield from _inner(text, opening.end(), end)


def _can_open(text: str, mark: re.Match[str]) -> bool:
    return text[mark.end() : mark.end() + 1].strip() != "" and not text[mark.start() - 1 : mark.start()].isalnum()


def _can_only_open(text: str, mark: re.Match[str], opening: str) -> bool:
    """A single mark closes only before white space or punctuation; an apostrophe inside a word is none."""
    return opening in "‘'" and text[mark.end() : mark.end() + 1].isalnum()


def _inner(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and (text[start].isspace() or text[start] in "…,"):
        start += 1
    while end > start and text[end - 1] in _OUTER:
        end -= 1
    if end > start:
        yield start, end


def _is_speech(text: str, start: int, end: int, first: int, last: int) -> bool:
    """Whether words between marks are somebody's speech, and no nickname, name of a work or scare quote."""
    inside = _WORD.findall(text[start:end])
    before, after = text[max(first, start - 160) : start], text[end : min(last, end + 200)]
    if len(inside) < _FEW_WORDS or _TITLE_LEAD.search(before):
        return False
    if (
        len(inside) <= _SHORT
        and all(word[0].isupper() or len(word) <= 3 for word in inside)
        and inside[-1][0].isupper()
    ):
        return False
    if text[end : end + 1] in ",.?!…" or len(inside) > _SHORT:
        return True
    return bool(_SPEECH.search(before) or _QUOTING.search(before) or _SPEECH.search(after))

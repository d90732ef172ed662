"""Quotes: DIRECT_QUOTE from quotation marks (marks.py), INDIRECT_QUOTE from the grammar of reporting verbs.

Three shapes of reported speech, each with its subject: "X said (that) CLAUSE", "CLAUSE, X said", and
"CLAUSE, according to X" (also in front, and either kind in the middle of its clause).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.baselines import lexicon as lex
from eval.baselines.names import singular
from eval.baselines.reading import Reading
from sitrep.document import Span

_ADDRESSEES = lex.words(
    "reporters journalists radio television tv conference news briefing parliament lawmakers agency crowd court state "
    "him her them us me newspaper station council magazine network investigators channel newspapers correspondent "
    "rally meeting inquiry judges families website mourners relatives hearing committee programme broadcaster"
)
_ADVERBIALS = lex.words("on in at by through via late last early earlier later also again yesterday today after during "
                        "from over separately privately")  # fmt: skip
_NOUN_OR_VERB = lex.words("report reports claim claims state states estimates estimate warning note notes")
_PASSIVE = lex.words("was were is are be been being not never")
_NO_CLAUSE_VERBS = lex.words("asked shouted vowed asking")
_CUTS = lex.words("citing adding saying warning telling quoting referring stressing noting describing calling urging")
_OPENERS = lex.words("but and however meanwhile still yet so separately also then")
_AFTER_MIDDLE = _CUTS | lex.words("while but and who whose which a an in according as after when although though with "
                                  "at on by before where because since")  # fmt: skip
_TIME_WORDS = lex.words("also later yesterday separately today earlier overnight")
_FINITE = lex.words("is are was were has have had will would could can may might did does do must should be been")
_LONGEST_TAIL = 16  # words behind a closing "X said"
_LONGEST_GAP = 14  # words between a reporting verb and "that"
_LONGEST_SOURCE = 14
_DATELINE = re.compile(r"\(?[A-Z][^\n–—]{1,90}?\s(?:--?|[–—])\s+(?=\S)|[A-Z]{3}[A-Z ]{0,30}:\s+(?=\S)|\d+\.\s+")


@dataclass(frozen=True)
class Report:
    """A reported clause: words `[first, last)`."""

    first: int
    last: int


def quotes(text: str) -> list[Span]:
    """DIRECT_QUOTE and INDIRECT_QUOTE spans of a text."""
    reading = Reading(text)
    return sorted([*reading.quotes, *indirect_of(reading)])


def indirect_of(reading: Reading) -> list[Span]:
    """INDIRECT_QUOTE spans of a reading, in order and without overlap."""
    found: list[Span] = []
    for first, last in reading.sentence_tokens:
        for report in sorted(_reports(reading, first, last), key=lambda item: item.first):
            span = _clause_span(reading, report.first, report.last)
            if span and (not found or span.start >= found[-1].end):
                found.append(span)
    return found


def _clause_span(reading: Reading, first: int, last: int) -> Span | None:
    """The clause without openers, outer punctuation, or nothing where it is a direct quote itself."""
    while first < last and (reading.word(first) in _OPENERS | {",", ":", ";", "-", "–", "—"}):
        first += 1
    while last > first and reading.word(last - 1) in (",", ".", ";", ":", "!", "?", "-", "–", "—", "and", "but", "…"):
        last -= 1
    words = [token for token in reading.tokens[first:last] if token.text[0].isalnum()]
    if len(words) < 2 or (words[0].quoted and words[-1].quoted) or all(word.quoted for word in words):
        return None
    start, end = reading.tokens[first].start, reading.tokens[last - 1].end
    if words[0].quoted and _ends_with_comma(reading, words[0].start):
        return None
    if words[0].quoted and reading.text[start] not in "\"“‘'":
        return None
    return Span(start, end, "INDIRECT_QUOTE")


def _ends_with_comma(reading: Reading, offset: int) -> bool:
    """Whether the direct quote that holds an offset ends with a comma, so that its speaker follows."""
    quote = next((quote for quote in reading.quotes_from(offset) if quote.start <= offset < quote.end), None)
    return quote is not None and "," in reading.text[quote.end : quote.end + 2]


def _reports(reading: Reading, first: int, last: int) -> Iterator[Report]:
    start = _after_dateline(reading, first, last)
    verbs = [index for index in range(start, last) if _is_reporting(reading, index)]
    reported = False
    for position, verb in enumerate(verbs):
        end = _next_attribution(reading, verb, verbs[position + 1 :], last)
        clause = 0 if _closes_quotation(reading, start, verb) else _clause_behind(reading, verb, end)
        if clause:
            reported = True
            yield Report(clause, _cut(reading, clause, end))
        elif not reported:
            floor = _floor(reading, start, verb)
            yield from _trailing(reading, floor, verb, last)
    for index in range(start, last - 1):
        if reading.word(index) == "according" and reading.word(index + 1) == "to" and not reading.tokens[index].quoted:
            yield from _according(reading, _floor(reading, start, index), index, last)


def _closes_quotation(reading: Reading, start: int, verb: int) -> bool:
    """Whether the verb stands right behind its clause: ", said [Abu Yazan], a teacher"."""
    before = reading.word(verb - 1)
    if reading.word(verb).endswith("ing"):
        return False
    if before in ('"', "”", "’", "'") and verb - 2 >= start:
        return True
    if before != "," or _comma_before_subject(reading, start, verb) != verb - 1:
        return False
    last = reading.sentence_tokens[reading.tokens[verb].sentence][1]
    comma = next((index for index in range(verb + 1, last) if reading.word(index) == ","), last)
    return reading.word(verb + 1) not in ("he", "she", "it", "they") and not _is_finite(reading, verb + 1, comma)


def _after_dateline(reading: Reading, first: int, last: int) -> int:
    """First word behind "BEIRUT, March 3 (Reuters) - "."""
    if first >= last:
        return first
    start = reading.tokens[first].start
    match = _DATELINE.match(reading.text, start, reading.tokens[last - 1].end)
    opening = match[0].split()[0].strip(",:.") if match else ""
    if match is None or not (opening.isupper() or opening.isdigit() or "(" in match[0]):
        return first
    while first < last and reading.tokens[first].start < match.end():
        first += 1
    return first


def _is_reporting(reading: Reading, index: int) -> bool:
    token, before = reading.tokens[index], reading.word(index - 1)
    if token.quoted or token.lower not in lex.SPEECH_VERBS - _NO_CLAUSE_VERBS:
        return False
    if token.lower in _NOUN_OR_VERB and (
        before in ("a", "an", "the", "its", "their", "his", "her", "of", "some", "no")
    ):
        return False
    if before in ("a", "an", "the") or (token.capital and not reading.shouted[token.sentence] and before):
        return False
    return before not in _PASSIVE or token.lower.endswith("ing") or before in ("not", "never")


def _floor(reading: Reading, start: int, index: int) -> int:
    """Where the clause before an attribution can start at the earliest: behind a semicolon or a cut."""
    for position in range(index - 1, start, -1):
        if reading.word(position) == ";" and not reading.tokens[position].quoted:
            return position + 1
    return start


# --- "X said (that) CLAUSE" ---


def _next_attribution(reading: Reading, verb: int, later: list[int], last: int) -> int:
    """Where the next reporting verb of the sentence takes over from this one."""
    for following in later:
        for index in range(following, verb, -1):
            word, before = reading.word(index), reading.word(index - 1)
            if before in (",", ";") and (word in _CUTS or word in ("while", "but", "although", "though", "whereas")):
                return index
            if reading.tokens[verb].sentence == 0 and before == "," and following - index in (1, 2):
                return index
            if before in ("and", "but") and index == following and reading.word(index) not in _NOUN_OR_VERB:
                return index
            if before in (",",) and word == "and" and following - index < 6 and reading.word(index + 1) != "that":
                return index
    return last


def _clause_behind(reading: Reading, verb: int, end: int) -> int:
    """First word of the clause behind a reporting verb, or 0."""
    word = reading.word(verb)
    that = _that(reading, verb, end)
    if that:
        return that + 1
    start = _skip_addressee(reading, verb + 1, end) if word.startswith(("told", "tell")) else verb + 1
    first, start = start, _skip_adverbials(reading, start, end)
    if start > first and reading.word(start).endswith("ed"):
        return 0
    if word.startswith(("told", "tell")) and not _is_finite(reading, start, end):
        return 0
    if start >= end - 2 or (word.startswith(("told", "tell")) and start == verb + 1):
        return 0
    if word in lex.NEEDS_THAT and not (word in lex.LOOSE_VERBS and _is_finite(reading, start, end)):
        return 0
    return start if _opens_clause(reading, start, end) else 0


def _that(reading: Reading, verb: int, end: int) -> int:
    for index in range(verb + 1, min(end, verb + _LONGEST_GAP)):
        word = reading.word(index)
        if word == "that" and not reading.tokens[index].quoted:
            near = index == verb + 1 or reading.word(verb).startswith(("told", "tell"))
            return index if near or _is_adverbial_gap(reading, verb + 1) else 0
        if word in (";", ":", '"', "“", "”") or word in lex.SPEECH_VERBS:
            return 0
    return 0


def _is_adverbial_gap(reading: Reading, start: int) -> bool:
    word = reading.word(start)
    return word in _ADVERBIALS | {"to", ","} or word.endswith(("ly", "day"))


def _skip_addressee(reading: Reading, start: int, end: int) -> int:
    index = start
    while index < end and reading.word(index) in lex.words("the a an his her state this"):
        index += 1
    while index < end and (reading.tokens[index].capital or reading.word(index) in _ADDRESSEES or reading.word(index)
                           in ("'s", "’s")):  # fmt: skip
        if reading.tokens[index].capital and reading.word(index) in lex.FUNCTION_WORDS - {"us"}:
            break
        index += 1
    return index


def _skip_adverbials(reading: Reading, start: int, end: int) -> int:
    """Behind "on Monday", "in a statement", "by telephone from X"; the end of the sentence if a comma comes first."""
    index = start
    while index < end:
        word = reading.word(index)
        if (word.endswith("day") and reading.tokens[index].capital) or word in _TIME_WORDS:
            index += 1
            continue
        phrase = _ADVERBIAL.match(reading.text, reading.tokens[index].start, reading.tokens[end - 1].end)
        if phrase is None:
            return index
        while index < end and reading.tokens[index].start < phrase.end():
            index += 1
    return index


_ADVERBIAL = re.compile(
    r"(?:late |early )?(?:on (?:[A-Z][a-z]+day|\d+ [A-Z][a-z]+|[A-Z][a-z]+ \d+)"
    r"|(?:in|through|at|via|by|over) (?:an? |the |its |his |her )?(?:[\w’'.]+ ){0,3}?"
    r"(?:statement|interview|telephone|phone|briefing|conference|interpreter|bulletin|report|post|radio|spokesman"
    r"|spokeswoman|message|address|update|speech|letter|video|note|tweet)s?(?: on [A-Z]\w+day)?)\b\s*"
)


def _opens_clause(reading: Reading, start: int, end: int) -> bool:
    word = reading.word(start)
    if word in lex.words(", . ; : of to on by at from through as during after via over against with ) ! ?"):
        return False
    if word in ('"', "“", "‘", "'"):
        closing = next((index for index in range(start + 1, end) if not reading.tokens[index].quoted), end)
        return any(reading.is_plain(index) for index in range(closing, end)) and reading.word(start - 1) != ","
    if word in ("in", "some", "more"):
        return _is_finite(reading, start, end)
    follows_subject = reading.tokens[start].capital and _is_tail(reading, start, end)
    return not follows_subject


def _is_tail(reading: Reading, start: int, end: int) -> bool:
    """Whether only a name stands behind the verb: ", said [Abu Yazan], a teacher"."""
    return not _is_finite(reading, start, end) and reading.word(start - 2) in (",", '"', "”", "’", "'")


def _is_finite(reading: Reading, start: int, end: int) -> bool:
    for index in range(start, min(end, start + 25)):
        word = reading.word(index)
        if (
            word in _FINITE
            or (word.endswith("ed") and len(word) > 4)
            or word in ("fled", "died", "left", "took", "hit")
        ):
            return True
    return False


def _cut(reading: Reading, start: int, end: int) -> int:
    """Where a clause ends before its sentence does: a semicolon, a comment, another source."""
    for index in range(start, end):
        token, following = reading.tokens[index], reading.word(index + 1)
        if token.quoted:
            continue
        if token.text == ";" and not any(reading.word(step) == "that" for step in (index + 1, index + 2)):
            return index
        if token.text == "," and following in _CUTS:
            return index
        if token.text == "," and following in ("a", "an") and reading.word(index + 2) in _COMMENTS:
            return index
        if token.text == "," and following == "according":
            return index
        if token.text in ("and", "but") and following in _OWN_ACTS:
            return index - 1 if reading.word(index - 1) == "," else index
    return end


_OWN_ACTS = lex.words("called described asked urged blamed accused gave rejected dismissed put appealed demanded "
                      "vowed promised pledged declined refused criticised criticized ordered")  # fmt: skip
_COMMENTS = lex.words("claim figure charge statement allegation number account accusation version toll count")


# --- "CLAUSE, X said" ---


def _trailing(reading: Reading, start: int, verb: int, last: int) -> Iterator[Report]:
    comma = _comma_before_subject(reading, start, verb)
    if comma <= start or reading.word(comma) != ",":
        return
    after = reading.word(verb + 1)
    if not _is_closing(reading, verb, last) or reading.word(verb).endswith("ing"):
        return
    yield Report(start, comma)
    if after == "," and _goes_on(reading.word(verb + 2)) and last - verb > 4:
        yield Report(verb + 2, _cut(reading, verb + 2, last))


def _goes_on(word: str) -> bool:
    """Whether a word behind "he said," takes the clause up again."""
    return word not in _AFTER_MIDDLE and not word.endswith("ing")


def _is_closing(reading: Reading, verb: int, last: int) -> bool:
    """Whether a verb that reports what stands before it is behind it done, but for adverbs."""
    following = reading.word(verb + 1)
    if (
        verb + 1 >= last
        or following in (",", ".", ";", "!", ")", ":")
        or reading.word(verb).startswith(("told", "tell"))
    ):
        return True
    if reading.word(verb) in lex.NEEDS_THAT:
        return following in lex.words("on in at late earlier today yesterday separately") or following.endswith("day")
    return True


def _comma_before_subject(reading: Reading, start: int, verb: int) -> int:
    """The comma that ends the clause; commas of an apposition inside the subject are passed over."""
    commas = [index for index in range(start, verb) if reading.word(index) == "," and not reading.tokens[index].quoted]
    while len(commas) > 1 and _is_apposition(reading, commas[-2] + 1, commas[-1] + 1, verb):
        commas.pop()
    return commas[-1] if commas else -1


def _is_apposition(reading: Reading, name: int, first: int, verb: int) -> bool:
    """Whether `[first, verb)` describes the short name `[name, first - 1)` before it."""
    opening = reading.word(first)
    if first >= verb:
        described = first == verb and first - 1 - name <= _LONGEST_SOURCE and _describes(reading, name)
        return described and reading.word(name - 1) == "," and first - 1 > name
    describes = _describes(reading, first)
    role = any(singular(reading.word(index)) in lex.ROLES for index in range(name, min(name + 5, first - 1)))
    named = reading.tokens[name].capital or (role and reading.word(name) in _POSSESSED)
    short = first - 1 - name <= 10
    return (named and short and describes and opening not in ("the",)) or (
        named and first - 1 - name <= 6 and reading.tokens[name].capital and describes
    )


_POSSESSED = lex.words("a an the her his their its my our one another")


def _describes(reading: Reading, first: int) -> bool:
    opening = reading.word(first)
    if (
        opening in ("who", "whose", "which", "a", "an", "the", "his", "her", "its", "himself", "herself")
        or opening.isdigit()
    ):
        return (
            opening in ("who", "whose", "which")
            or opening.isdigit()
            or any(
                singular(reading.word(index)) in lex.ROLES | lex.TITLES | lex.WEAK_BODIES
                for index in range(first, first + 7)
            )
        )
    return singular(opening) in lex.ROLES | lex.TITLES


# --- "according to X" ---


def _according(reading: Reading, start: int, index: int, last: int) -> Iterator[Report]:
    commas = [step for step in range(index + 2, last) if reading.word(step) == ","]
    if len(commas) > 1 and _describes(reading, commas[0] + 1):
        commas = commas[1:]
    source_end = commas[0] if commas else last
    if index - start <= 1 and source_end < last:
        yield Report(source_end + 1, _cut(reading, source_end + 1, last))
        return
    if reading.word(index - 1) == "," and reading.word(index - 2) in ("that", "which", "and", "but"):
        if source_end < last:
            yield Report(source_end + 1, last)
        return
    if any(_is_reporting(reading, step) for step in range(start, index)):
        return
    yield Report(start, index)

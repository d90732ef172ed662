"""ACTOR spans: named people and bodies, institutions in lower case, unnamed agents and speakers, pronouns."""

from collections.abc import Iterator
from dataclasses import dataclass

from eval.baselines import lexicon as lex
from eval.baselines.names import ORGANIZATION, PERSON, Name, names, singular
from eval.baselines.reading import Reading
from sitrep.document import Span

_PRONOUNS = lex.words("he she they it we i")
_STOPS = lex.words("said say says told saying according killed injured wounded arrested accused and or")
_LONGEST_PHRASE = 5  # words before a head
_REACH = 9  # words between a speaker and the reporting verb
_ADJECTIVES_ED = lex.words(
    "armed masked suspected retired united unarmed uniformed displaced wanted exiled jailed led hooded unidentified red"
)
_DETERMINERS = lex.words(
    "the a an his her its their our this that another other some several many two three four five "
    "one 's ’s both these those all more"
)
_NO_PREMODIFIERS = lex.words("former then fellow ago according least dead")


@dataclass(frozen=True)
class _Phrase:
    """A noun phrase as words `[first, head]`."""

    first: int
    head: int


def actors(text: str) -> list[Span]:
    """ACTOR spans of a text, in order and without overlap."""
    reading = Reading(text)
    return actors_of(reading, names(reading))


def actors_of(reading: Reading, found: list[Name], tolls: list[Span] | None = None) -> list[Span]:
    """ACTOR spans of a reading; a head noun inside one of `tolls` is a victim and no agent."""
    named = [name for name in found if name.label in (PERSON, ORGANIZATION)]
    counted = {offset for toll in tolls or () for offset in _head_range(reading, toll)}
    phrases = _Phrases(reading, found, counted)
    spans = [_span(reading, name.first, name.last, name.label) for name in named]
    spans = _without_overlap([*phrases.unnamed(), *spans, *phrases.bodies()])
    return _without_overlap([*spans, *_pronouns(reading)])


def _head_range(reading: Reading, toll: Span) -> range:
    return range(toll.start, toll.end)


def _span(reading: Reading, first: int, last: int, label: str) -> Span:
    return Span(reading.tokens[first].start, reading.tokens[last - 1].end, label)


def _without_overlap(spans: list[Span]) -> list[Span]:
    """Spans in order; of two that overlap the one that stands earlier in the list, with its rank, wins."""
    taken: dict[int, int] = {}
    kept = []
    for span in spans:
        if not any(position in taken for position in range(span.start, span.end)):
            kept.append(span)
            taken |= dict.fromkeys(range(span.start, span.end), 1)
    return sorted(kept)


_NAMED_AGAIN = lex.words("group network agency movement organisation organization council commission committee union "
                         "party force bloc brigade charity gang")  # fmt: skip


class _Phrases:
    """Finds noun phrases with the heads of lexicon.py."""

    def __init__(self, reading: Reading, found: list[Name], counted: set[int]) -> None:
        self.reading = reading
        self.counted = counted
        self.label_at = {index: name.label for name in found for index in range(name.first, name.last)}
        self.starts = {name.first: name for name in found}

    def unnamed(self) -> Iterator[Span]:
        for index, token in enumerate(self.reading.tokens):
            noun = singular(token.lower)
            if not token.lower[0].isalpha() or not (noun in lex.ROLES | lex.AGENTS or token.lower in lex.COLLECTIVES):
                continue
            if index in self.label_at or token.start in self.counted or self._is_modifier(index):
                continue
            phrase = _Phrase(self._first(index), index)
            if self._is_mention(phrase, noun, token.lower):
                yield _span(self.reading, phrase.first, phrase.head + 1, "UNNAMED")

    def _is_modifier(self, index: int) -> bool:
        """Whether a noun only belongs to the next one, or is a title before a name."""
        following = self.reading.word(index + 1)
        if index + 1 >= len(self.reading.tokens) or not self.reading.adjacent(index):
            return False
        if self.label_at.get(index + 1) in (PERSON,) or (following in lex.TITLES and self._titled(index + 1)):
            return True
        noun = singular(following)
        return noun in lex.ROLES | lex.AGENTS or following in lex.STRONG_BODIES | lex.WEAK_BODIES | lex.COLLECTIVES

    def _titled(self, index: int) -> bool:
        return any(self.label_at.get(index + step) == PERSON for step in (0, 1, 2))

    def _first(self, head: int) -> int:
        """First word of the noun phrase that ends with `head`: adjectives, nationalities and nouns before it."""
        first = head
        while first > 0 and head - first < _LONGEST_PHRASE and self._belongs(first - 1, head):
            first -= 1
        return first

    def _belongs(self, index: int, head: int) -> bool:
        reading = self.reading
        if not reading.same_sentence(index, head) or not reading.adjacent(index) or not reading.is_plain(index):
            return False
        word = reading.word(index)
        if word in _ADJECTIVES_ED:
            return True
        if (
            word in lex.SPEECH_VERBS | _STOPS | _NO_PREMODIFIERS | lex.ACT_VERBS
            or word[0].isdigit()
            or _is_number(word)
        ):
            return False
        if self.label_at.get(index) == PERSON or reading.tokens[index].text in lex.CALENDAR:
            return False
        return not _looks_like_verb(word)

    def _is_mention(self, phrase: _Phrase, noun: str, word: str) -> bool:
        if self._is_apposition(phrase):
            return False
        plural = word != noun or word in lex.COLLECTIVES
        if noun in lex.AGENTS or word in lex.COLLECTIVE_HEADS or (plural and noun in lex.PLURAL_AGENTS):
            return True
        owned = self.reading.word(phrase.first - 1) in ("his", "its", "our", "their", "her")
        if noun == "man" and plural and (owned or self.reading.word(phrase.first) in _ADJECTIVES_ED):
            return True
        return self._speaks(phrase)

    def _is_apposition(self, phrase: _Phrase) -> bool:
        """ "Rudskoi, a spokesman", "is a terrorist", "as an engineer"."""
        before = self.reading.word(phrase.first - 1)
        if before in ("a", "an", "the"):
            earlier = self.reading.word(phrase.first - 2)
            if earlier in ("is", "was", "as", "be", "been", "became", "named"):
                return True
            return earlier == "," and (self._ends_name(phrase.first - 4) or self._is_age(phrase.first - 3))
        return before == "," and self._ends_name(phrase.first - 2) and phrase.first == phrase.head

    def _is_age(self, index: int) -> bool:
        return self.reading.word(index).isdigit() and self.reading.word(index - 1) == ","

    def _ends_name(self, index: int) -> bool:
        return self.label_at.get(index + 1) == PERSON or self.label_at.get(index) == PERSON

    def _speaks(self, phrase: _Phrase) -> bool:
        """Whether a reporting verb follows the phrase within its clause, or introduces it."""
        return self._verb_follows(phrase.head) or self._verb_precedes(phrase.first)

    def _verb_follows(self, head: int) -> bool:
        for index in range(head + 1, min(head + 1 + _REACH, len(self.reading.tokens))):
            word = self.reading.word(index)
            if not self.reading.same_sentence(head, index) or word in ('"', "“", "”", "that", ";", "after", "when"):
                return False
            if word in lex.SPEAKING and self.reading.tokens[index].quoted == self.reading.tokens[head].quoted:
                return not self.reading.tokens[index].quoted
            if word == "," and self.reading.word(index + 1) in ("who", "whose"):
                return self._verb_after_clause(index)
            if word in ("and", ",") or (self.label_at.get(index) == PERSON):
                return word == "and" and self._verb_follows_directly(index)
        return False

    def _verb_after_clause(self, comma: int) -> bool:
        """ "a medic, who declined to be named, said"."""
        for index in range(comma + 1, min(comma + 20, len(self.reading.tokens))):
            if self.reading.word(index) == ",":
                return self.reading.word(index + 1) in lex.SPEECH_VERBS
        return False

    def _verb_follows_directly(self, index: int) -> bool:
        return any(self.reading.word(index + step) in lex.SPEECH_VERBS for step in (2, 3))

    def _verb_precedes(self, first: int) -> bool:
        index = first - 1
        while index >= 0 and first - index <= 3 and self.reading.word(index) in _DETERMINERS:
            index -= 1
        word = self.reading.word(index)
        if not self.reading.same_sentence(first, index) or self.reading.tokens[first].quoted:
            return False
        said = word in lex.words("said says asked added told wrote recalled")
        return (said and self.reading.word(index - 1) in ('"', "”", "’", "'", ",")) or (
            word == "to" and self.reading.word(index - 1) == "according"
        )

    # --- Institutions in lower case ---

    def bodies(self) -> Iterator[Span]:
        for index, token in enumerate(self.reading.tokens):
            if index in self.label_at or (token.capital and not self.reading.opens_sentence(index)):
                continue
            strong = token.lower in lex.STRONG_BODIES
            if not strong and token.lower not in lex.WEAK_BODIES:
                continue
            phrase = _Phrase(self._first(index), index)
            if token.start not in self.counted and self._is_body(phrase, strong):
                yield self._body_span(phrase)

    def _body_span(self, phrase: _Phrase) -> Span:
        return _span(self.reading, phrase.first, phrase.head + 1, "ORGANIZATION")

    def _is_body(self, phrase: _Phrase, strong: bool) -> bool:
        word, following = self.reading.word(phrase.head), self.reading.word(phrase.head + 1)
        if following in lex.STRONG_BODIES | lex.WEAK_BODIES:
            return False
        if word == "military" and self._is_adjective(phrase.head):
            return False
        if strong:
            return singular(following) not in lex.CLASS_NOUNS or word != "government"
        if word == "media" or (self.reading.word(phrase.first) == "state" and word in ("television", "radio")):
            return True
        if word in _NAMED_AGAIN and phrase.first == phrase.head and self.reading.word(phrase.first - 1) == "the":
            return singular(following) not in lex.ROLES
        definite = self.reading.word(phrase.first - 1) in ("the", "its", "their")
        acting = following in ("'s", "’s") or following in lex.SPEECH_VERBS or self._verb_follows(phrase.head)
        return (definite and acting) or self._verb_precedes(phrase.first)

    def _is_adjective(self, index: int) -> bool:
        """ "military strike": a noun follows."""
        following = self.reading.word(index + 1)
        if not self.reading.is_plain(index + 1) or not self.reading.adjacent(index):
            return False
        return following not in lex.SPEECH_VERBS | lex.ACT_VERBS and not _looks_like_verb(following)


def _is_number(word: str) -> bool:
    return word in lex.words("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
                             "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
                             "ninety hundred thousand million dozen dozens scores hundreds thousands")  # fmt: skip


def _looks_like_verb(word: str) -> bool:
    if word in _ADJECTIVES_ED or "-" in word:
        return False
    return (word.endswith("ed") and len(word) > 4) or (
        word.endswith("ing") and word not in ("ruling", "neighbouring", "visiting", "opposing")
    )


def _pronouns(reading: Reading) -> Iterator[Span]:
    """Personal pronouns beside a reporting verb, outside quotations."""
    for index, token in enumerate(reading.tokens):
        if token.lower not in _PRONOUNS or token.quoted or (not token.text[1:].islower() and len(token.text) > 1):
            continue
        if token.lower in ("we", "i"):
            continue
        after, second = reading.word(index + 1), reading.word(index + 2)
        has_said = after in ("has", "had", "also", "later", "then", "quickly") and second in lex.SPEECH_VERBS
        inverted = reading.word(index - 1) in ("said", "says", "added", "asked") and after in (",", ".", ";", "")
        if after in lex.SPEECH_VERBS or has_said or inverted:
            yield _span(reading, index, index + 1, "PRONOUN")

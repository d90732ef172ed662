"""Names of a text: runs of capitalised words, each judged PERSON, ORGANIZATION, LOCATION or nothing.

Two passes. The first takes a run's own words and its direct neighbours as evidence (a title, "Ministry",
"the town of"); the second gives a run without evidence what the same name, or the longer name that it
ends, was elsewhere in the text, then what the gazetteer says, then what is most usual.
"""

from collections import Counter
from dataclasses import dataclass, replace

from eval.baselines import lexicon as lex
from eval.baselines.gazetteer import governments, is_place
from eval.baselines.reading import Reading

PERSON, ORGANIZATION, LOCATION, NOTHING = "PERSON", "ORGANIZATION", "LOCATION", ""

_PARTICLES = lex.words(
    "al el bin ibn ben bint abu umm de da do dos di del della der den van von du le la ould ag os y e"
)
_ARABIC_ARTICLES = ("al-", "el-", "as-", "ar-", "at-", "an-", "ul-", "ad-", "az-", "ash-")
_LONGEST = 12  # words of a run; longer ones are headlines
_TOKENS_OF_CITY = 4


@dataclass(frozen=True)
class Name:
    """Words `[first, last)` of the reading under one label; `sure` says that the first pass decided."""

    first: int
    last: int
    label: str = NOTHING
    sure: bool = False


def names(reading: Reading) -> list[Name]:
    """Every labelled name of a text, in order, without overlap."""
    runs = [part for run in _runs(reading) for part in _split(reading, run)]
    judged = [_first_judgement(reading, run) for run in runs]
    memory = _Memory.of(reading, judged)
    settled = [name if name.sure else _second_judgement(reading, name, memory) for name in judged]
    return [_as_government(reading, name) for name in settled if name.label]


def text_of(reading: Reading, name: Name) -> str:
    return reading.text[reading.tokens[name.first].start : reading.tokens[name.last - 1].end]


# --- Runs of capitalised words ---


def _runs(reading: Reading) -> list[Name]:
    found, index = [], 0
    while index < len(reading.tokens):
        end = _run_end(reading, index) if _may_start(reading, index) else index
        if end > index:
            found.append(Name(index, end))
        index = max(end, index + 1)
    return found


def _may_start(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    if token.text[:1].isdigit():
        return token.lower.endswith(("st", "nd", "rd", "th")) and _is_name_word(reading, index + 1)
    if token.lower.startswith(_ARABIC_ARTICLES) and token.text[3:4].isupper():
        return True
    return _is_name_word(reading, index)


def _is_name_word(reading: Reading, index: int) -> bool:
    """Whether a word's capital belongs to a name, and not to a sentence's start, a date or a headline."""
    if index >= len(reading.tokens):
        return False
    token = reading.tokens[index]
    if not token.capital or token.text in lex.CALENDAR or token.lower in lex.FUNCTION_WORDS - {"will", "us", "may"}:
        return False
    if token.text in ("Us", "May", "Will") or _is_compound_adjective(token.text):
        return False
    if reading.shouted[token.sentence]:
        return is_place(token.text) or token.text in lex.KNOWN_ORGANISATIONS
    return not reading.opens_sentence(index) or not _is_opener(reading, index)


def _is_compound_adjective(word: str) -> bool:
    """ "Homs-based", "Iran-backed"."""
    tail = word.rsplit("-", 1)
    return len(tail) == 2 and tail[1].islower() and len(tail[1]) > 3 and tail[1].endswith(("ed", "led", "held", "wide"))


def _is_opener(reading: Reading, index: int) -> bool:
    """Whether a sentence's first word is only that: a common word, not a name."""
    token = reading.tokens[index]
    follows_name = index + 1 < len(reading.tokens) and reading.tokens[index + 1].capital and reading.adjacent(index)
    if token.text in lex.DEMONYMS or token.lower in lex.TITLES or token.text in lex.ORGANISATION_KEYWORDS:
        return not follows_name and token.lower in reading.lower_words | lex.COMMON_OPENERS | lex.WEAK_BODIES
    if token.lower in lex.COMMON_OPENERS or token.lower in reading.lower_words or token.lower.endswith("ly"):
        return True
    return singular(token.lower) in lex.ROLES


def singular(word: str) -> str:
    """The singular of a lower-cased noun, good enough for lists of people: "policemen" to "policeman"."""
    if word in lex.IRREGULAR_PLURALS:
        return lex.IRREGULAR_PLURALS[word]
    if word.endswith("men") and len(word) > 4:
        return word[:-2] + "an"
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _run_end(reading: Reading, index: int) -> int:
    end = index + 1
    while end < min(len(reading.tokens), index + _LONGEST) and reading.same_sentence(index, end):
        step = _step(reading, index, end)
        if not step:
            break
        end += step
    return end


def _step(reading: Reading, first: int, end: int) -> int:
    """How many words from `end` on still belong to the run: none, a word, or a link with the word behind it."""
    if not reading.adjacent(end - 1):
        return _possessive_step(reading, first, end)
    if _is_name_word(reading, end) or (reading.tokens[end].lower.startswith(_ARABIC_ARTICLES) and end > first):
        return 1
    if end + 1 >= len(reading.tokens) or not reading.adjacent(end):
        return 0
    link = reading.tokens[end].text
    if link in ("of", "against") and _is_article_name(reading, first) and not _is_organisation_run(reading, first, end):
        the = reading.tokens[end + 1].text == "the"
        return 2 + the if _is_name_word(reading, end + 1 + the) and reading.adjacent(end + the) else 0
    if link in _PARTICLES and _is_name_word(reading, end + 1):
        return 2
    if not _is_organisation_run(reading, first, end):
        return 0
    if link in ("of", "for", "and", "against", "on", "in") and _is_name_word(reading, end + 1):
        return 2 if link in ("of", "for") or _goes_on(reading, first, end, link) else 0
    if link in ("of", "for") and reading.tokens[end + 1].text in ("the", "Human") and end + 2 < len(reading.tokens):
        return 3 if reading.adjacent(end + 1) and _is_name_word(reading, end + 2) else 0
    return 0


def _is_article_name(reading: Reading, first: int) -> bool:
    """A capitalised common noun behind "the" goes on with "of": "the Banner of Loyalty"."""
    token = reading.tokens[first]
    known = token.lower in lex.TITLES | lex.ROLES or is_place(token.text) or token.text in lex.DEMONYMS
    return reading.word(first - 1) == "the" and not known


def _possessive_step(reading: Reading, first: int, end: int) -> int:
    """ "Garment [Workers' Unity Forum]": a plural's possessive inside the name of a body."""
    if end + 1 >= len(reading.tokens) or reading.tokens[end].text not in ("'", "’", "'s", "’s"):
        return 0
    owner = reading.tokens[end - 1].text
    if not (owner.endswith("s") or owner in ("Women", "Men", "Children", "People")) or not reading.adjacent(end):
        return 0
    following = [reading.tokens[index].text for index in range(end + 1, min(end + 4, len(reading.tokens)))]
    return 2 if following[0][0].isupper() and any(word in lex.ORGANISATION_KEYWORDS for word in following) else 0


def _goes_on(reading: Reading, first: int, end: int, link: str) -> bool:
    """Whether "and" goes on inside a name: "Department of Social Welfare and Development"."""
    inside = any(reading.tokens[index].text in ("of", "for") for index in range(first, end))
    following = reading.tokens[end + 1].text
    return (
        link == "and"
        and inside
        and not is_place(following)
        and following not in lex.ORGANISATION_KEYWORDS | lex.DEMONYMS
    )


def _is_organisation_run(reading: Reading, first: int, end: int) -> bool:
    return any(reading.tokens[index].text in lex.ORGANISATION_KEYWORDS for index in range(first, end))


def _split(reading: Reading, run: Name) -> list[Name]:
    """A run's parts: "US Defense Secretary Lloyd Austin" holds a place, a title and a person."""
    first, last = run.first, run.last
    heads = [index for index in range(first, last - 1) if reading.tokens[index].lower in lex.TITLE_HEADS]
    cut = max(heads, default=-1) + 1
    if cut and not _is_body_or_place(reading, cut, last):
        lead = _before_title(reading, first, cut)
        return [*lead, Name(cut, last, PERSON, True)]
    if last - first > 1 and reading.tokens[first].text in ("US", "U.S.", "UK", "UN", "U.N.", "EU"):
        rest = [reading.tokens[index].text for index in range(first + 1, last)]
        if not any(word in lex.ORGANISATION_KEYWORDS for word in rest):
            return [Name(first, first + 1), Name(first + 1, last)]
    return [run]


def _is_body_or_place(reading: Reading, first: int, last: int) -> bool:
    return _is_organisation_run(reading, first, last) or reading.tokens[last - 1].text in lex.PLACE_WORDS


def _before_title(reading: Reading, first: int, cut: int) -> list[Name]:
    """The place or body that a title starts with: "US", "Army", "Interior Ministry"."""
    end = first
    while end < cut and reading.tokens[end].lower not in lex.TITLES | lex.ROLES:
        end += 1
    return [Name(first, end)] if end > first else []


# --- First judgement: evidence in and beside the run ---


def _first_judgement(reading: Reading, name: Name) -> Name:
    if name.sure:
        return name
    text = text_of(reading, name)
    words = [reading.tokens[index].text for index in range(name.first, name.last)]
    label = _label_by_words(text, words) or _label_by_neighbours(reading, name, words)
    if label is None and _is_abbreviation(reading, name, words):
        label = ORGANIZATION
    return name if label is None else replace(name, label=label, sure=True)


def _label_by_words(text: str, words: list[str]) -> str | None:
    if text in lex.KNOWN_ORGANISATIONS:
        return ORGANIZATION
    if all(word in lex.DEMONYMS or word.lower() in lex.TITLES for word in words):
        return NOTHING
    if len(words) > 1 and (words[-1] in lex.PLACE_WORDS or words[0] in lex.PLACE_LEADS) and words[0] != "Islamic":
        return LOCATION
    if any(word in lex.ORGANISATION_KEYWORDS for word in words):
        return ORGANIZATION if len(words) > 1 else None
    return None


def _label_by_neighbours(reading: Reading, name: Name, words: list[str]) -> str | None:
    before, after = reading.word(name.first - 1), reading.word(name.last)
    if not reading.same_sentence(name.first, name.first - 1):
        before = ""
    if _is_dateline(reading, name):
        return LOCATION
    if len(words) == 1 and words[0] in lex.ORGANISATION_KEYWORDS and before in ("the", "its", "our"):
        return ORGANIZATION
    if (
        before in ("“", '"', "‘")
        and reading.word(name.last) in ("”", '"', "’")
        and not reading.tokens[name.first].quoted
    ):
        return NOTHING
    if before in lex.TITLES | lex.ROLES and words[0] not in lex.DEMONYMS and not is_place(" ".join(words)):
        return PERSON
    if _is_age(reading, name.last):
        return PERSON
    if after in lex.CLASS_NOUNS and reading.adjacent(name.last - 1) and words[-1] not in lex.DEMONYMS:
        return LOCATION
    if before == "of" and reading.word(name.first - 2) in lex.CLASS_NOUNS:
        return LOCATION
    if before in lex.CLASS_NOUNS and is_place(" ".join(words)):
        return LOCATION
    if before in lex.PLACE_PREPOSITIONS and words[-1] not in lex.ORGANISATION_KEYWORDS and words[0] not in lex.DEMONYMS:
        return LOCATION if not _is_shout(words) or is_place(" ".join(words)) else None
    if before in ("movement", "group", "militia", "brigade") or after in ("movement", "group", "militia", "rebels"):
        return ORGANIZATION if words[-1] not in lex.DEMONYMS else None
    return None


def _is_dateline(reading: Reading, name: Name) -> bool:
    """A place in capitals at a paragraph's start, before a comma, a bracket or a dash."""
    if not reading.opens_sentence(name.first) or not text_of(reading, name).isupper():
        return False
    return name.last - name.first <= _TOKENS_OF_CITY and reading.word(name.last) in ("(", ",", "-", "–", "—", "/", ":")


def _is_age(reading: Reading, index: int) -> bool:
    """ ", 38," behind a name."""
    number = reading.word(index + 1)
    return (
        reading.word(index) == "," and number.isdigit() and len(number) == 2 and reading.word(index + 2) in (",", ".")
    )


def _is_shout(words: list[str]) -> bool:
    return all(word.isupper() for word in words)


def _is_abbreviation(reading: Reading, name: Name, words: list[str]) -> bool:
    word = words[0]
    capitals = sum(character.isupper() for character in word)
    alone = name.first, name.last
    if alone == reading.sentence_tokens[reading.tokens[name.first].sentence]:
        return False
    if len(words) > 1 or capitals < 2 or is_place(word) or reading.shouted[reading.tokens[name.first].sentence]:
        return False
    return (word.isupper() and word.replace(".", "").isalpha()) or (len(word) <= 6 and capitals >= len(word) - 1)


# --- Second judgement: what the text says of the name elsewhere ---


@dataclass(frozen=True)
class _Memory:
    """Labels that the first pass gave: by whole name, and by the last and the first word of persons."""

    labels: dict[str, str]
    surnames: frozenset[str]

    @classmethod
    def of(cls, reading: Reading, judged: list[Name]) -> "_Memory":
        votes: dict[str, Counter[str]] = {}
        surnames = set()
        for name in judged:
            if name.sure and name.label:
                votes.setdefault(text_of(reading, name).casefold(), Counter())[name.label] += 1
            if name.label == PERSON or (not name.sure and _looks_like_person(reading, name)):
                surnames |= _surnames(text_of(reading, name))
        return cls({key: counter.most_common(1)[0][0] for key, counter in votes.items()}, frozenset(surnames))


def _surnames(name: str) -> set[str]:
    parts = name.split()
    found = {" ".join(parts[index:]) for index in range(len(parts))}
    return found | {part.split("-", 1)[1] for part in parts[-1:] if part.lower().startswith(_ARABIC_ARTICLES)}


def _looks_like_person(reading: Reading, name: Name) -> bool:
    words = text_of(reading, name).split()
    usual = 2 <= len(words) <= 4 and not any(word in lex.DEMONYMS | lex.ORGANISATION_KEYWORDS for word in words)
    return usual and not is_place(" ".join(words)) and _speaks(reading, name)


def _speaks(reading: Reading, name: Name) -> bool:
    """Whether a reporting verb stands beside a name, or an apposition behind it."""
    if reading.word(name.first - 1) in lex.SPEECH_VERBS or reading.word(name.last) in lex.SPEECH_VERBS:
        return True
    second = reading.word(name.last + 1)
    opens = second in ("a", "an", "the", "who", "whose", "his", "her") or singular(second) in lex.ROLES | lex.TITLES
    return reading.word(name.last) == "," and opens


def _second_judgement(reading: Reading, name: Name, memory: _Memory) -> Name:
    text = text_of(reading, name)
    words = text.split()
    known = memory.labels.get(text.casefold())
    if known:
        return replace(name, label=known)
    if text in memory.surnames:
        return replace(name, label=PERSON)
    if is_place(text):
        return replace(name, label=PERSON if _person_not_place(reading, name) else LOCATION)
    if words[0] in lex.DEMONYMS or words[-1] in lex.DEMONYMS:
        return replace(name, label=ORGANIZATION if len(words) > 2 else NOTHING)
    if 2 <= len(words) <= 4 and reading.word(name.first - 1) == "the":
        return replace(name, label=ORGANIZATION)
    if 2 <= len(words) <= 4:
        return replace(name, label=PERSON)
    return replace(name, label=_label_of_one_word(reading, name) if len(words) == 1 else ORGANIZATION)


def _person_not_place(reading: Reading, name: Name) -> bool:
    """A city's name that speaks is a person's, but for capitals and countries."""
    text = text_of(reading, name)
    return text not in governments() and _speaks(reading, name) and reading.word(name.last) != ","


def _label_of_one_word(reading: Reading, name: Name) -> str:
    if _speaks(reading, name):
        return PERSON
    before = reading.word(name.first - 1)
    if before in lex.WEAK_PREPOSITIONS:
        return LOCATION
    return ORGANIZATION if before == "the" else NOTHING


# --- Governments ---


def _as_government(reading: Reading, name: Name) -> Name:
    """A country or capital that says or does something is its government: "[Russia] vetoed"."""
    if name.label != LOCATION or text_of(reading, name) not in governments():
        return name
    before, after = reading.word(name.first - 1), reading.word(name.last)
    acting = after in lex.SPEECH_VERBS | lex.ACT_VERBS and reading.adjacent(name.last - 1)
    preceded = before in lex.PLACE_PREPOSITIONS | lex.WEAK_PREPOSITIONS | lex.CLASS_NOUNS | {"of", "for"}
    blamed = before in ("blamed", "blaming", "accused", "accusing", "urged", "condemned", "against")
    described = after == "," and reading.word(name.last + 1) in ("which", "whose")
    if ((acting or described) and not preceded) or blamed:
        return replace(name, label=ORGANIZATION)
    return name

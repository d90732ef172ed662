"""Counted noun phrases: "at least 54 civilians", "dozens of people", "44 of them", "a policeman"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.baselines import lexicon as lex
from eval.baselines.names import singular
from eval.baselines.reading import Reading

_DIGITS = re.compile(r"\d{1,3}(?:[., ]\d{3})+|\d+")
_NUMBER_WORDS = lex.words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen dozens "
    "scores hundreds "
    "thousands tens several both score"
)
_QUALIFIERS = sorted(
    (
        phrase.split()
        for phrase in lex.words(
            "at_least no_fewer_than no_less_than not_less_than no_more_than not_more_than more_than "
            "fewer_than less_than "
            "as_many_as as_few_as up_to just_over just_under well_over over under about around some "
            "nearly almost roughly "
            "approximately an_estimated a_total_of close_to nearer_to upwards_of upward_of in_excess_of between above "
            "an_additional another at_most at_the_very_least an_average_of a all all_of_the "
            "virtually_all_of_the estimated "
            "circa"
        )
    ),
    key=lambda phrase: (-len(phrase), phrase),
)
_AFTER_NUMBER = lex.words("more other others additional less further separate")

# What is counted but no person; the noun decides.
THINGS = lex.words(
    "year month week day hour minute second decade night morning time percent per cent % kilometre kilometer km "
    "mile metre "
    "meter foot inch acre hectare kilo kilogram kg kilos tonne ton litre gallon barrel dollar euro pound franc naira "
    "rupee peso real lira dinar shilling cent vehicle car truck bus tank lorry van pickup motorbike motorcycle bike "
    "boat "
    "ship vessel plane aircraft jet helicopter drone missile rocket shell mortar bomb mine grenade rifle gun weapon "
    "round bullet pistol launcher radio house home building hut tent school hospital clinic shop market mosque church "
    "temple bridge road street village town city hamlet province district country state nation region neighbourhood "
    "neighborhood site centre center camp shelter checkpoint base post position attack strike raid blast explosion "
    "clash incident battle operation protest march demonstration rally vote seat point ballot poll cow goat sheep "
    "camel "
    "cattle donkey horse pig chicken head tree crop bag sack box case charge count count page book name report video "
    "photograph letter statement question resolution article law party group brigade battalion force faction union "
    "agency organisation organization company bank account phone telephone computer document passport degree "
    "magnitude storey story floor room door window wall line kind type way thing part half third quarter side front "
    "flight mission sortie visit trip tour term session meeting round language word million billion kph mph hp "
    "blanket meal pack parcel bottle kit food_pack municipality cart canoe carts kite song hen kilowatt megawatt town "
    "container cell knot gallon warehouse factory plant farm field well pump pole antenna station tower dog bird "
    "household"
) - lex.words("household head")

PEOPLE = lex.ROLES | lex.AGENTS | lex.words(
    "person people civilian child infant baby toddler teenager adult passer-by shopper worshipper passenger pilgrim "
    "commuter inhabitant national foreigner citizen tourist hostage victim body corpse family household others other "
    "member suspect recruit cadet shepherd herder herdsman grandmother grandfather grandchild nephew niece seminarian "
    "nun missionary hawker vendor sister sibling twin bus_driver aide employee staffer staff crew contractor manager "
    "scholar sociologist lecturer academic candidate councillor adult pupil shopper patient pensioner orphan mp "
    "sympathiser supporter follower collaborator informer spy miner seasonal_picker picker labourer laborer "
    "fisher cyclist motorist pedestrian hitchhiker bride groom guest mourner survivor fugitive convict inmate "
    "lieutenant counsellor surveyor watchman caretaker major corporal midwife birdwatcher sailor officer"
) - lex.words("source")  # fmt: skip
_PERSON_ENDINGS = ("er", "or", "ist", "ian", "man", "woman", "ee", "ant", "guide", "clerk", "nurse")


def is_person(noun: str) -> bool:
    """Whether a singular noun tells a person, by the list or by its ending ("a seamstress" escapes)."""
    return noun in PEOPLE or (noun.endswith(_PERSON_ENDINGS) and len(noun) > 4 and noun not in THINGS)


@dataclass(frozen=True)
class Counted:
    """A counted noun phrase, words `[first, last)`; `number` is where its number stands.

    `head` is the last word of the noun phrase, or empty where the number stands alone; `single` says
    that an article is the count.
    """

    first: int
    number: int
    last: int
    head: str
    single: bool = False


def counted_phrases(reading: Reading, stops: frozenset[str]) -> list[Counted]:
    """Counted phrases of a text in order; a word of `stops` (a verb of harm) ends a phrase unless a noun follows."""
    found: list[Counted] = []
    index = 0
    while index < len(reading.tokens):
        phrase = _phrase_at(reading, index, stops)
        if phrase and (not found or phrase.first >= found[-1].last):
            found.append(phrase)
            index = phrase.last
        else:
            index += 1
    return [phrase for phrase in found if _counts_people(reading, phrase)]


def _phrase_at(reading: Reading, index: int, stops: frozenset[str]) -> Counted | None:
    number_end = _number_end(reading, index)
    if number_end:
        last = _noun_end(reading, number_end, stops)
        if last == number_end and reading.word(last) in _FATES and _in_list_of_fates(reading, index):
            last += 1
        first = _qualified(reading, index)
        head = reading.word(last - 1) if last > number_end else ""
        return Counted(first, index, last, head)
    if reading.word(index) in ("a", "an", "another"):
        return _single(reading, index, stops)
    return None


# --- The number ---


def _number_end(reading: Reading, index: int) -> int:
    """The word after a number that starts at `index`, or 0 where none does."""
    if not _is_figure(reading, index):
        return 0
    end = index + 1
    while end < len(reading.tokens) and reading.same_sentence(index, end):
        if reading.word(end) in _NUMBER_WORDS | {"million", "crore", "lakh"}:
            end += 1
        elif (reading.word(end) in ("to", "or", "and", "-", "–", "of") and _continues(reading, index, end)) or (
            reading.word(end) in ("or", ",") and reading.word(end + 1) in ("so", "more") and reading.word(end) == "or"
        ):
            end += 2
        elif reading.word(end) == "+":
            end += 1
        else:
            break
    return end


def _continues(reading: Reading, first: int, link: int) -> bool:
    """Whether a number goes on behind "to", "or", "and", "of": "30 to 40", "tens of thousands", "a hundred and six"."""
    word, following = reading.word(link), reading.word(link + 1)
    if not _is_figure(reading, link + 1):
        return False
    if word == "of":
        return reading.word(link - 1) in ("tens", "hundreds") and following in ("thousands", "millions")
    if word == "and":
        return reading.word(first - 1) == "between" or reading.word(link - 1) in ("hundred", "thousand")
    return word != "or" or reading.word(link - 1) in _NUMBER_WORDS or reading.word(link - 1).isdigit()


def _is_figure(reading: Reading, index: int) -> bool:
    word = reading.word(index)
    if not word:
        return False
    if word in _NUMBER_WORDS:
        return word != "one" or reading.word(index - 1) not in ("no", "any", "every", "this", "that", "the", "which")
    if "-" in word:
        parts = word.split("-")
        return all(part in _NUMBER_WORDS for part in parts) or bool(re.fullmatch(r"\d+-(?:odd|plus|\d+)", word))
    return bool(_DIGITS.fullmatch(word)) and not _is_no_count(reading, index)


def _is_no_count(reading: Reading, index: int) -> bool:
    """Whether a figure is money, a date, a year, an age, a share or a name."""
    token, before, after = reading.tokens[index], reading.word(index - 1), reading.word(index + 1)
    mark = reading.text[max(0, token.start - 1) : token.start]
    if mark in ("$", "€", "£", "¥", "#", "/", ":", "₦") or reading.text[token.end : token.end + 1] in ("%", "/", "°"):
        return True
    if before[:1].upper() + before[1:] in lex.CALENDAR or after[:1].upper() + after[1:] in lex.CALENDAR:
        return True
    if re.fullmatch(r"(?:19|20)\d\d", token.text) and before in lex.words(
        "in since of until from by during late early"
    ):
        return not (after[:1].isalpha() and after.endswith("s") and after not in lex.FUNCTION_WORDS)
    aged = before in ("aged", "no", "no.", "age", "article", "magnitude", "section", "chapter", "number", "route")
    return aged or (before == "," and after in (",", ".") and len(token.text) <= 2)


def _qualified(reading: Reading, number: int) -> int:
    """Where the qualifiers of a number start."""
    first, moved = number, True
    while moved:
        moved = False
        for phrase in _QUALIFIERS:
            start = first - len(phrase)
            fits = start >= 0 and all(reading.word(start + step) == word for step, word in enumerate(phrase))
            if fits and reading.same_sentence(start, number) and _may_qualify(reading, phrase, number):
                first, moved = start, True
                break
    return first


def _may_qualify(reading: Reading, phrase: list[str], number: int) -> bool:
    return phrase != ["a"] or reading.word(number) in ("dozen", "hundred", "thousand", "million", "score")


# --- The noun phrase ---


def _in_list_of_fates(reading: Reading, number: int) -> bool:
    """ "a toll of 29 dead and 61 injured": here the fate is the counted noun."""
    before = [reading.word(index) for index in range(max(0, number - 6), number)]
    return "toll" in before or before[-1:] in (["counts"], ["counted"])


_FATES = lex.words("dead wounded injured missing detained arrested displaced")


def _noun_end(reading: Reading, index: int, stops: frozenset[str]) -> int:
    """The word after the counted noun; `index` itself where no noun follows the number."""
    end = index
    while reading.word(end) in _AFTER_NUMBER and reading.same_sentence(index - 1, end):
        end += 1
    if reading.word(end) == "of" and reading.same_sentence(index - 1, end):
        return _partitive_end(reading, end, stops)
    last = _plain_run(reading, end, stops)
    if last > end and reading.word(last) == "and" and _second_noun(reading, last + 1, stops):
        return last + 2
    return last


def _second_noun(reading: Reading, index: int, stops: frozenset[str]) -> bool:
    """ "40 women and children": a bare plural that is not the subject of another clause."""
    word = reading.word(index)
    plural = singular(word) != word and is_person(singular(word))
    return plural and word not in stops and not reading.is_plain(index + 1)


def _partitive_end(reading: Reading, of: int, stops: frozenset[str]) -> int:
    following = reading.word(of + 1)
    if following in ("them", "whom", "us", "those", "these", "you"):
        return of + 2
    start = of + 1
    while reading.word(start) in lex.words("the its his her their our my these those all") or (
        start > of + 1 and _is_figure(reading, start)
    ):
        start += 1
    if start > of + 1 and reading.word(start) in _FATES and not reading.is_plain(start + 1):
        return start + 1
    last = _plain_run(reading, start, stops)
    return last if last > start else of


def _plain_run(reading: Reading, start: int, stops: frozenset[str]) -> int:
    end = start
    while end - start < 6 and end < len(reading.tokens) and _is_inside(reading, start, end, stops):
        end += 1
        if singular(reading.word(end - 1)) != reading.word(end - 1) and _ends_there(reading, end):
            break
    return end


def _is_inside(reading: Reading, start: int, end: int, stops: frozenset[str]) -> bool:
    """Whether a word still belongs to the noun phrase that starts at `start`."""
    word = reading.word(end)
    if end and (not reading.same_sentence(start - 1, end)):
        return False
    if word in "\"“‘'" and end == start and word:
        return reading.is_plain(end + 1)
    if word in "\"”’'" and word and end > start and reading.word(start) in "\"“‘'":
        return True
    if word == "alleged":
        return is_person(singular(reading.word(end + 1)))
    if not reading.is_plain(end) or word in lex.SPEECH_VERBS or reading.tokens[end].text in lex.CALENDAR:
        return False
    if word in ("prisoner", "hostage") or _is_figure(reading, end):
        return False
    if word.endswith("ly") and word not in ("family", "elderly"):
        return False
    if word in stops or (word.endswith("ed") and len(word) > 4):
        return reading.is_plain(end + 1) and reading.adjacent(end) and not _is_adverb(reading.word(end + 1))
    return word not in lex.words("ago later earlier alone each together remain remained remains went left took lost "
                                 "came got gave broke fell fought hold ran took drove work worked live "
                                 "who")  # fmt: skip


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") or word in lex.words("monday tuesday wednesday thursday friday saturday sunday last "
                                                    "northern southern eastern western")  # fmt: skip


def _ends_there(reading: Reading, end: int) -> bool:
    """After a plural of people another noun is unusual: "protesters" ends its phrase."""
    noun = singular(reading.word(end - 1))
    return noun in PEOPLE and not is_person(singular(reading.word(end)))


def _single(reading: Reading, index: int, stops: frozenset[str]) -> Counted | None:
    """ "a policeman", "an 11-year-old girl", "another local judge"."""
    start = index + 1
    if not reading.same_sentence(index, start):
        return None
    for end in range(start, min(start + 5, len(reading.tokens))):
        word = reading.word(end)
        if not (reading.is_plain(end) and reading.same_sentence(index, end)) or word in lex.SPEECH_VERBS:
            return None
        following = reading.word(end + 1)
        if following in lex.SPEECH_VERBS:
            return None
        more = reading.is_plain(end + 1) and reading.adjacent(end) and is_person(singular(following))
        if is_person(word) and singular(word) == word and not more:
            return Counted(index, index, end + 1, word, True)
        if word in stops and end == start and not more:
            continue
    return None


def _counts_people(reading: Reading, phrase: Counted) -> bool:
    head = singular(phrase.head)
    if reading.word(phrase.last) in lex.SPEECH_VERBS or _is_named(reading, phrase):
        return False
    if not phrase.head and reading.word(phrase.first) in ("under", "over"):
        return False
    if phrase.head and not phrase.head[0].isalnum() and phrase.last - 2 > phrase.number:
        head = singular(reading.word(phrase.last - 2))
    if head in THINGS or phrase.head[:-2] in THINGS or ("-year-old" in phrase.head and phrase.last - phrase.number < 2):
        return False
    unit = reading.word(phrase.last)
    return unit not in ("%", "°") and not any(
        singular(reading.word(index)) in ("year-old", "percent", "cent") for index in range(phrase.number, phrase.last)
    )


def _is_named(reading: Reading, phrase: Counted) -> bool:
    """ "Fonyuy, a carpenter": an apposition to a name is no victim of its own."""
    before = phrase.first - 2
    return phrase.single and reading.word(phrase.first - 1) == "," and before >= 0 and reading.tokens[before].capital


def chain(reading: Reading, phrases: list[Counted]) -> Iterator[list[Counted]]:
    """Groups of phrases that coordination or "including" links: "[nine people], among them [a nurse]"."""
    group: list[Counted] = []
    for phrase in phrases:
        if group and not _linked(reading, group[-1], phrase):
            yield group
            group = []
        group.append(phrase)
    if group:
        yield group


_LINK = re.compile(
    r"\s*(?:,|,?\s*(?:and|or|as well as|plus|along with|together with|while)\b"
    r"|,?\s*(?:including|among them|among whom were"
    r"|among them were|of whom|one of them|mostly|most of them)\b|\()\s*(?:also\s+|at\s+)?(?:the\s+)?$"
)
_OF_PHRASE = re.compile(
    r"\s+(?:of|from|in|at|near)\s+(?:[^\W\d]\S*\s+){0,5}?[^\W\d][^\s,;.]*"
    r"(?P<rest>,?\s+(?:and|including|among them)\s+)$"
)


def _linked(reading: Reading, left: Counted, right: Counted) -> bool:
    start, end = reading.tokens[left.last - 1].end, reading.tokens[right.first].start
    if reading.tokens[left.first].sentence != reading.tokens[right.first].sentence or end - start > 80:
        return False
    between = reading.text[start:end]
    return bool(_LINK.fullmatch(between) or _OF_PHRASE.fullmatch(between))

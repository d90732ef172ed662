"""Names in noun phrases: where the name stands, and what it names, by its words alone.

Every rule would rather find nothing than a wrong border.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data.readers.words import word_set

PRONOUNS = word_set("i you he she it we they me him her us them")
POSSESSIVES = word_set("my your his its our their mine yours hers ours theirs")

TITLES = word_set(
    "mr mrs ms miss dr sen senator sens rep reps representative gov governor president vice-president chairman "
    "chairwoman chair lt gen general col colonel maj major capt captain sgt cpl spc brig adm admiral cmdr commander "
    "commodore rev reverend sir lord lady sheikh king queen prince princess judge justice secretary minister "
    "ambassador director mayor speaker congressman congresswoman professor prof spokesman spokeswoman spokesperson "
    "manager strategist adviser advisor aide analyst reporter correspondent columnist historian attorney lawyer "
    "economist envoy premier chancellor commissioner sheriff detective officer lieutenant sergeant pollster "
    "candidate nominee leader founder owner author actor actress activist coordinator consultant co-chair chief "
    "head counsel editor journalist host anchor rabbi bishop pope father son daughter brother wife husband "
    "billionaire businessman mogul hopeful rival frontrunner front-runner incumbent treasurer lawmaker developer "
    "delegate volunteer supporter critic veteran researcher scientist expert operative organizer donor moderator "
    "democrat republican former deputy prime foreign chef singer comedian physician doctor pastor ceo cfo coo "
    "recorder clerk principal"
)
_HONORIFICS = word_set("mr mrs ms miss dr sen rep gov lt gen col maj capt sgt rev sir brig adm justice")
# Nouns of an office after which its field stands before the name ("Secretary of State John Kerry").
_FIELD = re.compile(r"of (?:State|Defense|Defence|the Treasury|Labor|Education|Commerce|Homeland Security) ")
ORGANIZATION_WORDS = word_set(
    "administration agency alliance army assembly associates association authority bank board brigade brigades "
    "bureau cabinet caucus center centre chamber church club coalition college command commission committee company "
    "conference congress corporation corp council court courts department fed federation fleet force forces "
    "foundation front fund government group guard house inc institute institution institutions journal league "
    "magazine ministry mission movement museum nations network news newspaper office organization organisation pac "
    "parliament partners party pentagon police post press project reserve school security senate services society "
    "state states station studies times tribune tv union university watch navy regiment battalion parenthood cnn "
    "nbc abc cbs msnbc fbi cia nato un eu breitbart politico reuters facebook twitter google amazon apple microsoft "
    "kremlin hezbollah hamas al-qaeda al-qaida taliban isis isil daesh axios bloomberg today herald globe "
    "gazette monitor review report beast campaign action campus"
)
PEOPLE_WORDS = word_set(
    "democrats republicans americans conservatives liberals voters muslims christians jews catholics evangelicals "
    "latinos hispanics blacks whites women men people others many some most several all both few millennials critics "
    "aides allies officials supporters opponents candidates experts analysts polls poll stories prosecutors lawmakers "
    "activists senators governors members leaders students residents workers delegates states soldiers ministers "
    "marines airmen turks kurds arabs europeans clintons bushes yazidis commanders democrat republican neither none "
    "either nobody everyone anyone someone another those these this that who which whoever one two three four five "
    "commentators moderators reporters journalists researchers scientists economists strategists actors survey "
    "surveys documents emails study critic voter candidate members children families victims troops terrorists "
    "half each every such more asked later so citizens self speakers nominee gop"
)
_PEOPLE_ENDING = re.compile(r"(?:ans|crats|ists|eers|ese|ites|ians|ers)$")
_GIVEN = word_set(
    "aaron abdul abraham adam ahmed al alan albert alejandro alex alexander alexis alfred ali alice alicia allison "
    "amanda amy ana andrea andrew andy angela ann anna anne anthony antonio arthur ashley barack barbara barry bashar "
    "ben benjamin bernard bernie beth betty bill billy bob bobby boris brad bradley brandon brent brett brian bruce "
    "bryan carl carla carlos carly carol caroline carolyn catherine charles charlie chelsea cheryl chris christian "
    "christina christine christopher chuck cindy claire corey cory craig curt dan dana daniel danny darrell dave david "
    "dawn dean deborah debbie dennis diana diane dick don donald donna dorothy doug douglas ed eddie edward "
    "elizabeth ellen emily eric erik erin eugene eva evan federica francis francois frank fred gabriel gary gene "
    "george gerald glenn gloria greg gregory haider hannah harold harry heather heidi helen henry hillary howard hugh "
    "huma ian ibrahim isaac ivanka jack jackie jacob jake james jamie jane janet jared jason jay jean jeb jeff jeffrey "
    "jennifer jeremy jerry jesse jessica jill jim jimmy joan joe joel john johnny jon jonathan jose joseph josh joshua "
    "juan judith judy julia julian julie justin karen karl kate katherine kathleen kathy katie keith kellyanne kelly "
    "ken kenneth kevin kim kirsten kristen kyle larry laura lauren lawrence lee leo leon leonard linda lindsey lisa "
    "liz loretta lou louis lucy luis luke lynn madeleine marc marco marcus margaret maria marie marilyn mario martha "
    "martin mary matt matthew megan meghan mel melanie melania melissa michael michelle miguel mike mitch mitt mohamed "
    "mohammed molly monica nancy nathan neil nicholas nick nicole nikki noah norman oliver pam pamela pat patricia "
    "patrick paul paula pedro peggy pete peter phil philip phillip rachel rafael ralph ramon rand randy ray rebecca "
    "ricardo richard rick rob robby robert roberta roger ron ronald rosa ross roy rudy russ russell ruth ryan sally "
    "sam samantha samuel sandra sara sarah scott sean sergei seth shannon sharon shawn sheila sidney simon sonia "
    "sophie staffan stacy stan stanley stephanie stephen steve steven stuart sue susan suzanne tad tamara tara ted "
    "teresa terry theodore theresa thomas tim timothy tina tobias todd tom tommy tony tracy travis trent trey tyler "
    "valerie vanessa vernon veronica victor victoria vincent vladimir walter warren wayne wendy william woodrow "
    "xavier zachary ash antony julian angus ahmad hassan hussein omar yusuf mahmoud"
)
_PARTICLES = word_set("de la del der di da du bin ibn al el van von le")
_LINKS = word_set("of the for and on in")
_BREAKS = word_set("of for to with by from in at and or on who that whose as about including")
_WORD = re.compile(r"[^\s,;:()\[\]“”\"/—–]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s$|(?<=s)['’]$")
_ARTICLE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """`text[start:end]` is a name; `label` the likelier of PERSON and ORGANIZATION, `certain` whether it is sure."""

    start: int
    end: int
    label: str
    certain: bool


@dataclass(frozen=True)
class Word:
    """A word of a phrase without possessive and closing punctuation; offsets into the whole text."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.text.lower().rstrip(".")


def words_of(text: str, start: int, end: int) -> list[Word]:
    """The words of a range."""
    return list(_words(text, start, end))


def _words(text: str, start: int, end: int) -> Iterator[Word]:
    for match in _WORD.finditer(text, start, end):
        word = _POSSESSIVE.sub("", match[0])
        stripped = word.strip("'’‘\u200e\u200f")
        offset = match.start() + word.find(stripped)
        bare = stripped.rstrip(".")
        if not re.fullmatch(r"(?:\w\.)+|Jr\.|Sr\.|Inc\.|Corp\.|Co\.", stripped):
            stripped = bare
        if stripped:
            yield Word(stripped, offset, offset + len(stripped))


def is_capitalised(word: str) -> bool:
    """Whether a word is written as names are; "al-Assad" is, by the capital after its article."""
    parts = re.split(r"[-’']", word)
    return word[:1].isupper() or (len(parts) > 1 and len(parts[0]) <= 2 and parts[1][:1].isupper())


def known_persons(text: str) -> frozenset[str]:
    """Last names that the text gives somewhere with a given name or a title before them."""
    capital = r"[A-Z][\w’'-]*[a-z]\b"
    found = set()
    for match in re.finditer(rf"\b([A-Z]\w+)\.? (?:[A-Z]\. )?((?:{capital} )?{capital})", text):
        last = _POSSESSIVE.sub("", match[2].split()[-1])
        is_person = match[1].lower() in _GIVEN or match[1].lower() in _HONORIFICS
        if is_person and not {word.lower() for word in match[2].split()} & (ORGANIZATION_WORDS | TITLES):
            found.add(last)
    return frozenset(found)


def find_name(text: str, start: int, end: int, persons: frozenset[str], initial: bool) -> Name | None:
    """The one name that a noun phrase is or holds, if that is clear.

    `persons` are last names known from the text; `initial` says that the phrase begins a sentence, where a
    capital says nothing.
    """
    article = _ARTICLE.match(text, start, end)
    start, initial = (article.end(), False) if article else (start, initial)
    head = re.search(r"\s*(?:\([^()]*\))?\s*,|\s*\([^()]*\)\s*$", text[start:end])
    words = words_of(text, start, start + head.start() if head else end)
    rest = text[start + head.end() : end].strip() if head else ""
    if not words or (rest and not (rest[0].islower() or rest[0].isdigit())):
        return None
    if any(word.key in PRONOUNS | POSSESSIVES for word in words):
        return None
    apposed = bool(rest)
    return _after_title(text, words) or _bare_name(text, words, persons, initial, apposed)


def _after_title(text: str, words: list[Word]) -> Name | None:
    """ "White House spokesman Josh Earnest": the name after the last title."""
    last = max((place for place, word in enumerate(words) if word.key in TITLES), default=-1)
    if last < 0 or last + 1 == len(words) or any(word.key in _BREAKS for word in words[:last]):
        return None
    field = _FIELD.match(text, words[last + 1].start)
    named = [word for word in words[last + 1 :] if not field or word.start >= field.end()]
    acronym = any(len(word.text) > 2 and word.text.isupper() and word.text.isalpha() for word in named)
    linked = any(word.key in _LINKS for word in named)
    if (
        acronym
        or linked
        or not _all_named(named)
        or len(named) > 4
        or _has_organization(named)
        or named[-1].key in PEOPLE_WORDS
    ):
        return None
    if words[last].key == "general" and named[0].key in ("motors", "electric", "mills"):
        return None
    certain = len(named) > 1 or words[last].key in _HONORIFICS | {"president", "senator", "governor", "secretary"}
    return Name(named[0].start, named[-1].end, "PERSON", certain or named[0].key in _GIVEN)


def _bare_name(text: str, words: list[Word], persons: frozenset[str], initial: bool, apposed: bool) -> Name | None:
    keys = [word.key for word in words]
    if any(key in PEOPLE_WORDS for key in (keys[0], keys[-1])) or len(words[0].text) < 2 or len(words) > 8:
        return None
    if any(key in TITLES for key in keys) or not _all_named(words):
        return None
    start, end = words[0].start, words[-1].end
    if _has_organization(words):
        doubtful = (initial and len(words) == 1) or re.search(r"['’]s?\s", text[start:end])
        return None if doubtful else Name(start, end, "ORGANIZATION", True)
    if any(key in _LINKS for key in keys):
        return None
    if keys[0] in _GIVEN and 2 <= len(words) <= 4:
        return Name(start, end, "PERSON", True)
    if len(words) > 3 or any(key in _GIVEN for key in keys[1:-1]):
        return None  # perhaps an unknown title before the name
    if len(words) == 1:
        return _single(text, words[0], persons, initial)
    if initial and re.search(rf"\b{re.escape(keys[0])}\b", text):
        return None
    if _PEOPLE_ENDING.search(keys[-1]) and words[-1].text not in persons:
        return None
    known = words[-1].text in persons
    article = text[:start].rstrip().lower().endswith((" the", "\nthe"))
    return Name(start, end, "PERSON" if known or apposed or not article else "ORGANIZATION", known and len(words) <= 3)


def _single(text: str, word: Word, persons: frozenset[str], initial: bool) -> Name | None:
    before = text[: word.start].rstrip().rpartition(" ")[2].lower()
    if before in ("in", "at", "from", "on") or (before.endswith("the") and word.text.endswith("s")):
        return None  # perhaps a place; a people or a family
    if word.text in persons or (word.key in _GIVEN and len(word.text) > 3):
        return Name(word.start, word.end, "PERSON", True)
    common = initial and not re.search(rf"[a-z,] {re.escape(word.text)}\b", text)
    if common or _PEOPLE_ENDING.search(word.key) or re.search(rf"\b{re.escape(word.key)}\b", text):
        return None
    return Name(word.start, word.end, "ORGANIZATION" if word.text.isupper() else "PERSON", False)


def _all_named(words: list[Word]) -> bool:
    """Whether words are a name: capitalised, with particles only inside."""
    if not words or not (is_capitalised(words[0].text) and is_capitalised(words[-1].text)):
        return False
    return all(is_capitalised(word.text) or word.key in _PARTICLES | _LINKS for word in words)


def _has_organization(words: list[Word]) -> bool:
    return any(word.key in ORGANIZATION_WORDS for word in words)


def place_name(text: str, start: int, end: int, class_nouns: frozenset[str]) -> tuple[int, int] | None:
    """The proper name of a place in a marked range, without article, direction and class noun; None if unclear."""
    words = words_of(text, start, end)
    while len(words) > 1 and (words[0].key == "the" or words[0].text.islower()):
        words = words[1:]
    while len(words) > 1 and words[-1].text in class_nouns:
        words = words[:-1]
    if not words or re.search(r"[,;:()/\n]", text[words[0].start : words[-1].end]):
        return None
    if not all(is_capitalised(word.text) or word.text in _PARTICLES | {"of", "the"} for word in words):
        return None
    return words[0].start, words[-1].end

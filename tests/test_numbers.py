"""Counts: hand-made values for each kind of number phrase, and properties over any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitrep.numbers import QUALIFIERS, Count, parse_count

# words, low, high, qualifier, number words, counted noun phrase
CASES = [
    # digits
    ("54", 54, 54, "exact", "54", ""),
    ("22 dead", 22, 22, "exact", "22", "dead"),
    ("2,000 people", 2000, 2000, "exact", "2,000", "people"),
    ("12 000 people", 12000, 12000, "exact", "12 000", "people"),
    ("12\u00a0000 people", 12000, 12000, "exact", "12\u00a0000", "people"),
    ("12.500 people", 12500, 12500, "exact", "12.500", "people"),
    ("12,345,678", 12345678, 12345678, "exact", "12,345,678", ""),
    ("1,00,000 people", 100000, 100000, "exact", "1,00,000", "people"),
    ("2 lakh people", 200000, 200000, "exact", "2 lakh", "people"),
    ("1.2 million refugees", 1200000, 1200000, "exact", "1.2 million", "refugees"),
    ("1.2m people", 1200000, 1200000, "exact", "1.2m", "people"),
    ("1.250 million people", 1250000, 1250000, "exact", "1.250 million", "people"),
    ("2 dozen people", 24, 24, "exact", "2 dozen", "people"),
    ("25 hundred", 2500, 2500, "exact", "25 hundred", ""),
    # words
    ("one", 1, 1, "exact", "one", ""),
    ("fifty-two people", 52, 52, "exact", "fifty-two", "people"),
    ("TWO HUNDRED AND SIX people", 206, 206, "exact", "TWO HUNDRED AND SIX", "people"),
    ("two thousand three hundred", 2300, 2300, "exact", "two thousand three hundred", ""),
    ("a hundred thousand people", 100000, 100000, "exact", "a hundred thousand", "people"),
    ("a thousand and one", 1001, 1001, "exact", "a thousand and one", ""),
    ("both soldiers", 2, 2, "exact", "both", "soldiers"),
    ("a dozen officers", 12, 12, "exact", "a dozen", "officers"),
    ("half a dozen men", 6, 6, "exact", "half a dozen", "men"),
    ("a half-dozen men", 6, 6, "exact", "a half-dozen", "men"),
    ("two dozen people", 24, 24, "exact", "two dozen", "people"),
    ("another dozen people", 12, 12, "exact", "dozen", "people"),
    ("a couple of soldiers", 2, 2, "exact", "a couple of", "soldiers"),
    ("a quarter of a million people", 250000, 250000, "exact", "a quarter of a million", "people"),
    ("half a million people", 500000, 500000, "exact", "half a million", "people"),
    ("two and a half million people", 2500000, 2500000, "exact", "two and a half million", "people"),
    ("three-quarters of a million", 750000, 750000, "exact", "three-quarters of a million", ""),
    # what stands around
    ("another seven people", 7, 7, "exact", "seven", "people"),
    ("seven more people", 7, 7, "exact", "seven", "people"),
    ("two more", 2, 2, "exact", "two", ""),
    ("200 others", 200, 200, "exact", "200", "others"),
    ("an additional 12 people", 12, 12, "exact", "12", "people"),
    ("a total of 54 people", 54, 54, "exact", "54", "people"),
    ("a family of five", 5, 5, "exact", "five", ""),
    ("44 of them", 44, 44, "exact", "44", "them"),
    ("10 of 48 people", 10, 10, "exact", "10", "48 people"),
    ("the two men", 2, 2, "exact", "two", "men"),
    ("five 12-year-old boys", 5, 5, "exact", "five", "12-year-old boys"),
    # lower bounds
    ("at least 54 civilians", 54, None, "at least", "54", "civilians"),
    ("no fewer than 12 people", 12, None, "at least", "12", "people"),
    ("at least some 200 people", 200, None, "at least", "200", "people"),
    ("one or more people", 1, None, "at least", "one", "people"),
    ("30-plus people", 30, None, "at least", "30", "people"),
    ("50+ people", 50, None, "at least", "50", "people"),
    ("more than 2,000 security personnel", 2001, None, "more than", "2,000", "security personnel"),
    ("more than a dozen people", 13, None, "more than", "a dozen", "people"),
    ("well over 100 people", 101, None, "more than", "100", "people"),
    ("upwards of 500 people", 501, None, "more than", "500", "people"),
    # upper bounds
    ("up to 60 people", 1, 60, "up to", "60", "people"),
    ("as many as 60 people", 1, 60, "up to", "60", "people"),
    ("at most 60 people", 1, 60, "up to", "60", "people"),
    ("no more than 5", 1, 5, "up to", "5", ""),
    ("under 20 people", 1, 19, "fewer than", "20", "people"),
    ("fewer than 20 people", 1, 19, "fewer than", "20", "people"),
    ("fewer than one", 0, 0, "fewer than", "one", ""),
    # approximations
    ("about 50 people", 50, 50, "about", "50", "people"),
    ("some 200", 200, 200, "about", "200", ""),
    ("roughly 50 people", 50, 50, "about", "50", "people"),
    ("an estimated 3,000 people", 3000, 3000, "about", "3,000", "people"),
    ("approximately 50", 50, 50, "about", "50", ""),
    ("30 or so people", 30, 30, "about", "30", "people"),
    ("twenty-odd people", 20, 20, "about", "twenty", "people"),
    ("a couple of hundred people", 200, 200, "about", "a couple of hundred", "people"),
    ("nearly 200 people", 200, 200, "nearly", "200", "people"),
    ("almost a hundred people", 100, 100, "nearly", "a hundred", "people"),
    ("close to two dozen", 24, 24, "nearly", "two dozen", ""),
    ("just under 50", 50, 50, "nearly", "50", ""),
    # ranges
    ("between 30 and 40 people", 30, 40, "between", "30 and 40", "people"),
    ("between one hundred and two hundred people", 100, 200, "between", "one hundred and two hundred", "people"),
    ("between one hundred and fifty and 200", 150, 200, "between", "one hundred and fifty and 200", ""),
    ("30 to 40 people", 30, 40, "between", "30 to 40", "people"),
    ("30-40 people", 30, 40, "between", "30-40", "people"),
    ("30–40", 30, 40, "between", "30–40", ""),
    ("20-to-30 people", 20, 30, "between", "20-to-30", "people"),
    ("two or three people", 2, 3, "between", "two or three", "people"),
    ("2 to 3 million people", 2000000, 3000000, "between", "2 to 3 million", "people"),
    ("one to two hundred", 100, 200, "between", "one to two hundred", ""),
    ("as many as 30 or 40 people", 30, 40, "between", "30 or 40", "people"),
    # counting words without a figure
    ("several people", 3, None, "several", "several", "people"),
    ("a few", 3, None, "a few", "a few", ""),
    ("dozens of people", 24, None, "dozens", "dozens", "people"),
    ("scores of people", 40, None, "scores", "scores", "people"),
    ("hundreds more people", 200, None, "hundreds", "hundreds", "people"),
    ("thousands", 2000, None, "thousands", "thousands", ""),
    ("tens of thousands of people", 20000, None, "tens of thousands", "tens of thousands", "people"),
    ("hundreds of thousands of them", 200000, None, "hundreds of thousands", "hundreds of thousands", "them"),
    ("several hundred people", 300, None, "several", "several hundred", "people"),
    ("a few dozen soldiers", 36, None, "a few", "a few dozen", "soldiers"),
    ("at least several hundred people", 300, None, "several", "several hundred", "people"),
    ("up to several hundred", 1, None, "up to", "several hundred", ""),
    ("hundreds, if not thousands, of people", 200, None, "hundreds", "hundreds", "people"),
    # one indefinite victim
    ("a policeman", 1, 1, "exact", "a", "policeman"),
    ("An army officer", 1, 1, "exact", "An", "army officer"),
    ("another resident", 1, 1, "exact", "another", "resident"),
    ("a family member", 1, 1, "exact", "a", "family member"),
    ("a 12-year-old boy", 1, 1, "exact", "a", "12-year-old boy"),
    ("a boy of 12", 1, 1, "exact", "a", "boy of 12"),
    ("an entire family", 1, None, "unspecified", "an", "entire family"),
    ("a mother and child", 1, None, "unspecified", "a", "mother and child"),
    ("a woman and two children", 1, None, "unspecified", "a", "woman and two children"),
    # no count
    ("", None, None, "unspecified", "", ""),
    ("civilians", None, None, "unspecified", "", "civilians"),
    ("some of them", None, None, "unspecified", "", "some of them"),
    ("many civilians", None, None, "unspecified", "many", "civilians"),
    ("an unknown number of civilians", None, None, "unspecified", "an unknown number", "civilians"),
    ("30% of people", None, None, "unspecified", "", "30% of people"),
    ("two-thirds of them", None, None, "unspecified", "", "two-thirds of them"),
    ("15-year-old girl", None, None, "unspecified", "", "15-year-old girl"),
    ("its 3rd victim", None, None, "unspecified", "", "its 3rd victim"),
    ("1.5 people", None, None, "unspecified", "", "1.5 people"),
]


@pytest.mark.parametrize(("words", "low", "high", "qualifier", "number", "noun"), CASES)
def test_hand_made_values(
    words: str, low: int | None, high: int | None, qualifier: str, number: str, noun: str
) -> None:
    count = parse_count(words)
    assert (count.low, count.high, count.qualifier) == (low, high, qualifier)
    assert words[count.start : count.end] == number
    assert words[count.noun_start :] == noun


@pytest.mark.parametrize("mark", [",", "", "\u00a0", "\u202f"])
@given(number=st.integers(1, 10**7))
def test_digits_with_any_thousands_mark_round_trip(mark: str, number: int) -> None:
    words = f"{number:,}".replace(",", mark)
    assert parse_count(words) == Count(number, number, "exact", 0, len(words), len(words))


_WORDS = """
a an another one two twenty hundred thousand million dozen dozens half and of to or between from at least more than up
several few couple quarter over - – , . + % 1 12 2,000 1.2 000 people year-old plus odd İ ſ ² ٣ K
"""
_PIECES = st.sampled_from(_WORDS.split())


def _check(words: str) -> None:
    count = parse_count(words)
    assert 0 <= count.start <= count.end <= count.noun_start <= len(words)
    assert count.qualifier in QUALIFIERS
    assert count.low is None or count.low >= 0
    assert count.high is None or (count.low is not None and count.low <= count.high)


@given(st.text())
def test_any_text_gives_a_sound_count(words: str) -> None:
    _check(words)


@given(st.lists(_PIECES, max_size=12), st.sampled_from([" ", "", "\n"]))
def test_any_pile_of_number_words_gives_a_sound_count(pieces: list[str], space: str) -> None:
    _check(space.join(pieces))


def test_letters_that_only_look_like_english_ones_under_case_folding() -> None:
    # re.IGNORECASE takes "ſ" for "s": a match that no table has a value for.
    assert parse_count("thouſand people").low is None
    assert parse_count("İ 54 people").start == 2


def test_absurdly_long_figures_are_no_counts() -> None:
    # int() refuses more than 4300 digits.
    assert parse_count("9" * 5000 + " people").low is None
    assert parse_count("million " * 1000).low == 1_000_000

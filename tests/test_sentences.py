"""Sentence splitting: borders by hand, and what holds for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitrep.sentences import sentence_index, sentence_of, sentences

CASES = {
    "plain": ["Ten people died.", "Others fled!", "Why?", "No one knows"],
    "titles": ["Gen. Ali met Mr. Annan and Lt. Col. Hassan in St. Petersburg.", "Dr. Omar left."],
    "initials": ["George W. Bush and J. K. Rowling spoke.", "He left."],
    "dotted inside": ["The U.N. envoy and U.S. President Obama spoke.", "They met."],
    "dotted at an end": ["He flew to the U.S.", "The envoy stayed until 5 p.m.", "It ended."],
    "dotted before a name": ["It began at 5 p.m. Tuesday in Washington D.C. Annan was there."],
    "months and firms": ["On Sept. 11 Acme Corp. Vice President Doe resigned.", "In Jan. 2012 he returned."],
    "words like abbreviations": ["He was ill.", "Annan left with a mass.", "Homs fell."],
    "decimals": ["About 3.5 million fled.", "No. 5 is 1.2.", "Then it ended."],
    "quotation mark stays": ['He said "we must stop."', '"I hope," Annan said.', "“It ended.”", "Next."],
    "bracket stays": ["(It began.)", "It ended."],
    "question in quotes": ['"Why?" Annan asked.', '"Go!" he said.', '"Who?"', "Nobody answered."],
    "ellipsis": ["He waited...", "Then he left… and came back."],
    "enumeration": ["1. The first.", "2. The second."],
}


@pytest.mark.parametrize("expected", CASES.values(), ids=CASES.keys())
def test_sentences_of_a_line(expected: list[str]) -> None:
    text = " ".join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_paragraph_breaks_always_split() -> None:
    text = "62 die in Syria\nShelling went on\n\nin Homs\r\n  The end  \n"
    assert [text[start:end] for start, end in sentences(text)] == [
        "62 die in Syria",
        "Shelling went on",
        "in Homs",
        "The end",
    ]


def test_wrapped_line_goes_on_in_lower_case() -> None:
    assert sentences("Ten people\nwere killed.") == [(0, 23)]


def test_text_without_capitals_still_splits() -> None:
    text = "ten people died. however, others fled."
    assert [text[start:end] for start, end in sentences(text)] == ["ten people died.", "however, others fled."]


@given(st.text(alphabet=st.sampled_from(list("aAb1 .!?…\"”'()\n\r\u2029-,é")), max_size=60))
def test_sentences_are_ordered_trimmed_and_complete(text: str) -> None:
    bounds = sentences(text)
    position = 0
    for start, end in bounds:
        assert not text[position:start].strip()
        assert start < end
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


def test_long_runs_of_one_character_take_no_quadratic_time() -> None:
    for character in (".", "a", " ", "\n", '"', "?"):
        sentences(character * 200_000 + "x")


def test_lookup_by_offset() -> None:
    text = "  One here. Two here.\nThree."
    bounds = sentences(text)
    assert [sentence_index(bounds, text.index(word)) for word in ("One", "here", "Two", "Three")] == [0, 0, 1, 2]
    assert sentence_index(bounds, 0) == 0
    assert sentence_index(bounds, len(text)) == 2
    assert sentence_of(bounds, text.index("Two"), text.index("Two") + 3) == (12, 21)
    assert sentence_of(bounds, text.index("One"), text.index("Two") + 3) == (2, 21)
    assert sentence_of([], 3, 5) == (3, 5)
    assert sentence_index([], 3) == 0


WIRE = """   Kest, 3 Mar (TVN) -- Colonel Idrissa Toumani of the Lurish
Republican Guard said on Tuesday that two soldiers had been shot by
General Abdou's men near the old mill.

   The bishop of Kest has asked both sides to keep away from the
Dorma bridge until the dead have been buried.
"""


def test_full_lines_of_a_text_printed_in_a_width_go_on() -> None:
    found = [WIRE[start:end].split() for start, end in sentences(WIRE)]
    assert [(words[0], words[-1]) for words in found] == [("Kest,", "mill."), ("The", "buried.")]


def test_headlines_one_a_line_are_sentences_of_their_own() -> None:
    lines = ["Two soldiers shot near Kest", "Bishop asks for calm", "Rain expected in the north of Lurland by Monday"]
    text = "\n".join([*lines, "Bridge closed"])
    assert [text[start:end] for start, end in sentences(text)] == [*lines, "Bridge closed"]

"""Agreement of two passes, by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.inline import parse
from data.readme import ReadmeError, replace_block
from data.standoff import write_standoff
from eval.agreement import AgreementError, agreement, main, pair_up, to_markdown
from eval.metrics import DEFINITIONS, Score
from sitrep.document import write_jsonl

FIRST = list(
    parse(
        "=== a | source: a.txt\n{KILLED k|Nine people} died in {LOCATION l|Dorma}, {UNNAMED u|medics} said.\n"
        "> k occurred_in l; k reported_by u\n"
        "=== b | source: b.txt\n{PERSON|Ali} left.\n=== c | source: c.txt\nNothing."
    )
)
SECOND = list(
    parse(
        "=== b | source: b.txt\n{PERSON|Ali} left.\n"
        "=== a | source: a.txt\n{WOUNDED k|Nine people} died in {LOCATION l|Dorma}, {UNNAMED u|medics} said.\n"
        "> k occurred_in l"
    )
)
PAGE = "Before.\n\n<!-- agreement:x -->\nold\n<!-- /agreement:x -->\n\nAfter.\n"


def test_articles_of_the_second_pass_are_matched_by_id() -> None:
    assert [(left.id, right.id) for left, right in pair_up(FIRST, SECOND)] == [("b", "b"), ("a", "a")]
    with pytest.raises(AgreementError, match="article c of the second pass is not in the first"):
        pair_up(SECOND, FIRST)
    with pytest.raises(AgreementError, match="first pass holds an article twice"):
        pair_up(FIRST * 2, SECOND)


def test_scores_by_hand() -> None:
    scores = agreement(pair_up(FIRST, SECOND))
    assert scores["spans"]["all spans"] == Score(4, 4, 3)
    assert scores["spans"]["ACTOR"] == Score(2, 2, 2)
    assert scores["spans"]["TOLL"] == Score(1, 1, 0)
    assert scores["spans"]["TOLL.KILLED"] == Score(1, 0, 0)
    # The place agrees, but the toll that it hangs on does not.
    assert scores["relations"]["occurred_in"] == Score(1, 1, 0)
    assert scores["relations"]["all relations"] == Score(2, 1, 0)


def test_two_texts_under_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="not the same text"):
        agreement(pair_up(FIRST, [replace(SECOND[0], text="Ali stayed.")]))


def test_the_definition_stands_above_each_table() -> None:
    text = to_markdown(agreement(pair_up(FIRST, SECOND)), 2)
    assert text.index(DEFINITIONS["spans"]) < text.index("| ACTOR | 2 | 2 | 2 | 100.0 |")
    assert text.index(DEFINITIONS["strict"]) < text.index("| reported_by | 1 | 0 | 0 | 0.0 |")
    assert "| TOLL.MISSING | 0 | 0 | 0 | – |" in text


def test_what_stands_between_the_markers_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    for _ in range(2):
        replace_block(page, "agreement:x", "new\n")
        assert page.read_text("utf-8") == PAGE.replace("old", "new")


@pytest.mark.parametrize(
    "page",
    [
        "no markers",
        PAGE.replace("<!-- agreement:x -->", ""),
        PAGE.replace("<!-- /agreement:x -->", ""),
        PAGE + PAGE,
        "<!-- /agreement:x --> <!-- agreement:x -->",
    ],
)
def test_missing_or_doubled_markers_are_an_error(page: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(page, "utf-8")
    with pytest.raises(ReadmeError, match="<!-- agreement:x --> and <!-- /agreement:x -->"):
        replace_block(tmp_path / "page.md", "agreement:x", "new")


def test_command_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for document in FIRST:
        (tmp_path / document.meta["source"]).write_bytes(document.text.encode())
    write_standoff(tmp_path / "first.jsonl", FIRST)
    write_jsonl(tmp_path / "second.jsonl", SECOND)
    readme = tmp_path / "README.md"
    readme.write_text(PAGE, "utf-8")
    passes = ["--first", str(tmp_path / "first.jsonl"), "--second", str(tmp_path / "second.jsonl")]
    assert main([*passes, "--texts", str(tmp_path), "--readme", str(readme), "--name", "x"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("2 articles, each annotated twice.")
    assert printed.strip() in readme.read_text("utf-8")
    written = readme.read_text("utf-8")
    assert main([*passes, "--texts", str(tmp_path), "--readme", str(readme), "--name", "y"]) == 1
    assert "<!-- agreement:y -->" in capsys.readouterr().err
    assert readme.read_text("utf-8") == written
    assert main(passes) == 1
    assert "--texts FOLDER" in capsys.readouterr().err


def test_readme_and_name_go_together() -> None:
    with pytest.raises(SystemExit):
        main(["--first", "a", "--second", "b", "--name", "x"])

"""Agreement of two annotation passes over the same articles.

    python -m eval.agreement --first data/authored/test.jsonl --second data/authored/second_pass.jsonl
    python -m eval.agreement --first A.jsonl --second B.jsonl --texts FOLDER --readme data/README.md --name seeds

Both files hold documents, or stand-off annotation joined with the texts in `--texts`. Articles are matched by id:
those of the second pass count. With `--readme` the tables are also written between the lines
`<!-- agreement:NAME -->` and `<!-- /agreement:NAME -->`, in place of what stands there.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from data.readme import replace_block
from data.validate import load
from eval.metrics import DEFINITIONS, NOTHING, Score, relation_scores, span_scores
from sitrep.document import Document, DocumentError
from sitrep.labels import INVENTORY, Inventory


class AgreementError(ValueError):
    """Passes that cannot be compared; the message says why."""


def pair_up(first: Sequence[Document], second: Sequence[Document]) -> list[tuple[Document, Document]]:
    """Both passes of each article of the second pass.

    Raises:
        AgreementError: an article stands twice in a pass, or the first pass lacks it.
    """
    for name, documents in (("first", first), ("second", second)):
        if len({document.id for document in documents}) != len(documents):
            raise AgreementError(f"the {name} pass holds an article twice")
    by_id = {document.id: document for document in first}
    missing = [document.id for document in second if document.id not in by_id]
    if missing:
        raise AgreementError(f"article {missing[0]} of the second pass is not in the first")
    return [(by_id[document.id], document) for document in second]


def agreement(
    pairs: Sequence[tuple[Document, Document]], inventory: Inventory = INVENTORY
) -> dict[str, dict[str, Score]]:
    """Strict scores of the second pass against the first, "spans" and "relations"; F1 is the same either way.

    Raises:
        ValueError: the two passes of an article are not of the same text.
    """
    first, second = [left for left, _ in pairs], [right for _, right in pairs]
    spans = span_scores(first, second, inventory)
    relations = relation_scores(first, second, "strict", inventory)
    all_spans = sum((spans[layer.name] for layer in inventory.layers), NOTHING)
    return {
        "spans": {"all spans": all_spans} | spans,
        "relations": {"all relations": sum(relations.values(), NOTHING)} | relations,
    }


def to_markdown(scores: Mapping[str, Mapping[str, Score]], n_articles: int) -> str:
    """Both tables, the definition of agreement above each."""
    blocks = [f"{n_articles} articles, each annotated twice."]
    for kind, definition in (("spans", DEFINITIONS["spans"]), ("relations", DEFINITIONS["strict"])):
        lines = [f"**{kind.capitalize()}.** The passes agree on one: {definition}.", ""]
        lines += ["| | first pass | second pass | agreed | F1 |", "| --- | ---: | ---: | ---: | ---: |"]
        for name, score in scores[kind].items():
            f1 = f"{100 * score.f1:.1f}" if score.gold + score.predicted else "–"
            lines.append(f"| {name} | {score.gold} | {score.predicted} | {score.correct} | {f1} |")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.agreement", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--first", type=Path, required=True, nargs="+", help="one file or several")
    parser.add_argument("--second", type=Path, required=True)
    parser.add_argument("--texts", type=Path, help="folder that holds the texts of stand-off files")
    parser.add_argument("--readme", type=Path, help="write the tables into this page too")
    parser.add_argument("--name", help="name in the page's markers")
    options = parser.parse_args(arguments)
    if (options.readme is None) != (options.name is None):
        parser.error("--readme and --name go together")
    try:
        first = [document for path in options.first for document in load(path, options.texts)]
        pairs = pair_up(first, list(load(options.second, options.texts)))
        table = to_markdown(agreement(pairs), len(pairs))
        if options.readme is not None:
            replace_block(options.readme, f"agreement:{options.name}", table)
    except (DocumentError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

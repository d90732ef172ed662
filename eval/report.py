"""Markdown out of the benchmark's numbers. Pure formatting: nothing is measured here, and no number is written here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval import targets
from eval.comparison import ALL_RELATIONS, ALL_SPANS

TITLES = {
    "spans": "Spans, by layer and type",
    "strict": "Relations, end to end, strict ends",
    "lenient": "Relations, end to end, lenient ends",
    "gold": "Relations, given gold spans",
    "speakers": "Records: quotes with their speakers",
    "tolls": "Records: tolls",
}
_NOTHING = "–"


def to_markdown(results: Mapping[str, Any]) -> str:
    """The whole report of `eval.benchmark.measure`."""
    blocks = [
        "# Benchmark",
        header(results["provenance"]),
        *news_section(results["news"]),
        *accuracy_section(results["test"], "the authored test articles"),
        speed_section(results["speed"]),
    ]
    return "\n\n".join(blocks) + "\n"


def summary(results: Mapping[str, Any]) -> str:
    """What a README shows: the main table and the speeds, and which run they are of."""
    facts = results["provenance"]
    run = (
        f"Commit {facts['commit']}, {facts['date']}, {facts['machine']['cpu']}, training seed {facts['training_seed']}."
    )
    news = results["news"]
    blocks = [f"Real news, test split: skipped, {news['skipped']}."] if "skipped" in news else news_summary(news)
    blocks += [f"Authored test articles. {_about(results['test'])}", main_table(results["test"])]
    return "\n\n".join([*blocks, speed_section(results["speed"]), run])


def news_summary(news: Mapping[str, Any]) -> list[str]:
    """The test split of real news as a README shows it."""
    return [
        f"Real news, test split. {_about(news)}",
        main_table(news),
        *(detail_table(news, kind) for kind in ("speakers", "tolls")),
        reliability_table(news["reliability"]),
    ]


def header(facts: Mapping[str, Any]) -> str:
    """What was measured, on what, and when."""
    machine, seed = facts["machine"], facts["training_seed"]
    same = "yes" if facts["bundle_is_of_checkpoint"] else "NO: its weights or thresholds differ, do not compare the two"
    rows = [
        ("commit", facts["commit"]),
        ("date", facts["date"]),
        ("command", f"`{facts['command']}`"),
        ("processor", machine["cpu"]),
        ("cores", f"{machine['cores']}, of which {machine['cores_allowed']} may be used"),
        ("load before the run", f"{machine['load_before']:.2f} (one-minute average)"),
        ("versions", ", ".join(f"{name} {number}" for name, number in facts["versions"].items())),
        ("checkpoint", f"`{facts['checkpoint']}`"),
        ("seed of the training run", "not recorded in the checkpoint" if seed is None else str(seed)),
        ("bundle", f"`{facts['bundle']}`, model {facts['bundle_megabytes']:.1f} MB, sha256 `{facts['bundle_sha256']}`"),
        ("bundle made of this checkpoint", same),
        ("real news", f"`{facts['news']}`, sha256 `{facts['news_sha256']}`"),
        ("authored test articles", f"`{facts['test']}`, sha256 `{facts['test_sha256']}`"),
    ]
    intro = (
        "Written by `python -m eval.benchmark`: one run, every number of it below, and all of them in the JSON beside."
    )
    return f"{intro}\n\n" + _table(["", ""], rows, numbers=False)


def news_section(news: Mapping[str, Any]) -> list[str]:
    """The test split of real news, or the line that says why it is not there."""
    if "skipped" in news:
        return ["## Accuracy on real news", f"Skipped: {news['skipped']}."]
    return [
        *accuracy_section(news, "real news"),
        "### By source",
        source_table(news),
        "### Targets",
        target_table(news),
    ]


def target_table(news: Mapping[str, Any]) -> str:
    """What the model is meant to reach, and where it stands."""
    columns = ["", "at least", "aim", news["model"], news["baseline"], "reached"]
    return "F1 in percent where no other figure is named.\n\n" + _table(columns, targets.rows(news))


def accuracy_section(accuracy: Mapping[str, Any], articles: str) -> list[str]:
    """Main table, one table a kind of score, what scores are worth, and the model's full figures."""
    return [
        f"## Accuracy on {articles}",
        _about(accuracy),
        "### Layers and relations",
        main_table(accuracy),
        *(f"### {TITLES[kind]}\n\n{detail_table(accuracy, kind)}" for kind in accuracy["scores"]),
        "### What scores are worth",
        reliability_table(accuracy["reliability"]),
        f"### {accuracy['model']} in full",
        *full_tables(accuracy, accuracy["model"]),
    ]


def source_table(news: Mapping[str, Any]) -> str:
    """F1 of the model and the rules on each source; which of them no training article came from."""
    model, baseline = news["model"], news["baseline"]
    columns = ["source", "articles", "annotated articles in training"]
    columns += [f"{kind}, {system}" for kind in ("all spans", "all relations") for system in (model, baseline)]
    rows = [
        [
            name,
            str(row["articles"]),
            "none" if row["held_out"] else "others",
            *(_percent(row[system][kind]) for kind in ("spans", "strict") for system in (model, baseline)),
        ]
        for name, row in news["sources"].items()
    ]
    return "Strict F1 as above. So few articles a source make wide margins.\n\n" + _table(columns, rows)


def reliability_table(found: Mapping[str, Any]) -> str:
    """How far scores are from the share of right answers, and how right those are that a threshold accepts."""
    accept = found["accept"]
    about = (
        "An answer is a span or a relation that the model gave; right as the strict definitions say. A calibrated "
        "score is the chance of that: the calibration error is the mean gap between scores and shares right, over "
        f"ten bins. Answers with a score of at least {accept} may be accepted; have a person look at the others. "
        "Records go by their least score: a toll is right in kind, bounds and all names, a quote in kind and speakers."
    )
    columns = [
        "",
        "answers",
        "right",
        "calibration error",
        f"score ≥ {accept}",
        "of these right",
        "of the others right",
    ]
    rows = [
        [
            _row_title(name),
            str(row["answers"]),
            *(
                _NOTHING if row[key] is None else _percent(row[key])
                for key in ("precision", "calibration_error", "accepted", "precision_accepted", "precision_others")
            ),
        ]
        for name, row in found["rows"].items()
    ]
    return f"{about}\n\n{_table(columns, rows)}"


def _about(accuracy: Mapping[str, Any]) -> str:
    return (
        f"{accuracy['articles']} articles with {accuracy['spans']} spans and {accuracy['relations']} relations. "
        "Figures are F1 in percent with the 95 % interval from resampling articles; differences are in points, both "
        f"systems resampled together. {_NOTHING}: neither in gold nor predicted."
    )


# --- Accuracy ---


def main_table(accuracy: Mapping[str, Any]) -> str:
    """All systems for each layer and each relation, under the definitions of both."""
    spans, relations = accuracy["scores"]["spans"], accuracy["scores"]["strict"]
    definitions = f"Correct span: {spans['correct']}. Correct relation: {relations['correct']}."
    layers = [row for row in _row_names(spans) if "." not in row]
    rows = _comparison_rows(accuracy, spans, layers) + _comparison_rows(accuracy, relations, _row_names(relations))
    return f"{definitions}\n\n" + _table(_comparison_header(accuracy), rows)


def detail_table(accuracy: Mapping[str, Any], kind: str) -> str:
    """One kind of score, all systems side by side."""
    part = accuracy["scores"][kind]
    rows = _comparison_rows(accuracy, part, _row_names(part))
    return f"Correct: {part['correct']}.\n\n{_table(_comparison_header(accuracy), rows)}"


def full_tables(accuracy: Mapping[str, Any], system: str) -> list[str]:
    """Counts, precision, recall and F1 of one system, one table for each kind of score."""
    columns = ["", "gold", "predicted", "correct", "precision", "recall", "F1"]
    blocks = []
    for kind, part in accuracy["scores"].items():
        rows = [_full_row(name, row) for name, row in part["systems"][system].items()]
        blocks.append(f"**{TITLES[kind]}.** Correct: {part['correct']}.\n\n{_table(columns, rows)}")
    return blocks


def _full_row(name: str, row: Mapping[str, float]) -> list[str]:
    counts = [f"{row[key]:.0f}" for key in ("gold", "predicted", "correct")]
    shares = [
        _percent(row["precision"]) if row["predicted"] else _NOTHING,
        _percent(row["recall"]) if row["gold"] else _NOTHING,
        _f1(row),
    ]
    return [_row_title(name), *counts, *shares]


def _comparison_header(accuracy: Mapping[str, Any]) -> list[str]:
    gap = [f"{accuracy['model']} minus {accuracy['baseline']}"] if _has_difference(accuracy) else []
    return ["", *accuracy["systems"], *gap]


def _comparison_rows(accuracy: Mapping[str, Any], part: Mapping[str, Any], names: Iterable[str]) -> list[list[str]]:
    rows = []
    for name in names:
        cells = {system: _f1(part["systems"][system][name]) for system in accuracy["systems"]}
        gap = []
        if _has_difference(accuracy):
            undefined = _NOTHING in (cells[accuracy["model"]], cells[accuracy["baseline"]])
            gap = [_NOTHING if undefined else _difference(part["difference"][name])]
        rows.append([_row_title(name), *cells.values(), *gap])
    return rows


def _has_difference(accuracy: Mapping[str, Any]) -> bool:
    return accuracy["model"] is not None and accuracy["baseline"] is not None


def _row_names(part: Mapping[str, Any]) -> list[str]:
    return list(next(iter(part["systems"].values())))


def _row_title(name: str) -> str:
    return f"**{name}**" if name in (ALL_SPANS, ALL_RELATIONS) else name


def _f1(row: Mapping[str, float]) -> str:
    if not row["gold"] + row["predicted"]:
        return _NOTHING
    return f"{_percent(row['f1'])} ({_percent(row['f1_low'])} to {_percent(row['f1_high'])})"


def _difference(gap: Mapping[str, float]) -> str:
    return f"{100 * gap['f1']:+.1f} ({100 * gap['low']:+.1f} to {100 * gap['high']:+.1f})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


# --- Speed ---


def speed_section(speed: Mapping[str, Any]) -> str:
    """Medians over the rounds, with what they are medians of."""
    about = (
        f"The {speed['articles']} test articles ({speed['tokens']} wordpieces), one at a time, {speed['threads']} "
        f"thread(s) each for PyTorch and onnxruntime (the rules use one). {speed['rounds']} rounds after one that is "
        "not counted; every round times every system in turn. Figures are medians over the rounds (articles/s with the "
        f"slowest and the fastest round); the ratio is the median of each round's ratio to {speed['reference']}. "
        "Loading is not timed."
    )
    rows = []
    for name, row in speed["systems"].items():
        low, high = row["articles_per_second_low"], row["articles_per_second_high"]
        articles = f"{row['articles_per_second']:.1f} ({low:.1f} to {high:.1f})"
        rows.append([name, articles, f"{row['tokens_per_second']:.0f}", f"{row['ratio']:.2f}"])
    table = _table(["", "articles/s", "tokens/s", f"speed, {speed['reference']} = 1"], rows)
    return f"## Speed\n\n{about}\n\n{table}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> str:
    ruler = ["---", *(["---:" if numbers else "---"] * (len(columns) - 1))]
    lines = [columns, ruler, *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)

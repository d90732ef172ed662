"""The curves of a run as a picture."""

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt


def plot_curves(metrics: Path, picture: Path) -> None:
    """Draw training loss and dev F1 over updates from a metrics.jsonl file into a PNG."""
    records = [json.loads(line) for line in metrics.read_text("utf-8").splitlines()]
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5))
    _losses(left, [record for record in records if record["kind"] == "train"])
    _scores(right, [record for record in records if record["kind"] == "dev"])
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    plt.close(figure)


def _losses(axes: Any, records: list[dict[str, Any]]) -> None:
    updates = [record["updates"] for record in records]
    losses = [record["loss"] for record in records]
    width = max(1, len(losses) // 50)
    smooth = [sum(losses[max(0, end - width) : end]) / min(width, end) for end in range(1, len(losses) + 1)]
    axes.plot(updates, losses, color="lightgrey", linewidth=0.8, label="loss of an update")
    axes.plot(updates, smooth, color="black", label=f"mean of {width} updates")
    axes.set(xlabel="updates", ylabel="training loss", yscale="log")
    axes.legend()


def _scores(axes: Any, records: list[dict[str, Any]]) -> None:
    names = [name for name in (records[-1] if records else {}) if name not in ("kind", "updates", "epoch")]
    for name in names:
        width = 2.5 if name == "mean" else 1.0
        axes.plot(
            [record["updates"] for record in records], [record[name] for record in records], label=name, linewidth=width
        )
    axes.set(xlabel="updates", ylabel="dev F1", ylim=(0, 1))
    axes.legend(fontsize=7, ncols=2)

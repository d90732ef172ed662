"""What a measurement was made of and on: commit, machine, versions, digests. Nothing here is typed by hand."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from model.export import versions

ROOT = Path(__file__).parents[1]
_METRIC_FILES = ("metrics.json", "metrics.jsonl", "config.json")


def commit(root: Path = ROOT, outputs: Iterable[Path] = ()) -> str:
    """The commit that is checked out, and whether files differ from it; the run's own outputs do not count."""
    head = _git(root, "rev-parse", "HEAD")
    if head is None:
        return "unknown (no git repository)"
    own = {str(path.resolve().relative_to(root)) for path in outputs if path.resolve().is_relative_to(root)}
    changed = [line for line in (_git(root, "status", "--porcelain") or "").splitlines() if line[3:] not in own]
    return head.strip() + (" with uncommitted changes" if changed else "")


def _git(root: Path, *arguments: str) -> str | None:
    # Without optional locks `status` leaves the index alone, which others may be writing.
    command = ["git", "--no-optional-locks", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def cpu_model(cpuinfo: str) -> str:
    """The processor's name as /proc/cpuinfo gives it, and whether it has instructions for int8 products."""
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    name = found[1].strip() if found else platform.processor() or platform.machine()
    flags = re.search(r"^flags\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    vnni = sorted({flag for flag in flags[1].split() if "vnni" in flag}) if flags else []
    return f"{name} ({', '.join(vnni) if vnni else 'no VNNI'})"


def machine() -> dict[str, Any]:
    """Processor, cores, and how busy the machine was before the measurement."""
    path = Path("/proc/cpuinfo")
    return {
        "cpu": cpu_model(path.read_text("utf-8") if path.is_file() else ""),
        "cores": os.cpu_count(),
        "cores_allowed": available_cores(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def available_cores() -> int:
    return len(os.sched_getaffinity(0))


def all_versions() -> dict[str, str]:
    """Versions of what reads, exports and scores."""
    found = versions()
    for name in ("numpy", "tokenizers", "seqeval"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def training_seed(checkpoint: Path) -> int | None:
    """The seed of the training run, where the checkpoint's metrics name it."""
    for path in (checkpoint / name for name in _METRIC_FILES):
        if path.is_file():
            texts = path.read_text("utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
            for text in filter(str.strip, texts):
                seed = _find_seed(json.loads(text))
                if seed is not None:
                    return seed
    return None


def _find_seed(value: Any) -> int | None:
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("seed"), int):
        return value["seed"]
    return next((seed for inner in value.values() if (seed := _find_seed(inner)) is not None), None)


def shown(path: Path) -> str:
    """A path as a published file may hold it: as given if relative, else from the repository, else the bare name."""
    if not path.is_absolute():
        return path.as_posix()
    resolved = path.resolve()
    return str(resolved.relative_to(ROOT)) if resolved.is_relative_to(ROOT) else path.name


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")

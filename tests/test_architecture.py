"""Imports point one way: sitrep <- data <- model <- training; eval uses sitrep, data and model.

eval.metrics uses sitrep alone, so the stages that must score themselves (model.export, training) may use it.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("sitrep", "data", "model", "training", "eval")
ALLOWED = {
    "sitrep": {"sitrep"},
    "data": {"sitrep", "data"},
    "model": {"sitrep", "data", "model", "eval.metrics"},
    "training": {"sitrep", "data", "model", "training", "eval.metrics"},
    "eval": {"sitrep", "data", "model", "eval"},
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        for name in imports(path):
            top = name.split(".")[0]
            if top in PACKAGES:
                assert top in ALLOWED[package] or name in ALLOWED[package], f"{path}: imports {name}"


def test_metrics_use_sitrep_alone() -> None:
    ours = {name.split(".")[0] for name in imports(ROOT / "eval" / "metrics.py")} & set(PACKAGES)
    assert ours == {"sitrep"}


def test_installed_package_never_loads_torch_or_transformers() -> None:
    code = (
        "import sys, pkgutil, importlib, sitrep\n"
        "for module in pkgutil.iter_modules(sitrep.__path__):\n"
        "    if module.name != '__main__':\n"
        "        importlib.import_module('sitrep.' + module.name)\n"
        "heavy = {'torch', 'transformers', 'datasets', 'accelerate'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

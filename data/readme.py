"""Blocks of a README that commands write, so that no number in it is typed by hand.

A block named `x` stands between the lines `<!-- x -->` and `<!-- /x -->`.
"""

from pathlib import Path


class ReadmeError(ValueError):
    """A README without the markers of a block."""


def replace_block(path: Path, name: str, text: str) -> None:
    """Put `text` between the markers of a block in place of what stands there.

    Raises:
        ReadmeError: the file or the markers are missing.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    if not path.is_file():
        raise ReadmeError(f"{path}: no such file")
    content = path.read_text("utf-8")
    head, found, rest = content.partition(opening)
    _, closed, tail = rest.partition(closing)
    if not found or not closed or content.count(opening) != 1 or content.count(closing) != 1:
        raise ReadmeError(f"{path}: needs the lines {opening} and {closing}, each once and in this order")
    path.write_text(f"{head}{opening}\n{text.strip()}\n{closing}{tail}", "utf-8")

"""Fetch the public corpora that data/corpora.toml lists, each at its pinned commit.

    python -m data.fetch -o ../shared/corpora              all that are not there yet
    python -m data.fetch -o ../shared/corpora re3d dwie    some of them

Needs git and a network. Nothing of these corpora is part of the project: their licences are their makers' (see
data/README.md), and what is fetched stays outside the repository. Without a network, put the files where the last
lines of this command say that they are missing, or set the paths in the config of a run.
"""

import argparse
import fnmatch
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.config import ConfigError, from_table, load_toml

LIST = Path(__file__).with_name("corpora.toml")


class FetchError(RuntimeError):
    """A corpus that could not be fetched; the message names it and what git said."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A repository at a commit, and where the files that match a pattern go under the corpora folder.

    A target with a suffix is a file's new name; any other is a folder, in which a path keeps what its pattern
    leaves open (`data/*/text/*.txt` to `polnear/data` gives `polnear/data/dev/text/a.txt`). With `archive`, the files
    go into that tar.gz instead, under their targets.
    """

    repository: str
    commit: str
    files: dict[str, str]
    archive: str = ""


def load_corpora(path: Path = LIST) -> dict[str, Corpus]:
    """The corpora of a list, by name.

    Raises:
        ConfigError: no such file, not TOML, an unknown or missing key.
    """
    return {name: from_table(Corpus, table, f"{path}: {name}") for name, table in load_toml(path).items()}


def targets(corpus: Corpus, paths: list[str]) -> dict[str, str]:
    """Each path of the repository that a pattern takes, and where it goes."""
    found: dict[str, str] = {}
    for pattern, target in corpus.files.items():
        # What stands before the first wildcard is the publisher's, what follows is the corpus' own layout.
        fixed = len(PurePosixPath(pattern.split("*")[0] + "x").parts) - 1
        for path in fnmatch.filter(paths, pattern):
            is_file = PurePosixPath(target).suffix != "" and "*" not in pattern
            own = "/".join(PurePosixPath(path).parts[fixed if "*" in pattern else -1 :])
            found[path] = target if is_file else f"{target}/{own}"
    return found


def fetch(name: str, corpus: Corpus, folder: Path) -> int:
    """Fetch one corpus into a folder; the number of files.

    Raises:
        FetchError: git failed, or no file of the commit matches.
    """
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch)
        _git(name, clone, "init", "--quiet")
        _git(name, clone, "fetch", "--quiet", "--depth", "1", "--filter=blob:none", corpus.repository, corpus.commit)
        listed = _git(name, clone, "ls-tree", "-r", "-z", "--name-only", "FETCH_HEAD").split("\0")
        wanted = targets(corpus, [path for path in listed if path])
        if not wanted:
            raise FetchError(f"{name}: no file of {corpus.repository} at {corpus.commit} is one of the expected")
        _git(name, clone, "config", "remote.origin.url", corpus.repository)
        _git(name, clone, "config", "remote.origin.promisor", "true")
        _git(name, clone, "checkout", "--quiet", "FETCH_HEAD", "--", *wanted)
        if corpus.archive:
            _pack(clone, wanted, folder / corpus.archive)
        else:
            for path, target in wanted.items():
                _copy(clone / path, folder / target)
    return len(wanted)


def _copy(source: Path, place: Path) -> None:
    """Copy a file so that it is there whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(place.name + ".partial")
    shutil.copyfile(source, partial)
    partial.replace(place)


def _pack(clone: Path, wanted: Mapping[str, str], place: Path) -> None:
    packed = clone / ".packed.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        for path, target in wanted.items():
            archive.add(clone / path, target)
    _copy(packed, place)


def _git(name: str, folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},  # a repository that has gone must not ask who we are
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise FetchError(f"{name}: git is not installed") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise FetchError(f"{name}: git {arguments[0]}: {said[-1] if said else 'failed'}")
    return done.stdout


def missing(corpora: Mapping[str, Corpus], folder: Path) -> dict[str, str]:
    """The corpora of which a folder lacks something, and the first place where nothing is."""
    lacking = {}
    for name, corpus in corpora.items():
        for pattern, target in corpus.files.items():
            place = corpus.archive or (
                target if "*" in pattern or PurePosixPath(target).suffix else _only(pattern, target)
            )
            found = folder / place
            if not (any(path.is_file() for path in found.rglob("*")) if found.is_dir() else found.is_file()):
                lacking[name] = place
                break
    return lacking


def _only(pattern: str, target: str) -> str:
    """Where the one file that a pattern without a wildcard names goes."""
    return f"{target}/{PurePosixPath(pattern).name}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m data.fetch", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("names", nargs="*", help="corpora; all of the list if none is named")
    parser.add_argument("-o", "--output", type=Path, required=True, help="corpora folder, outside the repository")
    options = parser.parse_args(arguments)
    try:
        corpora = load_corpora()
        if unknown := sorted(set(options.names) - set(corpora)):
            raise ConfigError(f"no corpus {unknown[0]!r}; the list has {', '.join(corpora)}")
        chosen = {name: corpus for name, corpus in corpora.items() if name in options.names or not options.names}
        for name in missing(chosen, options.output):
            try:
                count = fetch(name, chosen[name], options.output)
                print(f"{name}: {count} files")
            except FetchError as error:
                print(f"error: {error}", file=sys.stderr)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    lacking = missing(chosen, options.output)
    for name, target in lacking.items():
        print(
            f"missing: {name}: put its files at {options.output / target} ({chosen[name].repository})", file=sys.stderr
        )
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())

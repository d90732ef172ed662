"""Fetching corpora, from a repository made here."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from data import fetch as module
from data.fetch import Corpus, FetchError, fetch, load_corpora, main, missing, targets


@pytest.fixture
def upstream(tmp_path: Path) -> Corpus:
    folder = tmp_path / "upstream"
    for name in ("data/dev/text/a.txt", "data/train/text/b.txt", "other.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, "utf-8")
    git = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    subprocess.run([*git, "config", "uploadpack.allowFilter", "true"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "x"], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    return Corpus(repository=folder.as_uri(), commit=commit, files={"data/*/text/*.txt": "c/data"})


def test_a_corpus_is_fetched_with_its_own_layout(upstream: Corpus, tmp_path: Path) -> None:
    assert fetch("c", upstream, tmp_path / "out") == 2
    assert (tmp_path / "out" / "c" / "data" / "dev" / "text" / "a.txt").read_text("utf-8") == "data/dev/text/a.txt"
    assert not list((tmp_path / "out").rglob("other.txt"))
    assert missing({"c": upstream}, tmp_path / "out") == {}


def test_a_corpus_can_be_packed(upstream: Corpus, tmp_path: Path) -> None:
    packed = Corpus(
        repository=upstream.repository,
        commit=upstream.commit,
        files={"data/*/text/*.txt": "data"},
        archive="c/c.tar.gz",
    )
    assert missing({"c": packed}, tmp_path / "out") == {"c": "c/c.tar.gz"}
    assert fetch("c", packed, tmp_path / "out") == 2
    with tarfile.open(tmp_path / "out" / "c" / "c.tar.gz") as archive:
        assert sorted(archive.getnames()) == ["data/dev/text/a.txt", "data/train/text/b.txt"]
    assert missing({"c": packed}, tmp_path / "out") == {}


def test_an_empty_folder_is_not_a_corpus(upstream: Corpus, tmp_path: Path) -> None:
    (tmp_path / "c" / "data").mkdir(parents=True)
    assert missing({"c": upstream}, tmp_path) == {"c": "c/data"}


def test_what_git_says_is_told(upstream: Corpus, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="c: git fetch: "):
        fetch("c", Corpus(repository=upstream.repository, commit="0" * 40, files=upstream.files), tmp_path)
    with pytest.raises(FetchError, match="is one of the expected"):
        fetch("c", Corpus(repository=upstream.repository, commit=upstream.commit, files={"no*": "c"}), tmp_path)


def test_the_command_says_where_missing_files_go(
    upstream: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = Corpus(repository=(tmp_path / "none").as_uri(), commit="0" * 40, files={"x.txt": "gone/x.txt"})
    monkeypatch.setattr(module, "load_corpora", lambda: {"gone": gone, "c": upstream})
    assert main(["-o", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert "c: 2 files" in told.out
    assert "error: gone: git fetch" in told.err
    assert f"missing: gone: put its files at {tmp_path / 'out' / 'gone' / 'x.txt'}" in told.err
    assert main(["-o", str(tmp_path / "out"), "c"]) == 0
    assert main(["-o", str(tmp_path), "d"]) == 1
    assert "no corpus 'd'" in capsys.readouterr().err


def test_every_corpus_of_the_list_is_pinned() -> None:
    for name, corpus in load_corpora().items():
        assert len(corpus.commit) == 40, name
        assert corpus.repository.startswith("https://github.com/"), name
        assert corpus.files, name


def test_a_file_can_have_another_name() -> None:
    corpus = Corpus(repository="x", commit="x", files={"a/b.json": "c/d.json", "*/e.json": "c"})
    assert targets(corpus, ["a/b.json", "f/e.json", "g.json"]) == {"a/b.json": "c/d.json", "f/e.json": "c/f/e.json"}

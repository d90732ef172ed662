"""Reading articles with a PyTorch network, through the same code as the shipped bundle."""

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from data.build import special_ids
from model.network import SitrepModel
from sitrep.bundle import Settings
from sitrep.encoder import Encoder
from sitrep.extractor import Extractor
from sitrep.pairs import PairScorer


def torch_extractor(network: SitrepModel, tokenizer: Tokenizer) -> Extractor:
    """An Extractor whose encoder is the network as it is now; the caller sets eval mode."""
    return Extractor(
        encoder=torch_encoder(network),
        tokenizer=tokenizer,
        scorer=PairScorer(relation_weights(network)),
        inventory=network.config.inventory,
        settings=settings_of(network, tokenizer),
    )


def torch_encoder(network: SitrepModel) -> Encoder:
    def encode(ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        with torch.inference_mode():
            output = network(
                torch.from_numpy(ids)[None].to(network.device), torch.from_numpy(shapes)[None].to(network.device)
            )
        return output.tags[0].float().cpu().numpy(), output.features[0].float().cpu().numpy()

    return encode


def settings_of(network: SitrepModel, tokenizer: Tokenizer) -> Settings:
    """How the network's config says that articles are to be read."""
    first, last = special_ids(tokenizer)
    thresholds = {
        kind.name: network.config.thresholds.get(kind.name, 0.5) for kind in network.config.inventory.relations
    }
    config = network.config
    return Settings(config.window, config.overlap, first, last, thresholds, config.calibration)


def relation_weights(network: SitrepModel) -> dict[str, NDArray[np.float32]]:
    """The relation scorer's weights under the names that `sitrep.pairs.PairScorer` reads."""
    return {name: value.detach().float().cpu().numpy() for name, value in network.pair_scorer.named_parameters()}

"""The wrapper that users call: text in, a Document with spans, relations, offsets and scores out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from sitrep.bundle import MODEL_FILE, Settings, read_bundle
from sitrep.calibration import calibrate
from sitrep.decoding import FoundSpan, choose_relations, layer_spans, snap_to_marks, trim_clauses
from sitrep.document import Document, Relation
from sitrep.encoder import Encoder, trusted_encoder
from sitrep.labels import Inventory, Layer
from sitrep.pairs import Mentions, PairScorer, candidate_pairs, innermost_quotes
from sitrep.parallel import Workers, available_cores, in_order
from sitrep.quotation import quotations
from sitrep.sentences import sentences
from sitrep.tokens import Tokens, tokenise
from sitrep.windows import Window, owners, plan_windows

_LONGEST_SENTENCE = 1500  # characters
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Extractor:
    """Reads articles of any length. Safe to share between threads; every answer depends on its text alone, down to the
    last bit of its scores, and so not on the number of threads or on what else is read."""

    encoder: Encoder
    tokenizer: Tokenizer
    scorer: PairScorer
    inventory: Inventory
    settings: Settings
    workers: Workers = field(default_factory=Workers)
    """Threads that compute windows."""

    @classmethod
    def load(cls, path: str | Path | None = None, *, threads: int | None = None) -> "Extractor":
        """An extractor from a bundle folder; without a path, from the bundle shipped with the package.

        Args:
            threads: CPU threads, which windows and articles are shared out to; None takes all cores. Several
                processes side by side do best with one each.

        Raises:
            BundleError: the bundle is missing, damaged or of another format, or this machine computes it wrongly.
        """
        bundle = read_bundle(Path(path) if path is not None else None)
        encoder = trusted_encoder(bundle.path / MODEL_FILE, bundle.golden)
        scorer, workers = PairScorer(bundle.relation_weights), Workers(threads or available_cores())
        return cls(encoder, bundle.tokenizer, scorer, bundle.inventory, bundle.settings, workers)

    def extract(self, text: str, identity: str = "article") -> Document:
        """Read one article. Offsets in the result are code points of `text` as given."""
        readable = _readable(text)
        tokens = tokenise(readable, self.tokenizer)
        scores, features = self._read(tokens)
        spans = [found for layer in self.inventory.layers for found in self._layer(readable, scores, layer, tokens)]
        spans.sort(key=lambda found: (found[2].start, -found[2].end, found[2].label))
        relations = self._relations(readable, spans, features)
        found, edges = calibrate([span for _, _, span in spans], relations, self.settings.calibration, self.inventory)
        return Document(identity, text, tuple(found), tuple(edges))

    def extract_many(self, articles: Iterable[str | Document]) -> Iterator[Document]:
        """Read articles lazily and give them in order; several at a time where there are several threads.

        A Document gives its text, id and meta fields; annotation that it already carries is replaced.
        """
        with self.workers.others() as pool:
            yield from in_order(pool, self._numbered, enumerate(articles))

    def _numbered(self, numbered: tuple[int, str | Document]) -> Document:
        number, article = numbered
        if isinstance(article, str):
            return self.extract(article, f"article-{number}")
        found = self.extract(article.text, article.id)
        return Document(found.id, found.text, found.spans, found.relations, article.meta)

    def relate(self, document: Document) -> Document:
        """The relations between spans that are given: the document's spans stay, its relations are replaced.

        A span that does not fall on word borders stands in no relation. Scores of relations are the scorer's own:
        calibration is for spans that the network found.
        """
        tokens = tokenise(_readable(document.text), self.tokenizer)
        _, features = self._read(tokens)
        placed = [
            (words, index)
            for index, span in enumerate(document.spans)
            if (words := tokens.words_of(span.start, span.end)) is not None
        ]
        spans = [(*words, document.spans[index]) for words, index in placed]
        relations = tuple(
            Relation(edge.type, placed[edge.source][1], placed[edge.target][1], edge.score)
            for edge in self._relations(document.text, spans, features)
        )
        return Document(document.id, document.text, document.spans, relations, document.meta)

    def _read(self, tokens: Tokens) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Tag scores and relation features of every word, each from the window that speaks for it."""
        windows = plan_windows(tokens, self.settings.window, self.settings.overlap)
        owner = owners(tokens, windows)
        scores = np.zeros((tokens.n_words, self.inventory.n_tags), np.float32)
        features: NDArray[np.float32] | None = None

        def read(window: Window) -> tuple[int, NDArray[np.float32], NDArray[np.float32]]:
            start, end = tokens.token_bounds(window.first_word, window.end_word)
            ids = np.concatenate([[self.settings.first_token], tokens.ids[start:end], [self.settings.last_token]])
            return start, *self.encoder(ids, np.concatenate([[0], tokens.shapes[start:end], [0]]))

        for index, read_window in enumerate(in_order(self.workers.pool, read, windows)):
            start, window_scores, window_features = read_window
            words = np.flatnonzero(owner == index)
            rows = tokens.first[words] - start + 1
            scores[words] = window_scores[rows]
            if features is None:
                features = np.zeros((tokens.n_words, window_features.shape[1]), np.float32)
            features[words] = window_features[rows]
        return scores, features if features is not None else np.zeros((0, 0), np.float32)

    def _layer(self, text: str, scores: NDArray[np.float32], layer: Layer, tokens: Tokens) -> list[FoundSpan]:
        columns = scores[:, self.inventory.tag_slices[layer.name]]
        spans = layer_spans(columns, layer, tokens)
        if layer.borders == "clauses":
            return trim_clauses(text, spans, tokens)
        if layer.borders == "quotation_marks":
            found = quotations(text)
            spans = snap_to_marks(text, spans, columns, layer, tokens, (*found.pairs, *found.singles))
        return spans

    def _relations(self, text: str, spans: list[FoundSpan], features: NDArray[np.float32]) -> list[Relation]:
        mentions = to_mentions(text, spans, self.inventory)
        pairs, allowed = candidate_pairs(mentions, self.inventory)
        logits = self.scorer(features, mentions, pairs)
        return choose_relations(pairs, allowed, logits, self.settings.threshold_array(self.inventory), self.inventory)


def _readable(text: str) -> str:
    """The text with a stand-in for lone surrogates, which have no UTF-8 form; every offset stays."""
    return _SURROGATE.sub("\ufffd", text)


def to_mentions(text: str, spans: list[FoundSpan], inventory: Inventory) -> Mentions:
    """Spans with their half-open word ranges as the arrays that relation scoring works on.

    Text without full stops is cut into stretches that stand for sentences, so that the number of candidate
    pairs stays linear in the text.
    """
    starts = np.array(
        [cut for start, end in sentences(text) for cut in range(start, end, _LONGEST_SENTENCE)] or [0], np.int64
    )
    layer_index = {label: index for index, layer in enumerate(inventory.layers) for label in layer.types}
    quotes = {label for layer in inventory.layers if layer.borders != "words" for label in layer.types}
    label_index = {label: index for index, label in enumerate(inventory.labels)}

    def array(values: Iterable[int]) -> NDArray[np.int64]:
        return np.fromiter(values, np.int64, count=len(spans))

    first, last = array(first for first, _, _ in spans), array(end - 1 for _, end, _ in spans)
    return Mentions(
        first=first,
        last=last,
        label=array(label_index[span.label] for _, _, span in spans),
        layer=array(layer_index[span.label] for _, _, span in spans),
        sentence=np.searchsorted(starts, array(span.start for _, _, span in spans), side="right") - 1,
        last_sentence=np.searchsorted(starts, array(span.end - 1 for _, _, span in spans), side="right") - 1,
        quote=innermost_quotes(first, last, np.array([span.label in quotes for _, _, span in spans], bool)),
    )

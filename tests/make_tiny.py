"""Make tests/tiny-distilbert again: a tiny random DistilBERT and a WordPiece tokenizer over the authored articles.

python -m tests.make_tiny
"""

from pathlib import Path

import torch
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing
from transformers import DistilBertConfig, DistilBertModel

from sitrep.document import read_jsonl

FOLDER = Path(__file__).with_name("tiny-distilbert")


def main() -> None:
    torch.manual_seed(0)
    tokenizer = BertWordPieceTokenizer(lowercase=True)
    texts = [document.text for document in read_jsonl(Path("data/authored/train.jsonl"))]
    tokenizer.train_from_iterator(texts, vocab_size=1500, show_progress=False)
    sizes = DistilBertConfig(vocab_size=tokenizer.get_vocab_size(), dim=32, hidden_dim=64, n_layers=2, n_heads=2)
    sizes.max_position_embeddings = 128
    DistilBertModel(sizes).save_pretrained(FOLDER)
    opening, closing = ("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))
    tokenizer._tokenizer.post_processor = BertProcessing(closing, opening)  # noqa: SLF001
    tokenizer.save(str(FOLDER / "tokenizer.json"))


if __name__ == "__main__":
    main()

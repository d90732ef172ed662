"""How fast systems read, measured side by side.

Every round times every system once over all articles, so that a busy spell of the machine meets all of them; the
order turns by one from round to round.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from tokenizers import Tokenizer

from eval.comparison import System
from sitrep.document import Document
from sitrep.tokens import tokenise

# Worker threads of the engine that ran last spin for some milliseconds before they sleep.
_SETTLE = 0.2


def count_tokens(documents: Sequence[Document], tokenizer: Tokenizer) -> int:
    """Wordpieces of the articles, without the special tokens and window overlaps that a model adds."""
    return sum(tokenise(document.text, tokenizer).n_tokens for document in documents)


def time_rounds(
    systems: Sequence[System],
    documents: Sequence[Document],
    rounds: int,
    *,
    settle: float = _SETTLE,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds that each system takes to read all documents, one number a round, after a pass that is not counted."""
    seconds: dict[str, list[float]] = {system.name: [] for system in systems}
    for number in range(rounds + 1):
        turn = number % len(systems)
        for system in (*systems[turn:], *systems[:turn]):
            time.sleep(settle)
            began = clock()
            for document in documents:
                system.extract(document)
            if number:
                seconds[system.name].append(clock() - began)
    return seconds


def summarise(
    seconds: dict[str, list[float]], *, articles: int, tokens: int, reference: str, threads: int
) -> dict[str, Any]:
    """Medians over the rounds, and the median of each round's ratio to the reference system."""
    systems = {}
    for name, rounds in seconds.items():
        ratios = [other / own for own, other in zip(rounds, seconds[reference], strict=True)]
        systems[name] = {
            "seconds": rounds,
            "articles_per_second": median(articles / taken for taken in rounds),
            "articles_per_second_low": articles / max(rounds),
            "articles_per_second_high": articles / min(rounds),
            "tokens_per_second": median(tokens / taken for taken in rounds),
            "ratio": median(ratios),
        }
    n_rounds = len(seconds[reference])
    shape = {"articles": articles, "tokens": tokens, "rounds": n_rounds, "threads": threads, "reference": reference}
    return {**shape, "systems": systems}

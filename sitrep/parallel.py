"""Work on several items at a time whose results come in the order of the items.

Threads do: the encoder and the tokenizer release the interpreter's lock while they compute.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items that are taken before the results of those before them are asked for: enough to keep a few workers busy, and
few enough that memory stays flat."""


def in_order(
    pool: Executor | None, function: Callable[[Item], Result], items: Iterable[Item], ahead: int = AHEAD
) -> Iterator[Result]:
    """`map` by the workers of a pool: lazy, in order, an exception raised where its result is due.

    Without a pool it is `map`. What has not begun when the iterator is closed is not begun any more.
    """
    if pool is None:
        yield from map(function, items)
        return
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) > ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


class Workers:
    """So many threads, which start when they are first needed; in a forked process they start anew."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._process = os.getpid()

    @property
    def pool(self) -> ThreadPoolExecutor | None:
        """The threads, the same ones every time; None for a single one."""
        if self.threads == 1:
            return None
        if self._pool is None or self._process != os.getpid():
            self._pool, self._process = ThreadPoolExecutor(self.threads), os.getpid()
        return self._pool

    def others(self) -> AbstractContextManager[ThreadPoolExecutor | None]:
        """As many threads besides, for work that waits for these; None for a single one."""
        return nullcontext() if self.threads == 1 else ThreadPoolExecutor(self.threads)


def available_cores() -> int:
    """Cores that this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

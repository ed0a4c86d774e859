"""A folder becomes a reranker, or a one-line error says why not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from sentence_transformers import CrossEncoder
from transformers import AutoModelForSequenceClassification, RobertaConfig, RobertaForSequenceClassification

from emr_rerank.engine import ModelSource, load_reranker
from emr_rerank.errors import ModelError
from tests import tiny

TEXTS = ["Warfarin 5 mg tablet", "", "knee pain", "potassium low since two months", "Warfarin 5 mg tablet"]
QUERY = "dizzy on standing"


def test_a_reranker_scores_and_reports_what_it_cuts(folder: Path) -> None:
    reranker = load_reranker(ModelSource(str(folder), device="cpu"))
    scores = reranker.score(QUERY, TEXTS)
    assert scores[0] == scores[4] != scores[1]
    assert reranker.score(QUERY, []) == []
    assert reranker.read(QUERY, ["knee", "knee " * 600]).cut == [False, True]
    assert (reranker.name, reranker.title, reranker.device, reranker.dtype) == (
        "cross-encoder",
        folder.name,
        "cpu",
        "float32",
    )


def test_a_model_is_loaded_once(folder: Path) -> None:
    assert load_reranker(ModelSource(str(folder), device="cpu")) is load_reranker(
        ModelSource(str(folder), device="cpu")
    )


def test_threads_get_the_scores_of_one(folder: Path) -> None:
    reranker = load_reranker(ModelSource(str(folder), device="cpu"))
    queries = [f"{QUERY} {number}" for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda query: reranker.score(query, TEXTS), queries))
    alone = load_reranker(
        ModelSource(str(folder), device="cpu", dtype="float32")
    )  # the same weights, nothing remembered
    assert alone is not reranker
    for query, scores in zip(queries, together, strict=True):
        assert scores == pytest.approx(alone.score(query, TEXTS), abs=1e-4)


def test_half_precision_stays_near(folder: Path) -> None:
    exact, half = (load_reranker(ModelSource(str(folder), device="cpu", dtype=name)) for name in ("fp32", "bf16"))
    assert half.dtype == "bfloat16"
    assert half.key != exact.key
    assert half.score(QUERY, TEXTS) == pytest.approx(exact.score(QUERY, TEXTS), abs=0.1)


@pytest.mark.parametrize("architecture", ["roberta", "bert with another activation"])
def test_what_is_not_packed_is_scored_by_its_own_forward_pass(tmp_path: Path, architecture: str) -> None:
    tokenizer = tiny.wordpiece_tokenizer()
    if architecture == "roberta":
        torch.manual_seed(1)
        config = RobertaConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=130,
            type_vocab_size=2,
            pad_token_id=tokenizer.pad_token_id,
            id2label={0: "relevant"},
        )
        RobertaForSequenceClassification(config).save_pretrained(tmp_path)
        tokenizer.model_max_length = 128
    else:
        model = tiny.bert(len(tokenizer))
        model.config.hidden_act = "relu"
        model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    texts = [*TEXTS, " ".join(tiny.WORDS) * 4]
    expected = CrossEncoder(str(tmp_path), device="cpu", activation_fn=torch.nn.Identity()).predict(
        [(QUERY, text) for text in texts]
    )
    assert load_reranker(ModelSource(str(tmp_path), device="cpu")).score(QUERY, texts) == pytest.approx(
        [float(one) for one in expected], abs=1e-4
    )


def test_a_model_without_a_trained_head_is_refused(tmp_path: Path) -> None:
    tokenizer = tiny.wordpiece_tokenizer()
    tiny.bert(len(tokenizer)).bert.save_pretrained(tmp_path)
    config = tmp_path / "config.json"
    config.write_text(config.read_text().replace("BertModel", "BertForSequenceClassification"))
    tokenizer.save_pretrained(tmp_path)
    refused(tmp_path, "lacks weights, e.g. classifier")


def test_a_model_with_several_labels_is_refused(tmp_path: Path) -> None:
    refused(tiny.save_bert(tmp_path, tiny.BertSizes(labels=3)), "has 3 labels")


def test_a_model_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    tiny.bert(100).save_pretrained(tmp_path)
    refused(tmp_path, "no tokenizer with words")


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    tiny.bert(100).save_pretrained(tmp_path)
    tiny.wordpiece_tokenizer().save_pretrained(tmp_path)
    refused(tmp_path, "the model knows 100")


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    tiny.save_bert(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    refused(tmp_path, "convert it to safetensors")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, "no model")


def refused(folder: Path, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        load_reranker(ModelSource(str(folder), device="cpu"))
    assert "\n" not in str(caught.value)


def test_an_adapter_of_a_classifier_is_to_be_merged_first(folder: Path, tmp_path: Path) -> None:
    adapted = get_peft_model(
        AutoModelForSequenceClassification.from_pretrained(folder), LoraConfig(r=2, target_modules=["query"])
    )
    adapted.save_pretrained(str(tmp_path))
    with pytest.raises(ModelError, match="an adapter of a classifier; merge it with"):
        load_reranker(ModelSource(str(tmp_path), device="cpu"))

"""The model server's routes over real HTTP, with a model that scores by counting letters."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from emr_rerank import __version__
from emr_rerank.api.addresses import LOOPBACK
from emr_rerank.api.hosting.limits import MAX_TEXTS, Limits
from emr_rerank.engine.remote import RemoteScorer, RemoteServer, RemoteSource
from emr_rerank.errors import ModelError
from tests.api.hosting.models import USUAL, WAIT, GatedEncoder, GatedScorer, Running, logit, reranker, running

QUERY = "ab cd"
TEXTS = ["a", "aaaa aaaa", "aaaa", "aaaa"]
ENCODED = reranker(GatedScorer()).encoder.encode(QUERY, TEXTS)
LOGITS = [logit(pair) for pair in ENCODED.pairs]
BEST_FIRST = [1, 2, 3, 0]  # of equal ones the earlier first
LONG = "word " * 21
BOTH = pytest.mark.parametrize(("route", "field"), [("/rerank", "texts"), ("/v1/rerank", "documents")])


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


@pytest.fixture(scope="module")
def scorer() -> GatedScorer:
    return GatedScorer()


@pytest.fixture(scope="module")
def server(scorer: GatedScorer) -> Iterator[Running]:
    with running(lambda: reranker(scorer), hosts=LOOPBACK) as started:
        yield started


def rows(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_client_of_hugging_faces_server_is_answered_in_its_shape(server: Running) -> None:
    answer = server.client.post("/rerank", json={"query": QUERY, "texts": TEXTS})
    assert answer.json() == [
        {"index": index, "score": pytest.approx(sigmoid(LOGITS[index])), "truncated": False} for index in BEST_FIRST
    ]


def test_raw_scores_are_logits_and_texts_come_back_where_asked_for(server: Running) -> None:
    asked = {"query": QUERY, "texts": TEXTS, "raw_scores": True, "return_text": True}
    answer = server.client.post("/rerank", json=asked | {"truncation_direction": "Right", "truncate": None})
    assert answer.json() == [
        {"index": index, "score": LOGITS[index], "text": TEXTS[index], "truncated": False} for index in BEST_FIRST
    ]


def test_a_text_that_would_be_cut_is_refused_by_its_number_unless_cutting_is_asked_for(server: Running) -> None:
    asked = {"query": QUERY, "texts": ["a", LONG]}
    before = server.figures()["emr_rerank_truncated_pairs_total"]
    refused = server.client.post("/rerank", json=asked)
    assert refused.status_code == 413
    assert refused.json() == {
        "error": "texts[1]: it is too long for the model, or the query is; say truncate, or shorten it",
        "error_type": "Validation",
    }
    answer = server.client.post("/rerank", json=asked | {"truncate": True}).json()
    assert {one["index"]: one["truncated"] for one in answer} == {0: False, 1: True}
    assert server.figures()["emr_rerank_truncated_pairs_total"] == before + 1


@pytest.mark.parametrize("route", ["/v1/rerank", "/v2/rerank"])
def test_a_client_of_cohere_or_jina_is_answered_in_its_shape(server: Running, route: str) -> None:
    documents = [*TEXTS[:2], {"text": TEXTS[2], "title": "ignored"}, LONG]
    asked = {"model": "any", "query": QUERY, "documents": documents, "return_documents": True}
    answer = server.client.post(route, json=asked).json()
    assert answer.keys() == {"id", "model", "results", "usage"}
    assert answer["model"] == "words"
    assert answer["usage"] == {"total_tokens": 3 + 2 + 3 + 2 + 21}  # the query once, and the lines
    cut = sum(map(len, LONG.split()[:20]))
    assert answer["results"][0] == {
        "index": 3,
        "relevance_score": pytest.approx(sigmoid((cut + 1 - 4) / 10)),
        "document": {"text": LONG},
        "truncated": True,
    }
    assert [one["index"] for one in answer["results"]] == [3, 1, 2, 0]
    few = server.client.post(route, json={"query": QUERY, "documents": TEXTS, "top_n": 2, "raw_scores": True}).json()
    assert few["results"] == [
        {"index": index, "relevance_score": LOGITS[index], "truncated": False} for index in BEST_FIRST[:2]
    ]
    assert few["id"] != answer["id"]


def test_saturated_scores_are_ranked_by_their_logits(server: Running) -> None:
    texts = ["a " * 5, "a" * 5000, "a" * 9000]
    answer = server.client.post("/rerank", json={"query": QUERY, "texts": texts}).json()
    assert [one["index"] for one in answer] == [2, 1, 0]
    assert [one["score"] for one in answer[:2]] == [1.0, 1.0]
    worst = server.client.post("/rerank", json={"query": "q" * 90_000, "texts": ["a"]}).json()
    assert worst[0]["score"] == 0.0


@BOTH
def test_no_texts_is_no_results(server: Running, route: str, field: str) -> None:
    answer = server.client.post(route, json={"query": QUERY, field: []}).json()
    assert (answer if route == "/rerank" else answer["results"]) == []
    stream = server.client.post(route, json={"query": QUERY, field: [], "stream": True})
    assert rows(stream) == [{"done": True, "results": 0}]


@BOTH
def test_a_stream_brings_each_result_once_and_says_when_it_is_done(server: Running, route: str, field: str) -> None:
    answer = server.client.post(route, json={"query": QUERY, field: TEXTS, "stream": True, "raw_scores": True})
    assert answer.headers["content-type"] == "application/x-ndjson"
    *results, last = rows(answer)
    assert last == {"done": True, "results": 4}
    results.sort(key=lambda one: one["index"])
    assert results == [{"index": index, "score": value, "truncated": False} for index, value in enumerate(LOGITS)]


def test_many_texts_are_tokenised_in_slices_and_answered_as_one(server: Running) -> None:
    texts = ["a" * (1 + number % 90) for number in range(1500)] + ["a" * 600_000, "b" * 600_000]
    answer = server.client.post("/rerank", json={"query": QUERY, "texts": texts, "raw_scores": True}).json()
    assert {one["index"]: one["score"] for one in answer} == {
        number: pytest.approx((1 + len(text) - 4) / 10) for number, text in enumerate(texts)
    }


WRONG = [
    ("/rerank", b'{"query": "secret', "body: Invalid JSON"),
    ("/rerank", b"[]", "body: "),
    ("/rerank", b"", "body: Invalid JSON"),
    ("/rerank", b'{"query": "\\ud800", "texts": ["secret"]}', "body: Invalid JSON"),
    ("/rerank", b"\xff\xfe", "body: Invalid JSON"),
    ("/rerank", b'{"texts": ["secret"]}', "query: "),
    ("/rerank", b'{"query": "secret"}', "texts: "),
    ("/rerank", b'{"query": 7, "texts": ["secret"]}', "query: "),
    ("/rerank", b'{"query": "q", "texts": "secret"}', "texts: "),
    ("/rerank", b'{"query": "q", "texts": ["a", null]}', "texts[1]: "),
    ("/rerank", b'{"query": "q", "texts": ["a"], "raw_scores": "secret"}', "raw_scores: "),
    ("/rerank", b'{"query": "q", "texts": ["a"], "truncation_direction": "left"}', "truncation_direction: "),
    ("/v1/rerank", b'{"query": "q", "documents": ["a", {"title": "secret"}]}', "documents[1]: "),
    ("/v1/rerank", b'{"query": "q", "documents": [{"text": ["secret"]}]}', "documents[0]: "),
    ("/v1/rerank", b'{"query": "q", "documents": ["a"], "top_n": 0}', "top_n: "),
    ("/v1/rerank", b'{"query": "q", "documents": ["a"], "top_n": 1, "stream": true}', "top_n: "),
]


def fault(answer: httpx.Response) -> str:
    """What a refusal says, in the shape of the route it is of; its kind is TEI's alone."""
    if answer.request.url.path.startswith(("/v1/", "/v2/")):
        assert answer.json().keys() == {"message"}
        return str(answer.json()["message"])
    assert answer.json().keys() == {"error", "error_type"}
    return str(answer.json()["error"])


@pytest.mark.parametrize(("route", "body", "names"), WRONG)
def test_what_is_wrong_is_named_and_not_repeated(server: Running, route: str, body: bytes, names: str) -> None:
    answer = server.client.post(route, content=body)
    assert answer.status_code == 422
    assert fault(answer).startswith(names)
    assert answer.json().get("error_type", "Validation") == "Validation"
    assert "secret" not in answer.text
    assert "\n" not in fault(answer)


@pytest.mark.parametrize("path", ["/embed", "/", "/V1/RERANK", "/v1/embed", "/v2/rerank/secret"])
def test_an_address_that_is_none_is_refused_in_its_shape(server: Running, path: str) -> None:
    answer = server.client.post(path, json={})
    assert answer.status_code == 404
    assert fault(answer) == "nothing is served at this address; ask /rerank, /v1/rerank or /v2/rerank"


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [("/rerank", "GET", "POST"), ("/v1/rerank", "PUT", "POST"), ("/info", "POST", "GET, HEAD")],
)
def test_another_method_is_refused_with_the_one_to_take(server: Running, path: str, method: str, allowed: str) -> None:
    answer = server.client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert fault(answer) == f"this address takes only {allowed}"


@pytest.mark.parametrize("path", ["/rerank", "/v1/rerank", "/info"])
def test_a_refusal_at_the_door_is_in_the_shape_of_the_route(server: Running, path: str) -> None:
    answer = server.client.post(path, json={}, headers={"host": "rebound.example"})
    assert fault(answer).startswith("this address is not served here")


@BOTH
def test_too_many_or_too_long_texts_are_refused_with_the_limit(server: Running, route: str, field: str) -> None:
    many = server.client.post(route, json={"query": "q", field: ["a"] * (MAX_TEXTS + 1)})
    assert (many.status_code, fault(many)) == (413, f"{field}: at most 10,000 are taken at once; send them in parts")
    long = server.client.post(route, json={"query": "q", field: ["a", "a" * 1_000_001]})
    assert (long.status_code, fault(long).split(":")[0]) == (413, f"{field}[1]")
    query = server.client.post(route, json={"query": "q" * 100_001, field: ["a"]})
    assert (query.status_code, fault(query).split(":")[0]) == (413, "query")


def test_a_text_the_tokenizer_fails_on_is_an_error_without_content(
    server: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = server.client.post("/rerank", json={"query": "broken", "texts": ["Warfarin"]})
    assert answer.status_code == 500
    assert answer.json()["error_type"] == "Backend"
    assert "broken" not in answer.text
    assert "broken" not in capfd.readouterr().err
    assert server.client.post("/rerank", json={"query": QUERY, "texts": ["a"]}).status_code == 200


def test_other_hosts_names_other_methods_and_documentation_are_not_served(server: Running) -> None:
    rebound = server.client.post("/rerank", json={"query": "q", "texts": ["a"]}, headers={"host": "rebound.example"})
    assert rebound.status_code == 400
    assert server.client.get("/health", headers={"host": "localhost:1"}).status_code == 200
    assert server.client.get("/rerank").status_code == 405
    assert {server.client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json", "/")} == {404}


def test_health_and_what_is_hosted(server: Running) -> None:
    assert server.client.get("/health").json() == {"status": "ok", "version": __version__}
    assert server.client.get("/ready").json() == {"status": "ready"}
    told = server.client.get("/info").json()
    assert told["model_id"] == "words"
    assert told["model_dtype"] == "float32"
    assert told["max_client_batch_size"] == MAX_TEXTS
    assert told["max_batch_tokens"] == 2_048  # what suits a processor
    assert told["version"] == __version__
    assert not {"max_input_length", "prompt"} & told.keys()  # this encoder does not tell


def test_figures_count_requests_pairs_and_tokens_and_hold_no_text(server: Running) -> None:
    before = server.figures()
    server.client.post("/rerank", json={"query": "Warfarin", "texts": ["Warfarin mg", "Metformin"]})
    server.client.get("/patients/Warfarin")
    after = server.figures()

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more("emr_rerank_pairs_total") == 2
    assert more("emr_rerank_tokens_total") == 5
    assert more('emr_rerank_requests_total{route="/rerank",status="200"}') == 1
    assert more('emr_rerank_requests_total{route="other",status="404"}') == 1
    assert more('emr_rerank_request_seconds_count{route="/rerank"}') == 1
    assert more("emr_rerank_batch_tokens_count") == 1
    assert after["emr_rerank_waiting_pairs"] == after["emr_rerank_waiting_tokens"] == 0
    assert "Warfarin" not in server.client.get("/metrics").text


def test_clients_at_once_are_answered_as_alone(server: Running) -> None:
    asked = [[f"{'a' * number} {'b' * size}" for size in range(1, 40)] for number in range(1, 25)]

    def ask(texts: list[str]) -> dict[int, float]:
        answer = server.client.post("/rerank", json={"query": QUERY, "texts": texts, "raw_scores": True})
        return {one["index"]: one["score"] for one in answer.json()}

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(ask, asked))
    assert answers == [{place: (1 + len(text) - 1 - 4) / 10 for place, text in enumerate(texts)} for texts in asked]


@pytest.mark.parametrize("route", ["", "/v1/rerank"])
def test_the_apps_remote_model_is_served(server: Running, route: str) -> None:
    app = RemoteScorer(RemoteServer(RemoteSource(str(server.client.base_url).rstrip("/") + route, batch=3)))
    assert app.score(QUERY, TEXTS) == pytest.approx(LOGITS)
    assert not any(app.read(QUERY, TEXTS).cut)
    assert app.score(QUERY, [LONG]) != []
    assert app.read(QUERY, [LONG]).cut == [True]


def test_while_the_model_loads_the_server_lives_and_is_not_ready() -> None:
    go = threading.Event()
    scorer = GatedScorer(shut=True)

    def loader() -> Any:
        assert go.wait(WAIT)
        return reranker(scorer)

    def told(started: Running, path: str) -> int:
        return started.client.get(path).status_code

    with running(loader, wait=False) as started:
        assert (told(started, "/health"), told(started, "/ready"), told(started, "/info")) == (200, 503, 503)
        refused = started.client.post("/rerank", json={"query": QUERY, "texts": TEXTS})
        assert (refused.status_code, refused.json()["error_type"]) == (503, "Unhealthy")
        assert int(refused.headers["retry-after"]) >= 1
        go.set()
        scorer.coming()  # the warm-up is with the model
        assert told(started, "/ready") == 503
        scorer.open()
        started.until(lambda: told(started, "/ready") == 200)
        assert told(started, "/info") == 200


@pytest.mark.parametrize("failing", ["loading", "warm-up", "queue"])
def test_a_model_that_cannot_serve_ends_the_server(failing: str) -> None:
    limits = Limits(waiting_tokens=10) if failing == "queue" else USUAL

    def loader() -> Any:
        if failing == "loading":
            raise ModelError("the folder is empty")
        wrong = math.nan if failing == "warm-up" else 0.0
        return reranker(GatedScorer(lambda pairs: [wrong for _ in pairs]))

    with running(loader, limits, wait=False) as started:
        started.thread.join(WAIT)
        assert not started.thread.is_alive()
    assert isinstance(started.faults[0], ModelError)


def test_a_key_is_asked_for_where_the_model_is() -> None:
    with running(lambda: reranker(GatedScorer()), key="s3cret") as started:
        asked = {"query": QUERY, "texts": TEXTS}
        for wrong in (b"", b"Bearer s3cre", b"s3cret", "Bearer \u00e9".encode()):
            headers = {b"authorization": wrong}
            refused = started.client.post("/rerank", json=asked, headers=headers)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            assert "s3cret" not in refused.text
        assert started.client.get("/info").status_code == 401
        assert {started.client.get(path).status_code for path in ("/health", "/ready", "/metrics")} == {200}
        started.client.headers["authorization"] = "Bearer s3cret"
        assert started.client.post("/rerank", json=asked).status_code == 200
        assert started.client.get("/info").status_code == 200


def test_a_body_over_its_limit_is_refused_however_it_comes() -> None:
    with running(lambda: reranker(GatedScorer()), Limits(body=10_000, bodies=15_000)) as started:
        body = json.dumps({"query": QUERY, "texts": ["a" * 200_000]}).encode()
        for content in (body, iter([body[:50_000], body[50_000:]])):
            refused = started.client.post("/rerank", content=content)
            assert refused.status_code == 413
            assert refused.json()["error"].endswith("at most 10,000 are taken; send fewer texts at once")
        assert started.client.post("/rerank", json={"query": QUERY, "texts": TEXTS}).status_code == 200


def test_a_queue_that_is_too_small_for_a_request_says_so() -> None:
    with running(lambda: reranker(GatedScorer()), Limits(waiting_tokens=400)) as started:
        refused = started.client.post("/rerank", json={"query": QUERY, "texts": ["a"] * 201})
        assert (refused.status_code, refused.json()["error_type"]) == (413, "Validation")
        assert "holds 400" in refused.json()["error"]


@pytest.fixture
def gated() -> Iterator[tuple[Running, GatedScorer]]:
    """A server in whose queue 400 tokens fit and whose batches of 20 the test lets through."""
    scorer = GatedScorer()
    with running(lambda: reranker(scorer), Limits(20, 400, 0.0)) as started:
        scorer.shut = True
        try:
            yield started, scorer
        finally:
            scorer.open()


def test_a_full_queue_is_429_with_a_time_to_come_back(gated: tuple[Running, GatedScorer]) -> None:
    server, scorer = gated
    with ThreadPoolExecutor() as clients:
        asked = {"query": QUERY, "texts": ["a"] * 200}
        first = clients.submit(server.client.post, "/rerank", json={"query": QUERY, "texts": ["a"]})
        scorer.coming()
        second = clients.submit(server.client.post, "/rerank", json=asked)
        server.until(lambda: server.waiting() == 200)
        assert server.figures()["emr_rerank_waiting_pairs"] == 200
        assert server.figures()["emr_rerank_waiting_tokens"] == 400
        refused = server.client.post("/rerank", json=asked)
        assert (refused.status_code, refused.json()["error_type"]) == (429, "Overloaded")
        assert int(refused.headers["retry-after"]) >= 1
        scorer.open()
        assert (first.result(WAIT).status_code, second.result(WAIT).status_code) == (200, 200)


def test_a_client_that_leaves_frees_its_place(gated: tuple[Running, GatedScorer]) -> None:
    server, scorer = gated
    with ThreadPoolExecutor() as clients:
        first = clients.submit(server.client.post, "/rerank", json={"query": QUERY, "texts": ["a"]})
        scorer.coming()
        for stream in (False, True):
            with pytest.raises(httpx.ReadTimeout):
                server.client.post(
                    "/rerank", json={"query": "left", "texts": ["a"] * 100, "stream": stream}, timeout=0.2
                )
            server.until(lambda: server.waiting() == 0)
        scorer.open()
        assert first.result(WAIT).status_code == 200
    left = (0, 4)  # the query's tokens
    assert not any(pair.prefix == left for batch in scorer.batches for pair in batch)
    assert server.figures()['emr_rerank_requests_total{route="/rerank",status="499"}'] == 2


def test_a_stream_shows_what_is_done_before_the_rest_is(gated: tuple[Running, GatedScorer]) -> None:
    server, scorer = gated
    asked = {"query": QUERY, "texts": ["a"] * 30, "stream": True}
    scorer.leave.put(None)  # the first batch; the second waits
    with server.client.stream("POST", "/rerank", json=asked) as answer:
        lines = answer.iter_lines()
        assert [json.loads(next(lines))["index"] for _ in range(10)] == list(range(10))
        scorer.leave.put(ValueError("Warfarin"))
        *rest, last = map(json.loads, lines)
        assert rest == []
        assert last.keys() == {"error", "error_type"}
        assert last["error_type"] == "Backend"
        assert "Warfarin" not in str(last)


def test_a_failing_batch_is_500_and_the_next_request_is_answered(gated: tuple[Running, GatedScorer]) -> None:
    server, scorer = gated
    with ThreadPoolExecutor() as clients:
        for status, error in ((500, ValueError("Warfarin")), (200, None)):
            asked = clients.submit(server.client.post, "/rerank", json={"query": QUERY, "texts": ["a"]})
            scorer.coming()
            scorer.leave.put(error)
            answer = asked.result(WAIT)
            assert answer.status_code == status
            assert "Warfarin" not in answer.text
    assert server.figures()["emr_rerank_failed_batches_total"] == 1


def test_a_request_past_its_deadline_is_503_and_leaves_the_queue() -> None:
    scorer = GatedScorer()
    limits = Limits(20, 400, 0.0, 0.3)
    with running(lambda: reranker(scorer), limits) as server, ThreadPoolExecutor() as clients:
        scorer.shut = True
        asked = {"query": QUERY, "texts": ["a"] * 30}
        whole = clients.submit(server.client.post, "/rerank", json=asked)
        scorer.coming()
        late = whole.result(WAIT)
        assert (late.status_code, late.json()["error_type"]) == (503, "Overloaded")
        assert late.json()["error"].startswith("not done within 0.3 s")
        assert server.waiting() == 0
        with server.client.stream("POST", "/rerank", json=asked | {"stream": True}) as answer:
            assert answer.status_code == 503  # not one line was sent, so the status may still say it
        scorer.leave.put(None)
        scorer.open()


def test_a_stop_refuses_what_takes_too_long() -> None:
    scorer = GatedScorer()
    with running(lambda: reranker(scorer), Limits(20, 400, 0.0, drain=0.2)) as server, ThreadPoolExecutor() as clients:
        scorer.shut = True
        asked = clients.submit(server.client.post, "/rerank", json={"query": QUERY, "texts": ["a"] * 30})
        scorer.coming()
        server.server.should_exit = True
        refused = asked.result(WAIT)
        assert (refused.status_code, refused.json()["error_type"]) == (503, "Unhealthy")
        server.thread.join(WAIT)
        assert not server.thread.is_alive()
        scorer.open()


def test_a_stop_waits_for_a_batch_that_ends_soon() -> None:
    scorer = GatedScorer()
    with running(lambda: reranker(scorer), USUAL) as server, ThreadPoolExecutor() as clients:
        scorer.shut = True
        asked = clients.submit(server.client.post, "/rerank", json={"query": QUERY, "texts": TEXTS})
        scorer.coming()
        server.server.should_exit = True
        server.until(lambda: server.hosted.stopping)
        assert server.client.get("/ready").status_code == 503
        scorer.open()
        assert asked.result(WAIT).status_code == 200


def test_a_stop_answers_what_is_still_being_tokenised() -> None:
    encoder = GatedEncoder()
    with running(lambda: reranker(GatedScorer(), encoder)) as server, ThreadPoolExecutor() as clients:
        encoder.shut = True
        asked = [{"query": QUERY, "texts": ["a"] * count} for count in (600, 1)]
        answers = [clients.submit(server.client.post, "/rerank", json=asked[0])]
        assert encoder.entered.get(timeout=WAIT) == 512
        answers.append(clients.submit(server.client.post, "/rerank", json=asked[1]))
        server.until(lambda: server.hosted.answering == 2)
        server.server.should_exit = True
        server.until(lambda: server.hosted.stopping)
        encoder.open()
        assert [one.result(WAIT).status_code for one in answers] == [200, 200]


def test_a_stop_refuses_what_takes_too_long_to_tokenise(capfd: pytest.CaptureFixture[str]) -> None:
    encoder = GatedEncoder()
    limits = Limits(batch_wait=0.0, drain=0.2)
    with running(lambda: reranker(GatedScorer(), encoder), limits) as server, ThreadPoolExecutor() as clients:
        encoder.shut = True
        asked = [{"query": QUERY, "texts": ["a"] * count} for count in (600, 1)]
        answers = [clients.submit(server.client.post, "/rerank", json=asked[0])]
        assert encoder.entered.get(timeout=WAIT) == 512  # half of the first
        answers.append(clients.submit(server.client.post, "/rerank", json=asked[1]))  # waits for its turn
        server.until(lambda: server.hosted.answering == 2)
        server.server.should_exit = True
        server.until(lambda: server.hosted.ended)
        encoder.open()
        for one in answers:
            refused = one.result(WAIT)
            assert (refused.status_code, refused.json()["error_type"]) == (503, "Unhealthy")
            assert refused.json()["error"] == "the server is stopping; ask another one"
    assert capfd.readouterr().err == ""

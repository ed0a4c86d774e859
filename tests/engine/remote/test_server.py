"""A server that misbehaves in every way, over real HTTP."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from emr_rerank.engine.remote import RemoteScorer, RemoteServer, RemoteSource
from emr_rerank.engine.remote.server import retry_after
from emr_rerank.errors import EngineUnavailableError, ModelError
from tests.rerankers import Asked, Behaviour, Reply, RerankServer, cohere, rerank_server, well

KEY = "sesame-of-the-ward"
QUERY = "confidential cough"
TEXTS = ["private gout", "cough", "confidential cough"]


@pytest.fixture
def server() -> Iterator[RerankServer]:
    """Serve well, unless a test says otherwise."""
    with rerank_server() as started:
        yield started


def source(server: RerankServer, path: str = "", **fields: Any) -> RemoteSource:
    return replace(RemoteSource(server.url + path, key=SecretStr(KEY), timeout=5.0), **fields)


def scored(server: RerankServer, path: str = "", **fields: Any) -> list[float]:
    return RemoteScorer(RemoteServer(source(server, path, **fields))).score(QUERY, TEXTS)


def refused(server: RerankServer, **fields: Any) -> str:
    """Return what is said of a server that could not be used; never the key nor a text."""
    with pytest.raises(EngineUnavailableError) as caught:
        scored(server, **fields)
    told = str(caught.value)
    assert told.startswith("the reranker at 127.0.0.1:")
    assert "\n" not in told
    assert not any(word in told for word in (KEY, "confidential", "private"))
    assert caught.value.__cause__ is None
    return told


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave so one request after the other, and as the last one says from then on."""
    waiting = list(behaviours)

    def behave(asked: Asked) -> Reply:
        return (waiting.pop(0) if len(waiting) > 1 else waiting[0])(asked)

    return behave


def always(*reply: Any, **fields: Any) -> Behaviour:
    return lambda _: Reply(*reply, **fields)


def test_texts_are_scored_in_the_order_given(server: RerankServer) -> None:
    assert scored(server) == [0.0, 1.0, 2.0]
    (asked,) = server.asked
    assert (asked.path, asked.headers["authorization"]) == ("/rerank", f"Bearer {KEY}")
    assert asked.body == {"query": QUERY, "texts": TEXTS, "raw_scores": True, "truncate": True}


def test_a_cohere_shaped_server_is_asked_its_own_way_and_ranks_alike(server: RerankServer) -> None:
    server.behaviour = cohere
    scores = scored(server, "/v1/rerank", model="m")
    assert sorted(scores) == scores
    assert scores[0] == pytest.approx(0.0)  # a probability of one half
    assert server.asked[0].body == {"model": "m", "query": QUERY, "documents": TEXTS, "top_n": 3}


def test_many_texts_go_in_batches_and_equal_ones_once(server: RerankServer) -> None:
    texts = [f"{'cough ' * (number % 2)}{number}" for number in range(25)]
    scorer = RemoteScorer(RemoteServer(source(server, batch=10)))
    assert scorer.score(QUERY, [*texts, *texts]) == [float(number % 2) for number in range(25)] * 2
    assert sorted(len(asked.texts) for asked in server.asked) == [5, 10, 10]
    assert scorer.score(QUERY, []) == []
    assert len(server.asked) == 3


def test_half_a_character_does_not_spoil_the_request(server: RerankServer) -> None:
    scorer = RemoteScorer(RemoteServer(source(server)))
    assert scorer.score("cough\ud83d cough", ["\ud83d", "cough"]) == [0.0, 1.0]
    assert server.asked[0].texts == ["?", "cough"]


def test_no_key_is_no_header(server: RerankServer) -> None:
    scored(server, key=None)
    assert "authorization" not in server.asked[0].headers


def test_what_the_server_cut_is_told(server: RerankServer) -> None:
    server.behaviour = always([{"index": index, "score": 1.0, "truncated": index == 1} for index in range(3)])
    scorer = RemoteScorer(RemoteServer(source(server)))
    assert scorer.read(QUERY, [*TEXTS, TEXTS[1]]).cut == [False, True, False, True]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_after_what_it_asks_for(server: RerankServer, status: int) -> None:
    times: list[float] = []

    def busy(_: Asked) -> Reply:
        times.append(time.monotonic())
        return Reply(status=status, headers={"retry-after": "1"})

    def free(asked: Asked) -> Reply:
        times.append(time.monotonic())
        return well(asked)

    server.behaviour = in_turn(busy, free)
    assert scored(server) == [0.0, 1.0, 2.0]
    assert times[1] - times[0] >= 1.0


def test_a_server_that_wants_more_time_than_there_is_is_not_waited_for(server: RerankServer) -> None:
    server.behaviour = always(status=429, headers={"retry-after": "3600"})
    assert "is overloaded (429)" in refused(server)
    assert len(server.asked) == 1


def test_a_passing_failure_is_tried_again_and_a_lasting_one_told(server: RerankServer) -> None:
    server.behaviour = in_turn(always(status=500), always(status=502), well)
    assert scored(server) == [0.0, 1.0, 2.0]
    server.behaviour = always(b"Traceback: confidential cough", status=500)
    assert "failed (500)" in refused(server)
    assert len(server.asked) == 3 + 4


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "refuses the request (400)"),
        (401, "EMR_RERANK_REMOTE_KEY"),
        (404, "EMR_RERANK_REMOTE_URL"),
        (413, "EMR_RERANK_REMOTE_BATCH"),
        (422, "EMR_RERANK_REMOTE_BATCH"),
    ],
)
def test_a_refusal_is_told_with_its_remedy_and_not_repeated(server: RerankServer, status: int, remedy: str) -> None:
    server.behaviour = always(f"{KEY} confidential", status=status)
    assert remedy in refused(server)
    assert len(server.asked) == 1


def test_no_redirect_is_followed(server: RerankServer) -> None:
    with rerank_server() as elsewhere:
        server.behaviour = always(status=307, headers={"location": elsewhere.url + "/rerank"})
        assert "sends requests elsewhere (307)" in refused(server)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>confidential</html>", "not JSON"),
        ({"results": []}, "without a list"),
        ([{"index": 0, "score": 1.0}], "leaves out text 1 of 3"),
        ([{"index": 0, "score": 1.0}] * 3, "twice for text 0"),
        ([{"index": index, "score": 1.0} for index in (0, 1, 7)], "for text 7 of 3"),
        ([{"index": index, "score": float("nan")} for index in range(3)], "not JSON"),
        ([{"index": index, "score": None} for index in range(3)], "no finite number"),
    ],
)
def test_an_answer_that_is_wrong_is_refused_and_not_asked_for_again(
    server: RerankServer, content: object, told: str
) -> None:
    server.behaviour = always(content)
    assert told in refused(server)
    assert len(server.asked) == 1


def test_an_answer_without_end_is_cut_off(server: RerankServer) -> None:
    server.behaviour = always(b"[" * 17_000_000)
    assert "more than 16 MB" in refused(server)


def test_one_wrong_batch_is_the_end_of_them_all(server: RerankServer) -> None:
    server.behaviour = in_turn(well, always([]))
    assert "leaves out text 0 of 1" in refused(server, batch=1)


def test_a_server_that_hangs_costs_the_timeout_once_and_is_then_left_alone(server: RerankServer) -> None:
    server.behaviour = server.hang
    remote = RemoteServer(source(server, timeout=0.3, rest=60.0))
    with pytest.raises(EngineUnavailableError, match=r"did not answer.*; .*EMR_RERANK_REMOTE_TIMEOUT"):
        remote.rerank(QUERY, TEXTS)
    count = len(server.asked)
    with pytest.raises(EngineUnavailableError, match="failed a moment ago and is left alone for 60 s"):
        remote.rerank(QUERY, TEXTS)
    assert len(server.asked) == count


def test_all_windows_of_a_ranking_share_its_time(server: RerankServer) -> None:
    remote = RemoteServer(source(server, rest=60.0))
    late = RemoteScorer(remote, _began=time.monotonic() - 4.8)
    server.behaviour = server.hang
    with pytest.raises(EngineUnavailableError, match=r"did not answer within 5 s; .*EMR_RERANK_REMOTE_TIMEOUT"):
        late.score(QUERY, TEXTS)
    server.behaviour = well
    assert RemoteScorer(remote).score(QUERY, TEXTS) == [0.0, 1.0, 2.0]  # a long assessment closes no door to others


def test_a_server_that_drips_its_answer_is_not_waited_for_beyond_the_timeout() -> None:
    with dripping() as place, pytest.raises(EngineUnavailableError, match=r"did not answer within 0\.5 s"):
        RemoteServer(RemoteSource(place, timeout=0.5)).rerank(QUERY, TEXTS)


@contextmanager
def dripping() -> Iterator[str]:
    """Serve an answer that never ends, a byte at a time."""

    def drip(listener: socket.socket) -> None:
        with suppress(OSError):  # the client, or the test, has gone
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
                while True:
                    time.sleep(0.05)
                    connection.sendall(b"[")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("url", ["http://256.1.1.1", "http://gpu/\x00"])
def test_an_address_that_is_none_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(ModelError, match="EMR_RERANK_REMOTE_URL: not a URL") as told:
        RemoteServer(RemoteSource(url))
    assert not isinstance(told.value, EngineUnavailableError)


def test_where_nobody_listens_it_is_said() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(EngineUnavailableError, match=f"^the reranker at {place} cannot be reached") as told:
            RemoteServer(RemoteSource(f"http://{place}", timeout=5.0)).rerank(QUERY, TEXTS)
        assert str(told.value).endswith("; see whether it runs and EMR_RERANK_REMOTE_URL is right")


def test_a_server_that_came_back_is_used_again(server: RerankServer) -> None:
    server.behaviour = always(status=500)
    remote = RemoteServer(source(server, rest=0.05))
    with pytest.raises(EngineUnavailableError, match="failed"):
        remote.rerank(QUERY, TEXTS)
    server.behaviour = well
    time.sleep(0.1)
    assert remote.rerank(QUERY, TEXTS).logits == (0.0, 1.0, 2.0)
    assert remote.rerank(QUERY, TEXTS).logits == (0.0, 1.0, 2.0)


def test_one_text_that_is_refused_closes_no_door_to_others(server: RerankServer) -> None:
    server.behaviour = in_turn(always(status=400), always(status=200), well)
    remote = RemoteServer(source(server, rest=60.0))
    for _ in range(2):
        with pytest.raises(EngineUnavailableError):
            remote.rerank(QUERY, TEXTS)
    assert remote.rerank(QUERY, TEXTS).logits == (0.0, 1.0, 2.0)


def test_several_threads_are_served_at_once(server: RerankServer) -> None:
    """A barrier that only opens when all are inside: in turn, nobody would ever get through."""
    together = threading.Barrier(4, timeout=10)

    def meet(asked: Asked) -> Reply:
        together.wait()
        return well(asked)

    server.behaviour = meet
    remote, found = RemoteServer(source(server)), []
    threads = [threading.Thread(target=lambda: found.append(remote.rerank(QUERY, TEXTS).logits)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(0.0, 1.0, 2.0)] * 4


def test_nothing_of_a_patient_nor_the_key_is_logged(server: RerankServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        scored(server)
    assert not any(word in caplog.text for word in (KEY, "confidential", "private gout"))
    assert KEY not in repr(source(server))


def test_a_date_to_wait_until_is_understood() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < retry_after(soon) <= 60
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert (retry_after("7"), retry_after(""), retry_after("soon")) == (7.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "header",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2030 00:00:00 +99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_a_date_beyond_the_calendar_is_no_crash(header: str) -> None:
    assert retry_after(header) >= 0.0


@settings(deadline=None)
@given(st.text() | st.from_regex(r"Mon, \d+ (Jan|Feb|Dec) [0-9]{1,25} \d+:\d+:\d+ ([-+][0-9]{1,25}|[A-Z]+)"))
def test_whatever_a_header_says_it_is_a_time_to_wait(header: str) -> None:
    assert retry_after(header) >= 0.0

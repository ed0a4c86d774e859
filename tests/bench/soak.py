"""Prints how the model server holds under mixed load, as one JSON object. See `make soak`; it takes ten minutes.

Clients at once send new and repeated queries in both shapes, whole and streamed, leave before they are answered, and
send what is wrong. Anything but the answer each should get is an unexpected error, and fails the run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.tiny import WORDS, save_gemma

SIZES = (1, 3, 10, 30, 50, 100, 200, 300)  # lines of a request
IMPATIENT = 0.05  # of the requests: the client leaves
WRONG = 0.05  # of the requests
STREAMED = 0.2  # of the others
REPEATED = 0.3  # of the queries and their lines were asked before
EARLY = 60.0  # seconds after which memory should grow no more
LATER = 6  # equal steps from then to the end, at which memory is read
MISTAKES: tuple[tuple[bytes, int], ...] = (
    (b"{", 422),
    (b'{"texts": ["a"]}', 422),
    (b'{"query": "q", "texts": [1], "documents": [1]}', 422),
    (b'{"query": "q", "texts": ["' + b"word " * 3000 + b'"], "documents": 7}', 0),  # 413 or 422, by the route
)


@dataclass(slots=True)
class Tally:
    """What came back."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # of those answered in full
    pairs: int = 0
    unexpected: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients ask, and until when."""

    address: str
    until: float
    tally: Tally
    chance: random.Random
    known: list[tuple[str, list[str]]]
    numbers: count[int] = field(default_factory=count)

    def asked(self) -> tuple[str, list[str]]:
        """Return a query and its lines, new ones or some of before."""
        if self.known and self.chance.random() < REPEATED:
            return self.chance.choice(self.known)
        number = next(self.numbers)
        lines = [
            f"{number}.{place} " + " ".join(self.chance.choices(WORDS, k=self.chance.randint(3, 25)))
            for place in range(self.chance.choice(SIZES))
        ]
        made = f"{number} " + " ".join(self.chance.choices(WORDS, k=self.chance.randint(20, 120))), lines
        self.known.append(made)
        del self.known[:-100]
        return made

    async def client(self) -> None:
        """Ask, wait for the answer, ask again."""
        async with httpx.AsyncClient(base_url=self.address, timeout=120) as client:
            while time.monotonic() < self.until:
                try:
                    await self._one(client)
                except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                    self.tally.unexpected.append(f"{type(error).__name__}: {error}"[:200])

    async def _one(self, client: httpx.AsyncClient) -> None:
        route, name = self.chance.choice((("/rerank", "texts"), ("/v1/rerank", "documents")))
        kind = self.chance.random()
        if kind < WRONG:
            body, status = self.chance.choice(MISTAKES)
            answer = await client.post(route, content=body)
            self._expect(answer.status_code, status or (413 if name == "texts" else 422))
            return
        query, lines = self.asked()
        asked: dict[str, Any] = {"query": query, name: lines, "stream": self.chance.random() < STREAMED}
        if kind < WRONG + IMPATIENT:
            try:
                answer = await client.post(route, json=asked, timeout=httpx.Timeout(120, read=0.02))
            except httpx.ReadTimeout:
                self.tally.statuses["left"] += 1
                return
        else:
            begun = time.perf_counter()
            answer = await client.post(route, json=asked)
            if answer.status_code == 200:
                self.tally.seconds.append(time.perf_counter() - begun)
        if answer.status_code == 429:
            self.tally.statuses["429"] += 1
            await asyncio.sleep(float(answer.headers["retry-after"]))
            return
        self._expect(answer.status_code, 200)
        if answer.status_code == 200:
            self._check(answer, lines, streamed=asked["stream"])

    def _expect(self, status: int, expected: int) -> None:
        self.tally.statuses[str(status)] += 1
        if status != expected:
            self.tally.unexpected.append(f"status {status} for {expected}")

    def _check(self, answer: httpx.Response, lines: list[str], *, streamed: bool) -> None:
        """Hold an answer to one finite score per line."""
        if streamed:
            *results, last = map(json.loads, answer.text.splitlines())
            if last != {"done": True, "results": len(lines)}:
                self.tally.unexpected.append(f"a stream ended with {last}")
        else:
            content = answer.json()
            results = content if isinstance(content, list) else content["results"]
        if sorted(one["index"] for one in results) != list(range(len(lines))):
            self.tally.unexpected.append("not one result per line")
        self.tally.pairs += len(lines)


def resident(process: int) -> float:
    """Return the megabytes a process holds in memory."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    return round(int(found[1]) / 1024, 1) if found else 0.0


def share(values: list[float], part: float) -> float:
    """Return the value that this part of them stays below, in milliseconds."""
    return round(sorted(values)[min(len(values) - 1, int(part * len(values)))] * 1000, 1) if values else 0.0


async def soak(server: subprocess.Popen[str], address: str, seconds: float, clients: int) -> dict[str, object]:
    """Load a server so long; return what was seen."""
    begun = time.monotonic()
    load = Load(address, begun + seconds, Tally(), random.Random(0), [])  # noqa: S311 (no secret)
    early = min(EARLY, seconds / 2)
    memory: list[float] = []

    async def watch() -> None:
        await asyncio.sleep(early)
        memory.append(resident(server.pid))
        for _ in range(LATER - 1):
            await asyncio.sleep((seconds - early) / LATER)
            memory.append(resident(server.pid))

    await asyncio.gather(watch(), *(load.client() for _ in range(clients)))
    took = time.monotonic() - begun
    memory.append(resident(server.pid))
    tally = load.tally
    return {
        "seconds": round(took, 1),
        "clients": clients,
        "requests": sum(tally.statuses.values()),
        "by_status": dict(sorted(tally.statuses.items())),
        "unexpected_errors": len(tally.unexpected),
        "unexpected": dict(Counter(tally.unexpected).most_common(5)),
        "queue_full": tally.statuses["429"],
        "p50_ms": share(tally.seconds, 0.50),
        "p95_ms": share(tally.seconds, 0.95),
        "p99_ms": share(tally.seconds, 0.99),
        "pairs_per_second": round(tally.pairs / took),
        f"rss_mb_at_{round(early)}_s": memory[0],
        "rss_mb_at_end": memory[-1],
        "rss_mb": memory,
    }


def main() -> None:
    """Start a server on a tiny model, load it, stop it, print; exit 1 where anything was not as it should be."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--max-waiting", type=int, default=100_000, help="tokens; small enough to be full at times")
    given = options.parse_args()
    with TemporaryDirectory() as folder:
        model = save_gemma(Path(folder) / "tiny")
        words = ["--model", model, "--device", "cpu", "--port", 0, "--max-waiting", given.max_waiting]
        command = [sys.executable, "-u", "-m", "emr_rerank.cli", "model-server", *map(str, words)]
        # The clients need a core, too; two threads of which one waits for its core are slower than one.
        settings = {"EMR_RERANK_THREADS": str(max(1, (os.cpu_count() or 1) // 2))}
        server = subprocess.Popen(command, env=settings | os.environ, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            found = re.search(r"http://\S+:\d+", server.stdout.readline())
            assert found
            assert server.stdout.readline().startswith("ready")
            figures = asyncio.run(soak(server, found[0], given.seconds, given.clients))
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(timeout=30)
    print(json.dumps(figures | {"server_exit": code}))
    sys.exit(code != 0 or bool(figures["unexpected_errors"]))


if __name__ == "__main__":
    main()

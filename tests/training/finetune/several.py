"""What `accelerate launch` tells each of the processes it starts on one machine."""

from __future__ import annotations

import socket


def environments(count: int, *, sharded: bool = False) -> list[dict[str, str]]:
    """Return the variables of each process; none where there is one alone."""
    if count == 1:
        return [{}]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    common = {"WORLD_SIZE": str(count), "LOCAL_WORLD_SIZE": str(count), "OMP_NUM_THREADS": "1"}
    common |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    common |= {"ACCELERATE_USE_FSDP": "true"} if sharded else {}
    return [{**common, "RANK": str(rank), "LOCAL_RANK": str(rank)} for rank in range(count)]

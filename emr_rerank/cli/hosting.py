"""The command that hosts a model for apps on this machine and others. Knows addresses and limits, no route."""

from __future__ import annotations

import ipaddress
import os
import signal
from typing import Annotated

import typer

from emr_rerank.cli.listening import address, listening
from emr_rerank.engine import ModelSource, load_reranker, set_threads
from emr_rerank.engine.gemma.prompt import Order
from emr_rerank.engine.reranker import Reranker
from emr_rerank.errors import RequestError
from emr_rerank.settings import Settings, read_settings

ModelOption = Annotated[
    str, typer.Option("--model", metavar="PATH_OR_HUB_ID", help="A model's folder, or its Hugging Face id.")
]
AdapterOption = Annotated[
    str | None, typer.Option("--adapter", metavar="PATH_OR_HUB_ID", help="A LoRA adapter of that model.")
]
DtypeOption = Annotated[
    str | None,
    typer.Option("--dtype", metavar="bf16|fp16|fp32", help="The precision; else what suits the device."),
]
DeviceOption = Annotated[
    str | None, typer.Option("--device", metavar="NAME", help="cuda:0, mps, cpu; else the best there is.")
]
PromptOption = Annotated[
    Order, typer.Option("--prompt", help="Where a decoder's instruction stands: as it was trained.")
]
HostOption = Annotated[str, typer.Option(help="Where to listen.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]
BatchOption = Annotated[
    int | None,
    typer.Option(min=64, metavar="N", help="Tokens of lines in one pass of the model; else what suits the device."),
]
WaitingOption = Annotated[int, typer.Option(min=4096, metavar="N", help="Tokens of lines that may wait; then 429.")]
TimeoutOption = Annotated[float, typer.Option(min=0.1, max=3600, metavar="SECONDS", help="A request's deadline.")]
BatchWaitOption = Annotated[
    float, typer.Option(min=0, max=1000, metavar="MS", help="How long a nearly empty batch waits for other clients.")
]
NoKeyOption = Annotated[bool, typer.Option("--no-key", help="Let everyone who reaches --host use the model.")]


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(epilog="Example: emr-rerank model-server --model BAAI/bge-reranker-v2-gemma --dtype bf16")(model_server)


def model_server(
    *,
    model: ModelOption,
    adapter: AdapterOption = None,
    dtype: DtypeOption = None,
    device: DeviceOption = None,
    prompt: PromptOption = "instruction_last",
    host: HostOption = "127.0.0.1",
    port: PortOption = 8080,
    batch_tokens: BatchOption = None,
    max_waiting: WaitingOption = 2_000_000,
    timeout: TimeoutOption = 60.0,
    batch_wait_ms: BatchWaitOption = 2.0,
    no_key: NoKeyOption = False,
) -> None:
    """Host a reranker over HTTP: /rerank, /v1/rerank, /health, /ready, /metrics, /info.

    Requests must send the key that EMR_RERANK_SERVER_KEY names, where it names one.
    """
    settings = read_settings()
    key = settings.server_key.get_secret_value() if settings.server_key else None
    local = _is_loopback(host)
    if not (local or key or no_key):
        raise RequestError(
            f"{host}: whoever reaches it could use the model; set EMR_RERANK_SERVER_KEY, or say --no-key"
        )
    with listening(host, port) as listener:
        _end_with(signal.SIGINT, signal.SIGTERM)
        typer.echo(f"emr-rerank model-server is starting on {address(host, listener)} (Ctrl+C stops it)")
        # Half a second of import time that only this command needs.
        from emr_rerank.api.addresses import LOOPBACK  # noqa: PLC0415
        from emr_rerank.api.hosting.hosted import Hosted  # noqa: PLC0415
        from emr_rerank.api.hosting.limits import Limits  # noqa: PLC0415
        from emr_rerank.api.hosting.server import ModelServer, serve  # noqa: PLC0415

        hosted = Hosted(Limits(batch_tokens or 0, max_waiting, batch_wait_ms / 1000, timeout))
        server = ModelServer(hosted, (*LOOPBACK, host.lower()) if local else None, key)
        source = ModelSource(model, adapter, dtype, device, prompt)
        serve(server, hosted, listener, lambda: _loaded(source, settings), _say_ready)


def _loaded(source: ModelSource, settings: Settings) -> Reranker:
    if settings.threads:
        set_threads(settings.threads)
    return load_reranker(source)


def _say_ready(model: Reranker) -> None:
    typer.echo(f"ready: {model.title} on {model.device}, {model.dtype}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _end_with(*signals: signal.Signals) -> None:
    """Let these end the process well: the web server repeats them when it has stopped.

    At once, not by SystemExit: raised in the middle of an import, that may be printed instead of ending anything.
    """
    for one in signals:
        signal.signal(one, lambda *_: os._exit(0))

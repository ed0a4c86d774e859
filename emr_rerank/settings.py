"""What an installation may set, from EMR_RERANK_* variables, read once at the edge. Knows no room of the library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from emr_rerank.errors import RequestError


def data_folder() -> Path:
    """Return the folder this user's data live in; nothing is created here."""
    return Path(platformdirs.user_data_dir("emr-rerank", appauthor=False))


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy URL of a SQLite file."""
    return f"sqlite:///{path}"


def _unset(value: object) -> object:
    """An empty value is none: service files name a variable and leave it empty."""
    return value or None


def _there(path: Path | None) -> Path | None:
    if path and not path.exists():
        raise PydanticCustomError("path_absent", "Path does not point to a file or directory")
    return path


def _server(url: str | None) -> str | None:
    """Say what is wrong with a server's URL without repeating it: it may hold a password."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0  # reading a port checks it
    except ValueError:
        whole = False
    if not whole:
        raise PydanticCustomError("url", "Not a whole URL, such as http://127.0.0.1:8080/rerank")
    if parts.username is not None:
        raise PydanticCustomError("url_secret", "A name or password does not belong in it; use EMR_RERANK_REMOTE_KEY")
    return url


def _key(key: SecretStr | None) -> SecretStr | None:
    """A key from a file may end in a new line; anything else that no header may hold is a fault."""
    if key is None:
        return None
    words = key.get_secret_value().strip()
    if not (words and words.isascii() and words.isprintable()):
        raise PydanticCustomError("key", "Not a key: it holds more than printable ASCII characters, or nothing")
    return SecretStr(words)


Text = Annotated[str | None, BeforeValidator(_unset)]


class Settings(BaseSettings):
    """One installation's settings; each field is the variable EMR_RERANK_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix="EMR_RERANK_", frozen=True)

    database_url: str = Field(default_factory=lambda: sqlite_url(data_folder() / "store.sqlite"))
    model: str = "cascade"
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    max_upload_bytes: int = Field(default=50_000_000, gt=0)
    threads: int | None = Field(default=None, gt=0)  # torch threads; None leaves torch's own choice
    facts: Annotated[DirectoryPath | None, BeforeValidator(_unset)] = None  # own rows over the shipped tables
    # What a model server's clients must send.
    server_key: Annotated[SecretStr | None, BeforeValidator(_unset), AfterValidator(_key)] = None
    terminology: Annotated[Path | None, BeforeValidator(_unset), AfterValidator(_there)] = None  # a licensed export

    # The model `gemma`, in this process: folders or Hugging Face ids that are on this machine.
    gemma_model: Text = None  # None: BAAI/bge-reranker-v2-gemma
    gemma_adapter: Text = None
    gemma_dtype: Text = None  # "bf16", "fp16", "fp32"; None: what suits the device
    gemma_device: Text = None  # "cuda:0", "mps", "cpu"; None: the best there is
    gemma_prompt: Literal["instruction_last", "instruction_first"] = "instruction_last"  # as it was trained

    # The models `tuned` and `joint`: result folders of fine-tuning runs, instead of those that come with the package.
    tuned_adapter: Annotated[DirectoryPath | None, BeforeValidator(_unset)] = None
    joint_adapter: Annotated[DirectoryPath | None, BeforeValidator(_unset)] = None
    depth: int = Field(default=0, ge=0, le=1000)  # lines that `cascade` reads again, with its cross-encoder
    budget: float = Field(default=0.6, ge=0, le=600)  # seconds after which the second stage begins no more texts
    runtime: Annotated[Literal["openvino", "torch"] | None, BeforeValidator(_unset)] = None  # None: the best there is
    precision: Annotated[Literal["bf16", "fp32"] | None, BeforeValidator(_unset)] = None  # None: what is fastest there

    # The model `remote`: a server that patients' text is sent to.
    remote_url: Annotated[str | None, BeforeValidator(_unset), AfterValidator(_server)] = None
    remote_key: Annotated[SecretStr | None, BeforeValidator(_unset), AfterValidator(_key)] = None
    remote_model: Text = None  # what a server of several models calls it
    remote_timeout: float = Field(default=20.0, gt=0, le=3600)  # seconds a ranking waits at most, all tries together
    remote_batch: int = Field(default=32, gt=0)  # texts a request; Text Embeddings Inference takes 32 unless told other


SECRET = frozenset({"remote_url", "remote_key", "server_key"})  # values that no message repeats


def read_settings() -> Settings:
    """Read the environment; a value out of place is one line that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = "EMR_RERANK_" + "_".join(str(part) for part in fault["loc"]).upper()
        told = fault["msg"] if fault["loc"][0] in SECRET else f"{fault['msg']} (it is {fault['input']!r})"
        raise RequestError(f"{name}: {told}; correct or unset the variable") from None

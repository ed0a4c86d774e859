"""What an installation may set, from EMR_RERANK_* variables, read once at the edge. Knows no room of the library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    """An empty path is none: service files name a variable and leave it empty."""
    return value or None


def _there(path: Path | None) -> Path | None:
    if path and not path.exists():
        raise PydanticCustomError("path_absent", "Path does not point to a file or directory")
    return path


class Settings(BaseSettings):
    """One installation's settings; each field is the variable EMR_RERANK_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix="EMR_RERANK_", frozen=True)

    database_url: str = Field(default_factory=lambda: sqlite_url(data_folder() / "store.sqlite"))
    model: str = "knowledge"
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    max_upload_bytes: int = Field(default=50_000_000, gt=0)
    threads: int | None = Field(default=None, gt=0)  # torch threads; None leaves torch's own choice
    facts: Annotated[DirectoryPath | None, BeforeValidator(_unset)] = None  # own rows over the shipped tables
    server_key: Annotated[SecretStr | None, BeforeValidator(_unset)] = None  # what a model server's clients must send
    terminology: Annotated[Path | None, BeforeValidator(_unset), AfterValidator(_there)] = None  # a licensed export


def read_settings() -> Settings:
    """Read the environment; a value out of place is one line that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = "EMR_RERANK_" + "_".join(str(part) for part in fault["loc"]).upper()
        told = f"{fault['msg']} (it is {fault['input']!r})"
        raise RequestError(f"{name}: {told}; correct or unset the variable") from None

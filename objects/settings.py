"""The settings of this room: a base of the others'."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SCHEME = "s3://"


def _on_this_machine(path: Path) -> Path:
    """`~` is the home folder, as a shell would have it; what else a shell replaces is refused."""
    if any(re.match(r"\$\{?[A-Za-z_]", part) for part in path.parts):
        raise ValueError("it must hold the whole path: only a shell replaces $NAME")
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("it begins with ~, and there is no such home folder") from None


SettingsPath = Annotated[Path, AfterValidator(_on_this_machine)]
"""A file or a folder, as operators write it."""


class EnvironmentSettings(BaseSettings):
    """What a program reads from the environment and `.env`."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )


class ObjectSettings(EnvironmentSettings):
    """Which store to use; AWS's own variables hold the credentials."""

    s3_endpoint_url: str = Field(
        default="",
        description="address of an object store other than Amazon's, http:// or https://",
    )

    @field_validator("s3_endpoint_url")
    @classmethod
    def _endpoint(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise ValueError("it must not hold a user or a password")
        return check_web_address(url)


def check_web_address(url: str) -> str:
    """A web address or nothing, for the settings classes; raises ValueError."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("it must begin with http:// or https:// and name a host")
    return url.rstrip("/")


def check_store_url(url: str) -> str:
    """The address of a store, for the settings classes; raises ValueError."""
    bucket = url.removeprefix(SCHEME).partition("/")[0]
    if url and (not url.startswith(SCHEME) or not bucket or "@" in bucket):
        raise ValueError("it must look like s3://bucket/prefix")
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether this address leads to this machine itself."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""The settings of the review pages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from objects.settings import EnvironmentSettings, check_web_address

SHORTEST_SECRET = 16


class ReviewSettings(EnvironmentSettings):
    """How reviewers sign in and for how long; a base of the bot's settings."""

    review_secret: SecretStr = Field(
        default=SecretStr(""),
        description="secret that signs links and forms, at least 16 characters; when empty, the "
        "first start makes one and keeps it in DATA_DIR",
    )
    review_url: str = Field(
        default="",
        description="address of the pages for reviewers, such as "
        "https://bears.example.org/review; when empty, only this machine reaches them",
    )
    review_session_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        default=12, description="hours that a reviewer stays signed in"
    )
    review_link_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        default=15, description="minutes within which a one-time link must be opened"
    )
    review_thumbnails_mb: Annotated[int, Field(ge=1, le=512)] = Field(
        default=16, description="megabytes of memory for thumbnails"
    )

    @field_validator("review_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"it needs at least {SHORTEST_SECRET} characters")
        return secret

    @field_validator("review_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        return check_web_address(url)

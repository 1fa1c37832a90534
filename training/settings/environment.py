"""The settings of this room's commands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from dataset.settings import DatasetSettings
from models.settings import ModelsSettings
from objects.settings import SettingsPath, check_web_address
from training.settings.licences import OPEN

_Words = Annotated[tuple[str, ...], NoDecode]


class TrainingSettings(DatasetSettings, ModelsSettings):
    """Everything `python -m training.*` reads from the environment and `.env`."""

    training_lease_s: Annotated[float, Field(ge=5, le=86_400)] = Field(
        default=120,
        description="seconds without a sign of life after which another `training.worker` takes a "
        "retraining over",
    )
    train_on: Literal["here", "ray"] = Field(
        default="here",
        description="where features, head and fine-tuning are computed, here or ray; ray needs the "
        "extra cluster",
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto",
        description="what networks are fine-tuned on: cpu, cuda, mps (Apple's), or auto, a GPU "
        "where there is one",
    )
    body: str = Field(
        default="",
        description="pretrained network that models are trained on, such as tf_efficientnet_lite2 "
        "(extra lite2); empty takes tf_efficientnet_lite0",
    )
    ray_address: str = Field(
        default="",
        description="Ray cluster of TRAIN_ON=ray, such as 10.0.0.1:6379; empty starts Ray on this "
        "machine",
    )
    labels_file: SettingsPath | None = Field(
        default=None,
        description="file of labels: what they are called and how to search for them; empty takes "
        "training/settings/labels.toml",
    )
    collect_contact: str = Field(
        default="",
        description="e-mail or web address under which a service reaches you when your requests "
        "trouble it; goes into the User-Agent of training.collect",
    )
    collect_licences: _Words = Field(
        default=OPEN,
        description="licences that collected pictures may have, separated by commas",
    )
    openverse_client_id: str = Field(
        default="", description="client id of an Openverse registration; empty goes without"
    )
    openverse_client_secret: SecretStr = Field(
        default=SecretStr(""), description="client secret of that registration"
    )
    azure_search_key: SecretStr = Field(default=SecretStr(""), description="key for BING_ENDPOINT")
    bing_endpoint: str = Field(
        default="",
        description="address of an endpoint that answers as Bing Image Search 7 did (retired on "
        "2025-08-11), without /v7.0/images/search; empty if you have none",
    )

    @field_validator("collect_contact")
    @classmethod
    def _fits_a_header(cls, contact: str) -> str:
        if not contact.isascii() or not contact.isprintable():
            raise ValueError("it must be plain ASCII on one line")
        return contact.strip()

    @field_validator("collect_licences", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(word.strip().lower() for word in value.split(",") if word.strip())

    @field_validator("bing_endpoint")
    @classmethod
    def _an_address(cls, url: str) -> str:
        return check_web_address(url)

"""What can go wrong in this room.

    TrainingError
     ├ LabelsFileError         labels.toml, or the file given instead, cannot be used
     ├ CollectError            collecting cannot go on
     │  ├ ProviderUnavailable  a service cannot be asked; the text says what to use instead
     │  └ FetchError           one address was not fetched; `reason` says why, in one word
     ├ AddError                a folder was not taken in; the dataset is as it was
     │  └ FolderChanged        it changed while it was read
     ├ TrainError              a model cannot be trained or measured with what is there
     │  ├ ClusterUnavailable   Ray is missing, or its cluster does not answer
     │  ├ ChampionChanged      another model is in use than the candidate was compared with
     │  ├ LabelsChanged        a label was renamed or retired while the candidate learned it
     │  ├ PhotosTakenBack      photos that the candidate learned from are gone
     │  ├ DeviceUnavailable    the GPU that DEVICE names is not there, or fails
     │  ├ BodyUnavailable      a body's weights cannot be had, or it cannot be served
     │  ├ NotExportable        a network cannot be written as the graph that a bundle serves
     │  └ ParityError          learner, graph and classifier answer differently: no bundle
     └ CleanError              a reviewed file cannot be applied; the dataset is as it was

The text of each is one sentence for a person: what happened and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

FetchReason = Literal[
    "bad_address",
    "private_address",
    "dead_link",
    "refused",
    "redirect_loop",
    "too_large",
    "timeout",
    "broken_transfer",
    "busy",
]


class TrainingError(Exception):
    """The base of every error of this room."""


class LabelsFileError(TrainingError):
    """The file of labels cannot be used."""


class CollectError(TrainingError):
    """Collecting cannot go on."""


class ProviderUnavailable(CollectError):
    """A service cannot be asked: retired, not installed, refusing, or out of patience with us."""


class FetchError(CollectError):
    """One address was not fetched; `reason` is stable, for counting."""

    def __init__(self, reason: FetchReason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason: FetchReason = reason


class AddError(TrainingError):
    """A folder was not taken in; the dataset is as it was."""


class FolderChanged(AddError):
    """The folder changed while it was read."""


class TrainError(TrainingError):
    """A model cannot be trained or measured with what is there."""


class ChampionChanged(TrainError):
    """Another model is in use than the candidate was compared with."""

    def __init__(self, before: str, now: str) -> None:
        super().__init__(
            f"The model in use was changed from {before} to {now} meanwhile, so the new one was"
            " compared with the wrong model and is not published: retrain again."
        )


class PhotosTakenBack(TrainError):
    """Photos that the candidate learned from are gone."""

    def __init__(self, count: int) -> None:
        photos = "1 photo" if count == 1 else f"{count} photos"
        super().__init__(
            f"{photos} that the new model learned from left the dataset meanwhile, so it was"
            " thrown away; the model in use stays: retrain again."
        )


class LabelsChanged(TrainError):
    """Labels that the candidate learned were renamed, merged or retired meanwhile."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__(
            f"{', '.join(labels)} got another name or was retired while the new model learned,"
            " so it was thrown away; the model in use stays: retrain again."
        )


class ClusterUnavailable(TrainError):
    """Ray is not installed, or its cluster does not answer."""


class DeviceUnavailable(TrainError):
    """The device that was asked for by name is not there, or fails."""


class BodyUnavailable(TrainError):
    """A body's weights cannot be had here, or it is of a kind that cannot be served."""


class NotExportable(TrainError):
    """A network cannot be written as the graph that a bundle serves."""


class ParityError(TrainError):
    """Learner, graph and running classifier differ, so no bundle is made."""


class CleanError(TrainingError):
    """A reviewed file cannot be applied; the dataset is as it was."""

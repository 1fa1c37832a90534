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
     │  ├ BodyUnavailable      a body's weights cannot be had, or it cannot be served
     │  └ ParityError          learner, graph and classifier answer differently: no bundle
     └ CleanError              a reviewed file cannot be applied; the dataset is as it was

The text of each is one sentence for a person: what happened and what to do.
"""

from __future__ import annotations

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


class ClusterUnavailable(TrainError):
    """Ray is not installed, or its cluster does not answer."""


class BodyUnavailable(TrainError):
    """A body's weights cannot be had here, or it is of a kind that cannot be served."""


class ParityError(TrainError):
    """Learner, graph and running classifier differ, so no bundle is made."""


class CleanError(TrainingError):
    """A reviewed file cannot be applied; the dataset is as it was."""

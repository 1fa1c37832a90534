"""What can go wrong in this room.

ModelsError
├── PhotoError      these bytes cannot be classified; `code` says why
├── SandboxError    this system cannot close a process in
├── BundleError     a bundle is unreadable, altered, of another format, or answers differently
└── RegistryError   a version cannot be published, found or gone back to
    ├── UnknownVersion        no published version has this name
    └── RegistryUnreachable   nobody can tell now what is published

The text of each is one sentence for the person who caused it: what happened, what to do.
"""

from __future__ import annotations

from typing import Literal

PhotoProblem = Literal[
    "empty",
    "not_a_photo",
    "unsupported",
    "strip",
    "too_large",
    "too_many_pixels",
    "too_hard",
    "broken",
]


class ModelsError(Exception):
    """The base of every error that this room raises on purpose."""


class PhotoError(ModelsError):
    """These bytes cannot be classified; `code` is stable, for translations of the sentence."""

    def __init__(self, code: PhotoProblem, sentence: str) -> None:
        super().__init__(sentence)
        self.code: PhotoProblem = code


class SandboxError(ModelsError):
    """This system cannot close a process in; the text says why, without a full stop."""


class BundleError(ModelsError):
    """A bundle cannot be trusted: unreadable, altered, of another format, or answering
    differently."""


class RegistryError(ModelsError):
    """A version cannot be published, found or gone back to."""


class UnknownVersion(RegistryError):
    """No published version has this name."""


class RegistryUnreachable(RegistryError):
    """Nobody can tell now what is published: a folder or store does not answer, or lost it all."""

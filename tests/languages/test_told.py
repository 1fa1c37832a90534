"""What other programs say in English is said to each reader in their language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from languages.catalogue import Languages
from languages.told import told
from tests.conftest import REPOSITORY

OTHERS = ["de", "es"]
_ROOMS = [
    "training/add",
    "training/retrain",
    "training/train",
    "training/errors.py",
    "training/settings/labels.py",
    "bot/admin/retraining/process.py",
    "dataset/examples/readiness.py",
    "dataset/examples/retrainings.py",
    "dataset/conversation/claims/label_names.py",
    "models/photo.py",
    "models/pictures",
]
"""Where it is written why a retraining fails, or why a ZIP or a photo of it is refused."""
_ELSEWHERE = {
    "LabelsFileError": "of a file that the operator edits: it also stops the start",
    "ValueError": "never shown",
    "OSError": "never shown, but for its number",
    "NotFoundError": "never stored",
    "RetrainingOver": "never stored",
    "RetrainingActive": "never stored",
    "NothingToUndo": "never stored",
    "RuntimeError": "never shown",
    "NameTaken": "the pages say it by its code",
}
_KEPT = {"reason", "blind_spot"}
"""Keywords whose text a retraining keeps."""


def text_of(node: ast.expr) -> str | None:
    """A text with a stand-in for each of its values; None for what is no text of its own."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [
            str(part.value) if isinstance(part, ast.Constant) else _stand_in(part)
            for part in node.values
        ]
        return "".join(parts)
    return None


_STAND_INS = {
    "error": "It was interrupted; the model in use stays.",
    "exc": "It was interrupted; the model in use stays.",
    "reason": "It was interrupted; the model in use stays.",
    "_READABLE": "JPEG or AVIF",
    "only": "only the label 'elk'",
    "photos": "7 photos",
    "too_deep(empty[0])": "The folder a holds folders (b, …) and no photos: if those are the "
    "labels, name c instead of d",
    "too_deep(path)": "The folder a holds folders (b, …) and no photos: if those are the labels, "
    "name c instead of d",
    "f' ({reason})' if reason else ''": "",
}
"""What may stand in the place of a value; a word, where it is not told here."""


def _stand_in(part: ast.expr) -> str:
    assert isinstance(part, ast.FormattedValue)
    return _STAND_INS.get(ast.unparse(part.value), "7")


def said_in(file: Path) -> Iterator[tuple[str, str]]:
    """Sentences that a module raises or keeps, each with where it stands."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        texts = [word.value for word in node.keywords if word.arg in _KEPT]
        if name.endswith(("Error", "Changed", "Unavailable", "Exportable", "Label")):
            texts += [] if name in _ELSEWHERE else node.args
        elif ast.unparse(node.func) == "super().__init__":
            texts += node.args
        for each in texts:
            text = text_of(each)
            if text is not None and " " in text:
                yield f"{file.relative_to(REPOSITORY)}:{node.lineno}", text


def every_sentence() -> list[tuple[str, str]]:
    files = [
        file
        for room in _ROOMS
        for file in (
            sorted((REPOSITORY / room).rglob("*.py")) if "." not in room else [REPOSITORY / room]
        )
    ]
    return [one for file in files for one in said_in(file)]


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_is_kept_can_be_said(language: str) -> None:
    """No sentence that a page or the chat may show later lacks its translation."""
    words = Languages().words(language)
    sentences = every_sentence()
    assert len(sentences) > 60
    lacking = [
        f"{where} {text}"
        for where, text in sentences
        if told(text, words) in (text, _other(text, words))
    ]
    assert [] == lacking


def _other(text: str, words: object) -> str:
    assert callable(words)
    return str(words("told-other", sentence=text))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "The ZIP would unpack to 12,000 MB from 1.2 MB: photos do not shrink like that. "
            "Nothing was added.",
            "Aus 1,2 MB würden entpackt 12.000 MB: So lassen sich Fotos nicht verkleinern. Es kam "
            "nichts dazu.",
        ),
        (
            "Its process was ended by SIGKILL. The model in use stays.",
            "Sein Prozess wurde durch SIGKILL beendet. Das Modell in Gebrauch bleibt.",
        ),
        (
            "Something new went wrong. The model in use stays.",
            "Auf Englisch: „Something new went wrong.“ Das Modell in Gebrauch bleibt.",
        ),
        ("", ""),
    ],
)
def test_values_are_found_in_what_was_said(sentence: str, expected: str) -> None:
    """Numbers as the language writes them, sentences within sentences, and what nobody knows as it
    is, named as English."""
    assert expected == told(sentence, Languages().words("de"))
    assert sentence == told(sentence, Languages().words("en"))

"""The whole ring: a photo is answered wrongly, disputed, learned from, and answered rightly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from models.bundles.bundle import STARTER, Bundle
from models.inference.classifier import Classifier
from tests.conftest import REPOSITORY
from tests.system.processes import Program

pytestmark = pytest.mark.long

ADMIN = 2
BEYOND_HEAD = ("torch", "torchvision", "fastai", "timm", "onnxscript", "sklearn", "pandas")
BEARS = 60
"""Of each label, to begin with."""
_PATIENCE_S = 400.0


class Chat:
    """The admin's private chat, over the local chat's script endpoints."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(self, *, text: str = "", photo: bytes | None = None, reply_to: int = 0) -> int:
        """Send a message; its id."""
        form: dict[str, str] = {"user": str(ADMIN), "chat": str(ADMIN)}
        if text:
            form["text"] = text
        if reply_to:
            form["reply_to"] = str(reply_to)
        files = {"photo": ("photo.jpg", photo, "image/jpeg")} if photo else None
        answer = self._client.post("/local/send", data=form, files=files)
        answer.raise_for_status()
        return int(answer.json()["message_id"])

    def until(self, after: int, *words: str) -> str:
        """The first text after this message that holds one of the words, edits included."""
        version, seen = 0, []
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            query: dict[str, int | str] = {"chat": ADMIN, "since": version, "wait": 20}
            changes = self._client.get("/local/changes", params=query).json()
            version = changes["version"]
            for message in changes["messages"]:
                text = str(message.get("text", ""))
                seen.append(text)
                if message["message_id"] > after and any(word in text for word in words):
                    return text
        pytest.fail(f"none of {words} was said, but: {seen}")

    def press(self, label: str) -> None:
        """Press the newest button of this name."""
        messages = self._client.get("/local/messages", params={"chat": ADMIN}).json()
        for message in reversed(messages):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for key in row:
                    if key["text"] == label:
                        body = {"user": ADMIN, "chat": ADMIN, "data": key["callback_data"]}
                        body["message_id"] = message["message_id"]
                        self._client.post("/local/press", json=body).raise_for_status()
                        return
        raise AssertionError(f"no button {label!r}")


@pytest.fixture(scope="module")
def refused(shared_data: Path) -> Path:
    """A real photo of a bear that the starter takes for something else."""
    starter = Classifier(Bundle.open(STARTER))
    for path in sorted((shared_data / "user_photos").glob("*/*.jpg")):
        answer = starter.classify(path.read_bytes())
        if answer.verdict == "outside" and answer.label == path.parent.name:
            return path
    pytest.fail("the starter refuses none of these photos")


def test_a_disputed_photo_is_answered_rightly_after_retraining(
    refused: Path, shared_data: Path, tmp_path: Path
) -> None:
    """Disputed by an admin, retrained with /retrain: the published model knows the photo.

    No more is installed than with the extra `head`.
    """
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text(
        f"import sys\nsys.modules |= dict.fromkeys({BEYOND_HEAD!r})\n"
    )
    settings = {"PYTHONPATH": f"{tmp_path / 'hidden'}{os.pathsep}{REPOSITORY}"}
    settings |= {"DATA_DIR": str(tmp_path / "data"), "MODELS_DIR": str(tmp_path / "models")}
    for folder in (shared_data / "bears").iterdir():
        (tmp_path / "bears" / folder.name).mkdir(parents=True)
        for photo in sorted(folder.iterdir())[:BEARS]:
            shutil.copy(photo, tmp_path / "bears" / folder.name)
    subprocess.run(
        [sys.executable, "-m", "training.add", str(tmp_path / "bears")],
        check=True,
        capture_output=True,
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin", **settings},
    )
    label = refused.parent.name
    command = ("bot", "--local", "--no-browser", "--port", "0")
    with Program(*command, folder=tmp_path, settings=settings) as bot:
        bot.until_ready()
        address = next(word for word in bot.output.split() if word.startswith("http://"))
        with httpx.Client(base_url=address, timeout=_PATIENCE_S) as client:
            chat = Chat(client)
            photo = chat.send(photo=refused.read_bytes())
            chat.until(photo, "I see no bear I know")

            dispute = chat.send(text=f"/wrong {label}", reply_to=photo)
            chat.until(dispute, "May I keep")
            chat.press("Keep my photos")
            chat.until(dispute, "I keep such photos from now on")

            request = chat.send(text="/retrain")
            told = chat.until(request, "is published", "is not published", "failed")
            assert "is published" in told
            chat.until(request, "You were right about this photo")

            again = chat.send(photo=refused.read_bytes())
            # The picture of the retraining may come meanwhile, and has no text.
            assert f"% {label}" in chat.until(again, "%").splitlines()[2]

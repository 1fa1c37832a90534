"""python -m benchmarks.teaching PHOTOS NEW [--unseen DIR] [--others DIR]: teaching by chat.

Takes PHOTOS/<label>/* into a fresh dataset and trains a first model of it. Then an admin sends
/teach with NEW's name, its first twenty photos as albums, and retrains by the button. Prints the
seconds from the first photo to the new model answering, what the bot said of it, how many of the
photos in --unseen it then names rightly, and the accuracy on OTHERS/<label>/* before and after.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks.contenders import Contender, Running, running
from models.registry.local import Registry
from training.evaluate import __main__ as evaluate

ADMIN = 2
TAUGHT = 20
ALBUM = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.teaching", description=__doc__)
    parser.add_argument("photos", metavar="PHOTOS", type=Path)
    parser.add_argument("new", metavar="NEW", type=Path)
    parser.add_argument("--unseen", metavar="DIR", type=Path, help="photos of it for the end")
    parser.add_argument("--others", metavar="OTHERS", type=Path)
    parser.add_argument("--taught", metavar="N", type=int, default=TAUGHT)
    options = parser.parse_args(arguments)
    taught = _photos(options.new)[: options.taught]
    unseen = _photos(options.unseen) if options.unseen else _photos(options.new)[options.taught :]
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATA_DIR": f"{folder}/data", "MODELS_DIR": f"{folder}/models"}
        for command in (["training.add", str(options.photos)], ["training.retrain", "--force"]):
            subprocess.run(
                [sys.executable, "-m", *command],
                check=True,
                env=os.environ | place,
                stdout=subprocess.DEVNULL,
            )
        registry = Registry(Path(folder) / "models")
        before = registry.current()
        contender = Contender(
            "this bot",
            [sys.executable, "-m", "bot", "--no-browser"],
            place | {"RETRAIN_CRON": "off"},
        )
        with running(contender, taught[0]) as bot:
            _teach(bot, options.new.name, taught, registry)
            named = [_named(bot, photo, options.new.name) for photo in unseen]
        if named:
            print(f"of {len(named)} unseen photos of it, {sum(named)} are answered with it")
        if options.others:
            for when, bundle in (("before", before), ("after", registry.current())):
                print(f"others, {when}: {_accuracy(bundle, options.others)}")
    return 0


def _teach(bot: Running, label: str, photos: Sequence[bytes], registry: Registry) -> None:
    champion = registry.current_version()
    _press(bot, _say(bot, text="/privacy"), 0)
    print(_say(bot, text=f"/teach {label}")["text"])
    began = time.perf_counter()
    for start in range(0, len(photos), ALBUM):
        print(_say(bot, photos=photos[start : start + ALBUM])["text"])
    done = _say(bot, text="/done")
    print(done["text"])
    taught_s = time.perf_counter() - began
    _press(bot, done, 0)
    last = done["message_id"]
    while True:
        query = {"chat": ADMIN, "after": last, "wait": 30}
        found = bot.client.get("/local/messages", params=query).json()
        over = [one["text"] for one in found if one.get("text", "").startswith("Model ")]
        if over:
            break
    while registry.current_version() != champion and bot.answering() == champion:
        time.sleep(0.1)
    answering_s = time.perf_counter() - began
    print(over[0])
    print(f"{len(photos)} photos taken in {taught_s:.1f} s, answering after {answering_s:.1f} s")


def _say(bot: Running, *, text: str = "", photos: Sequence[bytes] = ()) -> dict[str, Any]:
    """Say something as the admin; the bot's reply."""
    form = {"user": str(ADMIN), "chat": str(ADMIN), **({"text": text} if text else {})}
    files = [("photo", (f"{place}.jpg", each, "image/jpeg")) for place, each in enumerate(photos)]
    sent = bot.client.post("/local/send", data=form, files=files or None).json()["message_id"]
    query = {"chat": ADMIN, "after": sent, "wait": 30}
    while True:
        for message in bot.client.get("/local/messages", params=query).json():
            if message["from"]["is_bot"]:
                return dict(message)


def _press(bot: Running, message: dict[str, Any], row: int) -> None:
    data = message["reply_markup"]["inline_keyboard"][row][0]["callback_data"]
    body = {"user": ADMIN, "chat": ADMIN, "message_id": message["message_id"], "data": data}
    bot.client.post("/local/press", json=body).raise_for_status()


def _named(bot: Running, photo: bytes, label: str) -> bool:
    """Whether the answer to a photo begins with the label."""
    said = str(_say(bot, photos=[photo])["text"])
    return label in said.split("\n")[0].casefold()


def _accuracy(bundle: Path, photos: Path) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        evaluate.main([str(bundle), str(photos), "--json"])
    found = json.loads(printed.getvalue())
    recall = ", ".join(
        f"{label} {share:.1%}" for label, share in found["recall"].items() if share is not None
    )
    return f"{found['accuracy']:.1%} of {found['n']} photos right ({recall})"


def _photos(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]


if __name__ == "__main__":
    sys.exit(main())

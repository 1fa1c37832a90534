"""python -m models: classify files and manage the published bundles."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bear_detector.parsing import CommandParser, command_parser
from bear_detector.tables import table
from models.bundles.bundle import Bundle
from models.bundles.manifest import Manifest
from models.errors import ModelsError
from models.inference.classifier import Classifier
from models.inference.many_files import Answered, classify_files, files_of
from models.inference.percent import percent_number
from models.registry.local import Listed
from models.registry.opening import registry_of
from models.settings import ModelsSettings
from objects.errors import SettingsError
from objects.loading import load_settings

_LOOKED_AGAIN = "  (at first sight it would have been answered otherwise)"
_INCOMPLETE = "  (part of the file is missing or damaged: answered from what is there)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0, 1 when it failed, 2 for wrong arguments."""
    options = parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    try:
        settings = load_settings(ModelsSettings)
    except SettingsError as exc:
        print(exc, file=sys.stderr)
        return 2
    try:
        status: int = options.run(options, settings)
    except ModelsError as exc:
        print(exc, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader closed the pipe; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def parser() -> CommandParser:
    command = command_parser(
        "models",
        "Classify files and manage the published bundles.",
        ("list", "publish candidates/first", "rollback # to the one before"),
    )

    def say_what_there_is(options: argparse.Namespace, settings: ModelsSettings) -> int:
        command.print_help()
        return 0

    command.set_defaults(run=say_what_there_is)
    commands = command.add_subparsers(metavar="COMMAND")
    classify = _subcommand(
        commands,
        "classify",
        "say what photo files show",
        "bear.jpg",
        "photos/ # all in the folder, and in those in it",
        "--json photos/*.jpg # a line each, for programs",
    )
    classify.add_argument(
        "photos", nargs="+", metavar="PHOTO", help="picture files or folders; - is what is piped in"
    )
    classify.add_argument("--bundle", type=Path, metavar="DIR", help="instead of the current one")
    classify.set_defaults(run=_classify)

    listing = _subcommand(commands, "list", "list all bundles", "")
    listing.set_defaults(run=_list)

    current = _subcommand(commands, "current", "name the bundle in use", "")
    current.set_defaults(run=_current)

    publish = _subcommand(
        commands, "publish", "put a bundle into use; the one before stays", "candidates/first"
    )
    publish.add_argument("bundle", type=Path, metavar="DIR", help="folder of the bundle")
    publish.set_defaults(run=_publish)

    rollback = _subcommand(
        commands, "rollback", "go back to a version", " # to the one before", "starter"
    )
    rollback.add_argument("version", nargs="?", metavar="VERSION", help="default: the one before")
    rollback.set_defaults(run=_rollback)
    return command


def _subcommand(
    commands: argparse._SubParsersAction[CommandParser], name: str, does: str, *examples: str
) -> CommandParser:
    command = commands.add_parser(
        name, help=does, description=f"{does[:1].upper()}{does[1:]}.", examples=examples
    )
    command.add_argument("--json", action="store_true", help="print JSON, for programs")
    return command


def _classify(options: argparse.Namespace, settings: ModelsSettings) -> int:
    bundle = Bundle.open(options.bundle) if options.bundle else registry_of(settings).open()
    classifier = Classifier(
        bundle,
        threads=1,  # each file has its thread
        sure_threshold=settings.sure_threshold,
        outside_threshold=settings.outside_threshold,
    )
    photos = [file for given in options.photos for file in files_of(given)]
    failed = not photos
    if not photos:
        print(f"There is no photo in {', '.join(options.photos)}.", file=sys.stderr)
    width = max((len(str(photo)) for photo in photos), default=0)
    for answered in classify_files(classifier, photos):
        failed = failed or answered.error is not None
        if options.json:
            print(json.dumps(_as_json(answered), ensure_ascii=False))
        elif answered.error is not None:
            print(f"{answered.file}: {answered.error}", file=sys.stderr)
        else:
            print(f"{answered.file!s:{width}}  {_in_words(answered, classifier.manifest)}")
    return 1 if failed else 0


def _list(options: argparse.Namespace, settings: ModelsSettings) -> int:
    listed = registry_of(settings).versions()
    if options.json:
        current = next((one.version for one in listed if one.is_current), None)
        print(json.dumps({"current": current, "versions": [_listed_json(one) for one in listed]}))
        return 0
    rows = [["*" if one.is_current else "", one.version, *_summary(one)] for one in listed]
    print("\n".join(table(["", "VERSION", "MADE", " RIGHT", " PHOTOS", "LABELS"], rows)))
    return 0


def _current(options: argparse.Namespace, settings: ModelsSettings) -> int:
    path = registry_of(settings).current()
    if options.json:
        print(json.dumps({"version": path.name, "path": str(path)}))
    else:
        print(path.name)
    return 0


def _publish(options: argparse.Namespace, settings: ModelsSettings) -> int:
    version = registry_of(settings).publish(options.bundle)
    return _changed(options, settings, version)


def _rollback(options: argparse.Namespace, settings: ModelsSettings) -> int:
    version = registry_of(settings).rollback(options.version)
    return _changed(options, settings, version)


def _changed(options: argparse.Namespace, settings: ModelsSettings, version: str) -> int:
    if options.json:
        path = registry_of(settings).current()
        print(json.dumps({"version": version, "path": str(path)}))
    else:
        print(f"{version} is in use: a running bot takes it up within seconds")
    return 0


def _as_json(answered: Answered) -> dict[str, Any]:
    prediction = answered.prediction
    if prediction is None:
        return {"file": str(answered.file), "error": answered.error}
    content = {
        "file": str(answered.file),
        "label": prediction.label,
        "probability": round(prediction.probability, 6),
        "probabilities": {
            label: round(value, 6) for label, value in prediction.probabilities.items()
        },
        "verdict": prediction.verdict,
        "outside_score": round(prediction.outside_score, 4),
        "looks_like": prediction.looks_like,
        "milliseconds": round(prediction.milliseconds, 2),
    }
    content |= {"incomplete": True} if prediction.is_incomplete else {}
    return content | ({"looked_again": True} if prediction.looked_again else {})


def _in_words(answered: Answered, manifest: Manifest) -> str:
    prediction = answered.prediction
    assert prediction is not None
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
    line = f"{prediction.label} {percent_number(prediction.probability)}%"
    if prediction.verdict == "outside":
        line = f"none of {', '.join(manifest.labels)}: looks more like {prediction.looks_like}"
    elif prediction.verdict == "unsure":
        line = "unsure: " + ", ".join(
            f"{label} {percent_number(value)}%" for label, value in ranked[:2]
        )
    notes = {_LOOKED_AGAIN: prediction.looked_again, _INCOMPLETE: prediction.is_incomplete}
    return line + "".join(note for note, applies in notes.items() if applies)


def _listed_json(one: Listed) -> dict[str, Any]:
    content: dict[str, Any] = {
        "version": one.version,
        "path": str(one.path),
        "current": one.is_current,
        "problem": one.problem,
    }
    if one.manifest is not None:
        content |= {
            "created": one.manifest.created,
            "labels": list(one.manifest.labels),
            "recipe": one.manifest.recipe,
            "parent": one.manifest.parent,
            "metrics": dict(one.manifest.metrics),
        }
    return content


def _summary(one: Listed) -> list[str]:
    """When it was made, how often it is right, on how many photos, and its labels."""
    if one.manifest is None:
        return ["", "", "", f"unusable: {one.problem}"]
    accuracy, n = one.manifest.metrics.get("accuracy"), one.manifest.metrics.get("n")
    is_measured = isinstance(accuracy, (int, float)) and isinstance(n, int)
    measured = [f"{accuracy:.1%}", str(n)] if is_measured else ["", ""]
    made = (one.manifest.created or "shipped")[:16].replace("T", " ")
    return [made, *measured, ", ".join(one.manifest.labels)]


if __name__ == "__main__":
    raise SystemExit(main())

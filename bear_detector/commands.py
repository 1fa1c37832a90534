"""What `bear-detector` knows to do: each command forwards to the module that does it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One word after `bear-detector`."""

    name: str
    module: str
    """Has `main(arguments)`, and `parser()`, which says what it takes."""
    summary: str
    before: tuple[str, ...] = ()
    """What stands before the arguments that were given: a command of the module."""

    @property
    def program(self) -> str:
        """The name that the module's help and messages use; it adds `before` itself."""
        return "bear-detector" if self.before else f"bear-detector {self.name}"


GROUPS: dict[str, tuple[Command, ...]] = {
    "ask it": (
        Command("run", "bot.__main__", "start the bot, or without a token the local chat"),
        Command("doctor", "bot.doctor.__main__", "say what keeps the bot from working"),
        Command("classify", "models.__main__", "say what photo files show", ("classify",)),
        Command("review", "review.__main__", "open the pages on which people check photos"),
    ),
    "teach it": (
        Command("collect", "training.collect.__main__", "find openly licensed pictures"),
        Command("add", "training.add.__main__", "take in the photos of a folder"),
        Command("clean", "training.clean.__main__", "rank what is most likely mislabelled"),
        Command("train", "training.train.__main__", "train a candidate from the dataset"),
        Command("evaluate", "training.evaluate.__main__", "measure a model on labelled photos"),
        Command("retrain", "training.retrain.__main__", "fold, train, compare, publish"),
        Command("worker", "training.worker", "wait for retrainings that a bot elsewhere asks for"),
        Command("import-learner", "training.import_learner.__main__", "take a fastai learner in"),
        Command("models", "models.__main__", "list, publish and roll back models"),
    ),
    "keep it": (
        Command("backup", "dataset.backup.__main__", "copy everything into one file"),
        Command("restore", "dataset.restore", "put a backup back"),
        Command("migrate", "dataset.migrate", "move to another database or store of photos"),
        Command("rekey", "dataset.rekey", "encrypt the kept photos with another key"),
        Command("export", "dataset.export.__main__", "take the dataset out, for other programs"),
        Command("completion", "bear_detector.completion", "print what completes these in a shell"),
    ),
}

COMMANDS = {command.name: command for group in GROUPS.values() for command in group}

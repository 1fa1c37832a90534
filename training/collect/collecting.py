"""python -m training.collect LABEL… --per-label 150 --from inaturalist,openverse,commons

Finds, downloads, verifies and records pictures with their licences. Interrupted, it goes on where
it was when it is run again; `--per-label` counts what earlier runs collected.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from importlib.metadata import version
from urllib.parse import urlsplit

import requests
from tqdm import tqdm

from dataset.conversation.claims.label_names import check_label
from dataset.errors import InvalidLabel
from objects.loading import load_settings
from training.add.opening import open_database, open_intake
from training.collect.collector import LEAST_SIDE_PX, SOURCE, Collector
from training.collect.journal import Journal
from training.collect.providers import Provider, build
from training.collect.search import LabelReport
from training.collect.web import Web
from training.errors import CollectError
from training.settings.environment import TrainingSettings
from training.settings.labels import place_labels
from training.settings.queries import Queries, read_queries

JOURNAL = "collect.jsonl"
"""In DATA_DIR: where every search is."""


def run(options: argparse.Namespace) -> int:
    settings = load_settings(TrainingSettings)
    queries = read_queries(
        _checked_labels(options.labels), file=options.labels_file or settings.labels_file
    )
    if not settings.collect_contact:
        print(
            "COLLECT_CONTACT is not set: the services ask for an e-mail or web address under "
            "which they reach who calls them, and may refuse without.",
            file=sys.stderr,
        )
    with closing(web_of(settings)) as web:
        names = dict.fromkeys(name.strip() for name in options.providers.split(","))
        providers = [build(name, web=web, settings=settings) for name in names if name]
        reports = collect(
            settings,
            queries,
            web=web,
            providers=providers,
            per_label=options.per_label,
            restart=options.restart,
        )
    if options.json:
        described = {label: report.as_json() for label, report in reports.items()}
        print(json.dumps({"labels": described}, ensure_ascii=False))
    else:
        for label, report in reports.items():
            _print(label, report)
    for label, report in reports.items():
        if report.missing:
            print(shortfall(label, report), file=sys.stderr)
    nothing = all(report.missing and not report.kept + report.had for report in reports.values())
    return 1 if nothing else 0


def collect(
    settings: TrainingSettings,
    queries: Queries,
    *,
    web: Web,
    providers: Sequence[Provider],
    per_label: int,
    restart: bool = False,
) -> dict[str, LabelReport]:
    """Bring every label of `queries` to `per_label` collected pictures; a report a label."""
    with ExitStack() as stack:
        journal = stack.enter_context(closing(Journal(settings.data_dir / JOURNAL)))
        if restart:
            journal.forget_searches()
        database = stack.enter_context(open_database(settings))
        place_labels(database, settings.labels_file, queries)
        intake = stack.enter_context(
            open_intake(
                settings,
                database,
                source=SOURCE,
                origin=SOURCE,
                least_side_px=LEAST_SIDE_PX,
            )
        )
        reports: dict[str, LabelReport] = {}
        for label, by_provider in queries.items():
            with tqdm(total=per_label, desc=label, unit="photo", disable=None) as bar:
                collector = Collector(
                    web=web,
                    providers=providers,
                    database=database,
                    intake=intake,
                    journal=journal,
                    licences=settings.collect_licences,
                    progress=bar.update,
                )
                reports[label] = collector.collect(label, by_provider, wanted=per_label)
        return reports


def web_of(settings: TrainingSettings) -> Web:
    """The session for these settings. The operator's own Bing endpoint may be anywhere."""
    contact = settings.collect_contact or "no contact given"
    agent = f"BearDetector/{version('bear-detector')} ({contact})"
    trusted = frozenset[str]()
    if settings.bing_endpoint:
        parts = urlsplit(settings.bing_endpoint)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        trusted = frozenset({f"{parts.hostname}:{port}"})
    return Web(user_agent=f"{agent} python-requests/{requests.__version__}", trusted_hosts=trusted)


def shortfall(label: str, report: LabelReport) -> str:
    """Why a label has fewer pictures than were wanted, and which reason cost how many."""
    have = report.wanted - report.missing
    costs = ", ".join(
        f"{number} {reason.replace('_', ' ')}" for reason, number in report.dropped.most_common()
    )
    sentence = f"{label}: {have} of {report.wanted}. Dropped: {costs or 'none'}."
    for name, each in report.providers.items():
        if each.ended:
            sentence += f" {name}: {each.ended}"
    if report.lacking:
        sentence += f" Not asked, for want of a query: {', '.join(report.lacking)}."
    return sentence


def _checked_labels(labels: Sequence[str]) -> list[str]:
    try:
        return list(dict.fromkeys(check_label(label) for label in labels))
    except InvalidLabel as exc:
        raise CollectError(str(exc)) from exc


def _print(label: str, report: LabelReport) -> None:
    review = sum(each.needs_review for each in report.providers.values())
    waiting = f", {review} of them waiting for a reviewer" if review else ""
    print(f"{label}: {report.kept} kept{waiting}, {report.had} from earlier")
    for name, each in report.providers.items():
        dropped = ", ".join(f"{number} {why}" for why, number in each.dropped.most_common())
        print(f"  {name}: {each.kept} kept{f'; dropped: {dropped}' if dropped else ''}")

"""A connection to a Ray cluster, or a cluster of this machine alone."""

from __future__ import annotations

import _thread
import contextlib
import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from training.errors import ClusterUnavailable

_STORE_BYTES = 512 * 2**20
"""Ray's memory for what passes between processes here; by default a third of the machine's. What
passes at one time is a batch for each core, 21 MB of features, or 13 MB of a gradient."""

_ASK_EVERY_S = 2.0
_GONE_AFTER = 10
"""So often unanswered, the cluster is given up: before Ray ends this process by itself, after a
minute."""
_INTERRUPTED_AFTER_S = 5.0


@contextmanager
def connected(address: str, *, cores: int | None = None) -> Iterator[ModuleType]:
    """Ray, connected to the cluster at `address`, as RAY_ADDRESS gives it, until the block ends.

    Without an address Ray runs on this machine for as long, reachable from it alone, on all its
    cores or on `cores` of them. Raises ClusterUnavailable.
    """
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as exc:
        raise ClusterUnavailable(
            "Ray is not installed here: pip install -e '.[cluster]' in the project's folder, or "
            "leave TRAIN_ON and --on at here."
        ) from exc
    # Failures raise; the rest is Ray's own chatter.
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        if address:
            ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING)
        else:
            ray.init(
                address="local",
                num_cpus=cores,
                object_store_memory=_STORE_BYTES,
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.WARNING,
                _node_ip_address="127.0.0.1",
            )
    except (OSError, RuntimeError, ValueError) as exc:
        reason = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
        raise ClusterUnavailable(
            f"The Ray cluster cannot be used ({reason}): check RAY_ADDRESS, and that `ray status` "
            "answers on its machines."
        ) from exc
    try:
        # Ray prints what happens to its processes, and stdout is for what a command answers.
        with contextlib.redirect_stdout(sys.stderr), _watched(ray):
            yield ray
    finally:
        ray.shutdown()


@contextmanager
def _watched(ray: ModuleType) -> Iterator[None]:
    """Raise ClusterUnavailable when the cluster goes away meanwhile: Ray itself waits for a
    minute and then ends the process."""
    address = ray.get_runtime_context().gcs_address
    host, _, port = address.rpartition(":")
    over, gone = threading.Event(), threading.Event()
    sentence = (
        f"The Ray cluster at {address} went away; nothing was published. Start it again, then the "
        "same command."
    )

    def watch() -> None:
        silent = 0
        while not over.wait(_ASK_EVERY_S):
            try:
                socket.create_connection((host.strip("[]"), int(port)), _ASK_EVERY_S).close()
                silent = 0
            except OSError:
                silent += 1
            if silent == _GONE_AFTER:
                gone.set()
                _thread.interrupt_main()
                if not over.wait(_INTERRUPTED_AFTER_S):
                    # Some of Ray's calls cannot be interrupted. What lies about is removed by
                    # the next training.
                    print(sentence, file=sys.stderr, flush=True)
                    os._exit(1)
                return

    threading.Thread(target=watch, name="cluster-watch", daemon=True).start()
    try:
        yield
    # An interrupt is ours, or the operator's; what else is raised may come of the same.
    except BaseException as exc:
        if not gone.is_set():
            raise
        raise ClusterUnavailable(sentence) from exc
    finally:
        over.set()


def cores(ray: ModuleType) -> int:
    """How many the cluster has now."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))

"""A connection to a Ray cluster, or a cluster of this machine alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from training.errors import ClusterUnavailable

_STORE_BYTES = 512 * 2**20
"""Ray's memory for what passes between processes here; by default a third of the machine's. What
passes at one time is a batch for each core, 21 MB of features, or 13 MB of a gradient."""


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
        yield ray
    finally:
        ray.shutdown()


def cores(ray: ModuleType) -> int:
    """How many the cluster has now."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))

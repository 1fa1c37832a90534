"""A PostgreSQL server of the tests' own: in a temporary folder, on a Unix socket, unprivileged."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from dataset.storage.database import Database
from dataset.storage.schema import Base

_INSTALLED = "/usr/lib/postgresql"
_UNPRIVILEGED = ("postgres", "nobody")


def find_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, the newest installed version; None without any."""
    found = sorted(Path(_INSTALLED).glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Server:
    """A running server."""

    def __init__(self, folder: Path, control: Sequence[str], options: Sequence[str]) -> None:
        """`control` is pg_ctl for this cluster, `options` what it is started with."""
        self._folder = folder
        self._control = [*control]
        self._options = [*options]
        self._numbers = itertools.count(1)
        self.start()
        self._shared = self.empty()
        database = Database(self._shared)
        database.upgrade()
        database.dispose()

    def empty(self) -> str:
        """The URL of a new database without any table."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(
            f"host={self._folder} user=tests dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql://tests@/{name}?host={self._folder}"

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """No process of the server does anything for as long as the block lasts."""
        master = int((self._folder / "cluster" / "postmaster.pid").read_text().split()[0])
        stopped = [master]
        os.kill(master, signal.SIGSTOP)  # first, or it would make more
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = status.read_text().rpartition(")")[2].split()
                if int(fields[1]) == master:
                    stopped.append(int(status.parent.name))
                    os.kill(stopped[-1], signal.SIGSTOP)
        try:
            yield
        finally:
            for number in stopped:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGCONT)

    def start(self) -> None:
        """Let it run."""
        self._run([*self._options, "start"])

    def stop(self) -> None:
        """End it, as a crash would; who comes is refused."""
        self._run(["-m", "immediate", "stop"])

    def _run(self, command: Sequence[str]) -> None:
        subprocess.run(
            [*self._control, *command], check=True, stdout=subprocess.DEVNULL, cwd=self._folder
        )

    def fresh(self) -> str:
        """The URL of the one database with every table, emptied of what the last test left."""
        database = Database(self._shared)
        with database.session() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        database.dispose()
        return self._shared


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Start a server for as long as the block lasts. PostgreSQL refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="detector-postgresql-"))
    command: list[str] = []
    if os.geteuid() == 0:
        user = next(name for name in _UNPRIVILEGED if _exists(name))
        shutil.chown(folder, user)
        command = ["runuser", "-u", user, "--"]
    try:
        cluster = str(folder / "cluster")
        initdb = [str(programs / "initdb"), "-D", cluster, "-U", "tests", "-A", "trust"]
        subprocess.run(
            [*command, *initdb, "--no-sync", "-E", "UTF8", "--locale=C"],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        control = [*command, str(programs / "pg_ctl"), "-D", cluster, "-w"]
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
        server = Server(folder, control, ["-o", options, "-l", str(folder / "log")])
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True

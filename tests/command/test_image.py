"""The image of ops/Dockerfile, built and run as it is, on a base made of this machine's Python.

Only where buildah is (Debian's, as root): it needs neither a daemon nor privileges of the kernel.
The base bears the name that the Dockerfile asks for, so nothing is fetched but packages.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from models.bundles.bundle import drawn_bears
from tests.conftest import REPOSITORY
from tests.system.processes import free_port

pytestmark = pytest.mark.install

PROGRAMS = ("sh", "install", "groupadd", "useradd")
LIBRARIES = ("libstdc++.so.6", "libgcc_s.so.1", "librt.so.1", "libpthread.so.0", "libdl.so.2")
"""What wheels expect of every system."""
FOLDERS = ("tmp", "root", "proc", "sys", "dev", "etc")


class Buildah:
    """buildah with a store of its own."""

    def __init__(self, folder: Path) -> None:
        self._places = ["--root", str(folder / "store"), "--runroot", str(folder / "run")]

    def command(self, *arguments: str) -> list[str]:
        """The whole command."""
        return ["buildah", *self._places, *arguments]

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stderr[-2000:]
        return done.stdout.strip()


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Buildah:
    """buildah, which knows a base by the Dockerfile's name for it."""
    if shutil.which("buildah") is None or os.geteuid() != 0:
        pytest.skip("no buildah here, or not root: the image is not built")
    folder = tmp_path_factory.mktemp("image")
    build = Buildah(folder)
    base = folder / "base"
    make_base(base)
    container = build("from", "scratch")
    build("copy", "--quiet", container, str(base), "/")
    build("config", "--env", "PATH=/usr/local/bin:/usr/bin", container)
    (name,) = set(re.findall(r"^FROM (\S+)", dockerfile(), flags=re.MULTILINE))
    build("commit", "--quiet", "--rm", container, f"docker.io/library/{name}")
    return build


@pytest.fixture(scope="module")
def container(buildah: Buildah) -> Iterator[str]:
    """A container of the image."""
    file = str(REPOSITORY / "ops" / "Dockerfile")
    build = ("build", "--isolation", "chroot", "--pull-never", "--format", "docker")
    buildah(*build, "--tag", "bear-detector", "--file", file, str(REPOSITORY))
    name = buildah("from", "--pull-never", "localhost/bear-detector")
    yield name
    buildah("rm", name)


def dockerfile() -> str:
    """The recipe."""
    return (REPOSITORY / "ops" / "Dockerfile").read_text(encoding="utf-8")


def make_base(root: Path) -> None:
    """This machine's Python and what the Dockerfile calls, with the libraries that they load."""
    standard = Path(sysconfig.get_path("stdlib"))
    no = shutil.ignore_patterns("test", "tests", "site-packages", "__pycache__", "config-*")
    inside = root / "usr/local/lib" / standard.name
    shutil.copytree(standard, inside, ignore=no)
    (inside / "site-packages").mkdir()
    for name in FOLDERS:
        (root / name).mkdir()
    python = Path(sys.executable).resolve()
    put(python, root / "usr/local/bin/python")
    (root / "usr/local/bin/python3").symlink_to("python")
    loaders = [python, *(standard / "lib-dynload").glob("*.so")]
    for name in PROGRAMS:
        program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
        assert program is not None
        put(Path(program), root / "usr/bin" / name)
        loaders.append(Path(program))
    (root / "bin").symlink_to("usr/bin")
    for library in libraries(loaders):
        of_python = library.is_relative_to(sys.base_prefix)
        put(library, root / "usr/local/lib" / library.name if of_python else below(root, library))
    (root / "etc/ld.so.conf").write_text("/usr/local/lib\n")
    subprocess.run(["/sbin/ldconfig", "-r", str(root)], check=True)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\n")
    for place in ("/etc/login.defs", "/etc/ssl/certs/ca-certificates.crt"):
        if Path(place).exists():
            put(Path(place), below(root, Path(place)))
    write_pip_settings(root / "etc/pip.conf")


def libraries(loaders: list[Path]) -> set[Path]:
    """What the loader would give these files, and what wheels want."""
    found = set()
    for loader in loaders:
        shown = subprocess.run(
            ["/usr/bin/ldd", str(loader)], capture_output=True, text=True, check=False
        )
        found |= {Path(name) for name in re.findall(r"(/\S+\.so\S*) \(", shown.stdout)}
    beside = next(name.parent for name in found if name.name == "libc.so.6")
    return found | {beside / name for name in LIBRARIES}


def write_pip_settings(file: Path) -> None:
    """Where this machine's pip looks for packages, places on its disk left out."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    settings = configparser.RawConfigParser()
    settings["global"] = {
        key: value
        for key, value in re.findall(r"^(?:global|:env:)\.(\S+)='(.*)'$", listed.stdout, re.M)
        if key in ("cert", "index-url", "proxy", "trusted-host")
    }
    settings["install"] = {"compile": "no"}  # it takes a third of the time
    with file.open("w") as written:
        settings.write(written)


def put(source: Path, target: Path) -> None:
    """Copy, with the folders above."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def below(root: Path, place: Path) -> Path:
    """The same place under another root."""
    return root / place.relative_to("/")


def test_the_image_answers_as_a_nobody(buildah: Buildah, container: str) -> None:
    """It runs as the number it names, keeps its data in /data, and answers a photo."""
    run = ("run", "--isolation", "chroot", container, "--")
    assert "10001 /data" == buildah(
        *run, "python", "-c", "import os; print(os.getuid(), os.environ['DATA_DIR'])"
    )
    port = str(free_port())
    serve = [*run, "bear-detector", "run", "--no-browser", "--port", port]
    with subprocess.Popen(buildah.command(*serve), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert "Ready\n" in iter(process.stdout.readline, "")
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                assert 200 == client.get("/healthz").status_code
                sent = client.post(
                    "/local/send",
                    data={"user": "1", "chat": "1"},
                    files={"photo": ("teddy.jpg", drawn_bears()["teddy.jpg"], "image/jpeg")},
                ).json()
                query = {"chat": 1, "after": sent["message_id"], "wait": 30}
                answer = client.get("/local/messages", params=query).json()[0]
            assert answer["text"].startswith("Teddy bear, 9")
        finally:
            process.terminate()

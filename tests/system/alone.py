"""`python -m tests.system.alone FOLDER PROGRAM …`: run a program where there is no network, and
tell what it tried to reach.

To be started by `unshare --net`: the namespace has a loopback interface and nothing else. Every
address that the program or a child of it connects or sends to is traced, at the system's calls: a C
library's as well as Python's. With `--stop` the program gets SIGTERM once it prints Ready; with
`--photo FILE` it is the bot and gets the photo in its local chat before. The last line is a JSON
object: `status`, `reached` (addresses beyond loopback) and `output`.
"""

from __future__ import annotations

import argparse
import fcntl
import ipaddress
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import httpx

_TRACE = (
    *("/usr/bin/env", "strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg"),
    "--seccomp-bpf",  # all other calls go on at their own pace
)
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def main() -> int:
    """See the module's description; the exit status is this program's own."""
    parser = argparse.ArgumentParser(prog="python -m tests.system.alone", description=__doc__)
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("folder", type=Path)
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    _raise_loopback()
    trace = options.folder / "trace"
    process = subprocess.Popen(
        [*_TRACE, "-o", str(trace), *options.program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=options.folder,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if options.stop and line.startswith("Ready"):
            if options.photo is not None:
                _converse("".join(lines), options.photo)
            os.killpg(process.pid, signal.SIGTERM)
    status = process.wait()
    reached = sorted(set(_beyond_loopback(trace.read_text(errors="replace"))))
    print(json.dumps({"status": status, "reached": reached, "output": "".join(lines)}))
    return 0


def _raise_loopback() -> None:
    """What `ip link set lo up` does; the namespace's loopback interface begins down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(control, _GET_FLAGS, name), 16)
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def _converse(said: str, photo: Path) -> None:
    """Send the photo as a photo and as a file, and wait for both answers."""
    address = re.search(r"http://[0-9.:]+", said)
    assert address is not None, said
    with httpx.Client(base_url=address[0], timeout=60, trust_env=False) as http:
        for name in ("photo", "document"):
            files = {name: (photo.name, photo.read_bytes(), "image/jpeg")}
            sent = http.post("/local/send", data={"user": "1", "chat": "1"}, files=files).json()
            query = {"chat": "1", "after": str(sent["message_id"]), "wait": "60"}
            assert http.get("/local/messages", params=query).json(), "nothing was answered"


def _beyond_loopback(trace: str) -> list[str]:
    found = []
    for ours, theirs in _ADDRESS.findall(trace):
        address = ipaddress.ip_address(ours or theirs)
        if not address.is_loopback and not address.is_unspecified:
            found.append(str(address))
    return found


if __name__ == "__main__":
    sys.exit(main())

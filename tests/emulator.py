"""Google's Firestore emulator, started without the SDK's wrapper: that would outlive us, and its Java it."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
_ROOTS = (
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "~/google-cloud-sdk",
)
_JAVA = ("-XX:+UseSerialGC", "-Xshare:auto", "-Xmx2g")
"""Everything lies in memory until the end, and a run of all tests leaves more than half a gigabyte: with less room
Java collects garbage most of the time."""
_STARTS_FAST = "-XX:TieredStopAtLevel=1"
"""Java's second compiler pays only after minutes of work; from then on an answer costs half."""
_READY_SECONDS = 30

MISSING = (
    "Firestore's emulator is not here: install Java 17 and the Google Cloud SDK, then run"
    " `gcloud components install cloud-firestore-emulator`"
    " (on Debian: apt install google-cloud-cli-firestore-emulator)."
)


def found() -> Path | None:
    """The emulator's jar, beside whichever SDK is installed."""
    if shutil.which("java") is None:
        return None
    gcloud = shutil.which("gcloud")
    roots = [Path(gcloud).resolve().parent.parent] if gcloud else []
    roots += [Path(root).expanduser() for root in _ROOTS]
    return next((root / _JAR for root in roots if (root / _JAR).is_file()), None)


def found_or_said() -> Path | None:
    """The jar; where it is missing, how to get it is said, and a run that demands it ends."""
    jar = found()
    if jar is None and demanded():
        raise SystemExit(MISSING)
    if jar is None:
        sys.stdout.write(f"{MISSING}\n")
    return jar


@contextmanager
def running(jar: Path, folder: Path, *, for_long: bool = False) -> Iterator[str]:
    """Host and port of the one emulator of all processes that share `folder`; it ends with the last of them.
    `for_long`: it will work for more than a few minutes.

    Each holds an end of a pipe. When all are closed, as they are even when their processes are killed, the
    shell at the other end stops Java and is gone.
    """
    pipe, address = folder / "emulator.pipe", folder / "emulator.port"
    with (folder / "emulator.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not pipe.exists():
            os.mkfifo(pipe)
            address.write_text(str(_free_port()))
            _start(jar, pipe, address.read_text(), _JAVA if for_long else (*_JAVA, _STARTS_FAST))
        end = os.open(pipe, os.O_WRONLY)
        _wait_for(int(address.read_text()))
    try:
        yield f"127.0.0.1:{address.read_text()}"
    finally:
        os.close(end)


def _start(jar: Path, pipe: Path, port: str, options: Sequence[str]) -> None:
    """Start Java and the shell that waits at the pipe; neither is our child."""
    java = ("java", *options, "-cp", str(jar), _MAIN, "start", "--host=127.0.0.1", f"--port={port}")
    waiting = '( "$@" </dev/null & read _ <"$0"; kill $!; wait ) >/dev/null 2>&1 &'
    subprocess.run(["/bin/sh", "-c", waiting, str(pipe), *java], check=True, start_new_session=True)  # noqa: S603 (our own)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("Firestore's emulator did not start.")


def demanded() -> bool:
    """Whether a run without the emulator fails: where nobody looks at what was skipped."""
    return bool(os.environ.get("CI"))

"""What the demo prints, to readers who may leave."""

import os
import subprocess
import sys

from demo.processes import ROOT


def test_a_reader_who_left_brings_no_traceback() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-c", "from demo.terminal import tell; tell('a card'); tell('and more')"],
            cwd=ROOT,
            stdout=writes,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writes)

    assert (done.returncode, done.stderr) == (0, b"")

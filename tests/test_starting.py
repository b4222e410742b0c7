"""What whoever starts it sees where it cannot start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_server_that_is_set_up_wrongly_says_so_once_and_ends() -> None:
    served = subprocess.run(
        [
            sys.executable,
            "-B",
            "-m",
            "gunicorn",
            "--bind",
            "127.0.0.1:0",
            "--no-control-socket",
            "app:create_app()",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SEAL_KEYS": "unmistakable"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert served.returncode != 0
    assert served.stderr.count("The add-on cannot start:") == 1
    assert "BASE_URL: is not set. Example: BASE_URL=https://" in served.stderr
    assert "unmistakable" not in served.stderr
    assert "Traceback" not in served.stderr

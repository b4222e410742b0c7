"""What a visitor reads, and may stop reading at any moment."""

import os
import sys


def tell(text: str) -> None:
    """Print. That nobody reads on, as behind `| head` or Ctrl-C's `| tee`, is no reason for a traceback."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

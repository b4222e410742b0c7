"""`python -m tests.kill.child MODULE …`: that module, in a process that ends with the thread that started it.

It sees to that by itself: nothing runs between fork and exec, where gRPC would wake threads of who starts it.
"""

from __future__ import annotations

import runpy
import sys

from demo.processes import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)

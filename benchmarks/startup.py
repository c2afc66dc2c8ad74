"""What %load_ext costs beside importing pandas, in fresh processes, in turn.

The promise: under 0.3 s more than `import pandas`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 7
TIMED = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
begun = time.perf_counter()
{code}
print(time.perf_counter() - begun)
"""
PANDAS = "import pandas"
BOTH = "import pandas\nshell.run_line_magic('load_ext', 'autodash_jupyter')"


def seconds(code: str) -> float:
    """Return how long code takes in a fresh process that has only IPython."""
    command = [sys.executable, "-c", TIMED.format(code=code)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(printed.splitlines()[-1])


def main() -> None:
    """Print the medians, and what the extension adds."""
    seconds(BOTH)  # warms the file cache
    pairs = [(seconds(PANDAS), seconds(BOTH)) for _ in range(RUNS)]
    pandas_alone = statistics.median(first for first, _ in pairs)
    added = statistics.median(second - first for first, second in pairs)
    print(f"import pandas            {pandas_alone:.3f} s (median of {RUNS})")
    print(f"%load_ext adds           {added:.3f} s, {added / pandas_alone:.2f} of import pandas")


if __name__ == "__main__":
    main()

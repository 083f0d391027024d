"""Run the tests: `python3 scripts/test.py [pytest's arguments]`.

Makes .venv as scripts/askv4.py does, adds what the tests need, llama-cpp-python among it (compiled the first time, some
minutes), and runs pytest from the repository's root. `--only-set-up` stops before pytest.
"""

import os
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.stderr.write("askv4: this is Python " + sys.version.split()[0] + "; run it with 3.11, 3.12 or 3.13\n")
    sys.exit(2)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import _setup

if __name__ == "__main__":
    sys.exit(_setup.start_tests(sys.argv[1:]))

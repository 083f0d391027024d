"""Run the tests: `python3 scripts/test.py [pytest's arguments]`.

Makes .venv as scripts/askv4.py does, adds what the tests need: llama-cpp-python (compiled the first time, some minutes) and
a small chat model (491 MB, kept for all checkouts in the platform's cache folder, or where ASKV4_TEST_MODELS says); then
runs pytest from the repository's root. `--only-set-up` stops before pytest; `--only-set-up packages`, `chat` or `model`
sets up that part alone. pytest's own `--help` is that of `.venv/bin/python -m pytest`.
"""

import contextlib
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.stderr.write("askv4: this is Python " + sys.version.split()[0] + "; run it with 3.11, 3.12 or 3.13\n")
    sys.exit(2)

from setup.start import start_tests

if __name__ == "__main__":
    if {"-h", "--help"} & set(sys.argv[1:]):
        with contextlib.suppress(BrokenPipeError):
            print(__doc__, flush=True)
        sys.exit()
    sys.exit(start_tests(sys.argv[1:]))

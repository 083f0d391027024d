"""Ask the documents: `python3 scripts/askv4.py "was V4 trained on Ascend?"`.

Makes .venv the first time, and again when pyproject.toml or constraints.txt have changed; then runs askv4 in it with
the same arguments. On a terminal a first question is answered by quotations, then llama.cpp is compiled and a chat model
fetched, and the question is answered once more with the model's lead. `--no-model` refuses that for good, until `models
pull` or `--model` asks for it; without a terminal nothing of it happens, unless ASKV4_SET_UP_MODEL=1 is in the environment.
With ASKV4_TORCH=default there, .venv gets the default build of torch (for NVIDIA on Linux, gigabytes), not a CPU build.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.stderr.write("askv4: this is Python " + sys.version.split()[0] + "; run it with 3.11, 3.12 or 3.13\n")
    sys.exit(2)

from setup.start import start_askv4

if __name__ == "__main__":
    sys.exit(start_askv4(sys.argv[1:]))

"""`python -m askv4`."""

import sys

from askv4.cli.main import main

sys.exit(main())

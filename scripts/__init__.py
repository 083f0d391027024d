"""What is run beside the program: `python3 scripts/askv4.py`, `python3 scripts/test.py`, `.venv/bin/python -m scripts.bench.quality`."""

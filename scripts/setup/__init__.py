"""Makes .venv and what a chat model needs, for scripts/askv4.py and scripts/test.py.

Standard library only, for any Python that askv4 runs on. The starters find it as `setup`, in their own folder; tests and
bench/ as `scripts.setup`: imports within it are relative.
"""

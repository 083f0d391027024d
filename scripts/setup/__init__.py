"""Makes .venv and what a chat model needs, for scripts/askv4.py and scripts/test.py. Standard library only."""

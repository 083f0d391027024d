"""The command line: parses, calls the facade, shows events."""

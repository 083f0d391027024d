"""Styles of text that widgets put together themselves; everything else stands in the style sheets."""

MUTED = "$foreground 60%"
MARKER = "bold $text-accent"
KIND = "$text-secondary"
WARNING = "$text-warning"
HEADING = "bold $text-primary"

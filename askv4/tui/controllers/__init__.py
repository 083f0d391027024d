"""What the chat does, by trade: each controller works on the panes of the screen and starts threads for what takes its time."""

"""The driver of a chat that a browser shows: it ends with the server that it talks to, however that ended."""

from __future__ import annotations

from contextlib import suppress

from textual.driver import Driver
from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class ServedDriver(WebDriver):
    """As Textual's, but the end of what is typed is the end of the chat: the server was killed and nobody sees it any more."""

    def run_input_thread(self) -> None:
        """Reads what is typed to its end."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())

    def write(self, data: str) -> None:
        """Draws; for nobody where the server is gone."""
        with suppress(BrokenPipeError):
            super().write(data)

    def write_meta(self, data: dict[str, object]) -> None:
        """Tells the server, where there is one."""
        with suppress(BrokenPipeError):
            super().write_meta(data)


def chosen(driver: type[Driver]) -> type[Driver]:
    """The driver to run with, where Textual would take `driver`."""
    return ServedDriver if driver is WebDriver else driver

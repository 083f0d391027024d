"""Whether a package source can be reached at all, and how pip says what is wrong with one."""

from __future__ import annotations

import threading

OTHER_FILE = ("DO NOT MATCH THE HASHES", "Hashes are required")
"""Words of pip's last lines where a file has another sum than hashes.txt says, or none there."""
UNREACHABLE = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError", "SSLError")
"""Words of pip's last lines where no source answers."""


def answers(url: str, seconds: float = 8.0) -> bool:
    """Whether a web server answers in time, with whatever; also where a firewall swallows what is sent to it."""
    import urllib.error
    import urllib.request

    reached: list[bool] = []

    def knock() -> None:
        try:
            urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=seconds).close()
            reached.append(True)
        except urllib.error.HTTPError as error:
            reached.append(error.code < 500 and error.code not in (403, 407))
        except OSError as error:
            # A certificate that Python does not know may be known to pip.
            reached.append("CERTIFICATE" in str(error))

    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(seconds)
    return reached == [True]

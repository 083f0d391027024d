"""Microsoft's compound files: whether the chains of sectors in one end. A parser that follows one that does not, fills the
memory; calamine 0.9 is such a parser.

The layout is that of [MS-CFB]: a header, and sectors that a table of links joins to chains.
"""

from __future__ import annotations

import struct
import sys
from array import array

_IN_HEADER = 109
"""Sectors of the table that the header itself names."""
_LARGEST_SECTOR = 0xFFFFFFFA
"""Numbers from here on are signs: the end of a chain, a free sector."""


def chains_end(data: bytes) -> bool:
    """Whether no chain of the file leads back into itself; False as well for a file too short to have any."""
    if len(data) < 512:
        return False
    size = 1 << min(12, max(9, struct.unpack_from("<H", data, 30)[0]))
    links = _joined(data, size, _sectors_of_links(data, size))
    if _has_cycle(links):
        return False
    small, sectors = struct.unpack_from("<I", data, 60)[0], []
    while small < len(links):
        sectors.append(small)
        small = links[small]
    return not _has_cycle(_joined(data, size, sectors))


def _sectors_of_links(data: bytes, size: int) -> list[int]:
    """Where the table of links lies."""
    found = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    after = struct.unpack_from("<I", data, 68)[0]
    seen: set[int] = set()
    while after < _LARGEST_SECTOR and after not in seen and len(part := _sector(data, size, after)) == size:
        seen.add(after)
        *more, after = struct.unpack(f"<{size // 4}I", part)
        found += more
    return [sector for sector in found if sector < _LARGEST_SECTOR]


def _joined(data: bytes, size: int, sectors: list[int]) -> array[int]:
    links = array("I", b"".join(part for sector in sectors if len(part := _sector(data, size, sector)) == size))
    if sys.byteorder == "big":
        links.byteswap()
    return links


def _sector(data: bytes, size: int, number: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]


def _has_cycle(links: array[int]) -> bool:
    walked = array("I", bytes(4 * len(links)))
    for start in range(len(links)):
        place = start
        while place < len(links) and not walked[place]:
            walked[place] = start + 1
            place = links[place]
        if place < len(links) and walked[place] == start + 1:
            return True
    return False

"""Microsoft's compound files: the streams in one, and whether its chains of sectors end. A parser that follows one that does
not, fills the memory; calamine 0.9 is such a parser.

The layout is that of [MS-CFB]: a header, and sectors that a table of links joins to chains.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice

_IN_HEADER = 109
"""Sectors of the table that the header itself names."""
_ENTRY = 128
"""Bytes of an entry of the directory."""
_STORAGE, _STREAM = 1, 2
_SMALL_SECTOR = 64
_LARGEST_SECTOR = 0xFFFFFFFA
"""Numbers from here on are signs: the end of a chain, a free sector."""


def streams(data: bytes) -> dict[str, bytes]:
    """What each stream holds, by its path with `/` between parts. Raises ValueError when the file is damaged."""
    if not chains_end(data):
        raise ValueError("its sectors lead in circles")
    size = _sector_size(data)
    links = _joined(data, size, _sectors_of_links(data, size))
    directory = _chain(data, size, _sectors(links, struct.unpack_from("<I", data, 48)[0]))
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    if not entries:
        raise ValueError("it has no directory")
    small = _chain(data, size, _sectors(links, struct.unpack_from("<I", entries[0], 116)[0]))
    small_links = _joined(data, size, _sectors(links, struct.unpack_from("<I", data, 60)[0]))
    cutoff = struct.unpack_from("<I", data, 56)[0]
    contents: dict[str, bytes] = {}
    total = 0
    for path, entry in _walk(entries):
        start, length = struct.unpack_from("<II", entry, 116)
        if length < cutoff:  # small streams lie together in one, in sectors of their own
            taken = islice(_sectors(small_links, start), -(-length // _SMALL_SECTOR))
            content = b"".join(small[one * _SMALL_SECTOR : (one + 1) * _SMALL_SECTOR] for one in taken)
        else:
            content = _chain(data, size, islice(_sectors(links, start), -(-length // size)))
        total += len(content)
        if total > 2 * len(data):
            raise ValueError("its streams share sectors")
        contents[path] = content[:length]
    return contents


def _walk(entries: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """The streams below the root, with their paths."""
    seen: set[int] = set()
    waiting = [(struct.unpack_from("<I", entries[0], 76)[0], "")]
    while waiting:
        number, folder = waiting.pop()
        if number >= len(entries) or number in seen:
            continue
        seen.add(number)
        entry = entries[number]
        length, kind = struct.unpack_from("<HB", entry, 64)
        left, right, child = struct.unpack_from("<3I", entry, 68)
        path = folder + entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        waiting += [(left, folder), (right, folder)]
        if kind == _STORAGE:
            waiting.append((child, f"{path}/"))
        elif kind == _STREAM:
            yield path, entry


def _sectors(links: array[int], start: int) -> Iterator[int]:
    while start < len(links):
        yield start
        start = links[start]


def _chain(data: bytes, size: int, sectors: Iterable[int]) -> bytes:
    return b"".join(_sector(data, size, sector) for sector in sectors)


def _sector_size(data: bytes) -> int:
    return int(1 << min(12, max(9, struct.unpack_from("<H", data, 30)[0])))


def chains_end(data: bytes) -> bool:
    """Whether no chain of the file leads back into itself; False as well for a file too short to have any."""
    if len(data) < 512:
        return False
    size = _sector_size(data)
    try:
        links = _joined(data, size, _sectors_of_links(data, size))
    except ValueError:
        return False
    if _has_cycle(links):
        return False
    small = list(_sectors(links, struct.unpack_from("<I", data, 60)[0]))
    return not _has_cycle(_joined(data, size, small))


def _sectors_of_links(data: bytes, size: int) -> list[int]:
    """Where the table of links lies. Raises ValueError when the sectors that say so lead in circles."""
    sectors = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    after = struct.unpack_from("<I", data, 68)[0]
    seen: set[int] = set()
    while after < _LARGEST_SECTOR and (part := _numbers(_sector(data, size, after))):
        if after in seen:
            raise ValueError("its sectors lead in circles")
        seen.add(after)
        *more, after = part
        sectors += more
    return [sector for sector in sectors if sector < _LARGEST_SECTOR]


def _joined(data: bytes, size: int, sectors: Iterable[int]) -> array[int]:
    return _numbers(_chain(data, size, sectors))


def _numbers(part: bytes) -> array[int]:
    """The whole numbers in it: a file's last sector may be cut short, and calamine follows what is left of it."""
    numbers = array("I", part[: len(part) // 4 * 4])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


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

"""Microsoft's compound files, and Outlook messages in them, written as [MS-CFB] and [MS-OXMSG] say."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with streams by their paths."""
    sectors: list[bytes] = []
    links: list[int] = []
    small, small_links = bytearray(), []

    def chain(content: bytes) -> int:
        """Puts content into sectors of its own; gives the first."""
        first = len(sectors)
        parts = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        sectors.extend(parts)
        links.extend([*range(first + 1, first + len(parts)), _END] if parts else [])
        return first if parts else _END

    def small_chain(content: bytes) -> int:
        first = len(small_links)
        count = -(-len(content) // _SMALL)
        small.extend(content.ljust(count * _SMALL, b"\0"))
        small_links.extend([*range(first + 1, first + count), _END] if count else [])
        return first if count else _END

    folders = sorted({"/".join(path.split("/")[:depth]) for path in streams for depth in range(1, path.count("/") + 1)})
    order = ["", *folders, *streams]
    children = {
        folder: sorted(
            (path for path in order[1:] if path.rpartition("/")[0] == folder),
            key=lambda path: (len(path.rpartition("/")[2]), path.rpartition("/")[2].upper()),
        )
        for folder in ["", *folders]
    }
    starts = {path: (chain if len(data) >= _CUTOFF else small_chain)(data) for path, data in streams.items()}
    root = chain(bytes(small))
    entries = []
    for path in order:
        name = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
        kind = 5 if not path else 2 if path in streams else 1
        siblings = children.get(path.rpartition("/")[0], []) if path else []
        after = siblings[siblings.index(path) + 1 :] if path else []
        child = children.get(path, [])
        start, size = (root, len(small)) if not path else (starts.get(path, 0), len(streams.get(path, b"")))
        entries.append(
            name.ljust(64, b"\0")
            + struct.pack("<HBB", len(name), kind, 1)
            + struct.pack(
                "<3I", _FREE, order.index(after[0]) if after else _FREE, order.index(child[0]) if child else _FREE
            )
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )
    directory = chain(b"".join(entries))
    small_table = chain(struct.pack(f"<{len(small_links)}I", *small_links)) if small_links else _END
    tables = 1
    while tables * (_SECTOR // 4) < len(links) + tables:
        tables += 1
    first_table = len(sectors)
    links.extend([_TABLE] * tables)
    links.extend([_FREE] * (tables * (_SECTOR // 4) - len(links)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<4I", tables, directory, 0, _CUTOFF)
    header += struct.pack("<4I", small_table, -(-len(small_links) // (_SECTOR // 4)), _END, 0)
    named = [*range(first_table, first_table + tables), *[_FREE] * (109 - tables)]
    table = struct.pack(f"<{len(links)}I", *links)
    return header + struct.pack("<109I", *named) + b"".join(sectors) + table


def message(
    texts: Mapping[str, str],
    *,
    sent: datetime.datetime | None = None,
    recipients: tuple[tuple[str, str, int], ...] = (),
    attachments: tuple[str, ...] = (),
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """An Outlook message: texts by the four digits of their properties, recipients as (name, address, kind)."""
    values = b""
    if sent is not None:
        ticks = int((sent - datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)).total_seconds()) * 10_000_000
        values = struct.pack("<HHIQ", 0x40, 0x0039, 6, ticks)
    streams = {"__properties_version1.0": bytes(32) + values, **(more or {})}
    streams |= {f"__substg1.0_{key}001F": text.encode("utf-16-le") for key, text in texts.items()}
    for number, (name, address, kind) in enumerate(recipients):
        folder = f"__recip_version1.0_#{number:08X}/"
        streams[f"{folder}__properties_version1.0"] = bytes(8) + struct.pack("<HHIQ", 3, 0x0C15, 6, kind)
        streams[f"{folder}__substg1.0_3001001F"] = name.encode("utf-16-le")
        streams[f"{folder}__substg1.0_39FE001F"] = address.encode("utf-16-le")
    for number, name in enumerate(attachments):
        streams[f"__attach_version1.0_#{number:08X}/__substg1.0_3707001F"] = name.encode("utf-16-le")
    return compound(streams)

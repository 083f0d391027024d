"""Formats that are not read: what a file of theirs is called, and what to do with it."""

from __future__ import annotations

from pathlib import PurePosixPath

from askv4.errors import UnsupportedFormat

_SHOWN_SUFFIXES = ".docx, .pdf, .pptx, .xlsx, .odt, .epub, .html, .md, .txt"
_KINDS = {
    "a Pages document of a Mac": (".pages", "export it as .docx or .pdf"),
    "a Numbers spreadsheet of a Mac": (".numbers", "export it as .xlsx"),
    "a WordPerfect document": (".wpd", "save it as .docx"),
    "a Works document": (".wps", "save it as .docx"),
    "an Outlook mailbox": (".pst .ost", "export its messages as .eml or .mbox"),
    "a Windows help file": (".chm .hlp", "unpack its pages as .html"),
    "a Kindle book": (".mobi .azw .azw3", "get it as .epub"),
    "a DjVu scan": (".djvu", "save it as .pdf"),
    "a PostScript file": (".ps .eps", "save it as .pdf"),
    "a picture": (
        ".png .jpg .jpeg .gif .tif .tiff .bmp .webp .heic .svg",
        "save what is written in it as .pdf or .txt",
    ),
    "a sound recording": (".mp3 .wav .m4a .ogg .flac .aac", "put what is said into .txt, .srt or .vtt"),
    "a film": (".mp4 .mkv .mov .avi .webm", "put its subtitles beside it as .srt or .vtt"),
    "an archive": (".7z .rar .tar .gz .tgz .bz2 .xz .zst", "unpack it and add the documents in it"),
}
_BY_SUFFIX = {suffix: (what, remedy) for what, (suffixes, remedy) in _KINDS.items() for suffix in suffixes.split()}


def unread(name: str) -> UnsupportedFormat:
    """The error for a file of a format that no loader reads."""
    suffix = PurePosixPath(name).suffix
    if suffix.lower() == ".zip":
        return UnsupportedFormat(f"{name} is an archive", "`askv4 add FILE.zip --unpack` takes in the documents in it")
    if (known := _BY_SUFFIX.get(suffix.lower())) is not None:
        return UnsupportedFormat(f"{name} is {known[0]}, which askv4 does not read", known[1])
    remedy = f"save it in a format that it reads, such as {_SHOWN_SUFFIXES}"
    return UnsupportedFormat(f"askv4 does not read {suffix} files ({name})", remedy)

"""The catalogue gives back exactly what was put in, and finds it by its words."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askv4.errors import (
    DataFolderUnwritable,
    DocumentNotFound,
    DocumentUnreadable,
    IndexDamaged,
    IndexTooNew,
)
from askv4.records import FileRecord, FileState, NewPassage, content_key
from askv4.store.catalog import Catalog
from askv4.store.rows import deflate, inflate, pack_sentences, unpack_sentences
from askv4.store.schema import SCHEMA_VERSION
from askv4.store.writer import CatalogWriter
from askv4.types import Span
from tests.index_kit import filled, new_document


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index" / "catalog.sqlite3"


def check_fts(catalog: Catalog) -> None:
    with catalog.pool.reading() as connection:
        connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")


# What goes in comes out


def test_a_document_comes_back_as_it_was_stored(path: Path) -> None:
    text = "---\ntitle: x\n---\nFirst one. Second one.\n"
    first, second = Span(17, 27), Span(28, 39)
    passage = NewPassage(17, 39, "Head", text[17:39], (first, second), 4, 2, content_key(text[17:39]), "")
    stored = new_document(
        "a/b.md",
        text,
        title="A title",
        kind="report",
        context="before",
        date="2024-01-02",
        notes=("encoding guessed",),
        pages=(0, 17),
        has_lines=False,
        passages=(passage,),
    )
    catalog = filled(path, stored)
    document = catalog.document("a/b.md")
    assert (document.title, document.kind, document.context, document.date) == (
        "A title",
        "report",
        "before",
        "2024-01-02",
    )
    assert (document.state, document.reason, document.pages, document.passages) == ("indexed", None, 2, 1)
    assert (document.notes, document.has_lines, document.encoding) == (("encoding guessed",), False, "utf-8")
    assert catalog.text("a/b.md") == text
    ((passage_id, returned),) = catalog.passages([1, 99]).items()
    assert passage_id == returned.passage_id == 1
    assert (returned.start, returned.end, returned.heading, returned.line, returned.page) == (17, 39, "Head", 4, 2)
    assert returned.sentences == (first, second)
    assert returned.text == catalog.text("a/b.md")[returned.start : returned.end] == "First one. Second one."
    assert catalog.passages_by_key([passage.key, "unknown"]) == {passage.key: [1]}
    assert returned.document == document


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300), data=st.data())
def test_every_passage_is_the_text_between_its_offsets(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)) | {0, len(text)})
    spans = list(pairwise(cuts))
    with (
        TemporaryDirectory() as folder,
        closing(filled(Path(folder) / "catalog.sqlite3", new_document("a.txt", text, spans))) as catalog,
    ):
        assert catalog.text("a.txt") == text
        passages = catalog.passages(range(1, len(spans) + 1))
        assert [(one.start, one.end) for one in passages.values()] == spans
        for passage in passages.values():
            assert passage.text == text[passage.start : passage.end]
            assert all(passage.start <= span.start < span.end <= passage.end for span in passage.sentences)
        check_fts(catalog)


@given(st.integers(0, 2**20), st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 2**10))))
def test_sentences_survive_packing(start: int, pairs: list[tuple[int, int]]) -> None:
    spans = tuple(Span(start + offset, start + offset + length) for offset, length in pairs)
    assert unpack_sentences(start, pack_sentences(start, spans)) == spans


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_texts_survive_compression(text: str) -> None:
    assert inflate(deflate(text)) == text


@pytest.mark.parametrize(
    "name",
    [
        "sp ace.txt",
        "new\nline.txt",
        "quo'te\".md",
        "\udcff\udc80.txt",
        "e\u0301.md",
        "\u00e9.md",
        "\ud83d.txt",
        "字.txt",
        "a/%_.md",
    ],
)
def test_any_name_that_a_disk_can_hold(path: Path, name: str) -> None:
    catalog = filled(path, new_document(name, "Some text."), new_document("other.txt", "Else."))
    assert catalog.document(name).document == name
    assert catalog.text(name) == "Some text."
    assert name in {document.document for document in catalog.documents()}
    assert name in catalog.known_files()
    CatalogWriter(catalog).remove([name])
    assert [document.document for document in catalog.documents()] == ["other.txt"]


def test_composed_and_decomposed_names_are_two_documents(path: Path) -> None:
    catalog = filled(path, new_document("é.md", "One."), new_document("e\u0301.md", "Two."))
    assert (catalog.text("é.md"), catalog.text("e\u0301.md")) == ("One.", "Two.")


def test_unknown_and_unread_documents(path: Path) -> None:
    catalog = filled(path)
    with pytest.raises(DocumentNotFound):
        catalog.document("nothing.txt")
    with pytest.raises(DocumentNotFound):
        catalog.text("nothing.txt")
    record = FileRecord("locked.pdf", FileState(5, 1, 1), b"x", "recipe", settled=True)
    CatalogWriter(catalog).skip(record, "locked", "it needs a password")
    assert catalog.document("locked.pdf").reason == "it needs a password"
    assert catalog.document("locked.pdf").state == "skipped"
    with pytest.raises(DocumentUnreadable, match="needs a password"):
        catalog.text("locked.pdf")


def test_the_id_of_a_passage_never_comes_back(path: Path) -> None:
    catalog = filled(path, new_document("a.txt", "Old words here."))
    (old,) = (passage_id for passage_id, _ in catalog.match("words", 5))
    CatalogWriter(catalog).store(new_document("a.txt", "New words here."))
    (new,) = (passage_id for passage_id, _ in catalog.match("words", 5))
    assert new != old
    assert catalog.passages([old]) == {}


# Full-text search


def test_words_are_found_in_any_form_and_without_accents(path: Path) -> None:
    catalog = filled(
        path, new_document("a.txt", "The café was training its models."), new_document("b.txt", "Nothing.")
    )
    for query in ("cafe", "CAFÉ", "trained", "model"):
        assert [catalog.passages([passage])[passage].document.document for passage, _ in catalog.match(query, 5)] == [
            "a.txt"
        ]
    assert catalog.match("absent", 5) == []


def test_scores_are_best_first_and_a_title_counts_more(path: Path) -> None:
    catalog = filled(
        path,
        new_document("one.txt", "A walk through lemon groves in spring.", title="Walks"),
        new_document("two.txt", "A walk through groves of trees in spring.", title="Lemon"),
        *(new_document(f"filler-{number}.txt", "Quite another matter altogether here.") for number in range(5)),
    )
    matches = catalog.match("lemon", 10)
    assert [catalog.passages([one])[one].document.document for one, _ in matches] == ["two.txt", "one.txt"]
    assert matches[0][1] > matches[1][1] > 0
    assert len(catalog.match("another", 3)) == 3


@pytest.mark.parametrize("query", ['"', "AND", "NEAR(", "a AND", "title:", "*", "(", "nosuch:word"])
def test_a_broken_query_is_a_value_error(path: Path, query: str) -> None:
    with pytest.raises(ValueError, match="not a full-text query"):
        filled(path, new_document("a.txt", "Some text.")).match(query, 5)


def test_removing_and_replacing_leave_no_words_behind(path: Path) -> None:
    catalog = filled(path, new_document("a.txt", "apples", title="fruit"), new_document("b.txt", "pears", title="more"))
    writer = CatalogWriter(catalog)
    writer.store(new_document("a.txt", "cherries", title="stones"))
    assert catalog.vocabulary() == {"cherri": 1, "stone": 1, "pear": 1, "more": 1}
    check_fts(catalog)
    writer.store(new_document("c.txt", "plums", title="c"), replaces=["a.txt"])
    writer.remove(["b.txt"])
    assert catalog.vocabulary() == {"plum": 1, "c": 1}
    assert catalog.passage_count() == 1
    check_fts(catalog)
    with catalog.pool.reading() as connection:
        for table in ("documents", "texts", "passages"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


def test_document_frequency_counts_passages(path: Path) -> None:
    catalog = filled(
        path,
        new_document("a.txt", "Models trained on chips. A model."),
        new_document("b.txt", "The V4-Flash model."),
        new_document("c.txt", "V4 and a flash of light."),
    )
    counts = catalog.document_frequency(
        ["models", "Trained", "V4-Flash", "V4Flash", "absent", "", "…", "flash", 'a "quote']
    )
    assert counts == {
        "models": 2,
        "Trained": 1,
        "V4-Flash": 1,
        "V4Flash": 1,
        "absent": 0,
        "": 0,
        "…": 0,
        "flash": 2,
        'a "quote': 0,
    }
    assert catalog.stems(["Models trained", "", "V4-Flash", "half \ud83d"]) == [
        ["model", "train"],
        [],
        ["v4", "flash", "v4flash"],
        ["half"],
    ]


def test_chinese_japanese_and_korean_are_found_by_any_part(path: Path) -> None:
    texts = {
        "zh": "华为发布了昇腾950PR芯片。",
        "ja": "東京タワーの高さは333メートルです。",
        "ko": "서울에서 열린 회의.",
        "en": "The Ascend 950PR chip.",
    }
    catalog = filled(path, *(new_document(name, text, title="t") for name, text in texts.items()))

    def documents_with(query: str) -> list[str]:
        return sorted(catalog.passages([one])[one].document.document for one, _ in catalog.match(query, 5))

    assert documents_with('"昇腾"') == ["zh"]
    assert documents_with('"950PR"') == ["en", "zh"]
    assert documents_with('"片"*') == documents_with('"芯"*') == ["zh"]
    assert documents_with('"タワ ワー"') == ["ja"]
    assert documents_with('"서울"') == ["ko"]
    assert catalog.document_frequency(["昇腾", "片", "发布了", "腾昇", "회의"]) == {
        "昇腾": 1, "片": 1, "发布了": 1, "腾昇": 0, "회의": 1,
    }  # fmt: skip
    assert catalog.stems(["昇腾芯片 chips"]) == [["昇腾", "腾芯", "芯片", "chip"]]
    CatalogWriter(catalog).store(new_document("zh", "不同的内容", title="t"))
    assert documents_with('"昇腾"') == []
    check_fts(catalog)


# Neighbours


def test_neighbours_are_the_sentences_around_a_span(path: Path) -> None:
    text = "Aa. Bb. Cc. Dd. Ee. Ff."
    spans = [Span(start, start + 3) for start in range(0, len(text), 4)]
    passages = tuple(
        NewPassage(
            run[0].start,
            run[-1].end,
            None,
            text[run[0].start : run[-1].end],
            tuple(run),
            1,
            None,
            content_key(text[run[0].start : run[-1].end]),
            "",
        )
        for run in (spans[:2], spans[2:5], spans[5:])
    )
    catalog = filled(path, new_document("a.txt", text, passages=passages), new_document("b.txt", text))

    def around(start: int, end: int, before: int, after: int) -> list[str]:
        return [span.of(text) for span in catalog.neighbours("a.txt", start, end, before, after)]

    assert around(8, 11, 1, 1) == ["Bb.", "Dd."]
    assert around(8, 11, 2, 0) == ["Aa.", "Bb."]
    assert around(12, 15, 1, 2) == ["Cc.", "Ee.", "Ff."]
    assert around(4, 15, 9, 9) == ["Aa.", "Ee.", "Ff."]
    assert around(0, 3, 3, 0) == []
    assert around(20, 23, 0, 5) == []
    assert around(0, 23, 5, 5) == []
    assert catalog.neighbours("unknown.txt", 0, 1, 1, 1) == []


# The file itself


def test_a_newer_file_is_left_alone(path: Path) -> None:
    filled(path, new_document("a.txt", "Text.")).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(IndexTooNew, match=f"version {SCHEMA_VERSION + 1}"):
        Catalog(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)


@pytest.mark.parametrize(
    "content", [b"this is no database, but long enough to look at" * 50, b"SQLite format 3\0" + b"\0" * 4096]
)
def test_a_file_that_is_no_catalogue_is_moved_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    lines: list[str] = []
    catalog = Catalog(path, lines.append)
    assert catalog.documents() == []
    assert path.with_name("catalog.damaged.sqlite3").read_bytes() == content
    assert len(lines) == 1
    assert "damaged" in lines[0]
    catalog.close()
    Catalog(path, lines.append)
    assert len(lines) == 1


def test_a_catalogue_of_an_older_askv4_is_rebuilt(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path, new_document("a.txt", "Text.")).close()
    monkeypatch.setattr("askv4.store.schema.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    lines: list[str] = []
    assert Catalog(path, lines.append).documents() == []
    assert "older" in lines[0]


def test_damage_met_while_reading_is_named_and_repaired_at_the_next_start(path: Path) -> None:
    documents = [new_document(f"{number}.txt", f"Words of number {number}. " * 40) for number in range(150)]
    filled(path, *documents).close()
    content = bytearray(path.read_bytes())
    part = len(content) // 3
    content[-part:] = b"\xa5" * part
    path.write_bytes(content)
    catalog = Catalog(path)

    def read_all() -> None:
        for document in catalog.documents():
            catalog.text(document.document)
        catalog.passages(range(1, 151))
        catalog.match("words", 150)

    with pytest.raises(IndexDamaged):
        read_all()
    catalog.close()
    lines: list[str] = []
    assert Catalog(path, lines.append).documents() == []
    assert "damaged" in lines[0]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderUnwritable, match="file"):
        Catalog(tmp_path / "file" / "index" / "catalog.sqlite3")


def test_a_failed_change_changes_nothing(path: Path) -> None:
    catalog = filled(path, new_document("a.txt", "Old."))
    broken = new_document("a.txt", "New one.", [(0, 3), (5, 5)])
    with pytest.raises(sqlite3.IntegrityError):
        CatalogWriter(catalog).store(broken)
    assert catalog.text("a.txt") == "Old."
    assert catalog.vocabulary() == {"old": 1, "txt": 1, "a": 1}


# Threads


def test_readers_see_the_last_committed_state_while_another_thread_writes(path: Path) -> None:
    catalog = filled(path, new_document("a.txt", "Old."))
    with catalog.pool.writing() as connection:
        connection.execute("UPDATE documents SET kind = 'new'")
        seen: list[str | None] = []
        thread = threading.Thread(target=lambda: seen.append(catalog.document("a.txt").kind))
        thread.start()
        thread.join(10)
        assert seen == [None]
    assert catalog.document("a.txt").kind == "new"


def test_many_threads_share_a_catalogue(path: Path) -> None:
    catalog = filled(path, new_document("a.txt", "Words here."))
    writer = CatalogWriter(catalog)
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(30):
                ((passage, _),) = catalog.match("words", 5)
                assert len(catalog.passages([passage])) <= 1
                assert catalog.document_frequency(["words"]) == {"words": 1}
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        writer.store(new_document("a.txt", f"Words here {number}."))
    for thread in threads:
        thread.join()
    assert failures == []
    catalog.close()

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.retrieve.query import MAX_TERMS, fts_query


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize='porter unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO t VALUES ('the mill by the river near or not and')")
    return connection


def test_function_words_do_not_search() -> None:
    assert fts_query("Where is the mill by the river?") == '"mill" OR "river"'


def test_a_question_of_function_words_searches_with_them() -> None:
    assert fts_query("Who is it?") == '"who" OR "is" OR "it"'


def test_a_question_without_words_has_no_query() -> None:
    assert fts_query("?! 🤖 ...") is None


def test_chinese_searches_by_pairs_and_a_single_character_by_prefix() -> None:
    assert fts_query("DeepSeek-V4 昇腾芯片") == '"deepseek" OR "v4" OR "昇腾" OR "腾芯" OR "芯片"'
    assert fts_query("猫是什么？") == '"猫是"'
    assert fts_query("猫？") == '"猫"*'


def test_a_pasted_page_is_cut() -> None:
    query = fts_query(" ".join(f"word{i}" for i in range(10_000)))
    assert query is not None
    assert query.count(" OR ") == MAX_TERMS - 1


@given(
    st.text(max_size=300)
    | st.sampled_from(
        ['"', "*", "AND", "NEAR(a b)", "mill*", "body:mill", "a -b", "^mill", "(", "NOT x", "a\x00b", "猫", "昇腾*"]
    )
)
def test_no_question_breaks_the_full_text_index(table: sqlite3.Connection, question: str) -> None:
    query = fts_query(question)
    if query is not None:
        table.execute("SELECT rowid FROM t WHERE t MATCH ?", (query.encode("utf-8", "replace").decode(),)).fetchall()

"""Conversations are kept, found, renamed, deleted and exported, by several processes at once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.answer.conversation.export import conversation_markdown
from askv4.answer.conversation.kept import ConversationStore, title_of
from askv4.answer.conversation.record import answer_from_record, answer_to_record
from askv4.errors import ConversationNotFound, ConversationsDamaged, ConversationsTooNew, DataFolderUnwritable
from askv4.types import Answer, Citation, Conflict, GroundedSentence, Skipped

CORPUS = Path("/somewhere/corpus")


def citation(n: int = 1, quote: str = "It opens at nine.") -> Citation:
    return Citation(n, "hours.md", "Opening hours", "notice", 3, 3 + len(quote), 2, None, "Summer", quote)


def answer(question: str = "When does it open?", text: str = "“It opens at nine.” [1]") -> Answer:
    return Answer(
        question=question, status="answered", mode="extractive", model=None, answer=text, quoted=text, citations=(citation(),),
        conflicts=(Conflict((1, 2), ("a", "b"), "their figures differ"),), skipped=(Skipped("x.pdf", "encrypted"),),
        timings_ms={"total": 1.5}, grounding=(GroundedSentence("It opens.", (1,), False, ("no",)),), confidence=0.5,
    )  # fmt: skip


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path, Clock())


def test_a_turn_comes_back_as_it_was(store: ConversationStore) -> None:
    number = store.keep(answer(), CORPUS, contents={"hours.md": "ab12"})

    (turn,) = store.turns(number)

    assert turn.answer == answer()
    assert turn.contents == {"hours.md": "ab12"}
    assert turn.turn.question == "When does it open?"
    kept = store.get(number)
    assert (kept.title, kept.corpus, kept.turns) == ("When does it open?", CORPUS, 1)


def test_nothing_is_written_before_the_first_turn(store: ConversationStore) -> None:
    assert store.find() == []
    assert store.last(CORPUS) is None
    assert not store.path.exists()


def test_the_latest_conversation_comes_first_and_last_goes_by_corpus(store: ConversationStore) -> None:
    first = store.keep(answer("one"), CORPUS)
    second = store.keep(answer("two"), CORPUS)
    other = store.keep(answer("three"), Path("/elsewhere"))
    store.keep(answer("more"), CORPUS, first)

    assert [conversation.id for conversation in store.find()] == [first, other, second]
    last = store.last(CORPUS)
    assert last is not None
    assert (last.id, last.turns) == (first, 2)


def test_search_finds_all_words_in_titles_questions_and_answers_in_any_case(store: ConversationStore) -> None:
    kept = store.keep(answer("When does the BÄCKEREI open?"), CORPUS)
    store.keep(answer("Who pays?", "“Nobody.” [1]"), CORPUS)

    assert [c.id for c in store.find("bäckerei")] == [kept]
    assert [c.id for c in store.find("nine bäckerei")] == [kept]
    assert store.find("nobody bäckerei") == []
    assert store.find("100%") == []


def test_rename_delete_and_replace_a_turn(store: ConversationStore) -> None:
    number = store.keep(answer("one"), CORPUS)
    store.keep(answer("two"), CORPUS, number)

    store.rename(number, "Opening\nhours")
    store.keep(answer("two, said otherwise"), CORPUS, number, replacing=True)
    assert store.get(number).title == "Opening hours"
    assert [turn.question for turn in store.turns(number)] == ["one", "two, said otherwise"]

    store.delete(number)
    for act in (store.get, store.turns, store.delete):
        with pytest.raises(ConversationNotFound):
            act(number)
    with pytest.raises(ConversationNotFound):
        store.rename(number, "x")
    with pytest.raises(ConversationNotFound):
        store.keep(answer(), CORPUS, number)
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (0,)


def test_an_empty_title_is_refused(store: ConversationStore) -> None:
    number = store.keep(answer(), CORPUS)
    with pytest.raises(ValueError, match="title"):
        store.rename(number, " \n ")


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    number = ConversationStore(tmp_path).keep(answer("begin"), CORPUS)

    def write(name: str) -> None:
        store = ConversationStore(tmp_path)
        for position in range(10):
            store.keep(answer(f"{name} {position}"), CORPUS, number)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ConversationStore(tmp_path).turns(number)) == 31


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "no database": lambda _: b"this is no database, but long enough to be read as one" * 100,
    "zeros": lambda content: bytes(len(content)),
    "no text": lambda content: content.replace(b"CREATE TABLE turns", b"CRE\xadTE TABLE turns"),
    "another table": lambda content: content.replace(b"CREATE TABLE turns", b"CREATE TABLE burns"),
    "cut": lambda content: content[: len(content) // 3],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    store: ConversationStore, damage: Callable[[bytes], bytes]
) -> None:
    number = store.keep(answer("before"), CORPUS)
    damaged = damage(store.path.read_bytes())
    store.path.write_bytes(damaged)
    told: list[str] = []
    store.keep(answer("after"), CORPUS, number, narrate=told.append)
    assert [turn.question for turn in store.turns(1)] == ["after"]
    assert len(told) == 1
    assert "conversations.damaged.sqlite3" in told[0]
    assert store.path.with_name("conversations.damaged.sqlite3").read_bytes() == damaged


def test_a_damaged_file_is_only_reported_to_who_reads(store: ConversationStore) -> None:
    store.path.write_bytes(DAMAGES["no database"](b""))
    before = store.path.read_bytes()
    with pytest.raises(ConversationsDamaged, match="cannot be read"):
        store.find()
    assert store.path.read_bytes() == before


def test_a_folder_in_its_place_is_set_aside(store: ConversationStore) -> None:
    store.path.mkdir()
    store.keep(answer(), CORPUS)
    assert store.path.is_file()


def test_a_locked_file_is_not_taken_for_a_damaged_one(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(answer(), CORPUS)
    monkeypatch.setattr("askv4.answer.conversation.kept.BUSY_S", 0.05)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataFolderUnwritable, match="locked"):
            store.keep(answer(), CORPUS)
    assert len(store.find()) == 1


def test_a_newer_file_is_not_touched(store: ConversationStore) -> None:
    store.keep(answer(), CORPUS)
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ConversationsTooNew):
        store.find()
    with pytest.raises(ConversationsTooNew):
        store.keep(answer(), CORPUS)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderUnwritable, match="file"):
        ConversationStore(tmp_path / "file").keep(answer(), CORPUS)


def test_odd_text_is_kept(store: ConversationStore) -> None:
    odd = answer("half \ud83d a pair", "nul \x00 and escape \x1b[31m")
    number = store.keep(odd, Path("/bad\udcffname"))
    assert store.turns(number)[0].answer.answer == odd.answer
    assert store.get(number).corpus == Path("/bad\udcffname")


@given(st.text())
def test_titles_are_one_short_line(question: str) -> None:
    title = title_of(question)
    assert len(title) <= 80
    assert len(title.splitlines()) <= 1


def test_records_of_other_versions_are_read() -> None:
    record = answer_to_record(answer())
    record["from_the_future"] = 1
    del record["lead"]
    assert answer_from_record(record) == answer()
    for missing in ("question", "status"):
        with pytest.raises(ValueError, match="answer"):
            answer_from_record({key: value for key, value in record.items() if key != missing})


def led(question: str = "When does it open?") -> Answer:
    """An answer with a lead above its quotations."""
    lead = "In summer it opens early, at nine. [1]"
    return replace(answer(question), mode="llm", model="qwen", answer=lead, lead=lead)


def test_lead_and_quotations_come_back_and_are_both_found(store: ConversationStore) -> None:
    number = store.keep(led(), CORPUS)
    assert store.turns(number)[0].answer == led()
    assert [one.id for one in store.find("early")] == [one.id for one in store.find("it opens at nine")] == [number]


def test_records_from_before_leads_are_read() -> None:
    new = {"lead", "quoted", "verdict"}
    quoted = {name: value for name, value in answer_to_record(answer()).items() if name not in new}
    assert answer_from_record(quoted) == answer()
    written = {name: value for name, value in answer_to_record(led()).items() if name not in new}
    assert answer_from_record(written) == replace(led(), quoted="")
    refused = replace(answer(text="The sources do not answer this."), status="not_in_sources", quoted="", citations=())
    old = {name: value for name, value in answer_to_record(refused).items() if name not in new}
    assert answer_from_record(old) == refused


def test_an_uncertain_answer_comes_back_and_is_exported_with_its_candidate(store: ConversationStore) -> None:
    passage = replace(citation(quote="Whole passage."), n=2)
    said = replace(
        answer(), status="uncertain", answer="It may be this:\n“It opens at nine.”", conflicts=(), citations=(),
        quoted="It may be this:\n“It opens at nine.” [1]", nearest=(citation(), passage),
    )  # fmt: skip
    number = store.keep(said, CORPUS)
    assert store.turns(number)[0].answer == said
    text = conversation_markdown(store.get(number), store.turns(number))
    assert text.endswith(
        "It may be this:\n\n[1] Opening hours (notice), hours\\.md:2, under “Summer”\n\n> It opens at nine.\n\n"
        "### Nearest passages\n\n[2] Opening hours (notice), hours\\.md:2, under “Summer”\n\n> Whole passage.\n"
    )


def test_the_export_shows_the_lead_then_each_source_once(store: ConversationStore) -> None:
    said = replace(led(), quoted="A notice says: “It opens at nine.” [1]", note="It was late.")
    number = store.keep(said, CORPUS)
    text = conversation_markdown(store.get(number), store.turns(number))
    assert text.endswith(
        "## When does it open?\n\n"
        "In summer it opens early, at nine. [1]\n\n"
        "[1] Opening hours (notice), hours\\.md:2, under “Summer”\n\n"
        "> A notice says: “It opens at nine.”\n\n"
        "*The sources differ: their figures differ*\n\n"
        "*It was late.*\n"
    )


def test_the_export_shows_sources_and_nothing_in_it_is_active(store: ConversationStore) -> None:
    hostile = replace(led("<script>alert(1)</script>"), lead="“[click](http://x) *b* [7]” [1]\x1b[2J",
                      quoted="“<i>[click](http://x)</i>” [1]", citations=(citation(quote="<i>[click](http://x)</i>"),))  # fmt: skip
    number = store.keep(hostile, CORPUS)

    text = conversation_markdown(store.get(number), store.turns(number))

    assert "<script" not in text.replace("\\<", "")
    assert "“\\[click\\](http\\://x) \\*b\\* \\[7\\]” [1]" in text
    assert "\x1b" not in text
    assert "[1] Opening hours (notice), hours\\.md:2, under “Summer”" in text
    assert "> \\<i\\>\\[click\\](http\\://x)\\</i\\>" in text
    assert "The sources differ: their figures differ" in text

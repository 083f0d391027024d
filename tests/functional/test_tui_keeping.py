"""Documents and conversations in the terminal chat."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from askv4.tui.panes import conversations
from askv4.tui.panes.conversations import ConversationLinks, ConversationList
from askv4.tui.panes.documents import DocumentList
from askv4.tui.panes.source import SourceText
from askv4.tui.screens.chat import ChatScreen
from askv4.tui.screens.dialogues import ConfirmScreen, LineScreen
from tests.functional import tui_kit
from tests.functional.tui_kit import CITED, Chat, ask, chat_app, flat, ready, type_in, until

corpus = tui_kit.corpus


def names(screen: ChatScreen) -> list[str | None]:
    return [option.id for option in screen.query_one(DocumentList).options]


async def choose(chat: Chat, entries: OptionList, entry: str) -> None:
    entries.focus()
    entries.highlighted = entries.get_option_index(entry)
    await chat.pause()


async def test_a_pasted_path_is_added_and_answers_at_once(corpus: Path, data_dir: Path, tmp_path: Path) -> None:
    new = tmp_path / "the new one.txt"
    new.write_text("The lighthouse of Brunnholt was painted green by Ottilie Marr.\n")
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        screen.prompt.fill(f"'{new}'")
        await chat.press("enter")
        await until(chat, lambda: "the new one.txt" in names(screen))
        assert (corpus / "the new one.txt").read_bytes() == new.read_bytes()
        turn = await ask(chat, "Who painted the lighthouse of Brunnholt?")
        assert "Ottilie Marr" in flat(turn)


async def test_a_path_that_leads_nowhere_is_no_question(corpus: Path, data_dir: Path, tmp_path: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        path = str(tmp_path / "nothing.pdf")
        screen.prompt.fill(path)
        await chat.press("enter")
        await until(chat, lambda: "there is no file or folder" in flat(screen.activity))
        assert screen.prompt.text == path
        assert not screen.conversation.turns


async def test_a_folder_is_added_after_a_yes(corpus: Path, data_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_text("One.\n")
    (folder / "deep" / "two.txt").write_text("Two.\n")
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        await chat.press("escape")
        screen.conversation.focus()
        await chat.press("a")
        await until(chat, lambda: isinstance(app.screen, LineScreen))
        await type_in(chat, str(folder).replace("?", ""))
        await until(chat, lambda: isinstance(app.screen, ConfirmScreen))
        assert "Copy 2 documents" in flat(app.screen)
        await chat.press("y")
        await until(chat, lambda: {"more/one.txt", "more/deep/two.txt"} <= set(names(screen)))


async def test_a_file_dropped_into_the_folder_is_found_by_itself(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        await chat.pause(0.5)
        (corpus / "dropped.txt").write_text("It fell in.\n")
        await until(chat, lambda: "dropped.txt" in names(screen))
        (corpus / "dropped.txt").unlink()
        await until(chat, lambda: "dropped.txt" not in names(screen))


async def test_what_was_skipped_says_why(corpus: Path, data_dir: Path) -> None:
    (corpus / "empty.txt").write_text("")
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        assert "✗ empty.txt" in flat(screen.documents_pane)
        assert "1 not read" in flat(screen.status_line)
        await choose(chat, screen.query_one(DocumentList), "empty.txt")
        await chat.press("enter")
        await chat.pause()
        assert "empty.txt was not read" in flat(screen.activity)


async def test_a_document_is_read_and_moved_to_the_bin(
    corpus: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        await choose(chat, screen.query_one(DocumentList), "letters.md")
        await chat.press("enter")
        await until(chat, lambda: screen.query_one(SourceText).has_focus)
        await chat.pause(0.1)
        assert "The ferry to the lighthouse island" in flat(screen.source)

        await choose(chat, screen.query_one(DocumentList), "letters.md")
        await chat.press("delete")
        await until(chat, lambda: isinstance(app.screen, ConfirmScreen))
        await chat.press("y")
        await until(chat, lambda: "letters.md" not in names(screen))
        assert not (corpus / "letters.md").exists()


async def test_a_source_that_changed_since_says_so(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, CITED)
        path = corpus / "harbour.md"
        text = path.read_text()
        path.write_text(text.replace("## Opening", "## News\n\nSomething new.\n\n## Opening"))
        await until(chat, lambda: "changed since this answer" in flat(turn))
        await chat.press("1")
        await until(chat, lambda: screen.source_open)
        await chat.pause(0.1)
        assert "changed since this answer; the quoted words have moved" in flat(screen.source)
        await chat.press("escape")

        path.write_text("---\ntitle: The harbour of Vellmar\n---\n\nNothing of the kind.\n")
        await until(chat, lambda: "Nothing of the kind" in app.session.source("harbour.md").text)
        await chat.press("1")
        await until(chat, lambda: screen.source_open)
        await chat.pause(0.1)
        assert "the quoted words are gone" in flat(screen.source)
        assert "opens on 3 April" in flat(screen.source)


async def test_conversations_are_kept_found_renamed_exported_and_deleted(
    corpus: Path, data_dir: Path, tmp_path: Path
) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        await ready(chat)
        await ask(chat, CITED)
        await until(chat, app.session.conversations.find)

    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        entries = screen.query_one(ConversationList)
        (kept,) = [option.id for option in entries.options]
        assert kept is not None
        await choose(chat, entries, kept)
        await chat.press("enter")
        await until(chat, lambda: screen.conversation.turns and screen.conversation.turns[0].query(".answer"))
        await chat.pause(0.1)
        assert "opens on 3 April" in flat(screen.conversation)
        await chat.press("1")
        await until(chat, lambda: screen.source_open)

        await choose(chat, entries, kept)
        await chat.press("r")
        await until(chat, lambda: isinstance(app.screen, LineScreen))
        app.screen.query_one(Input).value = "The ice"
        await chat.press("enter")
        await until(chat, lambda: "The ice" in flat(screen.conversations_pane))

        await chat.press("slash")
        await type_in(chat, "nothing like this")
        await until(chat, lambda: not entries.option_count)
        screen.query_one("#conversation-search", Input).value = "april ice"
        await until(chat, lambda: entries.option_count == 1)

        file = tmp_path / "out.md"
        await choose(chat, entries, kept)
        await chat.press("x")
        await until(chat, lambda: isinstance(app.screen, LineScreen))
        app.screen.query_one(Input).value = str(file)
        await chat.press("enter")
        await until(chat, file.exists)
        assert "harbour\\.md:11" in file.read_text()

        for name, words in (("out.bib", "@misc{harbour,"), ("out.json", '"genre": "official notice"')):
            await chat.press("x")
            await until(chat, lambda: isinstance(app.screen, LineScreen))
            app.screen.query_one(Input).value = str(tmp_path / name)
            await chat.press("enter")
            await until(chat, (tmp_path / name).exists)
            assert words in (tmp_path / name).read_text()
            assert "line 11" in (tmp_path / name).read_text()

        await choose(chat, entries, kept)
        await chat.press("delete")
        await until(chat, lambda: isinstance(app.screen, ConfirmScreen))
        await chat.press("y")
        await until(chat, lambda: not entries.option_count and not screen.conversation.turns)


async def test_slash_narrows_a_list_down_while_words_are_typed(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        entries = screen.query_one(ConversationList)
        await until(chat, lambda: entries.option_count == 1)
        screen.conversation.focus()
        await chat.press("slash")
        words = screen.query_one("#conversation-search", Input)
        assert words.has_focus
        assert screen.conversations_pane.region
        await chat.press(*"nothing")
        await until(chat, lambda: entries.option_count == 0)
        await chat.press("escape")
        await until(chat, lambda: entries.option_count == 1)
        assert entries.has_focus

        documents = screen.query_one(DocumentList)
        documents.focus()
        await chat.press("slash", *"readers")
        await chat.pause()
        assert names(screen) == ["letters.md"]
        await chat.press("down")
        assert documents.has_focus
        await chat.press("slash", "escape")
        await chat.pause()
        assert names(screen) == ["harbour.md", "letters.md", "odd.txt"]
        assert not screen.query_one("#document-search").display


async def test_how_long_ago_a_conversation_was_is_said_anew(
    corpus: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "FRESH_S", 0.05)
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        await until(chat, lambda: "now · 1 question" in flat(screen.conversations_pane))
        monkeypatch.setattr(conversations, "age", lambda _then, _now: "an age ago")
        await until(chat, lambda: "an age ago · 1 question" in flat(screen.conversations_pane))


async def test_conversations_and_documents_can_be_used_with_the_mouse(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        links = screen.query_one(ConversationLinks)
        await until(chat, lambda: links.display and screen.query_one(ConversationList).option_count)
        await chat.click(links, offset=(3, 0))
        await until(chat, lambda: isinstance(app.screen, LineScreen))
        assert app.screen.query_one(Input).value == CITED
        await chat.press("escape")

        await choose(chat, screen.query_one(DocumentList), "letters.md")
        await chat.press("enter")
        await until(chat, lambda: "remove" in flat(screen.source))
        line = flat(screen.query_one("#source-actions"))
        await chat.click("#source-actions", offset=(line.index("remove") + 2, 0))
        await until(chat, lambda: isinstance(app.screen, ConfirmScreen))
        assert "letters.md" in flat(app.screen)
        await chat.click("#no")
        await until(chat, lambda: not isinstance(app.screen, ConfirmScreen))
        assert (corpus / "letters.md").exists()


async def test_a_new_conversation_begins_without_history(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        await chat.press("ctrl+n")
        await until(chat, lambda: not screen.conversation.turns)
        await ask(chat, CITED)
        await until(chat, lambda: len(app.session.conversations.find()) == 2)
        assert screen.conversation.history[:-1] == []

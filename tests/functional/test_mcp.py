"""`askv4 mcp`, asked by the SDK's own client over stdin and stdout, as other programs do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import TextContent, TextResourceContents

from tests.functional.conftest import Program

TOWER = "The Varde tower is 42 metres tall.\n\nIt was built in 1911 by Sigrid Holm.\n"


@pytest.fixture
def program(tmp_path: Path, data_dir: Path, make_program: Callable[..., Program]) -> Program:
    """The program beside a corpus of two documents."""
    corpus = tmp_path / "cwd" / "corpus"
    (corpus / "old").mkdir(parents=True)
    (corpus / "tower.txt").write_text(TOWER, encoding="utf-8")
    (corpus / "old" / "mill & barn.txt").write_text("The mill is 9 metres tall.\n", encoding="utf-8")
    return make_program(tmp_path, ASKV4_DATA_DIR=str(data_dir))


@pytest.fixture
def server(program: Program) -> StdioServerParameters:
    """How a client starts it."""
    command, *words = program.command("mcp")
    return StdioServerParameters(command=command, args=words, env=dict(program.environ), cwd=program.cwd)


def structured(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    content: dict[str, Any] = result.structured_content
    return content


async def test_a_client_asks_searches_reads_and_lists(server: StdioServerParameters) -> None:
    told: list[str] = []
    shares: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")
        assert total == 1.0
        shares.append(progress)

    async with Client(server) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "ask", "read_document", "list_documents"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        assert "context" not in tools["ask"].input_schema["properties"]
        answer = structured(
            await client.call_tool("ask", {"question": "How tall is the Varde tower?"}, progress_callback=note)
        )
        assert answer["status"] == "answered"
        [citation, *_] = answer["citations"]
        assert citation["quote"] == TOWER[citation["start"] : citation["end"]]
        assert "quoted" in told
        assert any(line.startswith("indexing") for line in told)
        assert all(before < after for before, after in pairwise(shares))
        follow_up = {
            "question": "and who built it?",
            "history": [{"question": answer["question"], "answer": answer["answer"]}],
        }
        assert "Sigrid Holm" in structured(await client.call_tool("ask", follow_up))["answer"]
        refused = structured(await client.call_tool("ask", {"question": "What does a ferry ticket cost?"}))
        assert refused["status"] != "answered"
        assert refused["citations"] == []
        outcome = structured(await client.call_tool("search", {"query": "mill", "count": 1}))
        assert [row["document"] for row in outcome["results"]] == ["old/mill & barn.txt"]
        excerpt = structured(await client.call_tool("read_document", {"document": "tower.txt", "start": 4, "end": 15}))
        assert excerpt == {
            "document": "tower.txt", "title": "tower", "start": 4, "end": 15, "characters": len(TOWER), "text": TOWER[4:15],
        }  # fmt: skip
        listed = structured(await client.call_tool("list_documents", {"folder": "old"}))["documents"]
        assert [row["document"] for row in listed] == ["old/mill & barn.txt"]


async def test_documents_are_resources_and_new_ones_are_seen(server: StdioServerParameters, program: Program) -> None:
    async with Client(server) as client:
        resources = (await client.list_resources()).resources
        assert [resource.name for resource in resources] == ["old/mill & barn.txt", "tower.txt"]
        for resource in resources:
            [content] = (await client.read_resource(resource.uri)).contents
            assert isinstance(content, TextResourceContents)
            assert "tall" in content.text
        (program.cwd / "corpus" / "letter.txt").write_text("The harbour opens at seven.", encoding="utf-8")
        answer = structured(await client.call_tool("ask", {"question": "When does the harbour open?"}))
        assert "seven" in answer["answer"]
        assert "letter.txt" in [one.name for one in (await client.list_resources()).resources]
        (program.cwd / "corpus" / "letter.txt").unlink()
        assert "letter.txt" not in [one.name for one in (await client.list_resources()).resources]


async def test_what_goes_wrong_is_one_line_and_the_server_stays(server: StdioServerParameters) -> None:
    async with Client(server) as client:
        result = await client.call_tool("read_document", {"document": "towr.txt"})
        assert result.is_error
        [said] = result.content
        assert isinstance(said, TextContent)
        assert "did you mean 'tower.txt'" in said.text
        assert (await client.call_tool("search", {"query": "x", "count": 0})).is_error
        for name in ("../../etc/passwd", "%2Fetc%2Fpasswd"):
            with pytest.raises(MCPError):
                await client.read_resource(f"askv4:///{name}")
        with anyio.move_on_after(0.01) as given_up:
            await client.call_tool("ask", {"question": "How tall is the mill?"})
        assert given_up.cancelled_caught
        assert structured(await client.call_tool("ask", {"question": "How tall is the mill?"}))["status"] == "answered"


def test_its_configuration_starts_this_very_program(program: Program) -> None:
    for client, key in (("claude-desktop", "mcpServers"), ("vscode", "servers"), ("zed", "context_servers")):
        done = program("mcp", "--config", client)
        assert done.status == 0
        started = json.loads(done.stdout)[key]["askv4"]
        assert started["args"][:3] == ["-m", "askv4", "mcp"]
        assert str(program.cwd / "corpus") in started["args"]
        assert Path(started["command"]).exists()


def test_without_the_sdk_one_line_says_what_to_do(program: Program, tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "mcp.py").write_text("raise ModuleNotFoundError('No module named mcp', name='mcp')\n")
    paths = os.pathsep.join([str(tmp_path / "without"), program.environ["PYTHONPATH"]])
    done = program("mcp", PYTHONPATH=paths)
    assert (done.status, done.stdout) == (2, b"")
    [line] = done.stderr.splitlines()
    assert "askv4 setup mcp" in line

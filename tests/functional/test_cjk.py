"""Documents in Chinese, Japanese and Korean, asked in their own language with the English encoder that comes along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DOCUMENTS = {
    "芯片.md": "# 代工\n\n华为发布了昇腾950PR芯片。该芯片由中芯国际代工。DeepSeek-V4 在昇腾超节点上完成了适配。\n\n"
    "# 价格\n\n这款芯片的售价约为11万元。批发客户可以获得折扣。\n",
    "动物.txt": "猫是一种常见的宠物。它们每天睡眠十二到十六个小时。\n\n狗的嗅觉非常灵敏。\n",
    "塔.md": "# 東京タワー\n\n「赤い塔だ。」と人々は言う。東京タワーは1958年に完成しました。設計者は内藤多仲です。\n",
    "왕.txt": "서울은 대한민국의 수도이다. 세종대왕은 1443년에 훈민정음을 창제하였다. 학자들이 그를 도왔다.\n",
    "tea.txt": "Steep green tea for two minutes. The water should be 75 degrees warm.\n",
}


@pytest.fixture
def program(tmp_path: Path, make_program: Any, data_dir: Path) -> Any:
    """A user with these documents in ./corpus."""
    (tmp_path / "corpus").mkdir()
    for name, text in DOCUMENTS.items():
        (tmp_path / "corpus" / name).write_text(text, "utf-8")
    return make_program(tmp_path, tmp_path, ASKV4_DATA_DIR=str(data_dir))


QUESTIONS = (
    ("昇腾950PR芯片由谁代工？", "芯片.md", "该芯片由中芯国际代工。"),
    ("DeepSeek-V4 昇腾", "芯片.md", "DeepSeek-V4 在昇腾超节点上完成了适配。"),
    ("猫每天睡多少小时？", "动物.txt", "它们每天睡眠十二到十六个小时。"),
    ("東京タワーはいつ完成しましたか？", "塔.md", "東京タワーは1958年に完成しました。"),
    ("세종대왕은 언제 훈민정음을 만들었나요?", "왕.txt", "세종대왕은 1443년에 훈민정음을 창제하였다."),
    ("how long should green tea steep?", "tea.txt", "Steep green tea for two minutes."),
)


def test_the_right_passage_comes_first_and_its_sentence_is_quoted(program: Any) -> None:
    batch = "\n".join(question for question, _, _ in QUESTIONS).encode()
    searched = program("search", "--batch", "-", stdin=batch)
    asked = program("ask", "--mode", "extractive", "--batch", "-", stdin=batch)
    assert (searched.status, asked.status, asked.stderr) == (0, 0, "")
    documents = [json.loads(line)["results"][0]["document"] for line in searched.out.splitlines()]
    assert documents == [document for _, document, _ in QUESTIONS]
    answers = [json.loads(line) for line in asked.out.splitlines()]
    for answer, (_, document, sentence) in zip(answers, QUESTIONS, strict=True):
        assert answer["status"] == "answered"
        assert answer["citations"][0]["document"] == document
        assert any(sentence in citation["quote"] for citation in answer["citations"])


def test_a_single_character_is_found(program: Any) -> None:
    run = program("search", "--json", "-k", "1", "猫")
    assert [row["document"] for row in json.loads(run.out)["results"]] == ["动物.txt"]

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.language.cjk import for_index, for_terms, is_cjk, without_asking
from askv4.language.words import content_words, words


def test_a_run_is_indexed_as_its_pairs_and_its_last_character() -> None:
    assert for_index("昇腾950PR芯片。").split() == ["昇腾", "腾", "950PR", "芯片", "片", "。"]
    assert for_terms("昇腾950PR芯片").split() == ["昇腾", "950PR", "芯片"]
    assert for_index("猫").split() == ["猫"]
    assert for_index("서울에서 산다").split() == ["서울", "울에", "에서", "서", "산다", "다"]


def test_text_of_other_scripts_stays_as_it_is() -> None:
    assert for_index("Plain words, naïve café") == "Plain words, naïve café"
    assert not is_cjk("Ελληνικά, русский, ไทย")


def test_every_form_of_a_character_is_one() -> None:
    assert for_terms("ＡＢＣ").strip() == "ABC"
    assert for_terms("ｶﾞｲﾄﾞ") == for_terms("ガイド") == for_terms(unicodedata.normalize("NFD", "ガイド"))
    assert for_terms(unicodedata.normalize("NFD", "한국어")) == for_terms("한국어")


def test_words_are_pairs_between_other_words() -> None:
    assert words("DeepSeek-V4在昇腾上") == ["deepseek", "v4", "在昇", "昇腾", "腾上"]
    assert words("Huawei华为Mate") == ["huawei", "华为", "mate"]


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("华为是什么时候成立的？", ["华为", "成立", "立的"]),
        ("谁发明了造纸术？", ["发明", "明了", "了造", "造纸", "纸术"]),
        ("请问哪个城市是首都", ["城市", "市是", "是首", "首都"]),
        ("東京タワーはいつ完成しましたか？", ["東京", "京タ", "タワ", "ワー", "ーは", "完成", "成し"]),
        ("세종대왕은 언제 태어났나요?", ["세종", "종대", "대왕", "왕은", "태어", "어났"]),
        ("猫是什么？", ["猫"]),
        ("价格是多少？", ["价格"]),
        ("什么？", ["什么"]),
    ],
)
def test_words_that_only_ask_are_left_out(question: str, kept: list[str]) -> None:
    assert content_words(question) == kept


@given(st.text())
def test_whatever_is_indexed_holds_the_terms_of_a_question_for_it(text: str) -> None:
    assert set(for_terms(text).split()) <= set(for_index(text).split())
    assert len(without_asking(text)) <= len(text)


@given(st.text(alphabet="昇腾芯片ガイド한국ab1 ，", max_size=30), st.data())
def test_a_part_of_a_run_is_a_phrase_of_its_pairs(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    if len(part) > 1 and all(map(is_cjk, part)):
        phrase = " ".join(for_terms(part).split())
        assert f" {phrase} " in " ".join(["", *for_index(text).split(), ""])

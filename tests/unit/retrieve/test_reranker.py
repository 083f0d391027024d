from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from askv4.errors import EncoderDamaged, EncoderMissing, EncoderUnsupported
from askv4.neural.model_folders import find_cross_encoder
from askv4.retrieve.reranker import CLEAR_LEAD, DEPTH, OPEN_DEPTH, CrossEncoderReranker, decided, reranked, titled
from askv4.types import Document, Hit, Span


def hit(rank: int, text: str) -> Hit:
    document = Document(f"{rank}.txt", "t", None, None, None, "indexed", None, 1, None, 1, None)
    return Hit(rank, 1 / rank, rank, document, 0, len(text), 1, None, None, text, (Span(0, len(text)),))


class ByLength:
    def scores(
        self,
        question: str,  # noqa: ARG002
        texts: Sequence[str],
    ) -> list[float]:
        return [float(len(text)) for text in texts]


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder with random weights: one layer, one token per letter."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    folder = tmp_path_factory.mktemp("cross-encoder")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer = BertTokenizerFast(vocab={token: number for number, token in enumerate(vocabulary)}, model_max_length=64)
    tokenizer.save_pretrained(folder)
    return folder


def test_the_first_are_put_in_order_and_places_keep_their_scores() -> None:
    hits = [hit(1, "a"), hit(2, "abc"), hit(3, "ab")]
    ordered = reranked(ByLength(), "q", hits)
    assert [(one.rank, one.text, one.score) for one in ordered] == [(1, "abc", 1.0), (2, "ab", 1 / 2), (3, "a", 1 / 3)]
    many = [hit(rank, "a" * rank) for rank in range(1, DEPTH + 3)]
    assert [one.passage_id for one in reranked(ByLength(), "q", many)][-2:] == [DEPTH + 1, DEPTH + 2]
    assert reranked(ByLength(), "q", []) == []


def test_an_open_choice_is_the_readers_and_what_it_read_is_kept() -> None:
    hits = [hit(rank, "a" * rank) for rank in range(1, OPEN_DEPTH + 2)]
    ordered = decided(ByLength(), "q", hits)
    assert [one.rank for one in ordered] == [1, 2, 3, 4]
    assert [one.score for one in ordered] == [one.score for one in hits]
    assert [(one.passage_id, one.reading) for one in ordered] == [(3, 6.0), (2, 5.0), (1, 4.0), (4, None)]


def test_a_clear_or_only_choice_is_not_read() -> None:
    class Unread:
        def scores(self, question: str, texts: Sequence[str]) -> list[float]:
            raise AssertionError((question, texts))

    ahead = [replace(hit(1, "a"), score=CLEAR_LEAD + 0.5), hit(2, "ab")]
    for hits in (ahead, [hit(1, "a")], []):
        assert decided(Unread(), "q", hits) == hits


def test_a_text_is_read_after_its_title() -> None:
    one = hit(1, "a")
    assert titled(one, "a") == "t. a"
    assert titled(replace(one, document=replace(one.document, title="")), "a") == "a"


def test_a_real_model_judges_each_passage(cross_encoder: Path) -> None:
    model = CrossEncoderReranker(find_cross_encoder(str(cross_encoder)))
    texts = ["a river", "the mill by the river", "a river"]
    scores = model.scores("river", texts)
    assert scores[0] == pytest.approx(scores[2])
    assert scores[0] != pytest.approx(scores[1], abs=1e-9)
    assert model.scores("river", []) == []


def test_models_that_are_not_here_or_must_not_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="not on this machine"):
        find_cross_encoder("nobody/no-such-model")
    with pytest.raises(EncoderUnsupported, match="not a cross-encoder"):
        find_cross_encoder(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(EncoderUnsupported, match="safetensors"):
        find_cross_encoder(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(EncoderDamaged):
        CrossEncoderReranker(tmp_path).scores("a", ["b"])

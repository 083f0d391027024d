"""Write a tiny GGUF chat model with random weights, to run llama.cpp for real where no model is.

    .venv/bin/python -m scripts.tools.make_tiny_gguf tiny.gguf [--seed 0] [--vocabulary bpe|spm]

Half a megabyte: a llama of two layers that knows single bytes and a handful of special tokens, with a ChatML template
that knows `enable_thinking`. It says nothing sensible, in any byte sequence whatsoever, which is what a
UTF-8 decoder or a cancellation wants to be tested with. The same arguments give the same file.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from gguf import GGUFWriter, LlamaFileType, TokenType

CHATML = """\
{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}
{{- '<think>\\n\\n</think>\\n\\n' }}
{%- endif %}
{%- endif %}"""
"""As Qwen3's: thinking is switched off by an empty block of it."""

Vocabulary = Literal["bpe", "spm"]


@dataclass(frozen=True)
class Shape:
    """What the network looks like; the defaults make half a megabyte."""

    architecture: str = "llama"
    """`llama`, or `lfm2` for a hybrid of attention and recurrent layers."""
    layers: int = 2
    width: int = 64
    heads: int = 4
    kv_heads: int = 2
    hidden: int = 128
    context: int = 8192
    """The context length that the file declares, in tokens."""

    @property
    def hybrid(self) -> bool:
        """Whether all layers but the first are recurrent (short convolutions), as in LFM2."""
        return self.architecture == "lfm2"


def byte_symbols() -> list[str]:
    """GPT-2's printable stand-in for each of the 256 bytes, in the order of the bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = (byte for byte in range(256) if byte not in printable)
    stand_ins = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
    return [stand_ins[byte] for byte in range(256)]


def _add_bpe_vocabulary(writer: GGUFWriter, words: Sequence[str]) -> int:
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    reasoning = ["<think>", "</think>"]
    tokens = [*byte_symbols(), *words, *specials, *reasoning]
    types = [TokenType.NORMAL] * (256 + len(words)) + [TokenType.CONTROL] * 3 + [TokenType.USER_DEFINED] * 2
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    # llama.cpp insists on the key; no pair of these is a token, so that nothing merges.
    writer.add_token_merges(["\u0120 \u0120"])
    first_special = tokens.index("<|endoftext|>")
    writer.add_bos_token_id(first_special)
    writer.add_eos_token_id(first_special + 2)
    writer.add_add_bos_token(False)
    return len(tokens)


def _add_spm_vocabulary(writer: GGUFWriter, words: Sequence[str]) -> int:
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    letters = ["\u2581", *"abcdefghijklmnopqrstuvwxyz"]
    tokens = ["<unk>", "<s>", "</s>", *bytes_, *letters, *words]
    types = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL, *[TokenType.BYTE] * 256]
    types += [TokenType.NORMAL] * (len(letters) + len(words))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    return len(tokens)


class _Weights:
    """Adds random tensors to a file, the same for the same seed."""

    def __init__(self, writer: GGUFWriter, seed: int) -> None:
        self._writer = writer
        self._random = np.random.default_rng(seed)

    def matrix(self, name: str, rows: int, columns: int) -> None:
        self._writer.add_tensor(name, self._random.normal(0.0, 0.15, (rows, columns)).astype(np.float32))

    def ones(self, name: str, length: int) -> None:
        self._writer.add_tensor(name, np.ones(length, dtype=np.float32))

    def attention(self, block: str, shape: Shape) -> None:
        head = shape.width // shape.heads
        if shape.hybrid:
            self.ones(block + "attn_q_norm.weight", head)
            self.ones(block + "attn_k_norm.weight", head)
        self.matrix(block + "attn_q.weight", shape.width, shape.width)
        self.matrix(block + "attn_k.weight", head * shape.kv_heads, shape.width)
        self.matrix(block + "attn_v.weight", head * shape.kv_heads, shape.width)
        self.matrix(block + "attn_output.weight", shape.width, shape.width)

    def convolution(self, block: str, shape: Shape) -> None:
        self.matrix(block + "shortconv.conv.weight", shape.width, _CONVOLUTION)
        self.matrix(block + "shortconv.in_proj.weight", 3 * shape.width, shape.width)
        self.matrix(block + "shortconv.out_proj.weight", shape.width, shape.width)


_CONVOLUTION = 3
"""Tokens that a short convolution looks at."""


def _add_weights(writer: GGUFWriter, shape: Shape, vocabulary: int, seed: int) -> None:
    weights = _Weights(writer, seed)
    weights.matrix("token_embd.weight", vocabulary, shape.width)
    weights.ones("token_embd_norm.weight" if shape.hybrid else "output_norm.weight", shape.width)
    weights.matrix("output.weight", vocabulary, shape.width)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        weights.ones(block + "attn_norm.weight", shape.width)
        if shape.hybrid and layer > 0:
            weights.convolution(block, shape)
        else:
            weights.attention(block, shape)
        weights.ones(block + "ffn_norm.weight", shape.width)
        weights.matrix(block + "ffn_gate.weight", shape.hidden, shape.width)
        weights.matrix(block + "ffn_up.weight", shape.hidden, shape.width)
        weights.matrix(block + "ffn_down.weight", shape.width, shape.hidden)


def write_tiny_gguf(
    path: Path,
    *,
    seed: int = 0,
    shape: Shape | None = None,
    vocabulary: Vocabulary = "bpe",
    words: Sequence[str] = (),
    template: str | None = CHATML,
) -> Path:
    """Write the model to `path` and return it.

    `words` are further tokens that the model can say though no text is ever cut into them; `template` None leaves the
    chat template out, as a base model does.
    """
    shape = shape or Shape()
    writer = GGUFWriter(path, shape.architecture)
    writer.add_name("askv4 tiny random")
    writer.add_license("apache-2.0")
    writer.add_file_type(LlamaFileType.ALL_F32)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    if shape.hybrid:
        writer.add_head_count_kv([shape.kv_heads, *[0] * (shape.layers - 1)])
        writer.add_shortconv_l_cache(_CONVOLUTION)
    else:
        writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    add_vocabulary = _add_bpe_vocabulary if vocabulary == "bpe" else _add_spm_vocabulary
    tokens = add_vocabulary(writer, words)
    writer.add_vocab_size(tokens)
    if template is not None:
        writer.add_chat_template(template)
    _add_weights(writer, shape, tokens, seed)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--vocabulary", choices=["bpe", "spm"], default="bpe")
    options = parser.parse_args()
    path = write_tiny_gguf(options.path, seed=options.seed, vocabulary=options.vocabulary)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

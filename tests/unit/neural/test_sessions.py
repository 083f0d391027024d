"""What all models share: sessions whose arithmetic is exact, and texts that run alone on several threads."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from askv4.neural.sessions import each_alone, has_vnni, open_session, optimise


def test_products_of_eight_bits_do_not_overflow(tmp_path: Path) -> None:
    """Whatever the processor: without VNNI and the option for it, most of these sums come out wrong."""
    chance = np.random.default_rng(0)
    matrix = chance.integers(-127, 128, (384, 64)).astype(np.int8)
    given = chance.integers(0, 256, (16, 384)).astype(np.uint8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["given", "matrix", "zero"], ["product"])],
        "product",
        [helper.make_tensor_value_info("given", TensorProto.UINT8, [None, 384])],
        [helper.make_tensor_value_info("product", TensorProto.INT32, [None, 64])],
        [numpy_helper.from_array(matrix, "matrix"), numpy_helper.from_array(np.array(0, np.uint8), "zero")],
    )
    path = tmp_path / "product.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    optimise(path, tmp_path / "optimised.onnx", eight_bits=True)
    (product,) = open_session(tmp_path / "optimised.onnx").run(None, {"given": given})
    assert (product == given.astype(np.int64) @ matrix.astype(np.int64)).all()


@pytest.mark.parametrize("threads", [1, 3])
def test_every_item_is_run_once(threads: int) -> None:
    items = [5, 1, 4, 1, 3]
    seen: list[tuple[int, int]] = []
    each_alone(items, lambda item: item, lambda place, item: seen.append((place, item)), threads=threads, name="test")
    assert sorted(seen) == list(enumerate(items))


def test_the_longest_goes_first() -> None:
    order: list[int] = []
    each_alone([2, 9, 5], lambda item: item, lambda _, item: order.append(item), threads=1, name="test")
    assert order == [9, 5, 2]


def test_after_a_failure_no_new_item_begins() -> None:
    begun: list[int] = []
    both = threading.Barrier(2, timeout=10)

    def run(_: int, item: int) -> None:
        begun.append(item)
        if item == 100:
            both.wait()
            raise ValueError(item)
        if item == 99:
            both.wait()

    with pytest.raises(ValueError, match="100"):
        each_alone([100, 99, *range(50)], lambda item: item, run, threads=2, name="test")
    assert {100, 99} <= set(begun)


def test_the_processor_tells_whether_it_has_vnni(tmp_path: Path) -> None:
    def told(line: str) -> bool:
        (tmp_path / line[:20].replace(" ", "_")).write_text(f"processor\t: 0\n{line}\n", encoding="utf-8")
        return has_vnni(tmp_path / line[:20].replace(" ", "_"))

    assert told("flags\t\t: fpu avx2 avx512f avx512_vnni")
    assert told("flags\t\t: avx_vnni sse")
    assert not told("flags\t\t: sse avx2 avx512f")
    assert not has_vnni(tmp_path / "absent")

"""The weights inside the reader's ONNX file: taken out as numbers that can be trained, and put back rounded.

The graph holds matrices of eight bits, which onnxruntime multiplies as integers (MatMulInteger), and the vectors of the
vocabulary. As made by others these are of eight bits too; as written here they are of four, in blocks of `BLOCK` with a
scale each (GatherBlockQuantized): rounded so, a logit moves by 0.1, and the file is four megabytes smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Weights = dict[str, NDArray[np.float32]]
"""Parameter, named as BertForSequenceClassification names it -> values, in its shapes."""

VOCABULARY = "bert.embeddings.word_embeddings.weight"
SPANS = "spans"
"""The graph's second output [pairs, tokens, 2]: whether the answer begins, and ends, at a token."""
_KERNEL = f"{SPANS}.kernel"
BLOCK = 32
"""Values of a vocabulary vector that share a scale."""
_CONTRIB = "com.microsoft"


def weights_of(model: onnx.ModelProto) -> Weights:
    """All parameters of the reader, rounded as its file has them."""
    values = {tensor.name: tensor for tensor in model.graph.initializer}
    weights: Weights = {}
    for name, tensor in values.items():
        if name.endswith("_quantized") and name.startswith("bert.embeddings"):
            weights[name.removesuffix("_quantized")] = _whole(values, name)
        elif name == f"{VOCABULARY}_int4":
            weights[VOCABULARY] = _from_blocks(tensor, numpy_helper.to_array(values[f"{VOCABULARY}_scales"]))
        elif _stays_whole(tensor):
            weights[name] = numpy_helper.to_array(tensor).astype(np.float32)
    for parameter, stored in _matrices(model):
        weights[parameter] = np.ascontiguousarray(_whole(values, stored).T)
    if _KERNEL in values:
        weights[f"{SPANS}.weight"] = np.ascontiguousarray(numpy_helper.to_array(values[_KERNEL]).T)
    return weights


def with_spans(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with the head for spans, zero as yet; as it is where it has one."""
    written = onnx.ModelProto()
    written.CopyFrom(model)
    graph = written.graph
    if any(output.name == SPANS for output in graph.output):
        return written
    (pooled,) = (node for node in graph.node if node.op_type == "Gather" and "pooler" in node.output[0])
    states = pooled.input[0]
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.zeros((384, 2), dtype=np.float32), _KERNEL),
            numpy_helper.from_array(np.zeros(2, dtype=np.float32), f"{SPANS}.bias"),
        ]
    )
    graph.node.append(helper.make_node("MatMul", [states, _KERNEL], [f"{SPANS}_without_bias"]))
    graph.node.append(helper.make_node("Add", [f"{SPANS}_without_bias", f"{SPANS}.bias"], [SPANS]))
    graph.output.append(helper.make_tensor_value_info(SPANS, onnx.TensorProto.FLOAT, ["pairs", "tokens", 2]))
    return written


def with_weights(model: onnx.ModelProto, weights: Mapping[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """The same graph with these weights. Raises KeyError for a parameter that is missing."""
    written = onnx.ModelProto()
    written.CopyFrom(model)
    values = {tensor.name: tensor for tensor in written.graph.initializer}
    for parameter, stored in list(_matrices(written)):
        for tensor in _eight_bits(np.ascontiguousarray(weights[parameter].T), stored):
            values[tensor.name].CopyFrom(tensor)
    for name, tensor in values.items():
        if _stays_whole(tensor):
            tensor.CopyFrom(numpy_helper.from_array(weights[name].astype(np.float32), name))
    if _KERNEL in values:
        kernel = np.ascontiguousarray(weights[f"{SPANS}.weight"].T.astype(np.float32))
        values[_KERNEL].CopyFrom(numpy_helper.from_array(kernel, _KERNEL))
    _put_vocabulary(written, weights[VOCABULARY])
    onnx.checker.check_model(written)
    return written


def _stays_whole(tensor: onnx.TensorProto) -> bool:
    """Whether it is a parameter that is not rounded: biases, and the weights of normalisation."""
    return bool(tensor.data_type == onnx.TensorProto.FLOAT and tensor.name.endswith((".bias", ".weight")))


def four_bits(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """[n, d] as whole numbers from -7 to 7, and [n, d / BLOCK] what each block of them is multiplied with."""
    blocks = vectors.reshape(len(vectors), -1, BLOCK)
    scales = np.abs(blocks).max(axis=2, keepdims=True) / 7
    scales[scales == 0] = 1
    whole = np.round(blocks / scales).astype(np.int8)
    return whole.reshape(vectors.shape), scales[..., 0].astype(np.float32)


def rounded(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vocabulary's vectors as the written file will have them."""
    whole, scales = four_bits(vectors)
    return _multiplied(whole, scales)


def _multiplied(whole: NDArray[np.int8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    blocks = whole.reshape(*scales.shape, BLOCK) * scales[..., None]
    return np.asarray(blocks.reshape(whole.shape), dtype=np.float32)


def _matrices(model: onnx.ModelProto) -> Iterator[tuple[str, str]]:
    """(parameter, initialiser) of every matrix. Most have lost their names: the bias that is added next tells them."""
    values = {tensor.name for tensor in model.graph.initializer}
    next_node = {name: node for node in model.graph.node for name in node.input}
    for node in model.graph.node:
        if node.op_type != "MatMulInteger":
            continue
        after = node
        while after.op_type != "Add":
            after = next_node[after.output[0]]
        (bias,) = (name for name in after.input if name in values)
        yield bias.removesuffix("bias") + "weight", node.input[1]


def _whole(values: Mapping[str, onnx.TensorProto], name: str) -> NDArray[np.float32]:
    """An eight-bit initialiser, as numbers."""
    stem = name.removesuffix("_quantized")
    parts = (numpy_helper.to_array(values[stem + end]) for end in ("_quantized", "_zero_point", "_scale"))
    whole, zero, scale = (part.astype(np.float32) for part in parts)
    return np.asarray((whole - zero) * scale, dtype=np.float32)


def _eight_bits(matrix: NDArray[np.float32], name: str) -> tuple[onnx.TensorProto, ...]:
    """[in, out] in whole numbers, with a scale for each output, and 0 as the zero."""
    stem = name.removesuffix("_quantized")
    scale = (np.abs(matrix).max(axis=0) / 127).astype(np.float32)
    scale[scale == 0] = 1
    return (
        numpy_helper.from_array(np.round(matrix / scale).astype(np.int8), name),
        numpy_helper.from_array(scale, stem + "_scale"),
        numpy_helper.from_array(np.zeros_like(scale, dtype=np.int8), stem + "_zero_point"),
    )


def _from_blocks(tensor: onnx.TensorProto, scales: NDArray[np.float32]) -> NDArray[np.float32]:
    pairs = np.frombuffer(tensor.raw_data, dtype=np.uint8)
    whole = np.stack((pairs & 15, pairs >> 4), axis=1).astype(np.int8).reshape(tuple(tensor.dims))
    return _multiplied(np.where(whole > 7, whole - 16, whole).astype(np.int8), scales)


def _put_vocabulary(model: onnx.ModelProto, vectors: NDArray[np.float32]) -> None:
    whole, scales = four_bits(vectors)
    nibbles = whole.view(np.uint8) & 15
    packed = onnx.TensorProto(name=f"{VOCABULARY}_int4", data_type=onnx.TensorProto.INT4, dims=whole.shape)
    packed.raw_data = (nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)).tobytes()
    graph = model.graph
    kept = [tensor for tensor in graph.initializer if not tensor.name.startswith(VOCABULARY)]
    del graph.initializer[:]
    graph.initializer.extend([*kept, packed, numpy_helper.from_array(scales, f"{VOCABULARY}_scales")])
    if any(node.op_type == "GatherBlockQuantized" for node in graph.node):
        return
    gather = next(node for node in graph.node if node.input[:1] == [f"{VOCABULARY}_quantized"])
    widened = next(node for node in graph.node if node.input[:1] == [gather.output[0]])
    looked_up = helper.make_node(
        "GatherBlockQuantized",
        [packed.name, gather.input[1], f"{VOCABULARY}_scales"],
        [widened.output[0]],
        domain=_CONTRIB,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )
    nodes = [looked_up if node == gather else node for node in graph.node if node != widened]
    del graph.node[:]
    graph.node.extend(nodes)
    model.opset_import.append(helper.make_opsetid(_CONTRIB, 1))
    model.ir_version = max(model.ir_version, 10)  # the first to know INT4

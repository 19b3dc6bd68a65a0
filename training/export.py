"""The tuned network as ONNX with weights of 8 bits; its sums stay 32-bit floats.

Matrices become whole numbers from -127 to 127 with a scale for each output (for each word, in the
table of words, of which only the rows that are read are scaled). Nothing else is quantised, so that
every processor computes the same up to rounding.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor, nn

_SMALLEST = 4096  # numbers; smaller tensors stay as they are
_LAST = "last_axis"
_MATRIX = "onnx::MatMul_"  # with a number: what PyTorch calls a matrix that it turned


class _WholeTexts(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.network(ids, torch.ones_like(ids))


def as_onnx(
    network: nn.Module, outputs: Sequence[str] = ("logits",), *, several: bool = False
) -> bytes:
    """The network for one text, or `several` of one length, at a time.

    Takes input_ids, int64, of the shape (texts, tokens).
    """
    sink = io.BytesIO()
    torch.onnx.export(
        _WholeTexts(network).eval(),
        (torch.ones((1, 16), dtype=torch.long),),
        sink,
        input_names=["input_ids"],
        output_names=list(outputs),
        dynamic_axes={"input_ids": {0: "texts", 1: "tokens"} if several else {1: "tokens"}},
        opset_version=17,
        dynamo=False,
    )
    return _in_bytes(onnx.load_from_string(sink.getvalue()))


def weights_in(
    network: bytes, names: Sequence[str], under: str = ""
) -> dict[str, NDArray[np.float32]]:
    """The weights of an exported `Network`, by the names of its parameters, in their order.

    `under` says where the network stands in what was exported. The file keeps these names, but for
    the matrices of layers, which stand there in their order: the network must come first.
    """
    stored = {
        tensor.name: numpy_helper.to_array(tensor)
        for tensor in onnx.load_from_string(network).graph.initializer
    }
    numbered = (name for name in stored if name.startswith(_MATRIX) and name.endswith("_q"))
    matrices = iter(sorted(numbered, key=lambda name: int(name[len(_MATRIX) : -len("_q")])))
    found = {}
    for name in names:
        stands = f"network.{under}{name}"
        if stands in stored:
            found[name] = stored[stands]
        elif f"{stands}_q" in stored:
            found[name] = _floats(stored, stands)
        else:
            found[name] = _floats(stored, next(matrices).removesuffix("_q")).T
    return found


def _floats(stored: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    whole, scales = stored[f"{name}_q"], stored[f"{name}_scale"]
    # The table of words alone has a scale for each row, and no zeros.
    return whole * (scales if f"{name}_zero" in stored else scales[:, None])


def _in_bytes(model: onnx.ModelProto) -> bytes:
    graph = model.graph
    kept, added, nodes = [], [], list(graph.node)
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < _SMALLEST:  # noqa: PLR2004
            kept.append(tensor)
            continue
        name = tensor.name
        # The table of words is read by rows, a matrix multiplied by columns.
        by_rows = values.shape[0] > values.shape[1] * 8
        whole, scales = _quantised(values, axis=0 if by_rows else 1)
        kept.append(numpy_helper.from_array(whole, f"{name}_q"))
        kept.append(numpy_helper.from_array(scales, f"{name}_scale"))
        if by_rows:
            nodes = [each for node in nodes for each in _rows_read(node, name)]
            continue
        kept.append(numpy_helper.from_array(np.zeros(scales.shape, np.int8), f"{name}_zero"))
        inputs = [f"{name}_q", f"{name}_scale", f"{name}_zero"]
        added.append(helper.make_node("DequantizeLinear", inputs, [name], axis=1))
    kept.append(numpy_helper.from_array(np.array([-1], np.int64), _LAST))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    del graph.node[:]
    graph.node.extend([*added, *nodes])
    model.producer_version = ""
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def _rows_read(node: onnx.NodeProto, table: str) -> list[onnx.NodeProto]:
    """A node; if it reads rows of a table, nodes that read whole numbers and scale only these.

    Scaling the whole table first would cost every text as many numbers as the table has.
    """
    if node.op_type != "Gather" or node.input[0] != table:
        return [node]
    ids, out = node.input[1], node.output[0]
    return [
        helper.make_node("Gather", [f"{table}_q", ids], [f"{out}_q"]),
        helper.make_node("Gather", [f"{table}_scale", ids], [f"{out}_scale"]),
        helper.make_node("Unsqueeze", [f"{out}_scale", _LAST], [f"{out}_scales"]),
        helper.make_node("Cast", [f"{out}_q"], [f"{out}_whole"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{out}_whole", f"{out}_scales"], [out]),
    ]


def _quantised(
    values: NDArray[np.float32], axis: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    highest = np.abs(values).max(axis=1 - axis)
    scales = np.where(highest > 0, highest / 127.0, 1.0).astype(np.float32)
    shaped = scales[:, None] if axis == 0 else scales[None, :]
    return np.clip(np.round(values / shaped), -127, 127).astype(np.int8), scales

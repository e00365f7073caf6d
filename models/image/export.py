"""Writes the network as ONNX: batch norms folded, weights as int8 with one scale for each output channel.

The weights become float32 again when the runtime loads the model (Cast and Mul of constants are folded), so the arithmetic is
float32 everywhere and the vectors are the same on every processor up to rounding.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from network import MEANING, PICTURE

EPSILON = 1e-5


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, op, inputs, **attributes):
        name = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name, values):
        """int8 with a scale for each first-axis entry."""
        axes = tuple(range(1, values.ndim))
        scale = np.maximum(np.abs(values).max(axes, keepdims=True), 1e-12) / 127
        self.constant(f"{name}.int8", np.round(values / scale).astype(np.int8))
        self.constant(f"{name}.scale", scale.astype(np.float32))
        return self.node("Mul", [self.node("Cast", [f"{name}.int8"], to=TensorProto.FLOAT), f"{name}.scale"])

    def conv(self, x, name, values, bias, stride=1):
        pad = values.shape[2] // 2
        return self.node("Conv", [x, self.weight(name, values), self.constant(f"{name}.bias", bias.astype(np.float32))],
                         kernel_shape=list(values.shape[2:]), strides=[stride] * 2, pads=[pad] * 4)


def _folded(weight, norm):
    """Weights and bias of a layer followed by its batch norm."""
    factor = (norm["weight"] if "weight" in norm else 1.0) / np.sqrt(norm["running_var"] + EPSILON)
    bias = (norm["bias"] if "bias" in norm else 0.0) - norm["running_mean"] * factor
    return weight * np.reshape(factor, (-1,) + (1,) * (weight.ndim - 1)), bias


def build(state, weight):
    """The model of a state dict (NumPy arrays) whose embedding weighs meaning by `weight` in 0..1."""
    part = lambda prefix: {key[len(prefix) + 1:]: value for key, value in state.items() if key.startswith(prefix + ".")}
    graph = Graph()

    def convolution(x, name, norm, stride=1):
        return graph.conv(x, name, *_folded(state[f"{name}.weight"], part(norm)), stride)

    pool = lambda x: graph.node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = graph.node("Relu", [convolution("pixel_values", "stem", "stem_norm", 2)])
    stage = 0
    layout = None
    while f"stages.{stage}.0.conv1.weight" in state:
        block = 0
        while f"stages.{stage}.{block}.conv1.weight" in state:
            at = f"stages.{stage}.{block}"
            stride = 2 if block == 0 and stage > 0 else 1
            short = x
            if f"{at}.short.weight" in state:
                short = convolution(pool(x) if stride > 1 else x, f"{at}.short", f"{at}.short_norm")
            y = graph.node("Relu", [convolution(x, f"{at}.conv1", f"{at}.norm1", stride)])
            x = graph.node("Relu", [graph.node("Add", [convolution(y, f"{at}.conv2", f"{at}.norm2"), short])])
            block += 1
        if stage == 2:
            layout = graph.node("Relu", [convolution(pool(x), "layout", "layout_norm")])
        stage += 1

    def head(x, name, share):
        values, bias = _folded(state[f"{name}.weight"], part(f"{name}_norm"))
        y = graph.node("Gemm", [graph.node("Flatten", [x], axis=1), graph.weight(name, values), graph.constant(f"{name}.bias", bias.astype(np.float32))], transB=1)
        return graph.node("Mul", [graph.node("LpNormalization", [y], axis=1, p=2), graph.constant(f"{name}.share", np.float32(share ** 0.5))])

    halves = [head(graph.node("GlobalAveragePool", [x]), "meaning", weight), head(layout, "picture", 1 - weight)]
    graph.nodes.append(helper.make_node("Concat", halves, ["image_embeds"], axis=1, name="image_embeds"))
    model = helper.make_model(helper.make_graph(
        graph.nodes, "infomax_image",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["batch", 3, 64, 64])],
        [helper.make_tensor_value_info("image_embeds", TensorProto.FLOAT, ["batch", MEANING + PICTURE])],
        graph.constants), opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="infomax-inspector")
    onnx.checker.check_model(model)
    return model

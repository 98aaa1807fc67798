/** Bottleneck adapters on a BERT of Transformers, between the dropout of a sub-layer's output and its residual addition. */
export const python = `def adapter(base, tensors, places, reads, activation, scaling):
    """Adds a bottleneck at the end of sub-layers, before their residual addition"""
    for path in places:
        owner = base.get_submodule(path[: path.rindex(".adapter.")])
        if not hasattr(owner, "bottlenecks"):
            owner.bottlenecks = nn.ModuleList()
            owner.forward = MethodType(with_bottlenecks, owner)
        owner.bottlenecks.append(Bottleneck(tensors, path, reads, activation, scaling))


def with_bottlenecks(self, hidden_states, input_tensor):
    """The forward pass of BertSelfOutput and BertOutput, with its bottlenecks one after the other"""
    output = self.dropout(self.dense(hidden_states))
    for bottleneck in self.bottlenecks:
        output = output + bottleneck(output, input_tensor, self.LayerNorm)
    return self.LayerNorm(output + input_tensor)


class Bottleneck(nn.Module):
    """scale * (W_up f(W_down x + b_down) + b_up) for the output of a sub-layer, that behind the norm, or its input"""

    def __init__(self, tensors, path, reads, activation, scaling):
        super().__init__()
        self.reads, self.activation = reads, ACT2FN[activation]
        self.down, self.up = self.linear(tensors, f"{path}.down"), self.linear(tensors, f"{path}.up")
        self.scaling = nn.Parameter(tensors.pop(f"{path}.scaling")) if scaling == "learned" else scaling

    @staticmethod
    def linear(tensors, path):
        weight, bias = tensors.pop(f"{path}.weight"), tensors.pop(f"{path}.bias")
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        return layer

    def forward(self, output, input_tensor, norm):
        x = output if self.reads == "output" else input_tensor
        if self.reads == "norm":
            x = norm(output + input_tensor)
        return self.scaling * self.up(self.activation(self.down(x)))
`;

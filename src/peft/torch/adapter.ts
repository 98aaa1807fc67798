/** Bottleneck adapters on a model of Transformers, in front of the residual addition of sub-layers. */
export const python = `def adapter(base, tensors, places, reads, activation, scaling):
    """Adds a bottleneck to what sub-layers give, before their residual addition"""
    for place in places:
        output = base.get_submodule(place["output"])
        norm = nn.Identity() if place["norm"] is None else base.get_submodule(place["norm"])
        if not hasattr(output, "bottlenecks"):
            output.bottlenecks = nn.ModuleList()
        bottleneck = Bottleneck(tensors, place["path"], reads, activation, scaling, norm)
        output.bottlenecks.append(bottleneck)
        # First, so that it sees what is there before other methods change it.
        base.get_submodule(place["input"]).register_forward_pre_hook(bottleneck.see, prepend=True)
        output.register_forward_hook(bottleneck.add)


class Bottleneck(nn.Module):
    """scale * (W_up f(W_down x + b_down) + b_up) for a sub-layer's output, that behind the addition, or its input"""

    def __init__(self, tensors, path, reads, activation, scaling, norm):
        super().__init__()
        self.reads, self.activation = reads, ACT2FN[activation]
        self.down, self.up = self.linear(tensors, f"{path}.down"), self.linear(tensors, f"{path}.up")
        self.scaling = nn.Parameter(tensors.pop(f"{path}.scaling")) if scaling == "learned" else scaling
        self.norms = [norm]  # in a list, so that it stays the model's own module

    @staticmethod
    def linear(tensors, path):
        weight, bias = tensors.pop(f"{path}.weight"), tensors.pop(f"{path}.bias")
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        return layer

    def see(self, module, given):
        self.input = given[0]

    def add(self, module, given, output):
        return output + self(output)

    def forward(self, output):
        x = output if self.reads == "output" else self.input
        if self.reads == "sum":
            x = self.norms[0](output + self.input)
        self.input = None
        return self.scaling * self.up(self.activation(self.down(x)))
`;

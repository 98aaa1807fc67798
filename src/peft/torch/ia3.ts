/** (IA)3 on a model of Transformers. */
export const python = `def ia3(base, tensors, inputs, outputs):
    """y = l * (W x + b) for the modules of outputs, y = W (l * x) + b for those of inputs"""
    for path in [*inputs, *outputs]:
        module = base.get_submodule(path)
        module.register_parameter("ia3_l", nn.Parameter(tensors.pop(f"{path}.ia3_l")))
        if path in inputs:
            module.register_forward_pre_hook(lambda module, given: (given[0] * module.ia3_l,))
        else:
            module.register_forward_hook(lambda module, given, output: output * module.ia3_l)
`;

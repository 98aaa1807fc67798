/** LoRA on a model of Transformers. */
export const python = `def lora(base, tensors, modules, scale):
    """y = W x + b + scale * B A x"""

    def add(module, inputs, output):
        return output + scale * F.linear(F.linear(inputs[0], module.lora_A), module.lora_B)

    for path in modules:
        module = base.get_submodule(path)
        for name in ("lora_A", "lora_B"):
            module.register_parameter(name, nn.Parameter(tensors.pop(f"{path}.{name}.weight")))
        module.register_forward_hook(add)
`;

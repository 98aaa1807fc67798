/** A prefix on a model of Transformers, whose own way of past keys and values is not open to a part of the layers or to positions that stay. */
export const python = `def prefix_tuning(base, tensors, attentions, positions):
    """Puts keys and values of virtual tokens in front of those of the text"""
    matrix = tensors.pop("prefix.prompt_embeddings")  # (virtual tokens, 2 * layers * width)
    columns = matrix.chunk(2 * len(attentions), dim=1)  # the first layer's keys, its values, ...
    for i, paths in enumerate(attentions):
        attention = base.get_submodule(paths["attention"])
        attention.register_parameter("prefix_key", nn.Parameter(columns[2 * i].clone()))
        attention.register_parameter("prefix_value", nn.Parameter(columns[2 * i + 1].clone()))
        attention.prefix_maps, attention.prefix_after = paths["maps"], paths["after"]
        attention.prefix_heads = base.config.num_attention_heads
        attention.forward = MethodType(attend, attention)
    if positions is not None:  # The virtual tokens take the first positions, so the longest text is shorter by them.
        base.get_submodule(positions).register_forward_pre_hook(shifted_by(len(matrix)))


def shifted_by(count):
    """Positions behind so many; that of padding, where the model has one, stays"""

    def shift(module, given):
        (positions,) = given
        behind = positions + count
        if module.padding_idx is not None:
            behind = torch.where(positions == module.padding_idx, positions, behind)
        return (behind,)

    return shift


def attend(self, hidden_states=None, attention_mask=None, *_, query=None, mask=None, past_key_values=None, **others):
    """The forward pass of self-attention with the prefix, for the attention implementations eager and sdpa"""
    # DistilBERT of Transformers 4 has other names for what it gives.
    x, seen = (hidden_states, attention_mask) if query is None else (query, mask)

    def apply(paths, x):
        return [self.get_submodule(path)(x) for path in paths]

    def heads(x):  # (batch, tokens, width) -> (batch, heads, tokens, width of a head)
        return x.unflatten(-1, (self.prefix_heads, -1)).transpose(1, 2)

    def behind(prefix, x):
        return torch.cat([heads(prefix[None]).expand(len(x), -1, -1, -1), x], dim=2)

    maps = apply(self.prefix_maps, x)
    query, key, value = map(heads, maps if len(maps) == 3 else maps[0].chunk(3, dim=-1))
    if past_key_values is not None:  # Of the text alone, whose tokens the cache counts.
        place = {"cache_position": others.get("cache_position")}  # Transformers 5 needs none.
        key, value = past_key_values.update(key, value, self.layer_idx, place)
    if seen is None and getattr(self, "is_causal", False):
        tokens, known = query.shape[2], key.shape[2]
        seen = torch.ones(tokens, known, dtype=torch.bool, device=x.device).tril(known - tokens)[None, None]
    if seen is not None:
        if seen.dim() == 2:  # (batch, tokens): 1 for what may be seen
            seen = seen[:, None, None, :].bool()
        # (batch, 1, 1 or tokens, tokens known): True, or 0 to be added, for what may be seen
        seen = F.pad(seen, (len(self.prefix_key), 0), value=1 if seen.dtype == torch.bool else 0)
    dropout = self.attn_dropout if hasattr(self, "attn_dropout") else self.dropout
    mixed = F.scaled_dot_product_attention(
        query,
        behind(self.prefix_key, key),
        behind(self.prefix_value, value),
        attn_mask=seen,
        dropout_p=dropout.p if self.training else 0.0,
    )
    mixed = mixed.transpose(1, 2).flatten(2)
    for path in self.prefix_after:
        mixed = self.get_submodule(path)(mixed)
    return mixed, None
`;

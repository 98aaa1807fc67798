/** A prefix on a BERT of Transformers, whose own way of past keys and values is not open to a part of the layers or to positions that stay. */
export const python = `def prefix_tuning(base, tensors, attentions, shift_positions):
    """Puts keys and values of virtual tokens in front of those of the text"""
    matrix = tensors.pop("prefix.prompt_embeddings")  # (virtual tokens, 2 * layers * width)
    columns = matrix.chunk(2 * len(attentions), dim=1)  # the first layer's keys, its values, ...
    for i, path in enumerate(attentions):
        attention = base.get_submodule(path)
        attention.register_parameter("prefix_key", nn.Parameter(columns[2 * i].clone()))
        attention.register_parameter("prefix_value", nn.Parameter(columns[2 * i + 1].clone()))
        attention.forward = MethodType(attend, attention)
    if shift_positions:  # The virtual tokens take the first positions, so the longest text is shorter by them.
        shift = len(matrix)
        base.embeddings.position_embeddings.register_forward_pre_hook(lambda module, given: (given[0] + shift,))


def attend(self, hidden_states, attention_mask=None, *_, **__):
    """The forward pass of BertSelfAttention with the prefix, for the attention implementations eager and sdpa"""

    def heads(x):  # (batch, tokens, width) -> (batch, heads, tokens, width of a head)
        return x.unflatten(-1, (self.num_attention_heads, self.attention_head_size)).transpose(1, 2)

    def behind(prefix, x):
        return heads(torch.cat([prefix.expand(len(x), -1, -1), x], dim=1))

    if attention_mask is not None:  # (batch, 1, 1 or tokens, tokens): True, or 0 to be added, for what may be seen
        seen = 1 if attention_mask.dtype == torch.bool else 0
        attention_mask = F.pad(attention_mask, (len(self.prefix_key), 0), value=seen)
    mixed = F.scaled_dot_product_attention(
        heads(self.query(hidden_states)),
        behind(self.prefix_key, self.key(hidden_states)),
        behind(self.prefix_value, self.value(hidden_states)),
        attn_mask=attention_mask,
        dropout_p=self.dropout.p if self.training else 0.0,
    )
    return mixed.transpose(1, 2).flatten(2), None
`;

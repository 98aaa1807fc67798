/** The target of what is not learnt, such as padding: PyTorch's `ignore_index`, which Transformers' collators write. */
export const IGNORED = -100;

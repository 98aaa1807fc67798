import type { TorchHead } from '../task.ts';

/** A linear map on the mean of the tokens' last hidden states, put on a model of Transformers without a head. */
export const meanHead: TorchHead = {
  modules: `    classes, width = tensors["classifier.weight"].shape
    model.classifier = nn.Linear(width, classes).to(like)
`,
  function: 'classify',
  python: `def classify(model, input_ids, attention_mask, **others):
    """Logits (rows, classes): the classifier on the mean of the tokens' last hidden states"""
    states = model(input_ids, attention_mask=attention_mask, **others).last_hidden_state
    mask = attention_mask.unsqueeze(-1).to(states)
    return model.classifier((states * mask).sum(1) / mask.sum(1).clamp(min=1e-9))
`,
};

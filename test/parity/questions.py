"""How the scripts of this folder are asked, and what they share.

    python SCRIPT COMMAND ARGUMENT... OUT

Arguments are folders and JSON files; the answer is written to the JSON file OUT.

    batch QUESTIONS    [answer or {error}]: several questions in one start of Python, which takes seconds

QUESTIONS  [[COMMAND, ARGUMENT...]], with the content of JSON files in their place
"""

import json
import sys
import traceback

import torch
import transformers
from transformers import AutoConfig
from transformers.utils.logging import disable_progress_bar

disable_progress_bar()


RATES = (
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "classifier_dropout",
    # DistilBERT's
    "dropout",
    "attention_dropout",
    "seq_classif_dropout",
    "qa_dropout",
    # GPT-2's
    "embd_pdrop",
    "resid_pdrop",
    "attn_pdrop",
)


def load(model_folder, dtype=torch.float32):
    """Without dropout: what is compared must not depend on a random generator."""
    config = AutoConfig.from_pretrained(model_folder)
    for rate in RATES:
        if hasattr(config, rate):
            setattr(config, rate, 0.0)
    (name,) = config.architectures
    # A checkpoint without a head, such as BertModel's, gets one.
    has_head = name.endswith(("Classification", "QuestionAnswering", "LMHeadModel"))
    of_task = name if has_head else "AutoModelForSequenceClassification"
    return getattr(transformers, of_task).from_pretrained(model_folder, config=config, dtype=dtype).eval()


def tensors_of(inputs):
    return {name: torch.tensor(rows) for name, rows in inputs.items()}


def logits_of(model, inputs):
    with torch.no_grad():
        return {"logits": all_logits(model(**tensors_of(inputs))).tolist()}


def all_logits(output):
    """Those of question answering are two a token: for the first of an answer, and for the last."""
    if "start_logits" in output:
        return torch.stack([output.start_logits, output.end_logits], -1)
    return output.logits


def forward(model, inputs):
    with torch.no_grad():
        output = model(**tensors_of(inputs), output_hidden_states=True)
    return {"logits": all_logits(output).tolist(), "hidden_states": [state.tolist() for state in output.hidden_states]}


def written(model, prompts, settings):
    """Tokens that `generate` writes behind each prompt, all in one batch, without the one that ends a text."""
    pad, length = model.config.pad_token_id, max(map(len, prompts))
    with torch.no_grad():
        whole = model.generate(
            input_ids=torch.tensor([[pad] * (length - len(prompt)) + prompt for prompt in prompts]),
            attention_mask=torch.tensor([[0] * (length - len(prompt)) + [1] * len(prompt) for prompt in prompts]),
            **settings,
        ).tolist()
    end, rows = model.config.eos_token_id, [row[length:] for row in whole]
    return [row[: row.index(end)] if end in row else row for row in rows]


def main(commands, usage):
    if len(sys.argv) < 3 or sys.argv[1] not in [*commands, "batch"]:
        sys.exit(f"{usage}\n{__doc__}")
    command, *arguments, out = sys.argv[1:]
    torch.set_num_threads(1)  # One order of summation on every machine.
    if command == "batch":
        answers = [answer_or_error(commands, *question) for question in read(*arguments)]
    else:
        answers = answer(commands, command, *map(read, arguments))
    with open(out, "w") as file:
        json.dump(answers, file)


def answer_or_error(commands, *question):
    try:
        return answer(commands, *question)
    except Exception:
        return {"error": traceback.format_exc()}


def answer(commands, command, *arguments):
    torch.manual_seed(0)  # A head that the folder lacks is drawn.
    return commands[command](*arguments)


def read(argument):
    """A JSON file's content; a folder, and a file of Transformers, stays a path."""
    if not argument.endswith(".json") or argument.endswith("config.json"):
        return argument
    with open(argument) as file:
        return json.load(file)

"""What an exported folder computes, loaded by the Python that the export prints.

Environments A and B of scripts/python.sh; questions.py says how it is asked.

    run-snippet SNIPPET INPUTS           {logits}: of the variable `model`, or of `classify(model, ...)` where the snippet has that
    generate-snippet SNIPPET PROMPTS     {written}: by the variable `model`, as `generate` of peftParity.py
    batch-snippet SNIPPET TEXTS          {input_ids, attention_mask, logits}: by the variables `tokenizer` and `model`, of texts as one batch
    load-adapterhub SNIPPET INPUTS       {logits, missing, unexpected}: the same, and what AdapterHub's library misses or has left
    load-adapter FOLDER MODEL            {refusal}: what load_adapter.py of the folder says to that model

SNIPPET  {"python": ".."}; lines that make a tokenizer are left out save for batch-snippet: the other folders have none
TEXTS    {"texts": [".."]}
INPUTS and PROMPTS as in peftParity.py
"""

import sys

import torch
from questions import forward, load, main, tensors_of, written


def run_snippet(snippet, inputs):
    made = run(snippet)
    if "classify" not in made:
        return {"logits": forward(made["model"], inputs)["logits"]}
    with torch.no_grad():
        return {"logits": made["classify"](made["model"], **tensors_of(inputs)).tolist()}


def generate_snippet(snippet, asked):
    return {"written": written(run(snippet)["model"], asked["prompts"], asked["settings"])}


def batch_snippet(snippet, asked):
    made = run(snippet, leaving_out=())
    batch = {name: rows.tolist() for name, rows in made["tokenizer"](asked["texts"], padding=True, return_tensors="pt").items()}
    return {**batch, **run_snippet(snippet, batch)}


def load_adapterhub(snippet, inputs):
    from adapters.loading import WeightsLoaderHelper

    found = []
    original = WeightsLoaderHelper.load_weights_from_state_dict

    def recorded(self, *arguments, **named):
        found.append(original(self, *arguments, **named))
        return found[-1]

    WeightsLoaderHelper.load_weights_from_state_dict = recorded
    try:
        logits = run_snippet(snippet, inputs)
    finally:
        WeightsLoaderHelper.load_weights_from_state_dict = original
    missing, unexpected = (sorted(key for keys in lists for key in keys) for lists in zip(*found))
    return {**logits, "missing": missing, "unexpected": unexpected, "loaded": len(found)}


def load_adapter(folder, model_folder):
    try:
        run({"python": f"import sys\nsys.path.insert(0, {folder!r})\nfrom load_adapter import load_adapter"})[
            "load_adapter"
        ](load(model_folder), folder)
    except ValueError as error:
        return {"refusal": str(error)}
    return {"refusal": ""}


def run(snippet, leaving_out=("tokenizer",)):
    """The variables that the snippet makes; nothing of an earlier one is left."""
    sys.modules.pop("load_adapter", None)
    path = list(sys.path)
    made = {}
    try:
        kept = (line for line in snippet["python"].splitlines() if not any(word in line for word in leaving_out))
        exec("\n".join(kept), made)
    finally:
        sys.path[:] = path
    return made


COMMANDS = {
    "run-snippet": run_snippet,
    "generate-snippet": generate_snippet,
    "batch-snippet": batch_snippet,
    "load-adapterhub": load_adapterhub,
    "load-adapter": load_adapter,
}

if __name__ == "__main__":
    main(COMMANDS, __doc__)

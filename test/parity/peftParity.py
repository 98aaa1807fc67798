"""What HF Transformers and PEFT compute, for the tests that compare this product with them.

    python test/parity/peftParity.py COMMAND ARGUMENT... OUT

Environment A of scripts/python.sh; questions.py says how it is asked.

    logits MODEL INPUTS               {logits, hidden_states}: hidden_states[k] is the output of layer k, 0 the embeddings
    ln-steps MODEL STEPS              {losses, grad_norms, learning_rates, decayed, tensors}: PEFT's LN-tuning by
                                      Transformers' Trainer, dropout off; with "save" in STEPS the adapter is saved there
    tuned-steps MODEL STEPS           the same of what "peft" in STEPS says ({peft_type and fields of its configuration}), or, without
                                      PEFT, of the parameters that match the regular expression "trainable", and the head;
                                      with the tensors before the first step as `initial`; "save" as above
    load-peft MODEL ADAPTER INPUTS    {logits, missing, unexpected, warnings}: PeftModel.from_pretrained
    load-merged MODEL INPUTS          {logits, missing, unexpected, mismatched}: a model folder
    generate MODEL PROMPTS            {written, initial}: tokens that `generate` writes behind each prompt, without the one that ends a
                                      text; with "peft" in PROMPTS through PEFT, with its tensors as `initial`
    fresh CONFIG                      {name: {std, zero_rows, value}}: parameters of the bare model as it is initialised, without the
                                      rows that are zero; value: the only one that it has, else null
    counts CONFIG                     {base, trained, head}: parameters of LN-tuning on that architecture, without weights
    tokenize TOKENIZER TEXTS          {input_ids, token_type_ids, attention_mask, decoded}: one list a text, not padded; `decoded` is
                                      text again, without special tokens; without token types
                                      where the tokenizer tells none
    tokenize-words TOKENIZER WORDS    {input_ids, word_ids}: the same of texts that are given as words
    tokenize-windows TOKENIZER PAIRS  {windows: [{input_ids, token_type_ids, offsets}] a pair}: offsets of the second text's tokens, else null
    answers WINDOWS                   {predictions, positions}: what run_qa.py makes of logits, and what is learnt from each window
    squad-metrics PREDICTIONS         {exact_match, f1}: evaluate-v1.1.py of SQuAD, as shares of 1
    entity-metrics TAGS               {f1, precision, recall, accuracy, entities}: seqeval; entities of the truth

INPUTS   {"input_ids": [[..]], "attention_mask": [[..]], "token_type_ids": [[..]]}   padded, equal lengths
STEPS    {"examples": [{"input_ids": [..], "token_type_ids": [..], "labels": 0}], "batch_size": 8,
          "target_modules": ["LayerNorm"] or a regular expression, "arguments": {TrainingArguments}}
          "labels" may also be a list, a label a token; for question answering, the tokens with which the answer begins and ends. A model
          of the next token shifts them itself: the label of a token is the token itself, or -100.
          Batches are consecutive examples, each padded to its longest; num_labels is the model folder's.
          Models that read no token types are given none, in INPUTS neither.
PROMPTS  {"prompts": [[..]], "settings": {GenerationConfig}, "peft": {..} as in STEPS}
TEXTS    {"texts": [..], "pairs": [..] or null, "max_length": 128}
WORDS    {"texts": [["a", "word"], ..], "max_length": 128}
PAIRS    {"questions": [..], "contexts": [..], "max_length": 384, "doc_stride": 128}
WINDOWS  {"questions": [{"context": "..", "answers": [{"text": "..", "answer_start": 0}],
          "windows": [{"offsets": [[0, 3], null], "start_logits": [..], "end_logits": [..]}]}], "n_best": 20, "max_answer_length": 30}
PREDICTIONS  {"predictions": [..], "answers": [[..], ..]}
TAGS     {"truth": [["O", ..], ..], "predicted": [["O", ..], ..]}
"""

import re
import tempfile
import warnings
from collections import Counter

import numpy as np
import seqeval.metrics
import torch
import transformers
from peft import LNTuningConfig, PeftModel, get_peft_config, get_peft_model
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedTokenizerFast,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.data.metrics.squad_metrics import normalize_answer

from questions import forward, load, logits_of, main, written


def logits(model_folder, inputs):
    return forward(load(model_folder), inputs)


def ln_steps(model_folder, steps, dtype=torch.float32):
    config = LNTuningConfig(task_type="SEQ_CLS", target_modules=steps["target_modules"])
    return trained_steps(get_peft_model(load(model_folder, dtype), config), steps)


def tuned_steps(model_folder, steps):
    model = tuned(load(model_folder), steps)
    initial = trained_tensors(model)
    return {**trained_steps(model, steps), "initial": initial}


def tuned(model, steps):
    if "peft" in steps:
        return get_peft_model(model, get_peft_config({"task_type": "SEQ_CLS", **steps["peft"]}))
    for name, parameter in model.named_parameters():
        of_head = not name.startswith(model.base_model_prefix + ".")
        parameter.requires_grad = of_head or re.search(steps["trainable"], name) is not None
    return model


def trained_steps(model, steps):
    """The optimizer, its weight decay groups, the schedule and the clipping are the Trainer's own."""
    losses, logged = [], []

    class RecordingTrainer(Trainer):
        def compute_loss(self, model, inputs, **arguments):
            loss = super().compute_loss(model, inputs, **arguments)
            losses.append(loss.item())
            return loss

    class Recorder(TrainerCallback):
        def on_log(self, args, state, control, logs, **_):
            if "grad_norm" in logs:
                logged.append(logs)

    with tempfile.TemporaryDirectory() as output:
        trainer = RecordingTrainer(
            model=model,
            train_dataset=steps["examples"],
            data_collator=lambda examples: collate(examples, model.config),
            callbacks=[Recorder()],
            args=TrainingArguments(
                output_dir=output,
                per_device_train_batch_size=steps["batch_size"],
                train_sampling_strategy="sequential",
                logging_steps=1,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                remove_unused_columns=False,  # the collator reads `labels`, whatever the model calls them
                use_cpu=True,
                **steps["arguments"],
            ),
        )
        trainer.remove_callback(PrinterCallback)
        decayed = trainer.get_decay_parameter_names(model)
        trainer.train()
    if "save" in steps:
        model.save_pretrained(steps["save"])
    trained = trained_tensors(model)
    return {
        "losses": losses,
        "grad_norms": [float(log["grad_norm"]) for log in logged],
        "learning_rates": [log["learning_rate"] for log in logged],
        "decayed": sorted(name for name in map(base_name, decayed) if name in trained),
        "tensors": trained,
    }


def trained_tensors(model):
    return {
        base_name(name): parameter.detach().tolist()
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


def load_peft(model_folder, adapter_folder, inputs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(load(model_folder), adapter_folder)
    # The same file once more, for what from_pretrained does not return.
    result = model.load_adapter(adapter_folder, adapter_name="default")
    # A prefix goes to PEFT's own module first; the model it wraps then does not know it.
    of_peft = ["prompt_embeddings"] if model.peft_config["default"].is_prompt_learning else []
    # PEFT's class for question answering passes no token types on.
    computing = model.get_base_model() if model.peft_config["default"].task_type == "QUESTION_ANS" else model
    return {
        # PEFT's own pass of a prefix through RoBERTa takes hidden states for the pooler's output.
        **logits_of(computing, inputs),
        "missing": list(result.missing_keys),
        "unexpected": [key for key in result.unexpected_keys if key not in of_peft],
        # PEFT says this of every LayerNorm that its own LN-tuning wraps.
        "warnings": [text for text in (str(each.message) for each in caught) if not text.startswith("Unsupported layer type")],
    }


def load_merged(model_folder, inputs):
    (name,) = AutoConfig.from_pretrained(model_folder).architectures
    model, info = getattr(transformers, name).from_pretrained(
        model_folder, dtype=torch.float32, output_loading_info=True
    )
    return {
        **forward(model.eval(), inputs),
        "missing": sorted(info["missing_keys"]),
        "unexpected": sorted(info["unexpected_keys"]),
        "mismatched": sorted(map(str, info["mismatched_keys"])),
    }


def generate(model_folder, asked):
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32).eval()
    if "peft" in asked:
        model = get_peft_model(model, get_peft_config({"task_type": "CAUSAL_LM", **asked["peft"]})).eval()
    return {
        "written": written(model, asked["prompts"], asked["settings"]),
        "initial": trained_tensors(model) if "peft" in asked else {},
    }


def fresh(config_file):
    torch.manual_seed(0)
    model = AutoModel.from_config(AutoConfig.from_pretrained(config_file))
    described = {}
    for name, parameter in model.named_parameters():
        value = parameter.detach()
        rows = value.flatten(1) if value.dim() > 1 else value[:, None]
        zero_rows = [i for i, row in enumerate(rows) if not row.any()]
        only = value.unique()
        described[name] = {
            "std": value.square().sum().div(max(1, value.numel() - len(zero_rows) * rows.shape[1])).sqrt().item(),
            "zero_rows": zero_rows if value.dim() > 1 else [],
            "value": only.item() if only.numel() == 1 else None,
        }
    return described


def counts(config_file):
    with torch.device("meta"):
        model = AutoModelForSequenceClassification.from_config(AutoConfig.from_pretrained(config_file))
        base = sum(parameter.numel() for parameter in model.base_model.parameters())
        norms = ["LayerNorm", "sa_layer_norm", "output_layer_norm"]  # the latter DistilBERT's
        model = get_peft_model(model, LNTuningConfig(task_type="SEQ_CLS", target_modules=norms))
    trained = {name: parameter.numel() for name, parameter in model.named_parameters() if parameter.requires_grad}
    head = sum(count for name, count in trained.items() if "modules_to_save" in name)
    return {"base": base, "trained": sum(trained.values()) - head, "head": head}


def tokenize(tokenizer_folder, texts):
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    encoding = tokenizer(texts["texts"], texts.get("pairs"), truncation=True, max_length=texts["max_length"])
    return {
        **{name: encoding[name] for name in ("input_ids", "token_type_ids", "attention_mask") if name in encoding},
        "decoded": tokenizer.batch_decode(encoding["input_ids"], skip_special_tokens=True),
    }


def tokenize_words(tokenizer_folder, words):
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    encoding = tokenizer(words["texts"], is_split_into_words=True, truncation=True, max_length=words["max_length"])
    return {
        "input_ids": encoding["input_ids"],
        "word_ids": [encoding.word_ids(i) for i in range(len(words["texts"]))],
    }


def tokenize_windows(tokenizer_folder, pairs):
    # tokenizer.json as it is: the classes of models make some of it anew.
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tokenizer_folder)
    answers = []
    for question, context in zip(pairs["questions"], pairs["contexts"]):
        encoding = tokenizer(
            [question.lstrip()],
            [context],
            truncation="only_second",
            max_length=pairs["max_length"],
            stride=pairs["doc_stride"],
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        answers.append(
            [
                {
                    "input_ids": encoding["input_ids"][i],
                    "token_type_ids": encoding.encodings[i].type_ids,
                    "offsets": [
                        offset if sequence == 1 else None
                        for offset, sequence in zip(encoding["offset_mapping"][i], encoding.sequence_ids(i))
                    ],
                }
                for i in range(len(encoding["input_ids"]))
            ]
        )
    return {"windows": answers}


def answers(asked):
    predictions = [answer_of(question, asked["n_best"], asked["max_answer_length"]) for question in asked["questions"]]
    return {
        "predictions": predictions,
        "positions": [
            [token_positions(window["offsets"], question["answers"][0]) for window in question["windows"]]
            for question in asked["questions"]
        ],
    }


def squad_metrics(given):
    predictions, golds = given["predictions"], given["answers"]

    def mean(metric):
        best = [max(metric(text, gold) for gold in texts) for text, texts in zip(predictions, golds)]
        return sum(best) / len(best)

    return {"exact_match": mean(lambda text, gold: normalize_answer(text) == normalize_answer(gold)), "f1": mean(squad_f1)}


def squad_f1(prediction, gold):
    found, wanted = normalize_answer(prediction).split(), normalize_answer(gold).split()
    common = sum((Counter(found) & Counter(wanted)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(found), common / len(wanted)
    return 2 * precision * recall / (precision + recall)


def answer_of(question, n_best, max_answer_length):
    """The text that postprocess_qa_predictions of Transformers' examples chooses."""
    found = []
    for window in question["windows"]:
        starts, ends, offsets = window["start_logits"], window["end_logits"], window["offsets"]
        start_indexes = np.argsort(starts)[-1 : -n_best - 1 : -1].tolist()
        end_indexes = np.argsort(ends)[-1 : -n_best - 1 : -1].tolist()
        for start in start_indexes:
            for end in end_indexes:
                if offsets[start] is None or offsets[end] is None:
                    continue
                if end < start or end - start + 1 > max_answer_length:
                    continue
                found.append((starts[start] + ends[end], offsets[start][0], offsets[end][1]))
    found.sort(key=lambda each: each[0], reverse=True)
    return question["context"][found[0][1] : found[0][2]] if found else ""


def token_positions(offsets, answer):
    """prepare_train_features of run_qa.py; null where it goes on behind the context, whose last word the answer begins with."""
    start_char, end_char = answer["answer_start"], answer["answer_start"] + len(answer["text"])
    context = [i for i, offset in enumerate(offsets) if offset is not None]
    first, last = context[0], context[-1]
    if not (offsets[first][0] <= start_char and offsets[last][1] >= end_char):
        return [0, 0]
    start = first
    while start <= last and offsets[start][0] <= start_char:
        start += 1
    end = last
    while end >= first and offsets[end][1] >= end_char:
        end -= 1
    return [start - 1, end + 1]


def entity_metrics(tags):
    truth, predicted = tags["truth"], tags["predicted"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is nothing to divide by
        return {
            **{
                name: float(getattr(seqeval.metrics, f"{name}_score")(truth, predicted))
                for name in ("f1", "precision", "recall", "accuracy")
            },
            "entities": [seqeval.metrics.sequence_labeling.get_entities(sentence) for sentence in truth],
        }


def collate(examples, config):
    length = max(len(example["input_ids"]) for example in examples)

    def padded(rows, value=0):
        return torch.tensor([row + [value] * (length - len(row)) for row in rows])

    ids = [example["input_ids"] for example in examples]
    types = [example["token_type_ids"] for example in examples if "token_type_ids" in example]
    return {
        "input_ids": padded(ids, config.pad_token_id),
        "attention_mask": padded([[1] * len(row) for row in ids]),
        **targets([example["labels"] for example in examples], padded, config),
        **({"token_type_ids": padded(types)} if types else {}),
    }


def targets(labels, padded, config):
    if config.architectures[0].endswith("QuestionAnswering"):
        starts, ends = torch.tensor(labels).unbind(1)
        return {"start_positions": starts, "end_positions": ends}
    return {"labels": padded(labels, -100) if isinstance(labels[0], list) else torch.tensor(labels)}


def base_name(name):
    """The name in the model's own checkpoint of a parameter that PEFT wrapped."""
    for wrapper in ("base_model.model.", "ln_tuning_layers.default.", "modules_to_save.default."):
        name = name.replace(wrapper, "")
    # Prompt learning wraps the model once.
    name = name.replace("base_model.", "").replace("prompt_encoder.default.", "prefix.")
    # New tensors of a module carry the adapter's name.
    return name.replace(".default", "")


COMMANDS = {
    "logits": logits,
    "ln-steps": ln_steps,
    "tuned-steps": tuned_steps,
    "load-peft": load_peft,
    "load-merged": load_merged,
    "generate": generate,
    "fresh": fresh,
    "counts": counts,
    "tokenize": tokenize,
    "tokenize-words": tokenize_words,
    "tokenize-windows": tokenize_windows,
    "answers": answers,
    "squad-metrics": squad_metrics,
    "entity-metrics": entity_metrics,
}


if __name__ == "__main__":
    main(COMMANDS, __doc__)

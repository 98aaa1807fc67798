"""LN-tuning of a model folder on a TSV file, as a user of HF PEFT writes it; prints one line of JSON.

Where there was a choice, it favours HF: texts are tokenized before the clock starts, the clock is the Trainer's own
(train_runtime: batching, steps and schedule), nothing is evaluated, saved or reported while it runs, attention is PyTorch's
fused kernel (Transformers' default), AdamW is the fused one (the Trainer's default), and PyTorch has every core.
"""

import argparse
import csv
import json
import os
import tempfile

import torch
from peft import LNTuningConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, Trainer, TrainingArguments
from transformers.utils.logging import disable_progress_bar

from peakMemory import peak_memory_bytes

options = argparse.ArgumentParser()
options.add_argument("--model", required=True)
options.add_argument("--train", required=True)
options.add_argument("--dev", required=True)
options.add_argument("--sampling", choices=["random", "group_by_length"], required=True)
options.add_argument("--bf16", action="store_true")
options.add_argument("--batch", type=int, required=True)
options.add_argument("--epochs", type=float, required=True)
options.add_argument("--learning-rate", type=float, required=True)
options.add_argument("--max-length", type=int, required=True)
options.add_argument("--seed", type=int, required=True)
options = options.parse_args()

torch.set_num_threads(os.cpu_count())
disable_progress_bar()
tokenizer = AutoTokenizer.from_pretrained(options.model)


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    encoding = tokenizer([row["sentence"] for row in rows], truncation=True, max_length=options.max_length)
    return [
        {"input_ids": ids, "attention_mask": mask, "labels": int(row["label"])}
        for ids, mask, row in zip(encoding["input_ids"], encoding["attention_mask"], rows)
    ]


train, dev = read(options.train), read(options.dev)
torch.manual_seed(options.seed)
model = AutoModelForSequenceClassification.from_pretrained(options.model, num_labels=2, dtype=torch.float32)
model = get_peft_model(model, LNTuningConfig(task_type="SEQ_CLS", target_modules=["LayerNorm"]))

with tempfile.TemporaryDirectory() as output:
    trainer = Trainer(
        model=model,
        train_dataset=train,
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        args=TrainingArguments(
            output_dir=output,
            train_sampling_strategy=options.sampling,
            per_device_train_batch_size=options.batch,
            per_device_eval_batch_size=64,
            num_train_epochs=options.epochs,
            learning_rate=options.learning_rate,
            lr_scheduler_type="linear",
            bf16=options.bf16,
            use_cpu=True,
            seed=options.seed,
            logging_strategy="no",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
        ),
    )
    metrics = trainer.train().metrics
    peak = peak_memory_bytes()
    prediction = trainer.predict(dev)

print(
    json.dumps(
        {
            "samplesPerSecond": metrics["train_samples_per_second"],
            "accuracy": float((prediction.predictions.argmax(-1) == prediction.label_ids).mean()),
            "peakMemoryBytes": peak,
        }
    )
)

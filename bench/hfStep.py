"""Times training steps of a BERT of random weights at one fixed shape with HF PEFT; prints one line of JSON.

The step is forward, backward, clipping and AdamW, on one batch without padding, as the Trainer runs it.
"""

import argparse
import json
import os
import time

import torch
from peft import IA3Config, LNTuningConfig, LoraConfig, PrefixTuningConfig, get_peft_model
from transformers import BertConfig, BertForSequenceClassification

from peakMemory import peak_memory_bytes

options = argparse.ArgumentParser()
options.add_argument("--batch", type=int, required=True)
options.add_argument("--length", type=int, required=True)
options.add_argument("--dropout", type=float, required=True)
options.add_argument("--steps", type=int, required=True)
options.add_argument("--bf16", action="store_true")
options.add_argument("--method", default="ln_tuning")
options.add_argument("--config", default="base")
options.add_argument("--device", default="cpu")
options.add_argument("--matmul-precision", default="highest", help="of float32 products on CUDA; 'high' allows TF32")
options = options.parse_args()

torch.set_num_threads(os.cpu_count())
torch.manual_seed(0)

torch.set_float32_matmul_precision(options.matmul_precision)

# (width, layers, heads, inner width)
sizes = {
    "tiny": (32, 2, 2, 64),
    "minilm": (384, 6, 12, 1536),
    "base": (768, 12, 12, 3072),
    "large": (1024, 24, 16, 4096),
}
width, layers, heads, inner = sizes[options.config]
model = BertForSequenceClassification(
    BertConfig(
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        hidden_dropout_prob=options.dropout,
        attention_probs_dropout_prob=options.dropout,
        num_labels=2,
    )
).to(options.device)
# As this project's methods of the same name train by default.
configs = {
    "ln_tuning": lambda: LNTuningConfig(task_type="SEQ_CLS", target_modules=["LayerNorm"]),
    "lora": lambda: LoraConfig(task_type="SEQ_CLS", r=8, lora_alpha=16, target_modules=["query", "value"]),
    "ia3": lambda: IA3Config(
        task_type="SEQ_CLS",
        target_modules=r".*\.(key|value|layer\.\d+\.output\.dense)",
        feedforward_modules=r".*\.layer\.\d+\.output\.dense",
    ),
    "prefix_tuning": lambda: PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=16),
}
if options.method == "bitfit":
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.endswith(".bias") or name.startswith("classifier.")
else:
    model = get_peft_model(model, configs[options.method]()).to(options.device)
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-3, weight_decay=0.0, fused=True)

batch = {
    "input_ids": torch.randint(1000, 30000, (options.batch, options.length)),
    "attention_mask": torch.ones(options.batch, options.length, dtype=torch.long),
    "labels": torch.randint(0, 2, (options.batch,)),
}

batch = {name: tensor.to(options.device) for name, tensor in batch.items()}

model.train()
step_ms = []
for _ in range(options.steps):
    start = time.perf_counter()
    with torch.autocast(options.device, dtype=torch.bfloat16, enabled=options.bf16):
        loss = model(**batch).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    loss.item()
    step_ms.append((time.perf_counter() - start) * 1000)

peak = torch.cuda.max_memory_allocated() if options.device == "cuda" else peak_memory_bytes()
print(json.dumps({"stepMs": step_ms, "peakMemoryBytes": peak}))

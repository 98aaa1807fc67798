"""Times training steps of a model of random weights at one fixed shape with HF PEFT; prints one line of JSON.

The step is forward, backward, clipping and AdamW, on one batch without padding, as the Trainer runs it.
"""

import argparse
import json
import os
import time
from pathlib import Path

import torch
from peft import IA3Config, LNTuningConfig, LoraConfig, PrefixTuningConfig, get_peft_model
from transformers import AutoConfig, AutoModelForSequenceClassification

from peakMemory import peak_memory_bytes

options = argparse.ArgumentParser()
options.add_argument("--batch", type=int, required=True)
options.add_argument("--length", type=int, required=True)
options.add_argument("--steps", type=int, required=True)
options.add_argument("--bf16", action="store_true")
options.add_argument("--method", default="ln_tuning")
options.add_argument("--dropout", type=float, required=True)
options.add_argument("--config", default="base", help="a name of shapes.json")
options.add_argument("--device", default="cpu")
options.add_argument("--matmul-precision", default="highest", help="of float32 products on CUDA; 'high' allows TF32")
options = options.parse_args()

torch.set_num_threads(os.cpu_count())
torch.manual_seed(0)

torch.set_float32_matmul_precision(options.matmul_precision)

known = json.loads((Path(__file__).parent / "shapes.json").read_text())
shape = known["shapes"][options.config]
kind = shape["model_type"]
config = AutoConfig.for_model(
    **shape, **known["common"][kind], **dict.fromkeys(known["dropout"][kind], options.dropout), num_labels=2
)
# As the Trainer does: GPT-2 would keep keys and values for writing, which training does not need.
config.use_cache = False
model = AutoModelForSequenceClassification.from_config(config).to(options.device)
# As this project's methods of the same name train by default.
configs = {
    "ln_tuning": lambda: LNTuningConfig(task_type="SEQ_CLS", target_modules=r".*\.(LayerNorm|ln_1|ln_2|ln_f)"),
    "lora": lambda: LoraConfig(task_type="SEQ_CLS", r=8, lora_alpha=16, target_modules=r".*\.(query|value|c_attn)"),
    "ia3": lambda: IA3Config(
        task_type="SEQ_CLS",
        target_modules=r".*\.(key|value|c_attn|layer\.\d+\.output\.dense|mlp\.c_proj)",
        feedforward_modules=r".*\.(layer\.\d+\.output\.dense|mlp\.c_proj)",
    ),
    "prefix_tuning": lambda: PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=16),
}
if options.method == "bitfit":
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.endswith(".bias") or name.startswith(("classifier.", "score."))
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

print(
    json.dumps(
        {
            "stepMs": step_ms,
            "peakMemoryBytes": peak_memory_bytes(),
            # What PyTorch's allocator gave out; the card also holds what it keeps, and CUDA's own.
            **({"allocatedOnCardBytes": torch.cuda.max_memory_allocated()} if options.device == "cuda" else {}),
            "trainedParameters": sum(parameter.numel() for parameter in trained),
        }
    )
)

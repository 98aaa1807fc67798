"""Trains a byte-level BPE of 3,000 tokens, as GPT-2 has one, on a file with a text a line: makeTokenizer.py TEXTS FOLDER."""

import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

END = "<|endoftext|>"
texts, folder = sys.argv[1:]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=3000, special_tokens=[END], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
)
tokenizer.train_from_iterator(Path(texts).read_text(encoding="utf-8").splitlines(), trainer)
PreTrainedTokenizerFast(
    tokenizer_object=tokenizer, eos_token=END, bos_token=END, unk_token=END, model_max_length=384
).save_pretrained(folder)

"""The peer of the benchmark `gpu`: Hugging Face's Trainer on the same sizes, random weights and random texts.

    pip install torch==2.10.* transformers datasets accelerate
    python hf_trainer.py [--models gpt2,bert] [--batch 32] [--steps 100] [--length 128] [--peak-tflops 989.4]

bf16 where the GPU has it, else fp16; SDPA; fused AdamW; group_by_length; no dropout of attention weights, as in ours. The first
ten steps are not counted. Without --peak-tflops no utilisation is printed. FLOPs are those of PaLM's appendix B: 6 a token and weight
of the blocks' matrices, and 12 x width x length a token and block. Ours counts its last block for the classified token alone,
because it computes no more: compare samples a second, and utilisation only with that in mind.
"""
import argparse
import time

import torch
from datasets import Dataset
from transformers import (BertConfig, BertForSequenceClassification, GPT2Config, GPT2ForSequenceClassification, Trainer,
                          TrainerCallback, TrainingArguments)

WARM_UP = 10


class Clock(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step in (WARM_UP, state.max_steps):
            torch.cuda.synchronize()
            (self.__dict__.setdefault("times", [])).append(time.perf_counter())


def model(name):
    if name == "gpt2":
        return GPT2ForSequenceClassification._from_config(
            GPT2Config(num_labels=2, pad_token_id=50256, attn_pdrop=0), attn_implementation="sdpa")
    return BertForSequenceClassification._from_config(
        BertConfig(num_labels=2, attention_probs_dropout_prob=0), attn_implementation="sdpa")


def measure(name, options):
    net = model(name)
    config = net.config
    rows = options.batch * (options.steps + WARM_UP)
    ids = torch.randint(5, config.vocab_size, (rows, options.length))
    data = Dataset.from_dict({
        "input_ids": ids.tolist(),
        "attention_mask": torch.ones_like(ids).tolist(),
        "labels": torch.randint(2, (rows,)).tolist(),
    })
    has_bf16 = torch.cuda.get_device_capability()[0] >= 8
    arguments = TrainingArguments(
        output_dir="/tmp/hf-peer", max_steps=options.steps + WARM_UP, per_device_train_batch_size=options.batch,
        learning_rate=5e-5, weight_decay=0.01, max_grad_norm=1.0, bf16=has_bf16, fp16=not has_bf16, tf32=has_bf16 or None,
        optim="adamw_torch_fused", group_by_length=True, dataloader_pin_memory=True, dataloader_num_workers=2,
        save_strategy="no", eval_strategy="no", logging_strategy="no", report_to=[])
    clock = Clock()
    Trainer(model=net, args=arguments, train_dataset=data, callbacks=[clock]).train()
    seconds = clock.times[1] - clock.times[0]
    width, layers, tokens = config.hidden_size, config.num_hidden_layers, options.batch * options.length
    flops = layers * (6 * 12 * width * width * tokens + 12 * width * tokens * options.length)
    utilisation = f"{options.steps * flops / seconds / options.peak_tflops / 1e12:.1%}" if options.peak_tflops else "–"
    print(f"| {name} {layers}x{width} | {'bf16' if has_bf16 else 'fp16'} | {options.steps * options.batch / seconds:.1f} | {utilisation} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="gpt2,bert")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--peak-tflops", type=float)
    chosen = parser.parse_args()
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}; batches of {chosen.batch} texts of {chosen.length} tokens")
    print("| model | products | samples/s | model FLOP utilisation |\n| --- | --- | ---: | ---: |")
    for one in chosen.models.split(","):
        measure(one, chosen)

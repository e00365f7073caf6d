#!/usr/bin/env python3
"""Trains the built-in image encoder on Tiny ImageNet and writes it as ONNX.

    python3 train.py --archives tiny-imagenet-64-a.tar.xz tiny-imagenet-64-b.tar.xz --out run

Needs a CUDA GPU, PyTorch, NumPy, Pillow, onnx and onnxruntime. Writes to --out: `curve.csv` (one line an epoch),
`evaluation.json`, `weights.npz` (the averaged weights) and `model.onnx`. See README.md for the recipe and the results.
"""
import argparse
import csv
import json
import math
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from augment import copies, lower, mixed, strong
from data import load
from evaluate import evaluate, check_export
from export import build
from network import MEANING, Network

import onnx

DEVICE = "cuda"
GROUP = 8  # images of one class that stand together in a batch, so that alike pictures must be told apart
CHUNKS = 4  # parts of a batch with a resolution each; groups stay whole, so resolution does not tell their members apart


def contrast(a, b, temperature, labels=None):
    """Symmetric InfoNCE (van den Oord et al. 2018) of unit vectors a_i and b_i, against all others of both views.

    With labels (the meaning head), others of the same class are no negatives.
    """
    n = a.shape[0]
    z = torch.cat([a, b]).float()
    similarity = z @ z.T / temperature
    hidden = torch.eye(2 * n, dtype=torch.bool, device=z.device)
    positive = torch.arange(2 * n, device=z.device).roll(n)
    if labels is not None:
        both = torch.cat([labels, labels])
        hidden |= both[:, None] == both[None]
        hidden[torch.arange(2 * n, device=z.device), positive] = False
    return F.cross_entropy(similarity.masked_fill(hidden, -1e4), positive)


def batches(labels, size, generator):
    """Row numbers of one epoch's batches: groups of eight of a class, shuffled."""
    groups = []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        groups.append(rows[: len(rows) // GROUP * GROUP].reshape(-1, GROUP))
    groups = generator.permutation(np.concatenate(groups))
    per = size // GROUP
    return [groups[i * per:(i + 1) * per].ravel() for i in range(len(groups) // per)]


class Average:
    """Exponential moving average of weights and batch-norm statistics (the model that is evaluated and exported)."""

    def __init__(self, network, decay):
        self.network, self.decay, self.steps = Network().to(DEVICE).to(memory_format=torch.channels_last).eval(), decay, 0
        self.network.load_state_dict(network.state_dict())
        self.pairs = [(mine, theirs) for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values()) if mine.is_floating_point()]

    @torch.no_grad()
    def update(self):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_([mine for mine, _ in self.pairs], [theirs for _, theirs in self.pairs], 1 - decay)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--archives", nargs="+", required=True)
    arguments.add_argument("--cache", default="/tmp/tiny-imagenet", help="decoded images are kept here")
    arguments.add_argument("--out", default="run")
    arguments.add_argument("--epochs", type=int, default=70)
    arguments.add_argument("--batch", type=int, default=768)
    arguments.add_argument("--optimiser", choices=("adamw", "sgd"), default="sgd")
    arguments.add_argument("--rate", type=float, default=0.5)
    arguments.add_argument("--decay", type=float, default=5e-4)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--most-steps", type=int, default=0, help="stop early, to try the script out")
    options = arguments.parse_args()
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)

    started = time.time()
    pixels, labels, val_pixels, val_labels, classes = load(options.archives, options.cache)
    print(f"{len(pixels)} train and {len(val_pixels)} validation images of {len(classes)} classes, {time.time() - started:.0f} s", flush=True)
    torch.manual_seed(options.seed)
    generator, sizes = np.random.default_rng(options.seed), random.Random(options.seed)
    torch.backends.cudnn.benchmark = True
    images = torch.from_numpy(pixels).to(DEVICE)
    targets = torch.from_numpy(labels).to(DEVICE)

    network = Network().to(DEVICE).to(memory_format=torch.channels_last)
    classifier = nn.Linear(MEANING, len(classes)).to(DEVICE)
    projection = nn.Sequential(nn.Linear(MEANING, 256), nn.ReLU(inplace=True), nn.Linear(256, 128)).to(DEVICE)
    modules = [network, classifier, projection]
    print(f"{sum(p.numel() for p in network.parameters()) / 1e6:.2f} million parameters", flush=True)
    weights = [p for m in modules for p in m.parameters() if p.ndim > 1]
    others = [p for m in modules for p in m.parameters() if p.ndim <= 1]
    groups = [{"params": weights, "weight_decay": options.decay}, {"params": others, "weight_decay": 0}]
    optimiser = (torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.99), fused=True) if options.optimiser == "adamw"
                 else torch.optim.SGD(groups, lr=options.rate, momentum=0.9, nesterov=True, fused=True))
    per_epoch = len(batches(labels, options.batch, np.random.default_rng(0)))
    total = options.epochs * per_epoch
    warm = 3 * per_epoch
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min(1, (s + 1) / warm) * 0.5 * (1 + math.cos(math.pi * min(1, s / total))))
    average = Average(network, 0.9985)

    curve = []
    done = 0
    begun = time.time()
    for epoch in range(options.epochs):
        sums = torch.zeros(5, device=DEVICE)
        order = batches(labels, options.batch, generator)
        for rows in order:
            rows = torch.from_numpy(rows).to(DEVICE)
            x, y = images[rows].float() / 255, targets[rows]
            with torch.no_grad():
                views = [lower(strong(x), CHUNKS, sizes), *copies(x, CHUNKS, sizes)]
                partner = torch.randperm(len(rows), device=DEVICE)
                blend, share = mixed(views[0], partner, sizes)
                views.append(blend)
            with torch.autocast(DEVICE, dtype=torch.bfloat16):
                meaning, picture = network(torch.cat(views))
            n = len(rows)
            logits = classifier(meaning)
            # The copies are left out here: they are near the pictures themselves, which would be learned by heart.
            sees = 0.5 * F.cross_entropy(logits[:n], y, label_smoothing=0.1)
            sees = sees + share * F.cross_entropy(logits[3 * n:], y, label_smoothing=0.1) + (1 - share) * F.cross_entropy(logits[3 * n:], y[partner], label_smoothing=0.1)
            projected = F.normalize(projection(torch.cat([meaning[:n], meaning[2 * n:3 * n]])), dim=1)
            alike = contrast(projected[:n], projected[n:], 0.15, y)
            meanings, pictures = F.normalize(meaning[n:3 * n], dim=1), F.normalize(picture[n:3 * n], dim=1)
            apart = contrast(pictures[:n], pictures[n:], 0.1)
            steady = 1 - (meanings[:n] * meanings[n:]).sum(1).mean()
            near = 1 - (pictures[:n] * pictures[n:]).sum(1).mean()
            loss = sees + 0.5 * alike + apart + 2 * steady + 2 * near
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(weights + others, 5.0)
            optimiser.step()
            schedule.step()
            average.update()
            sums += torch.stack([sees, alike, apart, steady, near]).detach()
            done += 1
            if options.most_steps and done >= options.most_steps:
                break
        losses = (sums / len(order)).tolist()
        record = {"epoch": epoch + 1, "seconds": round(time.time() - begun, 1), **{k: round(v, 4) for k, v in zip(("class_loss", "meaning_contrast", "picture_contrast", "meaning_distance", "picture_distance"), losses)}}
        if not all(math.isfinite(v) for v in losses):
            raise SystemExit(f"the loss is not finite: {record}")
        last = epoch + 1 == options.epochs or (options.most_steps and done >= options.most_steps)
        if last or (epoch + 1) % 10 == 0:
            with torch.no_grad(), torch.autocast(DEVICE, dtype=torch.bfloat16):
                guesses = torch.cat([classifier(average.network(torch.from_numpy(val_pixels[i:i + 1000]).to(DEVICE).float() / 255)[0]).argmax(1) for i in range(0, len(val_pixels), 1000)])
            record["validation_accuracy"] = round((guesses.cpu().numpy() == val_labels).mean().item() * 100, 2)
        curve.append(record)
        print(record, flush=True)
        if last:
            break
    with open(out / "curve.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, curve[-1].keys())
        writer.writeheader()
        writer.writerows(curve)

    state = {key: value.float().cpu().numpy() for key, value in average.network.state_dict().items()}
    np.savez(out / "weights.npz", **{key: value.astype(np.float16) if value.ndim > 1 else value for key, value in state.items()})
    result = evaluate(average.network, images, targets, torch.from_numpy(val_pixels).to(DEVICE), torch.from_numpy(val_labels).to(DEVICE))
    weight = result["chosen_weight"]
    model = build(state, weight)
    onnx.save(model, out / "model.onnx")
    result["export"] = check_export(model, average.network, weight, val_pixels[:256])
    result.update(seed=options.seed, epochs=options.epochs, steps=done, batch=options.batch, optimiser=options.optimiser, rate=options.rate, decay=options.decay,
                  seconds=round(time.time() - begun), validation_accuracy=curve[-1]["validation_accuracy"], bytes=(out / "model.onnx").stat().st_size, device=torch.cuda.get_device_name())
    (out / "evaluation.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

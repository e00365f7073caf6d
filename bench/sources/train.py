#!/usr/bin/env python3
"""Trains the oracle's network on the lists of a comparison of sources and tests it on the shifted target.

    python3 bench/sources/train.py --oracle oracle.py --pack pack.npz --out trained.json [--only '*-r0'] [--steps 1000] [--seeds 2]

`--oracle` is the oracle's script, whose recipe (network, augmentation, optimiser, schedule) is used as it is; every list gets
the same number of steps. `--pack` is what `npm run bench:sources -- --pack` wrote. `--out` is what `infomax compare
--import-trained` reads, {"<list>": {"accuracy": [percent, ...], ...}}, and is written after every list: run the same line
again to go on.
"""
import argparse
import fnmatch
import importlib.util
import json
import pathlib
import sys
import time

import numpy as np
import torch


def load_oracle(path):
    spec = importlib.util.spec_from_file_location("oracle", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_redraw(name):
    """First all lists of redraw 0, then those of 1: wherever it stops, strategies have been trained alike."""
    head, _, redraw = name.rpartition("-r")
    return int(redraw), head


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", type=pathlib.Path, required=True)
    parser.add_argument("--pack", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--only", action="append", metavar="PATTERN", help="names of lists, with * for anything; may be repeated (default: all)")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no list after so many minutes")
    args = parser.parse_args()
    oracle = load_oracle(args.oracle)
    with np.load(args.pack) as pack:
        images, labels, target, target_labels = (pack[name] for name in ("images", "labels", "target", "target_labels"))
        lists = {name.removeprefix("list/"): pack[name] for name in pack.files if name.startswith("list/")}
    wanted = [name for name in sorted(lists, key=by_redraw) if any(fnmatch.fnmatchcase(name, own) for own in args.only or ["*"])]
    if not wanted:
        sys.exit(f"no list is named like that; there are {', '.join(sorted(lists))}")

    device = oracle.DEVICE
    x, y = oracle.to_device(images), torch.from_numpy(labels.astype(np.int64)).to(device)
    xt, yt = oracle.to_device(target), torch.from_numpy(target_labels.astype(np.int64)).to(device)
    trained = json.loads(args.out.read_text()) if args.out.exists() else {}
    other = next((name for name, own in trained.items() if own["steps"] != args.steps), None)
    if other is not None:
        sys.exit(f"{args.out}: {other} was trained for {trained[other]['steps']} steps, and only equal steps compare: name another --out")
    began = time.time()
    for name in wanted:
        if name in trained and len(trained[name]["accuracy"]) >= args.seeds:
            continue
        if time.time() - began > 60 * args.minutes:
            print(f"{sum(own not in trained for own in wanted)} lists are left", flush=True)
            break
        started, rows, scores = time.time(), lists[name].astype(np.int64), []
        for seed in range(args.seeds):
            net = oracle.train(x, y, rows, steps=args.steps, seed=seed)
            right = (oracle.apply(net, xt).argmax(1) == yt).float()
            scores.append(round(right.mean().item() * 100, 3))
        trained[name] = {"size": len(rows), "steps": args.steps, "accuracy": scores}
        args.out.write_text(json.dumps(trained, indent=1))
        print(f"{name:48s} n={len(rows):5d} accuracy={sum(scores) / len(scores):.2f} {scores} {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()

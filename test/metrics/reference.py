"""Reference values for the analytic metrics: python3 test/metrics/reference.py writes reference.json beside itself.

Needs numpy and scipy. Written from the formulas of the papers, on purpose by other routes than the TypeScript code:
full distance matrices in double precision, the n x n kernel for the Vendi score, the mean absolute difference for Gini,
connected components for near-duplicates, and the whole confident joint for label noise.

Inputs are not stored: both sides draw them from the same generator. Its state is a 32-bit integer, first the seed;
each draw sets state = (1664525 * state + 1013904223) mod 2**32 and yields state / 2**32 (Numerical Recipes' LCG).
A "normal" is the sum of three draws - 1.5.
"""

import json
import math
import pathlib

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist, pdist


class Draws:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state / 2**32

    def normal(self):
        return self.uniform() + self.uniform() + self.uniform() - 1.5


def vectors(case):
    """Target rows, then kept rows; the first `copies` kept rows repeat target rows 0, 2, 4, ..., the next `near` nearly."""
    draws = Draws(case["seed"])
    target = [[draws.normal() for _ in range(case["d"])] for _ in range(case["m"])]
    kept = []
    for j in range(case["n"]):
        row = [draws.normal() + (case["shift"] if c == 0 else 0) for c in range(case["d"])]
        if j < case["copies"] + case["near"]:
            own = target[2 * j]
            row = own if j < case["copies"] else [x + 0.01 * y for x, y in zip(own, row)]
        kept.append(row)
    # So that a ball of the target, and one of the kept, has no extent: k + 1 copies of a row.
    for a in range(case["repeats"]):
        target[case["m"] - 1 - a] = target[0]
        kept[case["n"] - 1 - a] = kept[0]
    return unit_rows(kept), unit_rows(target)


def unit_rows(rows):
    """Of length 1 in double, summed in order, then rounded to float32: the inputs to the bit."""
    unit = []
    for row in rows:
        squares = 0.0
        for x in row:
            squares += x * x
        unit.append([x / math.sqrt(squares) for x in row])
    return np.array(unit).astype(np.float32).astype(np.float64)


def radii(x, k):
    return np.sort(cdist(x, x), axis=1)[:, k]


def prdc(y, x, k):
    distance = cdist(x, y)
    in_x = (distance < radii(x, k)[:, None]) | (distance == 0)
    in_y = (distance < radii(y, k)[None, :]) | (distance == 0)
    return {
        "precision": in_x.any(axis=0).mean(),
        "recall": in_y.any(axis=1).mean(),
        "density": in_x.sum() / (k * len(y)),
        "coverage": in_x.any(axis=1).mean(),
    }


def mmd(y, x, sigma):
    kernel = lambda a, b: np.exp(-cdist(a, b, "sqeuclidean") / (2 * sigma**2)).mean()
    return 1000 * (kernel(y, y) + kernel(x, x) - 2 * kernel(y, x))


def vendi(y):
    values = np.linalg.eigvalsh(y @ y.T / len(y))
    values = values[values > 1e-14]
    return np.exp(-(values * np.log(values)).sum())


def near_duplicate_rate(y, threshold):
    components, _ = connected_components(y @ y.T >= threshold)
    return (len(y) - components) / len(y)


def leakage(y, x, threshold):
    near = x @ y.T >= threshold
    return {"nearDuplicate": near.any(axis=1).mean(), "rows": np.flatnonzero(near.any(axis=0)).tolist()}


def class_metrics(counts, m, p):
    counts = np.array(counts, dtype=float)
    share = counts / counts.sum()
    top = max(1, -(-p * len(counts) // 100))
    shown = share[share > 0]
    return {
        "classesCovered": int((counts > 0).sum()),
        "longTail": int((counts < m).sum()),
        "topShare": np.sort(share)[::-1][:top].sum(),
        "entropy": -(shown * np.log(shown)).sum() / np.log(len(counts)),
        "gini": np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean()),
        "imbalance": counts.max() / counts[counts > 0].min(),
    }


def label_noise(case):
    draws = Draws(case["seed"])
    labels, probabilities = [], []
    for _ in range(case["n"]):
        own = int(draws.uniform() * case["classes"])
        row = np.array([draws.uniform() for _ in range(case["classes"])])
        # Mostly right: the own class gains, but for every sixth sample.
        row[own if draws.uniform() > 1 / 6 else (own + 1) % case["classes"]] += 1.5
        labels.append(own)
        probabilities.append(row / row.sum())
    labels, p = np.array(labels), np.array(probabilities)
    classes = case["classes"]
    threshold = np.array([max(p[labels == c, c].mean(), 1 / classes) for c in range(classes)])
    joint = np.zeros((classes, classes))
    for own, row in zip(labels, p):
        above = np.flatnonzero(row >= threshold)
        if len(above):
            joint[own, above[row[above].argmax()]] += 1
    counts = np.bincount(labels, minlength=classes)
    joint = joint / joint.sum(axis=1, keepdims=True) * counts[:, None]
    return 1 - np.trace(joint) / len(labels)


def main():
    sets = []
    for seed, n, m, d, shift, copies, near, repeats in [
        (1, 60, 40, 8, 0, 0, 0, 0),
        (2, 200, 150, 16, 1.5, 0, 0, 0),
        (3, 30, 50, 48, 0.5, 4, 5, 0),
        (4, 90, 80, 12, 0.2, 6, 6, 7),
        (5, 300, 400, 5, 0.8, 20, 0, 0),
    ]:
        case = {"seed": seed, "n": n, "m": m, "d": d, "shift": shift, "copies": copies, "near": near, "repeats": repeats}
        kept, target = vectors(case)
        sigma = np.median(pdist(target))
        threshold = 0.995
        case |= {
            "threshold": threshold,
            "prdc": {str(k): prdc(kept, target, k) for k in (3, 5)},
            "sigma": sigma,
            "mmd": mmd(kept, target, sigma),
            "cmmd": mmd(kept, target, 10),
            "vendi": vendi(kept),
            "nearDuplicateRate": near_duplicate_rate(kept, threshold),
            "leakage": leakage(kept, target, threshold),
        }
        sets.append(case)
    classes = []
    for counts, m, p in [
        ([10, 10, 10, 10], 11, 5),
        ([100, 50, 25, 12, 6, 3, 2, 1, 0, 0], 10, 5),
        ([int(1000 / (1 + i)) for i in range(200)], 20, 5),
        ([7, 0, 3], 4, 50),
        ([5, 9, 1, 1, 4, 30, 2, 8, 8, 8, 8, 3, 2, 1, 70, 6, 6, 2, 9, 11, 12], 5, 5),
    ]:
        classes.append({"counts": counts, "fewerThan": m, "topPercent": p, "values": class_metrics(counts, m, p)})
    noise = [{"seed": seed, "n": n, "classes": c} for seed, n, c in [(11, 200, 3), (12, 500, 7)]]
    for case in noise:
        case["share"] = label_noise(case)
    text = json.dumps({"sets": sets, "classes": classes, "labelNoise": noise}, indent=1, default=float)
    pathlib.Path(__file__).with_name("reference.json").write_text(text + "\n")


if __name__ == "__main__":
    main()

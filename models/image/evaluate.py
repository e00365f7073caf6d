"""What the encoder is worth on Tiny ImageNet's validation images; CIFAR-10, the judge, is never seen here (see bench/images.ts)."""
import random

import numpy as np
import torch
import torch.nn.functional as F

from augment import copies
from network import joined


@torch.no_grad()
def encode(network, pixels):
    """(meaning, picture) of uint8 images [N, 3, 64, 64] or float ones in [0, 1]."""
    parts = []
    for part in pixels.split(1000):
        with torch.autocast("cuda", enabled=False):
            parts.append(network(part.float() / 255 if part.dtype == torch.uint8 else part))
    return torch.cat([m for m, _ in parts]), torch.cat([p for _, p in parts])


def nearest_accuracy(train, train_labels, test, test_labels, k=20, temperature=0.07):
    """k-NN accuracy in percent with weights exp(cos / 0.07)."""
    right = 0
    for part, truth in zip(test.split(500), test_labels.split(500)):
        near = (part @ train.T).topk(k, dim=1)
        votes = torch.zeros(len(part), int(train_labels.max()) + 1, device=part.device)
        votes.scatter_add_(1, train_labels[near.indices], (near.values / temperature).exp())
        right += (votes.argmax(1) == truth).sum().item()
    return 100 * right / len(test)


def retrieval(first, second):
    """Cosines of the pairs (a_i, b_i), and of the pairs of different pictures that are nearest, as NumPy arrays."""
    similarity = first @ second.T
    same = similarity.diagonal().clone()
    similarity.fill_diagonal_(-1)
    return same.cpu().numpy(), similarity.max(1).values.cpu().numpy(), np.sort(similarity.flatten().topk(10_000).values.cpu().numpy())[::-1]


@torch.no_grad()
def evaluate(network, images, targets, val_images, val_targets):
    """Tries the weights of meaning against picture; the largest whose near-duplicates stand apart is chosen."""
    network.eval()
    torch.manual_seed(7)
    train = encode(network, images)
    val = encode(network, val_images)
    a, b = copies(val_images.float() / 255, 40, random.Random(7))
    first, second = encode(network, a), encode(network, b)
    tried = []
    for weight in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0):
        near = nearest_accuracy(joined(*train, weight), targets, joined(*val, weight), val_targets)
        same, other, worst = retrieval(joined(*first, weight), joined(*second, weight))
        # The lowest threshold at which at most one in a thousand reported pairs is false.
        found = np.sort(same)[::-1]
        false = np.searchsorted(-worst, -found, side="right")
        allowed = np.flatnonzero(false <= 0.001 * np.arange(1, len(found) + 1))
        threshold = found[allowed[-1]] if len(allowed) > 0 else 1.0
        tried.append({
            "weight": weight, "knn_accuracy": round(near, 2), "threshold_at_0.1%_false": round(float(threshold), 4), "recall": round(float((same >= threshold).mean()), 4),
            "same_5%": round(float(np.quantile(same, 0.05)), 4), "same_median": round(float(np.median(same)), 4),
            "nearest_other_median": round(float(np.median(other)), 4), "nearest_other_99%": round(float(np.quantile(other, 0.99)), 4),
        })
    best = max(t["recall"] for t in tried)
    chosen = max(t["weight"] for t in tried if t["recall"] >= best - 0.01 and t["weight"] < 1)
    return {"weights": tried, "chosen_weight": chosen}


def check_export(model, network, weight, pixels):
    """The ONNX model in ONNX Runtime against the network in float32: the least cosine over some images."""
    import onnxruntime
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    mean, std = network.mean.cpu().numpy(), network.std.cpu().numpy()
    theirs = session.run(None, {"pixel_values": ((pixels / 255.0 - mean) / std).astype(np.float32)})[0]
    ours = joined(*encode(network, torch.from_numpy(pixels).cuda()), weight).cpu().numpy()
    return {"least_cosine": round(float((theirs * ours).sum(1).min()), 5), "norm": round(float(np.linalg.norm(theirs, axis=1).mean()), 5)}

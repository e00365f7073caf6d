"""Trains the static token embeddings of the built-in text encoder.

    python3 train.py --packages FOLDER [--code FOLDER] --out model.bin [--seed 0]

Python 3.11, numpy and scipy; no GPU, no network. README.md says which packages to unpack into FOLDER.
1. Words of the corpus, co-occurrence counts, positive PMI with context smoothing (Levy et al. 2015), truncated SVD.
2. Contrastive fine-tuning of the mean of a passage's word vectors (InfoNCE, van den Oord et al. 2018): two adjacent
   passages of one paragraph belong together, those of the other paragraphs of the batch do not. The length of a
   word's vector, and so its weight in the mean, is learned too; it starts at the SIF weight (Arora et al. 2017).
3. Rows as int8, each with its scale.
"""
import argparse
import struct
import time

import numpy as np
from scipy import sparse

from cooccurrence import count, near
from corpus import paragraphs

DIMENSIONS = 128
VOCABULARY = 40_000
BATCH = 1024
SIF = 1e-3
DROP = 0.1
RATE = 4e-3
# A batch of near paragraphs, of one book or manual, has runs of this many: harder to tell apart.
RUN = 32


def ppmi(counts: sparse.csr_matrix, smoothing: float = 0.75) -> sparse.csr_matrix:
    pairs = counts.tocoo()
    rows = np.bincount(pairs.row, pairs.data, counts.shape[0])
    contexts = np.bincount(pairs.col, pairs.data, counts.shape[0]) ** smoothing
    contexts /= contexts.sum()
    value = np.log(pairs.data / np.maximum(1e-12, rows[pairs.row] * contexts[pairs.col])).astype(np.float32)
    kept = value > 0
    return sparse.csr_matrix((value[kept], (pairs.row[kept], pairs.col[kept])), shape=counts.shape)


def word_vectors(matrix: sparse.csr_matrix, dimensions: int, random: np.random.Generator) -> np.ndarray:
    """Left singular vectors times the root of the singular values, by subspace iteration (Halko et al. 2011); centred, without their first direction, unit rows."""
    transposed = matrix.T.tocsr()
    basis = random.standard_normal((matrix.shape[1], dimensions + 16)).astype(np.float32)
    for _ in range(3):
        basis, _ = np.linalg.qr(matrix @ basis)
        basis, _ = np.linalg.qr(transposed @ basis)
    left, values, _ = np.linalg.svd(matrix @ basis, full_matrices=False)
    vectors = left[:, :dimensions] * np.sqrt(values[:dimensions])
    vectors -= vectors.mean(0)
    first = np.linalg.svd(vectors[:10_000], full_matrices=False)[2][0]
    vectors -= np.outer(vectors @ first, first)
    return (vectors / np.maximum(1e-6, np.linalg.norm(vectors, axis=1, keepdims=True))).astype(np.float32)


class Passages:
    """Pairs of adjacent passages, 3 to 37 words each, of random paragraphs; long paragraphs come more often."""

    def __init__(self, tokens: np.ndarray, size: int, random: np.random.Generator) -> None:
        ends = np.flatnonzero(tokens == -2)
        starts = np.concatenate([[0], ends[:-1] + 1])
        long = ends - starts >= 10
        self.tokens, self.size, self.random = tokens, size, random
        self.starts, self.ends = starts[long], ends[long]
        self.mass = np.cumsum(np.minimum(self.ends - self.starts, 60).astype(np.float64))

    def _paragraphs(self, how_many: int) -> np.ndarray:
        return np.searchsorted(self.mass, self.random.random(how_many) * self.mass[-1])

    def _bags(self, begin: np.ndarray, end: np.ndarray) -> sparse.csr_matrix:
        length = end - begin
        rows = np.repeat(np.arange(len(begin)), length)
        ids = self.tokens[np.repeat(begin, length) + np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)]
        kept = (ids >= 0) & (self.random.random(len(ids)) > DROP)
        bags = sparse.csr_matrix((np.ones(int(kept.sum()), np.float32), (rows[kept], ids[kept])), shape=(len(begin), self.size))
        bags.sum_duplicates()
        bags.data = np.sqrt(bags.data)
        return bags

    def batch(self, near_ones: bool) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        if near_ones:
            chosen = np.unique((self._paragraphs(BATCH // RUN)[:, None] + 2 * np.arange(RUN)).ravel() % len(self.starts))
        else:
            chosen = self._paragraphs(BATCH)
        begin, end = self.starts[chosen], self.ends[chosen]
        length = np.minimum(self.random.integers(8, 41, len(chosen)), end - begin)
        start = begin + (self.random.random(len(chosen)) * (end - begin - length + 1)).astype(int)
        cut = start + np.maximum(3, (length * self.random.uniform(0.3, 0.7, len(chosen))).astype(int))
        return self._bags(start, cut), self._bags(cut, start + length)


def fine_tune(vectors: np.ndarray, passages: Passages, steps: int, temperature: float) -> np.ndarray:
    """Adam on the rows that a batch touches, its rate falling to 0."""
    mean, square, times = np.zeros_like(vectors), np.zeros_like(vectors), np.zeros((len(vectors), 1), np.float32)
    shown, begin = 0.0, time.time()

    def embedded(bags: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        sums = bags @ vectors
        length = np.maximum(1e-6, np.linalg.norm(sums, axis=1, keepdims=True))
        return sums / length, length

    def unnormalised(gradient: np.ndarray, unit: np.ndarray, length: np.ndarray) -> np.ndarray:
        return (gradient - unit * (gradient * unit).sum(1, keepdims=True)) / length

    for step in range(steps):
        first, second = passages.batch(step % 2 == 1)
        (a, a_length), (b, b_length) = embedded(first), embedded(second)
        logits = a @ b.T / temperature
        forth = np.exp(logits - logits.max(1, keepdims=True))
        forth /= forth.sum(1, keepdims=True)
        back = np.exp(logits - logits.max(0, keepdims=True))
        back /= back.sum(0, keepdims=True)
        own = np.arange(len(a))
        loss = float(-np.log(forth[own, own] + 1e-9).mean())
        gradient = (forth + back) / 2
        gradient[own, own] -= 1
        gradient /= len(a) * temperature
        whole = first.T @ unnormalised(gradient @ b, a, a_length) + second.T @ unnormalised(gradient.T @ a, b, b_length)
        rows = np.unique(np.concatenate([first.indices, second.indices]))
        mean[rows] = 0.9 * mean[rows] + 0.1 * whole[rows]
        square[rows] = 0.98 * square[rows] + 0.02 * whole[rows] ** 2
        times[rows] += 1
        rate = RATE * (1 - step / steps)
        vectors[rows] -= rate * (mean[rows] / (1 - 0.9 ** times[rows])) / (np.sqrt(square[rows] / (1 - 0.98 ** times[rows])) + 1e-8)
        shown = loss if step == 0 else 0.98 * shown + 0.02 * loss
        if step % 500 == 0 or step == steps - 1:
            print(f"step {step}: loss {shown:.3f}, {time.time() - begin:.0f} s", flush=True)
    return vectors


def write(path: str, words: list[str], vectors: np.ndarray) -> None:
    """Magic, version, words, dimensions, bytes of the words; the words one a line; zeros up to 4 bytes; scales; int8 rows."""
    text = "\n".join(words).encode()
    scale = np.maximum(1e-9, np.abs(vectors).max(1) / 127).astype(np.float32)
    rows = np.rint(vectors / scale[:, None]).astype(np.int8)
    with open(path, "wb") as file:
        file.write(struct.pack("<4sIIII", b"IMTX", 1, len(words), vectors.shape[1], len(text)))
        file.write(text + b"\0" * (-len(text) % 4))
        file.write(scale.astype("<f4").tobytes() + rows.tobytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", required=True)
    parser.add_argument("--code")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    random = np.random.default_rng(args.seed)
    words, tokens, _ = count(paragraphs(args.packages, args.code), VOCABULARY, 5)
    known = tokens[tokens >= 0]
    print(f"{len(tokens):,} tokens, {len(words):,} words that make {len(known) / (tokens != -2).sum():.1%} of them", flush=True)
    share = np.bincount(known, minlength=len(words)) / len(known)
    vectors = word_vectors(ppmi(near(tokens, len(words), 6, 1e-4, args.seed)), DIMENSIONS, random)
    vectors *= (SIF / (SIF + share))[:, None].astype(np.float32)
    write(args.out, words, fine_tune(vectors, Passages(tokens, len(words), random), args.steps, args.temperature))


if __name__ == "__main__":
    main()

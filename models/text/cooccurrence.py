"""Counts words of a corpus and how often two of them stand near each other."""
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable

import numpy as np
from scipy import sparse


def _ranges(kinds: str) -> str:
    """The inside of a character class of all characters whose general category begins with one of `kinds`."""
    out, start = [], None
    for point in range(sys.maxunicode + 2):
        member = point <= sys.maxunicode and unicodedata.category(chr(point))[0] in kinds
        if member and start is None:
            start = point
        elif not member and start is not None:
            out.append(f"\\U{start:08x}-\\U{point - 1:08x}")
            start = None
    return "".join(out)


# Scripts without spaces between words: each character is a word of its own here.
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(f"[{SPACELESS}]|(?:(?![{SPACELESS}])[{_ranges('LMN')}])+")
# camelCase and PascalCase, as in staticText.ts; snake_case falls apart by itself.
CAMEL = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words_of(text: str) -> list[str]:
    return WORD.findall(CAMEL.sub(" ", unicodedata.normalize("NFKC", text)).lower())


def count(paragraphs: Iterable[str], size: int, least: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The `size` most frequent words, the corpus as their numbers (-1 for others, -2 between paragraphs), their counts."""
    number: dict[str, int] = {}
    stream: list[np.ndarray] = []
    buffer: list[int] = []
    for text in paragraphs:
        for word in words_of(text):
            if len(word) <= 30:
                buffer.append(number.setdefault(word, len(number)))
        buffer.append(-2)
        if len(buffer) > 1_000_000:
            stream.append(np.array(buffer, dtype=np.int32))
            buffer.clear()
    stream.append(np.array(buffer, dtype=np.int32))
    tokens = np.concatenate(stream)
    counts = np.bincount(tokens[tokens >= 0], minlength=len(number))
    words = list(number)
    order = sorted((i for i in range(len(words)) if counts[i] >= least), key=lambda i: (-counts[i], words[i]))[:size]
    new = np.full(len(words), -1, dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    known = tokens >= 0
    tokens[known] = new[tokens[known]]
    return [words[i] for i in order], tokens, counts[order]


def near(tokens: np.ndarray, size: int, window: int, subsample: float, seed: int) -> sparse.csr_matrix:
    """Symmetric counts of pairs up to `window` words apart, each weighing 1/distance; frequent words are thinned first (Mikolov et al. 2013)."""
    random = np.random.default_rng(seed)
    real = tokens >= 0
    counts = np.bincount(tokens[real], minlength=size)
    keep = np.minimum(1.0, np.sqrt(subsample * counts.sum() / np.maximum(1, counts)))
    kept = tokens == -2
    kept[real] = random.random(int(real.sum())) < keep[tokens[real]]
    tokens = tokens[kept]
    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for distance in range(1, window + 1):
        a, b = tokens[:-distance], tokens[distance:]
        whole = (a >= 0) & (b >= 0)
        # A paragraph's end between the two parts them.
        ends = np.cumsum(tokens == -2)
        whole &= ends[:-distance] == ends[distance:]
        pairs = sparse.coo_matrix((np.full(int(whole.sum()), 1 / distance, np.float32), (a[whole], b[whole])), shape=(size, size)).tocsr()
        total = total + pairs
    return (total + total.T).tocsr()

"""Tiny ImageNet as uint8 arrays, decoded once from the project's archives."""
import io
import pathlib
import tarfile
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image

SIDE = 64


def _decode(blob):
    image = Image.open(io.BytesIO(blob)).convert("RGB")
    return np.asarray(image if image.size == (SIDE, SIDE) else image.resize((SIDE, SIDE), Image.BICUBIC))


def _read(archive, cache):
    """Names (`train/<wnid>/<n>.webp`, `val/…`) and pixels [N, 64, 64, 3] of one archive, kept in `cache` once decoded."""
    kept = cache / (archive.name + ".npz")
    if kept.exists():
        with np.load(kept) as arrays:
            return list(arrays["names"]), arrays["pixels"]
    with tarfile.open(archive, "r:xz") as tar:
        files = sorted((m.name.removeprefix("./"), tar.extractfile(m).read()) for m in tar if m.isfile() and m.name.endswith(".webp"))
    with ProcessPoolExecutor() as workers:
        pixels = np.stack(list(workers.map(_decode, (blob for _, blob in files), chunksize=256)))
    names = [name[name.index("train/") if "train/" in name else name.index("val/"):] for name, _ in files]
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(kept, names=np.array(names), pixels=pixels)
    return names, pixels


def load(archives, cache):
    """Returns (train pixels, train labels, validation pixels, validation labels, class names) over all archives.

    Pixels are uint8 [N, 3, 64, 64]; labels index the sorted class names (WordNet ids).
    """
    names, parts = [], []
    for archive in archives:
        more, pixels = _read(pathlib.Path(archive), pathlib.Path(cache))
        names += more
        parts.append(pixels)
    pixels = np.concatenate(parts).transpose(0, 3, 1, 2)
    split = np.array([name.split("/")[0] for name in names])
    wnid = np.array([name.split("/")[1] for name in names])
    classes = sorted(set(wnid))
    labels = np.searchsorted(classes, wnid)
    train, val = split == "train", split == "val"
    return np.ascontiguousarray(pixels[train]), labels[train], np.ascontiguousarray(pixels[val]), labels[val], classes

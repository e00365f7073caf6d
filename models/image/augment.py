"""Augmentation on the GPU, on float images in [0, 1] of shape [B, 3, S, S].

`strong` changes what a class does not depend on (for meaning); `copies` makes the near-duplicates that a person would call
the same picture: shifts, small crops, gain and bias, resizing, JPEG.
"""
import math

import torch
import torch.nn.functional as F

SIDE = 64
# ITU-T T.81, tables K.1 and K.2.
LUMA = torch.tensor([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
], dtype=torch.float32).view(8, 8)
CHROMA = torch.full((8, 8), 99.0)
CHROMA[:4, :4] = torch.tensor([[17.0, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]])
DCT = torch.tensor([[math.sqrt((1 if u == 0 else 2) / 8) * math.cos(math.pi * (x + 0.5) * u / 8) for x in range(8)] for u in range(8)])
TO_YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
TO_RGB = torch.tensor([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])


def uniform(count, low, high, device):
    return torch.rand(count, device=device) * (high - low) + low


def resize(x, side):
    """Bicubic, with antialiasing when it shrinks, as image libraries do."""
    if x.shape[-1] == side:
        return x
    return F.interpolate(x, size=(side, side), mode="bicubic", antialias=side < x.shape[-1], align_corners=False).clamp(0, 1)


def _quantise(plane, table):
    """One channel [B, H, W] in 0..255, centred, through JPEG's block DCT with a table [B, 8, 8]."""
    b, height, width = plane.shape
    plane = F.pad(plane.unsqueeze(1), (0, -width % 8, 0, -height % 8), mode="replicate").squeeze(1)
    rows, columns = plane.shape[1] // 8, plane.shape[2] // 8
    dct = DCT.to(plane)
    blocks = plane.view(b, rows, 8, columns, 8).permute(0, 1, 3, 2, 4)
    table = table[:, None, None]
    blocks = torch.round(dct @ blocks @ dct.T / table) * table
    blocks = dct.T @ blocks @ dct
    return blocks.permute(0, 1, 3, 2, 4).reshape(b, rows * 8, columns * 8)[:, :height, :width]


def jpeg(x, quality):
    """Baseline JPEG with 4:2:0 chroma at `quality` [B] in 1..100, without the (lossless) entropy coding."""
    b, _, height, width = x.shape
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)[:, None, None]
    tables = [torch.clamp(torch.floor((t.to(x) * scale + 50) / 100), 1, 255) for t in (LUMA, CHROMA)]
    ycc = torch.einsum("ij,bjhw->bihw", TO_YCC.to(x), x * 255)
    luma = _quantise(ycc[:, 0] - 128, tables[0]) + 128
    chroma = F.avg_pool2d(ycc[:, 1:], 2, ceil_mode=True)
    chroma = torch.stack([_quantise(chroma[:, c], tables[1]) for c in (0, 1)], 1)
    chroma = F.interpolate(chroma, scale_factor=2, mode="bilinear", align_corners=False)[..., :height, :width]
    rgb = torch.einsum("ij,bjhw->bihw", TO_RGB.to(x), torch.cat([luma[:, None], chroma], 1))
    return (torch.round(rgb) / 255).clamp(0, 1)


def _sample(x, scale_x, scale_y, centre_x, centre_y, flip):
    """Looks at the window of the given size (shares of the side) and centre (-1..1); beyond the edge the image is mirrored."""
    theta = torch.zeros(x.shape[0], 2, 3, device=x.device)
    theta[:, 0, 0] = scale_x * flip
    theta[:, 1, 1] = scale_y
    theta[:, 0, 2] = centre_x
    theta[:, 1, 2] = centre_y
    return F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), mode="bilinear", padding_mode="reflection", align_corners=False)


def strong(x):
    """Random resized crop (a quarter to all of the area), mirror, colour jitter, grey, lower resolution, erased patch."""
    b, device = x.shape[0], x.device
    area = uniform(b, 0.25, 1, device)
    ratio = torch.exp(uniform(b, -math.log(4 / 3), math.log(4 / 3), device) / 2)
    sx, sy = (area.sqrt() * ratio).clamp(max=1), (area.sqrt() / ratio).clamp(max=1)
    flip = torch.where(torch.rand(b, device=device) < 0.5, 1.0, -1.0)
    x = _sample(x, sx, sy, uniform(b, -1, 1, device) * (1 - sx), uniform(b, -1, 1, device) * (1 - sy), flip)
    brightness, contrast, saturation = (uniform(b, 0.6, 1.4, device).view(b, 1, 1, 1) for _ in range(3))
    grey_weights = TO_YCC[0].to(x).view(1, 3, 1, 1)
    mean = (x * grey_weights).sum(1, keepdim=True).mean((2, 3), keepdim=True)
    x = (x - mean) * contrast + mean * brightness
    grey = (x * grey_weights).sum(1, keepdim=True)
    saturation = torch.where(torch.rand(b, 1, 1, 1, device=device) < 0.1, 0.0, saturation)
    x = (grey + (x - grey) * saturation).clamp(0, 1)
    # Rotating the chroma plane stands in for a hue shift.
    angle = uniform(b, -0.3, 0.3, device)
    ycc = torch.einsum("ij,bjhw->bihw", TO_YCC.to(x), x)
    cos, sin = torch.cos(angle).view(b, 1, 1), torch.sin(angle).view(b, 1, 1)
    ycc = torch.stack([ycc[:, 0], ycc[:, 1] * cos - ycc[:, 2] * sin, ycc[:, 1] * sin + ycc[:, 2] * cos], 1)
    x = torch.einsum("ij,bjhw->bihw", TO_RGB.to(x), ycc).clamp(0, 1)
    # A patch of a sixteenth of the area, in a quarter of the images.
    at = torch.randint(0, SIDE - 16, (b, 2, 1), device=device)
    line = torch.arange(SIDE, device=device)
    inside = (line >= at) & (line < at + 16)
    patch = inside[:, 0, :, None] & inside[:, 1, None, :] & (torch.rand(b, 1, 1, device=device) < 0.25)
    return torch.where(patch[:, None], 0.5, x)


def mixed(x, partner, generator):
    """Each image blended with its partner (mixup, Zhang et al. 2018) or with a window of it (CutMix, Yun et al. 2019); and the own share."""
    share = generator.betavariate(0.8, 0.8)
    if generator.random() < 0.5:
        return x * share + x[partner] * (1 - share), share
    side = round(SIDE * math.sqrt(1 - share))
    top, left = generator.randint(0, SIDE - side), generator.randint(0, SIDE - side)
    x = x.clone()
    x[:, :, top:top + side, left:left + side] = x[partner, :, top:top + side, left:left + side]
    return x, 1 - (side / SIDE) ** 2


def _copy(x, low):
    """One distorted copy of each image [B, 3, r, r]; returns [B, 3, 64, 64]. `low` is the side it is resized to on the way."""
    b, device = x.shape[0], x.device
    some = lambda share: torch.rand(b, device=device) < share
    one = torch.ones(b, device=device)
    zoomed = some(0.5)
    sx = torch.where(zoomed, uniform(b, 0.86, 1, device), one)
    sy = torch.where(zoomed, torch.where(some(0.5), sx, uniform(b, 0.86, 1, device)), one)
    shifted = some(0.6)
    zero = torch.zeros(b, device=device)
    # ±2 px of 32 is 1/16 of the side, and the grid spans 2.
    shift = lambda: torch.where(shifted, uniform(b, -0.14, 0.14, device), zero)
    inside = lambda s: uniform(b, -1, 1, device) * (1 - s)
    x = _sample(x, sx, sy, shift() + inside(sx), shift() + inside(sy), one)
    toned = some(0.6)
    gain = torch.where(toned, torch.exp(uniform(b, -0.3, 0.3, device)), one).view(b, 1, 1, 1)
    bias = torch.where(toned, uniform(b, -0.12, 0.12, device), zero).view(b, 1, 1, 1)
    x = (x * gain + bias).clamp(0, 1)
    x = resize(x, low)
    x = torch.where(some(0.5).view(b, 1, 1, 1), jpeg(x, uniform(b, 25, 95, device)), x)
    return resize(x, SIDE)


def copies(x, chunks, generator):
    """Two near-duplicates of each image, both [B, 3, 64, 64].

    Each chunk of the batch first loses resolution (so that small pictures are known, too); then the first copy is, in a third
    of the cases, the picture itself, and the others are distorted one by one. `generator` (random.Random) draws the sizes.
    """
    first, second = [], []
    for part in x.chunk(chunks):
        base_side = generator.choice((24, 32, 32, 40, 48, 56, 64, 64))
        base = resize(part, base_side)
        plain = resize(base, SIDE)
        sizes = [max(16, round(base_side * generator.choice((1, 1, generator.uniform(0.5, 1))))) for _ in range(2)]
        as_is = (torch.rand(part.shape[0], device=x.device) < 0.35).view(-1, 1, 1, 1)
        first.append(torch.where(as_is, plain, _copy(base, sizes[0])))
        second.append(_copy(base, sizes[1]))
    return torch.cat(first), torch.cat(second)


def lower(x, chunks, generator):
    """Half of the chunks lose resolution: down to 24 px and back."""
    return torch.cat([resize(resize(part, generator.choice((24, 32, 32, 40, 48))), SIDE) if generator.random() < 0.5 else part for part in x.chunk(chunks)])

"""The encoder's network: a residual trunk with two heads, one for meaning and one for the picture itself."""
import torch
import torch.nn as nn
import torch.nn.functional as F

MEAN, STD = (0.48, 0.45, 0.40), (0.27, 0.26, 0.27)
STEM = 32
STAGES = ((48, 1), (96, 1), (192, 2), (352, 2))
MEANING, PICTURE = 128, 64
LAYOUT = 24  # channels of the 4 × 4 layout that the picture head sees


def conv(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class Block(nn.Module):
    """Two 3 × 3 convolutions; where it halves the side or widens, the shortcut is average pooling and a 1 × 1 convolution."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.stride = stride
        self.conv1, self.norm1 = conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = conv(outputs, outputs, 3), nn.BatchNorm2d(outputs)
        self.short, self.short_norm = (conv(inputs, outputs, 1), nn.BatchNorm2d(outputs)) if stride > 1 or inputs != outputs else (None, None)
        nn.init.zeros_(self.norm2.weight)

    def forward(self, x):
        short = x
        if self.short is not None:
            short = self.short_norm(self.short(F.avg_pool2d(x, 2) if self.stride > 1 else x))
        x = F.relu(self.norm1(self.conv1(x)), inplace=True)
        return F.relu(self.norm2(self.conv2(x)) + short, inplace=True)


class Network(nn.Module):
    """[B, 3, 64, 64] in [0, 1] → (meaning [B, 128], picture [B, 64]), not yet of unit length."""

    def __init__(self):
        super().__init__()
        self.stem, self.stem_norm = conv(3, STEM, 3, 2), nn.BatchNorm2d(STEM)
        self.stages = nn.ModuleList()
        width = STEM
        for number, (outputs, blocks) in enumerate(STAGES):
            stage = []
            for block in range(blocks):
                stage.append(Block(width, outputs, 2 if block == 0 and number > 0 else 1))
                width = outputs
            self.stages.append(nn.Sequential(*stage))
        # Batch norms without weights centre and whiten each dimension, so that cosines spread around 0.
        self.meaning, self.meaning_norm = nn.Linear(width, MEANING, bias=False), nn.BatchNorm1d(MEANING, affine=False)
        self.layout, self.layout_norm = conv(STAGES[2][0], LAYOUT, 1), nn.BatchNorm2d(LAYOUT)
        self.picture, self.picture_norm = nn.Linear(LAYOUT * 16, PICTURE, bias=False), nn.BatchNorm1d(PICTURE, affine=False)
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1))

    def forward(self, x):
        x = (x - self.mean) / self.std
        x = F.relu(self.stem_norm(self.stem(x.contiguous(memory_format=torch.channels_last))), inplace=True)
        for stage in self.stages[:3]:
            x = stage(x)
        layout = F.relu(self.layout_norm(self.layout(F.avg_pool2d(x, 2))))
        x = self.stages[3](x)
        meaning = self.meaning_norm(self.meaning(x.mean((2, 3))).float())
        picture = self.picture_norm(self.picture(layout.flatten(1)).float())
        return meaning, picture


def joined(meaning, picture, weight):
    """The embedding, of unit length: its cosine is `weight` times that of the meanings plus the rest times that of the pictures."""
    return torch.cat([F.normalize(meaning, dim=1) * weight ** 0.5, F.normalize(picture, dim=1) * (1 - weight) ** 0.5], 1)

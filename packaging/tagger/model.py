"""The network: hashed features of each word, four convolutions over its neighbours, a label for each word."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LABELS = ("O", "B-NAME", "I-NAME", "B-ADDRESS", "I-ADDRESS")
WIDTH = 96
DILATIONS = (1, 2, 4, 1)


class Tagger(nn.Module):
    """Rows of features (words, columns) -> scores (words, labels). No word sees further than 8 words to either side."""

    def __init__(self, rows: int, columns: int, size: int = 32) -> None:
        super().__init__()
        self.table = nn.Embedding(rows, size)
        nn.init.normal_(self.table.weight, std=0.3)
        self.inward = nn.Linear(columns * size, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.turns = nn.ModuleList([nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=d, dilation=d) for d in DILATIONS])
        self.norms = nn.ModuleList([nn.LayerNorm(WIDTH) for _ in DILATIONS])
        self.outward = nn.Linear(WIDTH, len(LABELS))
        self.dropout = nn.Dropout(0.15)

    def forward(self, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """`features` (texts, words, columns) -> (texts, words, labels); `mask` (texts, words, 1) is 0 where there is no word."""
        values = self.dropout(self.table(features)).flatten(2)
        values = self.norm(torch.nn.functional.gelu(self.inward(values)))
        for turn, norm in zip(self.turns, self.norms, strict=True):
            if mask is not None:
                values = values * mask
            signal, gate = turn(self.dropout(values).transpose(1, 2)).transpose(1, 2).chunk(2, dim=-1)
            values = norm(values + signal * torch.sigmoid(gate))
        scores: Tensor = self.outward(values)
        return scores

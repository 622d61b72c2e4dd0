"""Train the tagger of names and addresses on made-up texts, with fixed seeds, and write its graph."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

from tagger.model import LABELS, Tagger  # noqa: E402
from tagger.texts import Labelled, Texts  # noqa: E402

from frostbyte.policy.pii.features import COLUMNS, ROWS, features, words  # noqa: E402

SEED = 20261125


def example(labelled: Labelled) -> tuple[list[tuple[int, ...]], list[int]]:
    text, spans = labelled
    places = words(text)
    labels = [0] * len(places)
    for start, end, kind in spans:
        first = True
        for number, (left, right) in enumerate(places):
            if left < end and right > start and text[left] != "\n":
                labels[number] = LABELS.index(("B-" if first else "I-") + kind)
                first = False
            elif left < end and right > start:
                labels[number] = LABELS.index("I-" + kind) if not first else 0
    return features(text, places), labels


def batches(seed: int, size: int, pool: int = 4096) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """(features, labels, mask) of about `size` words; texts of like length together."""
    texts, shuffle = Texts(seed), random.Random(seed)
    while True:
        made = [entry for entry in (example(texts.one()) for _ in range(pool)) if entry[0]]
        made = [(rows[:256], labels[:256]) for rows, labels in made]
        made.sort(key=lambda entry: len(entry[0]))
        groups: list[list[tuple[list[tuple[int, ...]], list[int]]]] = [[]]
        for entry in made:
            if groups[-1] and (len(groups[-1]) + 1) * len(entry[0]) > size:
                groups.append([])
            groups[-1].append(entry)
        shuffle.shuffle(groups)
        for group in groups:
            longest = max(len(rows) for rows, _ in group)
            rows = np.zeros((len(group), longest, COLUMNS), np.int64)
            labels = np.full((len(group), longest), -100, np.int64)
            for number, (row, label) in enumerate(group):
                rows[number, : len(row)] = row
                labels[number, : len(row)] = label
            marks = torch.from_numpy(labels)
            yield torch.from_numpy(rows), marks, (marks >= 0).float().unsqueeze(-1)


def train(steps: int, size: int, rate: float) -> Tagger:
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # sums in one order
    model = Tagger(ROWS, COLUMNS)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    model.train()
    began, total = time.monotonic(), 0.0
    for step, (rows, labels, mask) in enumerate(batches(SEED, size)):
        if step == steps:
            break
        scores = model(rows, mask)
        loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=-100, label_smoothing=0.02)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        total += float(loss.detach())
        if step % 200 == 199:
            print(f"step {step + 1}: loss {total / 200:.4f}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            total = 0.0
    return model.eval()

"""The net that hears."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.face.oculus import OCULUS
from mien.sense.hearing.features import BANDS
from mien.sense.hearing.nets import AFTER, BEFORE

REACHES = (1, 2, 4, 8, 16)
"""Frames between the three that each further convolution looks at, all of them past."""


class Ear(nn.Module):
    """A convolution over BEFORE frames back and AFTER ahead, then convolutions over the past, and the three answers.

    What the further convolutions must remember is the state, so that a sound may come in pieces.
    """

    KEPT = 2 * sum(REACHES)

    def __init__(self, width: int = 128):
        super().__init__()
        self.width = width
        self.near = nn.Sequential(nn.Conv1d(BANDS, width, BEFORE + 1 + AFTER), nn.BatchNorm1d(width), nn.ReLU())
        self.far = nn.ModuleList(
            nn.Sequential(nn.Conv1d(width, width, 3, dilation=reach), nn.BatchNorm1d(width), nn.ReLU())
            for reach in REACHES
        )
        self.answers = nn.Conv1d(width, len(OCULUS) + 2, 1)

    def forward(self, bands: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, n, 17) logits of visemes, opening and speech, and the new state.

        bands: (batch, n + BEFORE + AFTER, BANDS). state: (batch, width, KEPT), zeros at first.
        """
        seen: Tensor = self.near(bands.transpose(1, 2))
        kept, at = [], 0
        for layer, reach in zip(self.far, REACHES, strict=True):
            whole = torch.cat([state[:, :, at : at + 2 * reach], seen], dim=2)
            kept.append(whole[:, :, -2 * reach :])
            seen = seen + layer(whole)
            at += 2 * reach
        return self.answers(seen).transpose(1, 2), torch.cat(kept, dim=2)

    def silent(self, batch: int = 1) -> Tensor:
        """The state before anything was heard."""
        return torch.zeros(batch, self.width, self.KEPT)


class Answers(nn.Module):
    """An ear whose answers are chances: what is exported."""

    def __init__(self, ear: Ear):
        super().__init__()
        self.ear = ear

    def forward(self, bands: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(batch, n, 15) chances of visemes, (batch, n, 2) opening and speech in 0..1, and the new state."""
        logits, state = self.ear(bands, state)
        return torch.softmax(logits[..., :-2], dim=-1), torch.sigmoid(logits[..., -2:]), state

"""Where a network is computed: on the graphics card where there is one, else on the processor."""

from __future__ import annotations

import os

import torch


def device() -> torch.device:
    """This process' graphics card, by the launcher's LOCAL_RANK, or the processor."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())


def narrow(where: torch.device, enabled: bool = True) -> torch.autocast:
    """A context in which matrix products are computed in bfloat16, if `enabled`."""
    return torch.autocast(where.type, torch.bfloat16, enabled=enabled)

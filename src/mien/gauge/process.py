"""What a process takes of the machine, as Linux tells it."""

from __future__ import annotations

import os


def cpu_seconds(process: int) -> float:
    """Of all cores, that the process of this number took so far."""
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def private_mb(process: int) -> float:
    """Megabytes that it has to itself."""
    with open(f"/proc/{process}/smaps_rollup", encoding="utf-8") as file:
        own = [int(line.split()[1]) for line in file if line.startswith("Private_")]
    return round(sum(own) / 1024, 1)

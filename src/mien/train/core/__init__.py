"""What every training shares, once: device, processes, checkpoints, journal, averages, objectives, distances, sheets.

Owns: how a run is computed, kept, written down and shown; the measures of sets of features; poses drawn by chance.
Never knows a data set, a recipe or a network of its own, and imports no other room of `mien.train`.
"""

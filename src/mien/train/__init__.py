"""Networks' training: datasets, recipes, objectives, metrics, export. The only room that may import torch.

Owns: every recipe that makes the weights mien ships, and the measures it was chosen by. Never runs in a live show, and
nothing below imports it. Its own rooms: `core` is what they share, `prepare` makes data sets of pictures; upon these
stand `text`, `sight`, `painter` and `gan`, which know nothing of each other.
"""

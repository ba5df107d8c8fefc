"""The text reader's nets: corpora in, the weights that `mien.sense.textnet` computes with out.

Owns: the corpora's labels as our feelings, both nets, their recipe and measures, the list of Chinese words. Never reads
a line in a live show.
"""

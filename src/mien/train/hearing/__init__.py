"""The nets that hear: which mouth shape a sound was spoken with, how far the mouth was open, whether there was speech;
and what a voice sounds like feeling.

Owns: `engines` speak text and say when each phoneme sounds, `texts` are the sentences, `phonemes` what the mouth does
for each, `prepare` makes a set of speech of them, `spoil` what rooms and microphones do to it, `clips` what is learnt
from, `networks` and `train` the net, `weights` how the package ships it, `measure` how good it is. Of the tone of
voice `acted` is the set, `tones` the net, `tonal` how good it is. Never records anybody.
"""

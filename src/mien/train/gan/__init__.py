"""The laboratory: train a generator on anybody's expression pictures, watch it, measure it, take it away.

Owns: `recipe` says what is trained and how, `networks` are the two that play, `pictures` feeds them, `augment` keeps a
critic from learning few pictures by heart, `adversarial` is one step, `train` the whole run, `monitor` names trouble,
`model` is what comes out, `sample` and `export` take pictures and graphs out of it, `features` and `classifier` are the
eyes that measure, `evaluate` and `report` tell. Never makes a character's bundle: that is `painter`.
"""

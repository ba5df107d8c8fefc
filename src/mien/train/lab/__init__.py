"""The laboratory: train a generator on anybody's expression pictures, watch it, measure it, take it away.

`recipe` says what is trained and how, `networks` are the two that play, `pictures` feeds them, `augment` keeps a critic
from learning few pictures by heart, `game` is one step, `trainer` the whole run, `journal` writes down what happens,
`monitor` names trouble, `model` is what comes out, `take` gets pictures and graphs out of it, `features` and
`classifier` are the eyes that measure, `evaluate` and `report` tell.
"""

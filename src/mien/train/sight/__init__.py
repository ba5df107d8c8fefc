"""The nets that look at faces: where one is, its key points and what it does, what it seems to feel.

Owns: `crops` gives training crops out of prepared pictures, `feelings` those of the feeler, `networks` are the four
nets, `finder`, `mapper`, `mover` and `feeler` train one each (the mapper also from the finder's `mistakes`), `weights`
writes them as the package ships them, `measure` says how good they are. Never looks through a camera.
"""

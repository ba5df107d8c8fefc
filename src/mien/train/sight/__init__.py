"""The nets that look at faces: where one is, its key points and what it does, what it seems to feel.

`crops` gives training crops out of prepared pictures, `networks` are the three nets, `mapper`, `finder` and `feeler`
train one each, `weights` writes them as the package ships them.
"""

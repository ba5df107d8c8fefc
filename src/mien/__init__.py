"""mien: text, voice and camera in, a living face out.

Importing the package is light: it loads neither torch nor onnxruntime. The rooms, from the top down: `cli`,
`studio`, `show` and `train`, `sources` and `sinks`, `sense`, `mood` and `paint`, `character`, `face`.
"""

__version__ = "0.1.0"

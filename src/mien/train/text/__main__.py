"""Train the text reader by the recipe of the shipped weights.

python -m mien.train.text DATA -o FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mien.face import MienError
from mien.train.text.train import shipped, train_text


def main(arguments: list[str] | None = None) -> int:
    """Run the recipe of the shipped weights and print its figures. Exit code 0, or 1 for a named error."""
    parser = argparse.ArgumentParser(
        prog="python -m mien.train.text", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("data", type=Path, help="folder or zip file of the corpora")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder for text.safetensors and text.json")
    options = parser.parse_args(arguments)
    try:
        print(json.dumps(train_text(options.data, options.out, shipped(), quiet=not sys.stderr.isatty()), indent=1))
    except MienError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A map of one image and its YAML, saved for tests of what reads them."""

from pathlib import Path

import numpy as np
from PIL import Image

YAML = """\
image: map.png
resolution: 0.05
origin: [-1.5, 2.0, 0.0]
negate: 0
occupied_thresh: 0.65
free_thresh: 0.196
"""


def save(folder: Path, image: np.ndarray, yaml: str = YAML, name: str = "map.png") -> Path:
    Image.fromarray(image).save(folder / name)
    (folder / "map.yaml").write_text(yaml)
    return folder / "map.yaml"

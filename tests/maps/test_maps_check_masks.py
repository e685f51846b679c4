"""Masks that do not line up with their map, or are not read at all."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maps import MapIssue, check_map, load_world


def save(folder: Path, name: str, shape: tuple[int, int], resolution: float, origin: tuple[float, float], grey: int = 254) -> None:
    Image.fromarray(np.full(shape, grey, np.uint8)).save(folder / f"{name}.png")
    text = f"image: {name}.png\nresolution: {resolution}\norigin: [{origin[0]}, {origin[1]}, 0]\nnegate: 0\n"
    (folder / f"{name}.yaml").write_text(text + "occupied_thresh: 0.65\nfree_thresh: 0.196\n")


def about_masks(folder: Path) -> list[MapIssue]:
    return [issue for issue in check_map(load_world(folder)) if "MASK" in issue.code]


@pytest.mark.parametrize(
    ("shape", "resolution", "origin", "code", "available"),
    [
        ((60, 80), 0.1, (0.0, 0.0), None, None),
        ((30, 40), 0.2, (0.0, 0.0), None, None),
        ((50, 70), 0.1, (0.5, 0.5), None, None),
        ((60, 80), 0.1, (100.0, 0.0), "MASK_OUTSIDE", 0.0),
        ((20, 20), 0.1, (0.0, 0.0), "MASK_PARTIAL", 400 / 4800),
        ((60, 80), 0.1, (0.3, 0.4), "MASK_SHIFTED", 0.5),
        ((58, 78), 0.1, (0.13, 0.1), "MASK_OFF_GRID", 0.03),
        ((40, 54), 0.15, (0.0, 0.0), "MASK_OFF_GRID", 0.1),
    ],
)
def test_a_mask_and_its_map(tmp_path, shape, resolution, origin, code, available) -> None:
    save(tmp_path, "map", (60, 80), 0.1, (0.0, 0.0))
    save(tmp_path, "keepout", shape, resolution, origin)
    found = about_masks(tmp_path)
    assert [issue.code for issue in found] == ([code] if code else [])
    if code:
        assert found[0].subject == "keepout.yaml"
        assert found[0].available == pytest.approx(available, abs=1e-3)


def test_a_mask_of_another_name_is_not_read_and_that_is_said(tmp_path) -> None:
    save(tmp_path, "map", (60, 80), 0.1, (0.0, 0.0))
    save(tmp_path, "site_keepout_mask", (60, 80), 0.1, (0.0, 0.0))
    (tmp_path / "speeding.yaml").write_text("fines: high\n")
    (issue,) = about_masks(tmp_path)
    assert (issue.code, issue.severity, issue.subject) == ("MASK_NOT_READ", "warning", "site_keepout_mask.yaml")
    (tmp_path / "site_keepout_mask.yaml").rename(tmp_path / "keepout.yaml")
    assert about_masks(tmp_path) == []

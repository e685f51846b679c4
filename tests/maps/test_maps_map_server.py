import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from saved_images import YAML, save

from maps import FREE, OCCUPIED, UNKNOWN, Pose
from maps.map_image import GreyImage
from maps.map_server import MapYaml, occupancy, read_map, read_map_yaml

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "maps"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public test maps are not here (set SUREFOOT_DATA)")


def spec(mode: str = "trinary", negate: bool = False, occupied: float = 0.65, free: float = 0.196) -> MapYaml:
    return MapYaml(
        file=Path("map.yaml"), image=Path("map.png"), resolution=0.05, origin=Pose(0, 0), negate=negate,
        occupied_thresh=occupied, free_thresh=free, mode=mode,  # type: ignore[arg-type]
    )  # fmt: skip


def convert(grey: int, alpha: int = 255, **options: object) -> int:
    image = GreyImage(np.array([[grey]], np.uint8), np.array([[alpha == 255]]))
    return int(occupancy(image, spec(**options))[0, 0])  # type: ignore[arg-type]


def formula(grey: int, mode: str, negate: bool, occupied: float, free: float) -> int:
    """The table in the map_server documentation, one pixel at a time."""
    if mode == "raw":
        return grey if grey <= 100 else -1
    p = grey / 255 if negate else 1 - grey / 255
    if p <= free:
        return 0
    if p >= occupied:
        return 100
    return -1 if mode == "trinary" else math.floor((p - free) / (occupied - free) * 100 + 0.5)


@given(
    st.integers(0, 255),
    st.sampled_from(["trinary", "scale", "raw"]),
    st.booleans(),
    st.sampled_from([(0.65, 0.196), (0.65, 0.25), (1.0, 0.0), (0.99, 0.01), (0.5, 0.5)]),
)
def test_every_grey_means_what_the_formula_says(grey: int, mode: str, negate: bool, limits: tuple[float, float]) -> None:
    occupied, free = limits
    got = convert(grey, mode=mode, negate=negate, occupied=occupied, free=free)
    assert got == formula(grey, mode, negate, occupied, free)


def test_the_known_greys() -> None:
    assert [convert(grey) for grey in (0, 205, 254, 255)] == [OCCUPIED, UNKNOWN, FREE, FREE]
    assert convert(205, free=0.25) == FREE
    assert [convert(grey, negate=True) for grey in (0, 255)] == [FREE, OCCUPIED]
    assert [convert(grey, mode="raw") for grey in (0, 37, 100, 101, 255)] == [0, 37, 100, -1, -1]
    assert convert(128, mode="scale", occupied=1.0, free=0.0) == 50


def test_transparent_is_unknown_but_in_raw() -> None:
    assert convert(0, alpha=254) == UNKNOWN
    assert convert(255, alpha=0, mode="scale") == UNKNOWN
    assert convert(42, alpha=0, mode="raw") == 42


def test_the_bottom_row_of_the_image_is_row_zero(tmp_path: Path) -> None:
    image = np.full((2, 3), 254, np.uint8)
    image[1, 0] = 0
    saved = read_map(save(tmp_path, image))
    assert saved.values.tolist() == [[OCCUPIED, FREE, FREE], [FREE, FREE, FREE]]
    assert (saved.frame.width, saved.frame.height, saved.frame.resolution) == (3, 2, 0.05)
    assert saved.frame.origin == Pose(-1.5, 2.0, 0.0)
    assert saved.warnings == ()
    assert not saved.values.flags.writeable


def test_yaw_is_honoured(tmp_path: Path) -> None:
    saved = read_map(save(tmp_path, np.zeros((1, 1), np.uint8), YAML.replace("2.0, 0.0]", "2.0, 1.5]")))
    assert saved.frame.origin == Pose(-1.5, 2.0, 1.5)


@pytest.mark.parametrize("name", ["map.png", "map.bmp", "map.pgm"])
def test_png_bmp_and_pgm_read_the_same(tmp_path: Path, name: str) -> None:
    image = np.array([[0, 100, 205], [254, 255, 90]], np.uint8)
    saved = read_map(save(tmp_path, image, YAML.replace("map.png", name), name))
    assert saved.values.tolist() == [[0, 0, -1], [100, -1, -1]]


@pytest.mark.parametrize(
    "data", [b"P2\n# a comment\n2 1\n255\n0 254\n", b"P5\n# CREATOR: map_saver\n2 1\n# more\n255\n\x00\xfe", b"P2 2 1 15 0 15\n"]
)
def test_pgm_plain_binary_commented_and_of_other_depth(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "map.pgm").write_bytes(data)
    (tmp_path / "map.yaml").write_text(YAML.replace("map.png", "map.pgm"))
    assert read_map(tmp_path / "map.yaml").values.tolist() == [[OCCUPIED, FREE]]


def test_sixteen_bits_are_scaled(tmp_path: Path) -> None:
    (tmp_path / "map.pgm").write_bytes(b"P5 3 1 65535\n" + np.array([0, 52685, 65535], ">u2").tobytes())
    (tmp_path / "map.yaml").write_text(YAML.replace("map.png", "map.pgm"))
    assert read_map(tmp_path / "map.yaml").values.tolist() == [[OCCUPIED, UNKNOWN, FREE]]


def test_colours_become_luma_and_alpha_is_kept_apart(tmp_path: Path) -> None:
    image = np.array([[[255, 255, 255, 255], [255, 255, 255, 10], [0, 0, 0, 255], [255, 0, 0, 255]]], np.uint8)
    assert read_map(save(tmp_path, image)).values.tolist() == [[FREE, UNKNOWN, OCCUPIED, OCCUPIED]]


def test_grey_205_that_counts_as_free_is_reported_and_can_be_taken_as_unknown(tmp_path: Path) -> None:
    path = save(tmp_path, np.array([[205, 205, 254]], np.uint8), YAML.replace("0.196", "0.25"))
    saved = read_map(path)
    assert saved.values.tolist() == [[FREE, FREE, FREE]]
    assert saved.warnings == (
        "map.yaml: 2 pixels of grey 205, which map savers write for unknown, count as free because free_thresh is 0.25; "
        "write `free_thresh: 0.196` in map.yaml if they are unknown",
    )
    other = read_map(path, treat_205_as_unknown=True)
    assert other.values.tolist() == [[UNKNOWN, UNKNOWN, FREE]]
    assert other.warnings == ()


@needs_data
def test_the_depot_frees_8894_unknown_pixels() -> None:
    saved = read_map(DATA / "nav2_depot" / "depot.yaml")
    assert "8894 pixels of grey 205" in saved.warnings[0]
    assert {int(v): int((saved.values == v).sum()) for v in np.unique(saved.values)} == {0: 170587 + 8894, 100: 5947}
    strict = read_map(DATA / "nav2_depot" / "depot.yaml", treat_205_as_unknown=True)
    assert int((strict.values == UNKNOWN).sum()) == 8894


@needs_data
def test_maps_with_the_older_thresholds_keep_205_unknown() -> None:
    saved = read_map(DATA / "turtlebot3_navigation2" / "map.yaml")
    assert saved.warnings == ()
    assert saved.yaml.mode == "trinary"
    assert {int(v): int((saved.values == v).sum()) for v in np.unique(saved.values)} == {-1: 138722, 0: 7939, 100: 795}


def test_trinary_view_of_scale_and_raw(tmp_path: Path) -> None:
    image = np.array([[0, 19, 20, 65, 100, 255]], np.uint8)
    raw = read_map(save(tmp_path, image, YAML + "mode: raw\n"))
    assert raw.trinary().tolist() == [[FREE, FREE, UNKNOWN, OCCUPIED, OCCUPIED, UNKNOWN]]
    scale = read_map(save(tmp_path, image, YAML + "mode: scale\n"))
    assert scale.values.tolist() == [[100, 100, 100, 100, 91, 0]]
    assert scale.trinary().tolist() == [[OCCUPIED, OCCUPIED, OCCUPIED, OCCUPIED, UNKNOWN, FREE]]


def test_negate_may_be_a_bool_and_extra_keys_are_kept(tmp_path: Path) -> None:
    path = save(tmp_path, np.zeros((1, 1), np.uint8), YAML.replace("negate: 0", "negate: true") + "type: 0\n")
    yaml = read_map_yaml(path)
    assert yaml.negate is True
    assert dict(yaml.extra) == {"type": 0}
    assert yaml.image == tmp_path / "map.png"


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB", "RGBA", "LA", "I;16"])
def test_an_image_of_many_strips_reads_as_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    dice = np.random.default_rng(3)
    deep = mode == "I;16"
    grey = dice.integers(0, 65536 if deep else 256, (57, 23)).astype(np.uint16 if deep else np.uint8)
    image = Image.fromarray(grey)
    image = image if deep else image.convert(mode)
    if mode in ("RGBA", "LA"):
        image.putalpha(Image.fromarray(np.where(grey > 200, 255, 100).astype(np.uint8)))
    image.save(tmp_path / "map.png")
    (tmp_path / "map.yaml").write_text(YAML)
    whole = read_map(tmp_path / "map.yaml")
    for module in ("maps.map_image", "maps.map_server"):
        monkeypatch.setattr(f"{module}._STRIP", 100)
    strips = read_map(tmp_path / "map.yaml")
    assert np.array_equal(whole.values, strips.values) and whole.warnings == strips.warnings
    assert len(np.unique(whole.values)) >= 2

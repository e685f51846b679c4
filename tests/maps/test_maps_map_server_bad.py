"""Map files that are none: one sentence each, and nothing large is decoded or parsed for it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from saved_images import YAML, save

from maps import MapFileMissing, MapImageInvalid, MapYamlInvalid
from maps.map_server import read_map


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("image: map.png\n", "", "the key 'image' is missing"),
        ("image: map.png", "image: ''", "image is '', expected the path of a PGM, PNG or BMP file"),
        ("image: map.png", "image: [1]", r"image is \[1\], expected the path"),
        ("resolution: 0.05", "resolution: fine", "resolution is 'fine', expected a number"),
        ("resolution: 0.05", "resolution: 0", "resolution is 0.0, expected metres per pixel, more than 0"),
        ("resolution: 0.05", "resolution: .nan", "resolution is nan, expected a number"),
        ("resolution: 0.05", "resolution: 1" + "0" * 400, "resolution is 1000.*, expected a number"),
        ("[-1.5, 2.0, 0.0]", "[1" + "0" * 400 + ", 0, 0]", "origin is .*, expected three numbers"),
        ("resolution: 0.05", "resolution: true", "resolution is True, expected a number"),
        ("[-1.5, 2.0, 0.0]", "[-1.5, 2.0]", r"origin is \[-1.5, 2.0\], expected three numbers \[x, y, yaw\]"),
        ("[-1.5, 2.0, 0.0]", "{x: 1}", r"origin is {'x': 1}, expected three numbers"),
        ("negate: 0", "negate: maybe", "negate is 'maybe', expected 0 or 1"),
        ("negate: 0", "negate: 2", "negate is 2, expected 0 or 1"),
        ("occupied_thresh: 0.65\n", "", "the key 'occupied_thresh' is missing"),
        ("occupied_thresh: 0.65", "occupied_thresh: 65", "occupied_thresh is 65.0, expected a number from 0 to 1"),
        ("free_thresh: 0.196", "free_thresh: 0.7", r"free_thresh is 0.7, expected at most occupied_thresh \(0.65\)"),
        ("negate: 0", "mode: tertiary", "mode is 'tertiary', expected trinary, scale or raw"),
        ("negate: 0", "mode: [scale]", r"mode is \['scale'\], expected trinary"),
        ("negate: 0", "negate: [0", r"is not YAML: .*\(line \d+\)"),
        ("negate: 0", "x: !!python/object/apply:os.getcwd []", "is not YAML"),
        (YAML, "just text", "is not a map YAML"),
        (YAML, "", "is not a map YAML"),
    ],
)
def test_bad_yaml_is_one_sentence_with_key_value_and_expectation(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = save(tmp_path, np.zeros((1, 1), np.uint8), YAML.replace(old, new))
    with pytest.raises(MapYamlInvalid, match=sentence) as raised:
        read_map(path)
    assert "\n" not in str(raised.value)
    assert "map.yaml" in str(raised.value)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(MapFileMissing, match=r"nothing.yaml' cannot be read: No such file"):
        read_map(tmp_path / "nothing.yaml")
    (tmp_path / "map.yaml").write_text(YAML)
    with pytest.raises(MapFileMissing, match=r"its image .*map.png cannot be read: No such file"):
        read_map(tmp_path / "map.yaml")


@pytest.mark.parametrize(
    "data", [b"", b"not an image", b"GIF89a" + bytes(20), b"P5 1000 1000 255\n123", b"\x89PNG\r\n\x1a\n" + bytes(30)]
)
def test_bad_images_are_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = save(tmp_path, np.zeros((1, 1), np.uint8))
    (tmp_path / "map.png").write_bytes(data)
    with pytest.raises(MapImageInvalid, match=r"its image map\.png is") as raised:
        read_map(path)
    assert "\n" not in str(raised.value)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_make_the_decoder_crash(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("image")
    (folder / "map.yaml").write_text(YAML)
    for head in (b"P5 ", b"P2 ", b"BM"):
        (folder / "map.png").write_bytes(head + data)
        try:
            assert read_map(folder / "map.yaml").values.size > 0
        except MapImageInvalid:
            pass


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"P5 30000 1 255", "is 30000 x 1 pixels, at most 20000 a side are read"),
        (b"P5 900000 900000 255", "is 900000 x 900000 pixels, at most 20000 a side are read"),
        (b"P6 20000 20000 255", "is 20000 x 20000 pixels of 4 bytes, at most 400000000 bytes are decoded"),
        (b"P5 20000 20000 65535", "is 20000 x 20000 pixels of 4 bytes, at most 400000000 bytes are decoded"),
    ],
)
def test_an_image_too_large_is_refused_before_it_is_decoded(tmp_path: Path, head: bytes, said: str) -> None:
    (tmp_path / "map.pgm").write_bytes(head + b"\n")
    (tmp_path / "map.yaml").write_text(YAML.replace("map.png", "map.pgm"))
    with pytest.raises(MapImageInvalid, match=rf"its image map\.pgm {said}"):
        read_map(tmp_path / "map.yaml")


def test_a_png_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    image = Image.new("RGB", (11_000, 11_000))
    image.save(tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size < 2_000_000
    (tmp_path / "map.yaml").write_text(YAML)
    with pytest.raises(MapImageInvalid, match=r"is 11000 x 11000 pixels of 4 bytes, at most 400000000 bytes are decoded"):
        read_map(tmp_path / "map.yaml")


def test_an_image_must_be_a_plain_file(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(YAML.replace("map.png", "."))
    with pytest.raises(MapImageInvalid, match="is not a plain file"):
        read_map(tmp_path / "map.yaml")
    (tmp_path / "map.yaml").write_text(YAML.replace("map.png", "/dev/zero"))
    with pytest.raises(MapImageInvalid, match="is not a plain file"):
        read_map(tmp_path / "map.yaml")
    with pytest.raises(MapYamlInvalid, match="expected a plain file"):
        read_map(tmp_path)


def test_a_huge_yaml_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(YAML + "#" * 1_000_001)
    with pytest.raises(MapYamlInvalid, match="at most 1000000 bytes"):
        read_map(tmp_path / "map.yaml")


def test_a_yaml_of_many_aliases_stays_one_sentence(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    (tmp_path / "map.yaml").write_text(bomb + YAML.replace("[-1.5, 2.0, 0.0]", "*a39"))
    with pytest.raises(MapYamlInvalid, match=r"line 2: the alias \*a0 is not read"):
        read_map(tmp_path / "map.yaml")

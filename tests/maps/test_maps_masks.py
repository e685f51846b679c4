import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from maps import GridFrame, MapFileMissing, MapYamlInvalid, Pose
from maps.masks import Overlap, read_keepout, read_speed

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "maps"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public test maps are not here (set SUREFOOT_DATA)")
FRAME = GridFrame(0.1, Pose(0.0, 0.0), width=4, height=3)


def save(folder: Path, rows: list[list[int]], *, more: str = "", resolution: float = 0.1, origin: str = "[0, 0, 0]") -> Path:
    """A mask whose rows are given from the top, as data 0 to 100 in raw mode."""
    Image.fromarray(np.array(rows, np.uint8)).save(folder / "mask.png")
    (folder / "mask.yaml").write_text(
        f"image: mask.png\nresolution: {resolution}\norigin: {origin}\nmode: raw\noccupied_thresh: 0.65\nfree_thresh: 0.196\n{more}"
    )
    return folder / "mask.yaml"


def test_a_mask_on_the_maps_own_grid_stays_as_it_is(tmp_path: Path) -> None:
    path = save(tmp_path, [[100, 0, 0, 0], [0, 100, 0, 255], [0, 0, 0, 100]])
    mask = read_keepout(path, FRAME)
    assert mask.values.tolist() == [[0, 0, 0, 100], [0, 100, 0, 0], [100, 0, 0, 0]]
    assert mask.warnings == ()


def test_a_coarse_mask_covers_all_cells_that_it_overlaps(tmp_path: Path) -> None:
    path = save(tmp_path, [[0, 100]], resolution=0.15, origin="[0.0, 0.0, 0]")
    # the 100 covers x 0.15..0.30, y 0..0.15: columns 1 and 2, rows 0 and 1
    assert read_keepout(path, FRAME).values.tolist() == [[0, 100, 100, 0], [0, 100, 100, 0], [0, 0, 0, 0]]


def test_a_fine_mask_marks_a_cell_by_any_of_its_parts(tmp_path: Path) -> None:
    rows = [[0] * 20 for _ in range(15)]
    rows[14][7] = 100  # bottom row, x 0.14..0.16
    path = save(tmp_path, rows, resolution=0.02)
    assert np.argwhere(read_keepout(path, FRAME).values == 100).tolist() == [[0, 1]]


def test_outside_the_mask_nothing_changes_and_poor_alignment_is_said(tmp_path: Path) -> None:
    path = save(tmp_path, [[100]], origin="[0.3, 0.2, 0]")
    mask = read_keepout(path, FRAME)
    assert np.argwhere(mask.values == 100).tolist() == [[2, 3]]
    assert mask.warnings == ("mask.yaml: the mask covers only 8% of the map; check its origin and resolution",)
    far = read_keepout(save(tmp_path, [[100]], origin="[50, 0, 0]"), FRAME)
    assert not far.values.any()
    assert far.warnings == ("mask.yaml: the mask lies wholly outside the map and changes nothing; check its origin",)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
    st.sampled_from([0.03, 0.1, 0.17]),
    st.one_of(st.just(0.0), st.floats(-3, 3)),
    st.integers(0, 2**32 - 1),
)
def test_no_forbidden_point_is_lost(x: float, y: float, resolution: float, yaw: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    mask = GridFrame(resolution, Pose(x, y), width=9, height=7)
    frame = GridFrame(0.1, Pose(0.2, 0.1, yaw), width=8, height=8)
    flags = random.random(mask.shape) < 0.2
    kept_out = Overlap.of(mask, frame).any(flags)
    points = random.uniform(-1.0, 1.5, (400, 2))
    for point in points:
        inner, outer = mask.cell(tuple(point)), frame.cell(tuple(point))
        if mask.inside(*inner) and frame.inside(*outer) and flags[inner]:
            assert kept_out[outer]


def test_percent_base_and_multiplier(tmp_path: Path) -> None:
    rows = [[0, 20, 50, 100], [255, 0, 0, 0], [0, 0, 0, 0]]
    plain = read_speed(save(tmp_path, rows, more="type: 1\nmax_speed: 2.0\n"), FRAME)
    assert plain.values.dtype == np.float32
    assert plain.values[2].tolist() == pytest.approx([0.0, 0.4, 1.0, 2.0])
    assert plain.warnings == ("mask.yaml: 1 cells of the speed mask are unknown; they set no limit",)
    falling = read_speed(save(tmp_path, rows, more="filter: {type: 1, base: 100.0, multiplier: -1.0, max_speed: 1.0}\n"), FRAME)
    assert falling.values[2].tolist() == pytest.approx([0.0, 0.8, 0.5, 0.0])


def test_metres_per_second_and_values_out_of_range(tmp_path: Path) -> None:
    rows = [[0, 20, 50, 100], [0, 0, 0, 0], [0, 0, 0, 0]]
    mask = read_speed(save(tmp_path, rows, more="x-surefoot:\n  filter: {type: 2, base: -0.5, multiplier: 0.02}\n"), FRAME)
    assert mask.values[2].tolist() == pytest.approx([0.0, 0.0, 0.5, 1.5])
    over = read_speed(save(tmp_path, rows, more="type: 1\nbase: 60\nmax_speed: 1.0\n"), FRAME)
    assert over.values[2].tolist() == pytest.approx([0.0, 0.8, 0.0, 0.0])
    assert mask.warnings == over.warnings == ()


def test_without_filter_information_nav2s_example_holds_and_is_said(tmp_path: Path) -> None:
    mask = read_speed(save(tmp_path, [[0, 20, 50, 100], [0] * 4, [0] * 4]), FRAME)
    assert mask.values[2].tolist() == pytest.approx([0.0, 0.8, 0.5, 0.0])
    assert mask.warnings == (
        "mask.yaml: the speed mask is in percent and 100 % is taken as 1 m/s; "
        "write `max_speed: <m/s>` in mask.yaml if it is another speed",
    )


def test_a_cell_gets_the_lowest_limit_that_it_overlaps(tmp_path: Path) -> None:
    path = save(tmp_path, [[80, 30, 0, 60]], resolution=0.15, more="type: 1\nmax_speed: 1.0\n")
    assert read_speed(path, FRAME).values[0].tolist() == pytest.approx([0.8, 0.3, 0.3, 0.0])


@pytest.mark.parametrize(
    ("read", "more", "sentence"),
    [
        (read_keepout, "type: 1\n", r"type is 1, expected 0 \(keep-out\)"),
        (read_speed, "type: 0\n", r"type is 0, expected 1 \(speed in percent\) or 2 \(speed in m/s\)"),
        (read_speed, "type: 1\nbase: 1" + "0" * 400 + "\n", "base is 1000.*, expected a number"),
        (read_speed, "type: fast\n", "type is 'fast', expected"),
        (read_speed, "type: 1\nbase: x\n", "base is 'x', expected a number"),
        (read_speed, "type: 1\nmultiplier: .inf\n", "multiplier is inf, expected a number"),
        (read_speed, "type: 1\nmax_speed: 0\n", "max_speed is 0, expected metres per second, more than 0"),
        (read_keepout, "filter: 3\n", "filter is 3, expected keys such as type, base and multiplier"),
    ],
)
def test_bad_filter_information_is_one_sentence(tmp_path: Path, read: object, more: str, sentence: str) -> None:
    with pytest.raises(MapYamlInvalid, match=sentence):
        read(save(tmp_path, [[0]], more=more), FRAME)  # type: ignore[operator]


def test_a_mask_may_not_be_turned_nor_missing(tmp_path: Path) -> None:
    with pytest.raises(MapYamlInvalid, match=r"origin is \[0.0, 0.0, 0.5\], expected a yaw of 0 in a mask"):
        read_keepout(save(tmp_path, [[0]], origin="[0, 0, 0.5]"), FRAME)
    with pytest.raises(MapFileMissing):
        read_speed(tmp_path / "speed.yaml", FRAME)


@needs_data
def test_nav2s_own_masks() -> None:
    frame = GridFrame(0.05, Pose(0.0, 0.0), width=604, height=307)
    keepout = read_keepout(DATA / "nav2_depot" / "depot_keepout.yaml", frame)
    assert int((keepout.values == 100).sum()) == 31213
    assert keepout.warnings == ()
    speed = read_speed(DATA / "nav2_depot" / "depot_speed.yaml", frame)
    values, counts = np.unique(speed.values, return_counts=True)
    # 0 and 254 set no limit (100 - 100 % and 0); 127, 191 and 205 are 50, 75 and 80 %
    assert dict(zip(np.round(values.astype(float), 2).tolist(), counts.tolist(), strict=True)) == {
        0.0: 3735 + 123746, 0.5: 28702, 0.75: 25017, 0.8: 4228,
    }  # fmt: skip


def test_weights_and_what_nav2_would_free_are_said(tmp_path: Path) -> None:
    path = save(tmp_path, [[100, 0, 0, 99], [0, 100, 0, 255], [0, 0, 1, 100]])
    cells = np.full((3, 4), -1, np.int8)
    cells[0] = 0  # the bottom row is known; of the eight others, two are kept out and one lies under a -1
    mask = read_keepout(path, FRAME, cells)
    assert mask.values.tolist() == [[0, 0, 0, 100], [0, 100, 0, 0], [100, 0, 0, 0]]
    weights, freed = mask.warnings
    assert weights.startswith("mask.yaml: 2 cells of the keep-out mask weigh 1 to 99, which Nav2's planner goes around")
    assert freed.startswith("mask.yaml: 5 unknown cells of the map lie under a keep-out mask below 100")
    assert read_keepout(path, FRAME, np.zeros((3, 4), np.int8)).warnings == (weights,)


def test_base_and_multiplier_mean_nothing_for_keep_out(tmp_path: Path) -> None:
    mask = read_keepout(save(tmp_path, [[0, 100, 0, 0]] * 3, more="type: 0\nbase: 5\n"), FRAME)
    assert mask.values.sum() == 300
    assert mask.warnings == ("mask.yaml: base and multiplier mean nothing in a keep-out mask; Nav2 expects 0 and 1",)

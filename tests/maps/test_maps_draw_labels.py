"""Labels, legends and colours: where a text finds room, what is named, and what can be told apart."""

import numpy as np
from picture_worlds import small_world

from maps import Caption, Marker, Scene, Thing
from maps.drawing import fonts
from maps.drawing.labels import Box, Placer, around, within
from maps.drawing.legend import plan_legend
from maps.drawing.names import named_in
from maps.drawing.palette import ROLE_COLOURS, TINTS


def test_labels_keep_clear_of_what_is_taken() -> None:
    placer = Placer(Box(50, 50, 100, 100))
    placer.take(Box(65, 50, 30, 10))
    box = placer.place(around(50, 50, 20, 8, 2), 20, 8)
    assert box == Box(38, 50, 20, 8)
    assert placer.place(np.array([(38.0, 50.0)]), 20, 8) is None


def test_labels_stay_on_the_map() -> None:
    placer = Placer(Box(50, 50, 100, 100))
    box = placer.place(around(97, 50, 20, 8, 2), 20, 8)
    assert box == Box(85, 50, 20, 8)


def test_what_speaks_against_a_box_is_weighed() -> None:
    placer = Placer(Box(50, 50, 100, 100))
    spots = np.array([(20.0, 50.0), (60.0, 50.0)])
    box = placer.place(spots, 10, 10, lambda at, width, height: (at[:, 0] < 50) * 1.0)
    assert box == Box(60, 50, 10, 10)


def test_boxes_within_a_region_start_at_the_wish() -> None:
    spots = within(40, 50, Box(50, 50, 60, 40), 20, 10)
    assert spots[0].tolist() == [40, 50]
    assert np.abs(spots[:, 0] - 50).max() == 20
    assert np.abs(spots[:, 1] - 50).max() == 15


def test_the_legend_splits_number_call_and_figures() -> None:
    from matplotlib.backends.backend_agg import RendererAgg

    from maps.drawing.ruler import Ruler

    ruler = Ruler(RendererAgg(10, 10, 100), fonts.choose_typeface([], {}))
    scene = Scene(marks=(Caption(text="12 goto(place='hall')  3.0 m, 4 s", role="ok"), Caption(text="no way", role="bad")))
    legend = plan_legend(ruler, scene, small_world())
    first, second = legend.rows
    assert (first.badge, first.lines, first.notes, first.role) == ("12", ("goto(place='hall')",), ("3.0 m, 4 s",), "ok")
    assert (second.badge, second.lines, second.notes) == ("", ("no way",), ())
    assert legend.key == (
        "dock", "thing", "door, open", "door, closed", "door, locked", "keep out", "slow zone", "unknown",
    )  # fmt: skip


def test_colours_are_told_apart() -> None:
    assert len(set(TINTS)) == len(TINTS)
    assert len({ROLE_COLOURS[role] for role in ("route", "ok", "bad", "warning", "highlight", "muted")}) == 6


def test_things_are_named_by_whole_words_in_any_text() -> None:
    world = small_world(things=[Thing(name=name, position=(2, 3)) for name in ("cup", "cupboard", "red cup", "杯子", "plant")])
    marks = (Caption(text="1 pick(thing='red cup')", role="ok"), Marker(at=(1, 1), label="拿杯子来"))
    assert named_in(Scene(title="the planting", marks=marks), world) == {"cup", "red cup", "杯子"}

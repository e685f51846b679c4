import math

import numpy as np
import pytest

from maps import Door, GridFrame, Place, Pose, Thing, World
from maps.compass import compass, in_words


@pytest.mark.parametrize(
    ("degrees", "wind"),
    [(0, "east"), (44, "north-east"), (90, "north"), (135, "north-west"), (180, "west"), (-158, "west"), (-136, "south-west"),
     (-90, "south"), (-46, "south-east"), (22, "east"), (23, "north-east"), (-23, "south-east")],
)  # fmt: skip
def test_eight_winds(degrees, wind):
    angle = math.radians(degrees)
    assert compass((3.0, -2.0), (3.0 + 7 * math.cos(angle), -2.0 + 7 * math.sin(angle))) == wind


def test_no_way_from_a_point_to_itself():
    assert compass((1.0, 1.0), (1.0, 1.0)) == ""


def world(*, things=(), doors=()):
    hall = Place(name="hall", outline=((0, 0), (5, 0), (5, 10), (0, 10)))
    return World.build("w", GridFrame(0.1, Pose(0, 0, 0), 200, 100), np.zeros((100, 200)), [hall], things, doors)


def test_the_nearest_mark_and_the_place_are_named():
    door = Door(name="gate", segment=((5.0, 4.5), (5.0, 5.5)))
    lamp = Thing(name="lamp", position=(1.0, 1.0))
    here = world(things=[lamp], doors=[door])
    assert in_words(here, (4.0, 5.0)) == "in 'hall', 1.0 m west of 'gate'"
    assert in_words(here, (1.0, 3.0)) == "in 'hall', 2.0 m north of 'lamp'"
    assert in_words(here, (5.0, 5.0)) == "in 'hall', at 'gate'"
    assert in_words(here, (7.0, 3.0)) == "2.8 m south-east of 'gate'"


def test_where_nothing_is_near_nothing_is_said():
    assert in_words(world(), (9.0, 9.0)) == ""
    assert in_words(world(things=[Thing(name="lamp", position=(1.0, 1.0))]), (15.0, 9.0)) == ""

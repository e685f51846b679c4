"""Fixtures of the robot in physics."""

import pytest

from maps import World, find_map, load_world


@pytest.fixture(scope="module")
def factory() -> World:
    return load_world(find_map("factory"))

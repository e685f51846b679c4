"""Views: what the simulator says of a picture is what is in the picture."""

import numpy as np

from skills.robots.physics import Cell
from skills.robots.physics.cameras import CAMERAS
from skills.robots.physics.views import NOWHERE, views


def test_things_are_in_the_pictures_where_they_are_said_to_be() -> None:
    cell = Cell(pixels=96)
    seen = 0
    for seed in range(4):
        episode = cell.reset(seed, "pick")
        found = views(cell.sim, cell.things())
        assert found.shape == (2, 7, 2)
        batch = cell.observe()
        for camera, name in enumerate(sorted(CAMERAS)):
            picture = batch[f"observation.images.{name}"].astype(int)
            for number, block in enumerate(episode.physics_context["blocks"]):  # type: ignore[arg-type]
                u, v = found[camera, number]
                if max(abs(u), abs(v)) > 0.95 or (name == "wrist" and v > -0.2):  # the hand hides what is under it
                    continue
                right, down = int((u + 1) * 48), int((v + 1) * 48)
                pixel = picture[down, right]
                wanted = np.array(block["rgb"])  # type: ignore[index, call-overload]
                shade = pixel / max(pixel.max(), 1)
                assert np.abs(shade - wanted / wanted.max()).max() < 0.35, (seed, name, number)
                seen += 1
    assert seen >= 10


def test_what_is_behind_a_camera_is_nowhere() -> None:
    cell = Cell(images=False)
    at = cell.sim.data.camera("head").xpos + 0.5 * cell.sim.data.camera("head").xmat.reshape(3, 3)[:, 2]
    found = views(cell.sim, np.array([at]))
    assert found[sorted(CAMERAS).index("head"), 0].tolist() == [NOWHERE, NOWHERE]

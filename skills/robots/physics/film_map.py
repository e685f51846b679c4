"""Film map: the map beside the picture of a film: the route that is driven, the way that was, and the robot at its place."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from maps import FREE, OCCUPIED, UNKNOWN, Body, Point, Pose, Route, World, area
from maps.drawing.palette import BLUE, CARD, DOOR_COLOURS, FREE_SPACE, INK, QUIET, ROLE_COLOURS, UNKNOWN_SPACE, WALL
from skills.robots.physics.items import rgb_of

__all__ = ["FilmMap"]

EDGE_PX, ROOM_M = 16, 1.0
"""Left free around the map; shown around what is known."""
MOST_NAMES = 14


class FilmMap:
    """A map as a picture of one size, drawn once, and again and again what moves on it.

    Args:
        world: The agent's map.
        body: Drawn to scale.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
    """

    def __init__(self, world: World, body: Body, width: int, height: int) -> None:
        self._body, self._frame = body, world.frame
        known = np.argwhere(world.cells != UNKNOWN)
        low, high = (known.min(axis=0), known.max(axis=0) + 1) if len(known) else (np.zeros(2, int), np.array(world.frame.shape))
        room = math.ceil(ROOM_M / world.frame.resolution)
        (top, left), (bottom, right) = np.maximum(low - room, 0), np.minimum(high + room, world.frame.shape)
        self._cells_per_px = max((right - left) / (width - 2 * EDGE_PX), (bottom - top) / (height - 2 * EDGE_PX))
        self._left, self._bottom = left, bottom
        size = round((right - left) / self._cells_per_px), round((bottom - top) / self._cells_per_px)
        self._at = (width - size[0]) // 2, (height - size[1]) // 2
        shades = np.empty((bottom - top, right - left, 3), np.uint8)
        cells = world.cells[top:bottom, left:right]
        for value, colour in ((FREE, FREE_SPACE), (UNKNOWN, UNKNOWN_SPACE), (OCCUPIED, WALL)):
            shades[cells == value] = ImageColor.getrgb(colour)
        self._ground = Image.new("RGB", (width, height), CARD)
        self._ground.paste(Image.fromarray(shades[::-1]).resize(size, Image.Resampling.BOX), self._at)
        self._names(world)

    def picture(self, world: World, pose: Pose, driven: Sequence[Point], route: Route | None) -> Image.Image:
        """The map now.

        Args:
            world: Things and doors as they are.
            pose: Where the robot is.
            driven: Where it was.
            route: Where it drives, if it does.
        """
        picture = self._ground.copy()
        draw = ImageDraw.Draw(picture)
        for door in world.doors.values():
            draw.line([self._px(end) for end in door.segment], fill=DOOR_COLOURS[door.state], width=3)
        for thing in world.things.values():
            colour = thing.attributes.get("colour")
            self._dot(draw, thing.position, 3.0, _hex(rgb_of(colour, thing.name)) if isinstance(colour, str) else QUIET)
        if len(driven) > 1:
            draw.line([self._px(point) for point in driven], fill=ROLE_COLOURS["driven"], width=3, joint="curve")
        if route is not None:
            for a, b in pairwise(route.points):
                draw.line([self._px(a), self._px(b)], fill=BLUE, width=2)
            self._dot(draw, route.points[-1], 4.0, BLUE)
        radius = max(self._body.radius_m / self._frame.resolution / self._cells_per_px, 5.0)
        self._dot(draw, pose.point, radius, ROLE_COLOURS["highlight"])
        x, y = self._px(pose.point)
        turn = pose.yaw - self._frame.origin.yaw
        draw.line([(x, y), (x + radius * math.cos(turn), y - radius * math.sin(turn))], fill="white", width=2)
        return picture

    def _px(self, point: Point) -> tuple[float, float]:
        """Where a point of the map is in the picture; the map's up is the picture's up."""
        column, row = self._frame.local([point])[0].tolist()
        return self._at[0] + (column - self._left) / self._cells_per_px, self._at[1] + (self._bottom - row) / self._cells_per_px

    def _dot(self, draw: ImageDraw.ImageDraw, at: Point, radius: float, colour: str) -> None:
        x, y = self._px(at)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour, outline="white")

    def _names(self, world: World) -> None:
        """The largest places' names, where no other name is."""
        draw, font = ImageDraw.Draw(self._ground), ImageFont.load_default(size=11)
        taken: list[tuple[float, float, float, float]] = []
        largest = sorted(world.places.values(), key=lambda place: area(place.outline) if place.outline else 0.0, reverse=True)
        for place in largest[:MOST_NAMES]:
            x, y = self._px(place.centre)
            box = draw.textbbox((x, y), place.name, font=font, anchor="mm")
            if any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken):
                continue
            taken.append(box)
            draw.text((x, y), place.name, fill=INK, font=font, anchor="mm", stroke_width=2, stroke_fill=FREE_SPACE)


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgb)

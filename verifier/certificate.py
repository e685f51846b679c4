"""Certificates: what the verifier claims of each leg, as data that a stranger can check against the map's files."""

import hashlib
import json
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maps import DoorState
from maps.errors import MapError

__all__ = [
    "BodyClaim", "Certificate", "CertificateInvalid", "Certificates", "Gap", "GoalCertificate", "GoalClaim", "LayersClaim",
    "Leaving", "MapEvidence", "PoseGoal", "ReachGoal", "Refusal", "RegionGoal", "RouteCertificate", "StartCertificate",
    "UnreachableCertificate",
]  # fmt: skip

XY: TypeAlias = tuple[float, float]
XYYaw: TypeAlias = tuple[float, float, float]
Run: TypeAlias = tuple[int, int, int]
"""Row, first column, number of cells."""


class CertificateInvalid(MapError):
    """A certificate file is not one, or cannot be made."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LayersClaim(_Strict):
    """Which cells were obstacles besides the occupied ones and the outside of the map.

    Attributes:
        unknown: Whether unknown cells were ``blocked`` or ``allowed``.
        keepouts: ``ignored`` only where a proof that there is no way holds even without them.
        doors: The state that every door of the map was taken to have; those that are not open block.
    """

    unknown: Literal["blocked", "allowed"]
    keepouts: Literal["blocked", "ignored"] = "blocked"
    doors: dict[str, DoorState]


class BodyClaim(_Strict):
    """The body: a disc, or a polygon about its own origin.

    Attributes:
        name: Its name.
        radius_m: The disc's radius, or that of the disc around the polygon.
        inner_m: The disc's radius, or that of the largest one about the origin in the polygon.
        margin_m: What it keeps from everything.
        needed_m: ``radius_m`` + ``margin_m``: with so much clearance it may have any heading.
        footprint: The polygon's corners.
    """

    name: str
    radius_m: float
    inner_m: float
    margin_m: float
    needed_m: float
    footprint: tuple[XY, ...] | None = None


class PoseGoal(_Strict):
    """Be exactly there."""

    kind: Literal["pose"] = "pose"
    subject: str
    pose: XYYaw


class RegionGoal(_Strict):
    """Be in a cell whose centre lies in the outline."""

    kind: Literal["region"] = "region"
    subject: str
    outline: tuple[XY, ...]


class ReachGoal(_Strict):
    """Be in one of the cells, each within ``reach_m`` of a point or segment and in its sight."""

    kind: Literal["reach"] = "reach"
    subject: str
    at: tuple[XY, ...]
    reach_m: float
    cells: tuple[Run, ...]


GoalClaim: TypeAlias = Annotated[PoseGoal | RegionGoal | ReachGoal, Field(discriminator="kind")]


class _Leg(_Strict):
    """What every certificate says: the plan's step, where it leads, and against what it was judged."""

    step: int
    subject: str
    layers: LayersClaim
    body: BodyClaim
    start: XYYaw
    goal: GoalClaim | None


class Leaving(_Strict):
    """The first segments leave a spot with less room than the body needs, or in a keep-out, coming no nearer to anything."""

    segments: int
    room_m: float


class RouteCertificate(_Leg):
    """A witness: this polyline goes there and keeps the clearance.

    Attributes:
        points: Vertices, metres, in full precision.
        headings: Heading at each vertex, radians, of a polygon that does not fit in any heading; between two vertices it turns in
            place, the short way, or drives straight in one heading.
        body_clearance_m: Least distance of such a polygon from obstacles, metres: a lower bound.
        end_yaw: Heading to turn to at the end, radians.
        leaving: How it leaves a cramped start.
        clearance_m: Least distance of the line to an obstacle, exact.
        clearance_at: Where that is.
        length_m: The straight line's length, which no way can undercut, and this route's.
        crosses: Doors crossed, in order.
    """

    kind: Literal["route"] = "route"
    method: Literal["segments", "hulls"] = "segments"
    points: tuple[XY, ...]
    headings: tuple[float, ...] | None = None
    body_clearance_m: float | None = None
    end_yaw: float | None
    leaving: Leaving | None
    clearance_m: float
    clearance_at: XY
    length_m: tuple[float, float]
    crosses: tuple[str, ...]


class Gap(_Strict):
    """The tightest place of the widest way: as wide as ``available_m`` on each side."""

    where: XY
    available_m: float
    needed_m: float


class UnreachableCertificate(_Leg):
    """A proof: a region holds the start and no goal, and its whole border is nearer to obstacles than ``level_m``.

    Attributes:
        code: The cause that the verifier names; not part of the proof.
        level_m: What the disc in the body needs, or the room that its start has where that is less.
        region: The region's outer ring and its holes, in cells along the grid's axes (x = column, y = row).
        gap: The tightest gap, where one is to blame.
    """

    kind: Literal["unreachable"] = "unreachable"
    method: Literal["cells", "gaps"]
    code: str
    level_m: float
    region: tuple[tuple[XY, ...], ...]
    gap: Gap | None = None


class StartCertificate(_Leg):
    """The robot cannot stand where it starts: outside of the map, or nearer to a wall than the radius of the disc in it.

    With method ``outline`` the polygon itself overlaps an obstacle of the layers, and both lengths are 0.
    """

    kind: Literal["start"] = "start"
    method: Literal["point", "outline"] = "point"
    code: Literal["START_OUTSIDE_MAP", "START_OCCUPIED"]
    available_m: float
    needed_m: float


class GoalCertificate(_Leg):
    """No point of the goal has room for the body: ``room_m`` is the most that any has."""

    kind: Literal["goal"] = "goal"
    method: Literal["point"] = "point"
    code: str
    room_m: float


class Refusal(_Leg):
    """A refusal that claims nothing: ``reason`` says why nothing is proved."""

    kind: Literal["refusal"] = "refusal"
    method: Literal["none"] = "none"
    code: str
    reason: str


Certificate: TypeAlias = Annotated[
    RouteCertificate | UnreachableCertificate | StartCertificate | GoalCertificate | Refusal, Field(discriminator="kind")
]


class MapEvidence(_Strict):
    """Which map: by content and by the files it was read from.

    Attributes:
        name: The map's name.
        revision: The world's revision.
        files: ``sha256:`` and 64 hex digits of every file, by the name that the map's YAML has for it.
        changes: Cells changed since the files were written: row, first column, number of cells, 0 (free) or 100 (occupied).
    """

    name: str
    revision: str
    files: dict[str, str]
    changes: tuple[tuple[int, int, int, int], ...] = ()


class Certificates(_Strict):
    """The certificates of a plan's legs, in order, with the map that they are about."""

    map: MapEvidence
    plan_digest: str
    legs: tuple[Certificate, ...]

    def to_json(self) -> dict[str, Any]:
        """The content of a certificate file; ``digest`` is over all the rest."""
        data = {"surefoot": 1, "kind": "certificates", **self.model_dump(mode="json")}
        return {**data, "digest": _digest(data)}

    def to_text(self) -> str:
        """The certificate file, one leg a line."""
        data = self.to_json()
        legs = ",\n".join(json.dumps(leg, ensure_ascii=False) for leg in data.pop("legs"))
        head = json.dumps(data, ensure_ascii=False)[:-1]
        return head + ', "legs": [' + (f"\n{legs}\n" if legs else "") + "]}\n"

    @classmethod
    def from_json(cls, data: Any) -> "Certificates":
        """Read what ``to_json`` wrote.

        Raises:
            CertificateInvalid: It is something else, or was altered.
        """
        if not isinstance(data, dict) or data.get("surefoot") != 1 or data.get("kind") != "certificates":
            raise CertificateInvalid("The certificate file is not one: expected surefoot 1 and kind 'certificates'.")
        rest = {key: value for key, value in data.items() if key != "digest"}
        if data.get("digest") != _digest(rest):
            raise CertificateInvalid("The certificate file was altered: its digest is not that of its content.")
        try:
            return cls.model_validate({key: value for key, value in rest.items() if key not in ("surefoot", "kind")})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise CertificateInvalid(f"The certificate file is not valid at {where}: {first['msg']}.") from None


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()

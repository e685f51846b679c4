"""What an edit or a diff looks like: marks for what came, what went and what moved."""

from collections.abc import Iterator

from maps.edit_checks import anchor
from maps.edit_diff import FeatureDiff, Layer, MapDiff
from maps.features import Door, Thing
from maps.scene import Caption, Mark, Marker, Path, Region, Role, Scene

__all__ = ["diff_scene"]

ROLES: dict[Layer, Role] = {
    "occupied": "bad", "free": "ok", "unknown": "muted", "keepout": "warning", "no_keepout": "highlight", "speed": "highlight",
    "new_ground": "highlight", "lost_ground": "muted",
}  # fmt: skip
MAX_CAPTIONS = 24


def diff_scene(title: str, diff: MapDiff) -> Scene:
    """A scene over the second map: patches of changed cells, features that came, went, moved or are called otherwise."""
    marks: list[Mark] = []
    for cells in diff.cells:
        marks += [Region(outline=patch.outline, role=ROLES[cells.layer]) for patch in cells.largest if patch.outline]
    for item in diff.features:
        marks += _feature(item)
    lines = list(diff.sentences())
    roles = [*(["muted"] if diff.frames else []), *(ROLES[c.layer] for c in diff.cells), *(_role(f) for f in diff.features)]
    captions = [Caption(text=line, role=role) for line, role in zip(lines, roles, strict=True)]  # type: ignore[arg-type]
    if len(captions) > MAX_CAPTIONS:
        captions = [*captions[:MAX_CAPTIONS], Caption(text=f"... and {len(captions) - MAX_CAPTIONS} more")]
    return Scene(title=title, marks=(*marks, *(captions or [Caption(text="no difference")])))


def _role(item: FeatureDiff) -> Role:
    return {"added": "ok", "removed": "bad", "renamed": "highlight", "changed": "highlight"}[item.what]  # type: ignore[return-value]


def _feature(item: FeatureDiff) -> Iterator[Mark]:
    role = _role(item)
    before, after = item.before, item.after
    if before is not None and after is not None:
        if anchor(before) != anchor(after):
            yield Path(points=(anchor(before), anchor(after)), role=role)
        if item.what == "changed" and all(detail.startswith(("place ", "between ")) for detail in item.details):
            return  # it only follows a place that is called otherwise
        label = f"{before.name}, now {after.name}" if item.what == "renamed" else after.name
        yield Marker(at=anchor(after), role=role, label=label)
        return
    feature = after or before
    if feature is None:
        return
    label = ("+ " if item.what == "added" else "- ") + feature.name
    if isinstance(feature, Door):
        yield Path(points=feature.segment, role=role, label=label)
    elif not isinstance(feature, Thing) and feature.outline:
        yield Region(outline=feature.outline, role=role, label=label)
    else:
        yield Marker(at=anchor(feature), role=role, label=label)

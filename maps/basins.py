"""Basins: free space cut into regions where it is narrow.

A watershed of the distance to the nearest wall, whose over-segmentation is undone wherever the opening between two basins is no
bottleneck (after Bormann et al., *Room segmentation: survey, implementation, and analysis*, ICRA 2016).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["MIN_AREA_M2", "regions"]

MIN_AREA_M2 = 4.0
"""Smaller regions are joined to a neighbour or left out."""

DOOR_HALF_WIDTH_M = 0.65
SMOOTHING_M = 0.15

_Labels = npt.NDArray[np.int64]
_Metres = npt.NDArray[np.float64]


def regions(room: _Metres, resolution: float) -> _Labels:
    """Cut free space where it is narrow.

    Args:
        room: (H, W) distance of every free cell to the nearest other cell, metres; 0 elsewhere.
        resolution: Side of a cell, metres.

    Returns:
        (H, W) labels 1, 2, ... of the regions of at least ``MIN_AREA_M2``; 0 elsewhere.
    """
    return _merged(_basins(room, resolution), room, resolution)


def _basins(room: _Metres, resolution: float) -> _Labels:
    """Label every free cell with the local maximum that steepest ascent leads to, 1, 2, ...; 0 elsewhere."""
    from scipy.ndimage import gaussian_filter, label

    smooth = np.pad(np.where(room > 0, gaussian_filter(room, SMOOTHING_M / resolution), -1.0), 1, constant_values=-1.0)
    height, width = room.shape
    index = np.arange(height * width).reshape(height, width)
    best, target = smooth[1:-1, 1:-1].copy(), index.copy()
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            beside = smooth[1 + dr : 1 + dr + height, 1 + dc : 1 + dc + width]
            higher = beside > best
            best[higher] = beside[higher]
            target[higher] = index[higher] + dr * width + dc
    up = target.ravel()
    while True:
        further = up[up]
        if np.array_equal(further, up):
            break
        up = further
    summits, _ = label((target == index) & (room > 0), structure=np.ones((3, 3)))  # a ridge that is level is one summit
    return np.where(room > 0, summits.ravel()[up].reshape(height, width), 0)


def _merged(basins: _Labels, room: _Metres, resolution: float) -> _Labels:
    """Join basins whose opening is no bottleneck, then those too small to be a room; labels 1, 2, ... of what is left."""
    count = int(basins.max())
    if count == 0:
        return np.zeros(basins.shape, dtype=np.int64)
    graph = _Graph.of(basins, room, count, resolution)
    graph.join(lambda a, b, saddle: _is_open(saddle, min(graph.peak[a], graph.peak[b])))
    graph.join(lambda a, b, saddle: min(graph.area[a], graph.area[b]) < MIN_AREA_M2)
    root = np.array([0] + [graph.root(label) for label in range(1, count + 1)])
    kept = [label for label in np.unique(root[1:]) if graph.area[label] >= MIN_AREA_M2]
    number = np.zeros(count + 1, dtype=np.int64)
    for new, label in enumerate(kept, start=1):
        number[label] = new
    return np.asarray(number[root[basins]])


def _is_open(saddle: float, peak: float) -> bool:
    """Whether an opening of this half-width is too wide, for rooms of this half-width, to be a doorway."""
    return saddle >= (0.85 if saddle <= DOOR_HALF_WIDTH_M else 0.6) * peak


class _Graph:
    """Regions and the openings between them: what is joined keeps the highest peak, the sum of areas, the widest opening."""

    def __init__(self, peak: list[float], area: list[float], links: list[dict[int, float]]) -> None:
        self.peak, self.area, self.links = peak, area, links
        self.parent = list(range(len(peak)))

    @classmethod
    def of(cls, labels: _Labels, room: _Metres, count: int, resolution: float) -> "_Graph":
        """Regions 1 to ``count``; an opening's half-width is the widest of the boundary between the two."""
        peak = np.zeros(count + 1)
        np.maximum.at(peak, labels.ravel(), room.ravel())
        area = np.bincount(labels.ravel(), minlength=count + 1) * resolution**2
        links: list[dict[int, float]] = [{} for _ in range(count + 1)]
        for here, there in (
            ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
            ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
        ):
            a, b = labels[here], labels[there]
            border = (a != b) & (a > 0) & (b > 0)
            pairs = np.minimum(a, b)[border] * (count + 1) + np.maximum(a, b)[border]
            pair, where = np.unique(pairs, return_inverse=True)
            width = np.zeros(pair.size)
            np.maximum.at(width, where, np.minimum(room[here], room[there])[border])
            for x, y, w in zip((pair // (count + 1)).tolist(), (pair % (count + 1)).tolist(), width.tolist(), strict=True):
                links[x][y] = links[y][x] = max(w, links[x].get(y, 0.0))
        return cls(peak.tolist(), area.tolist(), links)

    def root(self, label: int) -> int:
        """The region that a label was joined into."""
        while self.parent[label] != label:
            label = self.parent[label]
        return label

    def join(self, wanted: Any) -> None:
        """Join the pair with the widest opening for which ``wanted(a, b, half_width)`` holds, until there is none."""
        import heapq

        queue = [(-w, a, b) for a, near in enumerate(self.links) for b, w in near.items() if a < b]
        heapq.heapify(queue)
        while queue:
            w, a, b = heapq.heappop(queue)
            if self.parent[a] != a or self.parent[b] != b or self.links[a].get(b) != -w or not wanted(a, b, -w):
                continue
            keep, gone = (a, b) if (self.peak[a], -a) >= (self.peak[b], -b) else (b, a)
            self.parent[gone] = keep
            self.peak[keep] = max(self.peak[keep], self.peak[gone])
            self.area[keep] += self.area[gone]
            for other, width in self.links[gone].items():
                del self.links[other][gone]
                if other != keep:
                    self.links[keep][other] = self.links[other][keep] = max(width, self.links[keep].get(other, 0.0))
            for other, width in self.links[keep].items():
                heapq.heappush(queue, (-width, min(keep, other), max(keep, other)))

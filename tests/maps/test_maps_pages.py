"""Pages: copies share what is the same, count what they touch, and are plain copies where the system refuses."""

import gc

import numpy as np
import pytest

from maps import pages as page_module
from maps.pages import Pages


def in_a_row(pages: Pages) -> bool:
    """Whether the bytes are those of the arrays, each at its place."""
    parts = (pages.octets[at : at + array.nbytes] for at, array in zip(pages.places, pages.arrays, strict=True))
    return [part.tobytes() for part in parts] == [array.tobytes() for array in pages.arrays]


def test_copies_of_copies_share_what_is_the_same(monkeypatch):
    monkeypatch.setattr(page_module, "_LEAST", 0)
    first = Pages(((300, 50), np.float64), ((4, 7), np.uint8))
    first.arrays[0][:], first.arrays[1][:] = 1.0, 2
    line = [first.seal()]
    for number in range(3 * page_module._MOST_BOXES // 2):
        made = line[-1].copy()
        made.arrays[0][number % 300, 3] = number
        made.wrote(0, (slice(number % 300, number % 300 + 1), slice(3, 4)))
        line = [*line[-3:], made.seal()]
        assert in_a_row(made)
    expected = np.ones((300, 50))
    for number in range(3 * page_module._MOST_BOXES // 2):
        expected[number % 300, 3] = number
    gc.collect()
    assert np.array_equal(line[-1].arrays[0], expected) and (line[-1].arrays[1] == 2).all()
    assert (first.arrays[0] == 1.0).all()
    with pytest.raises(ValueError, match="read-only"):
        line[-1].arrays[0][0, 0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        line[-1].octets[0] = 5


def test_copies_count_the_pages_that_they_touch():
    first = Pages(((1000, 8192), np.uint8))
    assert first.seal().nbytes == 1000 * 8192
    made = first.copy()
    made.wrote(0, (slice(0, 500), slice(0, 10)))
    assert made._written == 500 * 4096  # a page of each row, however little is written of it
    assert made.nbytes == page_module._LEAST_COUNTED
    made.wrote(0, (slice(600, 700), slice(0, 8192)))
    assert made._written <= 500 * 4096 + 802 * 1024 + 3 * 4096
    again = made.seal().copy()
    assert again._boxes == () and again.nbytes == first.nbytes  # too much of it was written to: a copy of its own


def test_where_the_system_refuses_a_mapping_all_is_copied(monkeypatch):
    monkeypatch.setattr(page_module, "_LEAST", 0)
    first = Pages(((5, 5), np.int64))
    first.arrays[0][:] = 3

    def refused(*args: object, **kwargs: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("mmap.mmap", refused)
    made = first.seal().copy()
    made.arrays[0][1, 1] = 4
    made.wrote(0, (slice(1, 2), slice(1, 2)))
    again = made.seal().copy()
    assert made.arrays[0].sum() == again.arrays[0].sum() == 76 and (first.arrays[0] == 3).all()


def test_without_files_in_memory_copies_are_plain(monkeypatch):
    monkeypatch.setattr(page_module, "_LEAST", 0)
    monkeypatch.delattr("os.memfd_create")
    first = Pages(((5, 5), np.int64))
    first.arrays[0][:] = 3
    made = first.seal().copy()
    made.arrays[0][1, 1] = 4
    made.wrote(0, (slice(1, 2), slice(1, 2)))
    assert made.arrays[0].sum() == 76 and (first.arrays[0] == 3).all()
    assert in_a_row(first) and in_a_row(made)

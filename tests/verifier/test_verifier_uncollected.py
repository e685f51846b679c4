"""Uncollected: no garbage is looked for while a verdict is waited for, and afterwards all is as it was."""

import gc

import pytest

from verifier.uncollected import UNCOLLECTED


def test_collecting_goes_on_once_the_last_one_has_left():
    assert gc.isenabled()
    with UNCOLLECTED:
        assert not gc.isenabled()
        with pytest.raises(ValueError), UNCOLLECTED:
            raise ValueError
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_has_switched_it_off_keeps_it_off():
    gc.disable()
    try:
        with UNCOLLECTED:
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()

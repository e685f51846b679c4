"""The report adds up what happened."""

import json
import math

import pytest

from policies.runtime import save_report
from policies.runtime.accounting import Accounting
from policies.runtime.chunks import Swap
from policies.runtime.report import report_of
from policies.runtime.watchdog import Mode, Watch


def booked():
    books = Accounting(0.01, checks=("finite", "range"))
    for tick in range(200):
        mode = Mode.HOLD if tick < 20 else Mode.RUN
        books.tick(
            now=5.0 + 0.01 * tick,
            lateness_s=0.0001,
            skipped=3 if tick == 50 else 0,
            work_s=0.0002,
            age_s=math.nan if tick < 20 else 0.1,
            watch=Watch(mode=mode, reason="no task" if mode is Mode.HOLD else ""),
            starved=tick == 60,
            reasons=("range", "speed") if tick % 10 == 0 else (),
        )
        books.sent(0.012 if tick == 70 else 0.0004)
    books.swapped(Swap(True, 0.25, True), latency_s=0.03)
    books.swapped(Swap(True, None, False), latency_s=0.05)
    books.dropped("the policy's actions were over 0.10 s before they came")
    books.dropped("the policy's actions were over 0.20 s before they came")
    books.note("real-time priority was not permitted")
    return books


def test_it_adds_up():
    report = report_of(booked())
    assert (report.ticks, report.missed, report.starved) == (200, 4, 1)
    assert report.missed_share == pytest.approx(0.02)
    assert report.seconds == pytest.approx(1.99)
    assert report.modes == {"run": 180, "hold": 20, "stop": 0}
    assert report.interventions == {"range": 20, "speed": 20}
    assert report.age_ms == (pytest.approx(100.0), pytest.approx(100.0), pytest.approx(100.0))
    assert (report.chunks, report.faded) == (2, 1)
    assert report.jump[2] == pytest.approx(0.25)
    assert report.dropped == {"the policy's actions came too late": 2}
    assert report.events == ((0.0, "hold", "no task"), (pytest.approx(0.2), "run", ""))


def test_a_run_of_weeks_does_not_run_out_of_memory(monkeypatch):
    monkeypatch.setattr("policies.runtime.accounting.KEPT", 100)
    books = Accounting(0.01)
    for tick in range(5000):
        books.tick(
            now=0.01 * tick, lateness_s=0.0, skipped=0, work_s=0.0, age_s=0.1, watch=Watch(mode=Mode.RUN), starved=False, reasons=()
        )
        books.swapped(Swap(True, 0.0), latency_s=0.01)
        books.sent(0.02)
    assert max(map(len, (books.times, books.ages, books.mode_numbers, books.jumps, books.latencies))) < 200
    report = report_of(books)
    assert (report.ticks, report.missed, report.modes["run"], report.chunks) == (5000, 5000, 5000, 5000)
    assert report.seconds == pytest.approx(49.99)


def test_it_reads_well():
    text = str(report_of(booked()))
    assert "200 in 2.0 s, 4 missed (2.000 %), run 180, hold 20, stop 0" in text
    assert "changed: range 20, speed 20; checks in force: finite, range" in text
    assert "2 dropped: the policy's actions came too late" in text
    assert "0.00 s hold: no task" in text
    assert text.endswith("note: real-time priority was not permitted")


def test_nothing_is_a_report_too(tmp_path):
    report = report_of(Accounting(0.01))
    assert (report.ticks, report.missed, report.missed_share) == (0, 0, 0.0)
    save_report(report, tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text())["ticks"] == 0

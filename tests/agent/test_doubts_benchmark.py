"""The benchmark of doubts about right plans: what it counts, and that they are rare."""

from benchmarks.doubts import main


def test_few_right_answers_leave_a_doubt(capsys):
    assert main(["--missions", "40", "--maps", "8", "--seed", "21", "-v"]) == 0
    shown = capsys.readouterr()
    count, of = (int(word) for word in shown.out.split(" right answers")[0].split(" of "))
    assert of == 40 and count <= 6
    assert shown.err.count("\n    [") == count  # each with the oracle's answer

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.edit_text import apply_splices, inverse, parse_strictly, rewrite

KEYS = st.text('abcé"\\', max_size=3)
LEAVES = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-5, 5).map(lambda x: round(x, 3)) | st.text('a,]}:"é ', max_size=4)
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12)
LAYOUTS = st.sampled_from(
    [
        {},
        {"indent": 2},
        {"indent": "\t"},
        {"separators": (",", ":")},
        {"separators": (" ,", " : ")},
        {"ensure_ascii": False},
        {"indent": 0},
    ]
)


def edited(text, new):
    return apply_splices(text, rewrite(text, parse_strictly(text), new))


def strictly(value):
    """Tells 1 from true, which Python calls equal; 1 and 1.0 stay one number."""
    return json.dumps(value, sort_keys=True, default=str).replace(".0", "")


@given(VALUES, VALUES, LAYOUTS, st.sampled_from(["", "\n", " \r\n"]))
def test_the_text_holds_the_new_document_and_can_be_led_back(old, new, layout, around):
    text = around + json.dumps(old, **layout) + around
    splices = rewrite(text, parse_strictly(text), new)
    after = apply_splices(text, splices)
    assert strictly(json.loads(after)) == strictly(new)
    assert apply_splices(after, inverse(text, splices)) == text
    assert all(a[1] <= b[0] for a, b in pairwise(splices))


@given(st.lists(VALUES, min_size=1, max_size=5), st.data(), LAYOUTS)
def test_an_item_that_is_left_alone_keeps_its_text(items, data, layout):
    text = json.dumps({"items": items, "tail": 1}, **layout)
    index = data.draw(st.integers(0, len(items) - 1))
    if data.draw(st.booleans()):
        after = edited(text, {"items": [*items[:index], *items[index + 1 :]], "tail": 1})
    else:
        after = edited(text, {"items": [*items[:index], {"new": True}, *items[index + 1 :]], "tail": 1})
    for other in [*items[:index], *items[index + 1 :]]:
        lines = json.dumps(other, **layout).split("\n")
        assert all(line.strip() in after for line in lines)


@given(VALUES, LAYOUTS)
def test_the_same_document_changes_nothing(value, layout):
    text = json.dumps(value, **layout)
    assert rewrite(text, parse_strictly(text), json.loads(text)) == []


@pytest.mark.parametrize(
    ("text", "new", "after"),
    [
        ('{"a": [1, 2,  3]}', {"a": [1, 3]}, '{"a": [1, 3]}'),
        ('{"a": [1, 2]}', {"a": []}, '{"a": []}'),
        ('{"a": []}', {"a": [1, 2]}, '{"a": [1, 2]}'),
        ('{"a":1,"b":2}', {"a": 1, "b": 2, "c": 3}, '{"a":1,"b":2,"c":3}'),
        ('{"a": 1.50, "b": 2}', {"a": 1.5, "b": 3}, '{"a": 1.50, "b": 3}'),
        ('{\n  "a": 1,\n  "b": 2\n}\n', {"b": 2}, '{\n  "b": 2\n}\n'),
        ('{\n  "a": 1,\n  "b": 2\n}\n', {"a": 1}, '{\n  "a": 1\n}\n'),
        ('{\n  "a": 1,\n  "b": 2\n}\n', {"a": 1, "c": 2}, '{\n  "a": 1,\n  "c": 2\n}\n'),
        ('["\\u4e2d"]', ["中", "文"], '["\\u4e2d", "\\u6587"]'),
        ("\ufeff[1]", [2], "\ufeff[2]"),
        ('[\r\n  {\r\n    "a": 1\r\n  }\r\n]', [{"a": 1}, {"b": [1]}],
         '[\r\n  {\r\n    "a": 1\r\n  },\r\n  {\r\n    "b": [\r\n      1\r\n    ]\r\n  }\r\n]'),
    ],
)  # fmt: skip
def test_the_layout_is_kept(text, new, after):
    assert edited(text, new) == after


def test_a_key_twice_is_refused():
    with pytest.raises(ValueError, match="'a' twice"):
        parse_strictly('{"a": 1, "a": 2}')

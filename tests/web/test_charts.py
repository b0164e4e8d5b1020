"""A chart says with its drawing what its table says in figures."""

import re

from django.template import Context, engines
from hypothesis import given
from hypothesis import strategies as st

from guanjia.web import charts


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 300), st.one_of(st.none(), st.floats(0, 1))), min_size=1, max_size=60))
def test_whatever_the_numbers_it_stays_inside(columns):
    drawn = charts.plot(
        [str(n) for n in range(len(columns))],
        [{"values": [c[0] for c in columns], "tone": "warn"}, {"values": [c[1] for c in columns], "tone": "late"}],
        [c[2] for c in columns],
    )
    for bar in drawn.bars:
        assert float(bar.y) >= charts.TOP - 0.2
        assert float(bar.y) + float(bar.height) <= charts.BOTTOM + 0.2
    for point in drawn.points:
        assert charts.TOP - 0.2 <= float(point["y"]) <= charts.BOTTOM + 0.2
    assert len(drawn.points) == sum(c[2] is not None for c in columns)
    assert len(drawn.labels) <= charts.LABELS_MAX


def test_it_is_heard_as_well_as_seen():
    source = "{% load look %}{% chart '按时率' labels bars=bars line=line desc='升了' id='t' urls=urls %}"
    markup = (
        engines["django"]
        .engine.from_string(source)
        .render(
            Context(
                {
                    "labels": ["1月", "2月"],
                    "bars": [{"label": "逾期", "values": [3, 1], "tone": "late"}],
                    "line": {"label": "按时率", "values": [0.9, None]},
                    "urls": ["/a", "/b"],
                }
            )
        )
    )
    assert 'aria-labelledby="t-title t-desc"' in markup
    assert '<desc id="t-desc">升了</desc>' in markup
    cells = re.findall(r'data-label="(?:逾期|按时率)">([^<]*)<', markup)
    assert cells == ["1", "—", "3", "90.0%"]  # the newest first
    assert 'href="/b"' in markup

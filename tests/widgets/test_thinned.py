from notebook_ad.widgets.pace import LEAST, Pace
from notebook_ad.widgets.thinned import Thinned


def test_a_thinned_record_holds_every_nth_of_any_number():
    record = Thinned(10)
    for step in range(1000):
        if record.turn():
            record.add(step, str(step))
    steps = [step for step, _ in record.items]
    assert 5 <= len(steps) < 10
    assert steps == list(range(0, 1000, record.stride))


def test_the_next_look_waits_33_times_as_long_as_the_last_one_took():
    pace = Pace()
    assert pace.due(0.0)
    pace.took(0.0, 0.1)
    assert not pace.due(3.42)
    assert pace.due(3.44)
    pace.took(4.0, 4.0)
    assert not pace.due(4.0 + LEAST / 2)
    assert pace.due(4.0 + LEAST)

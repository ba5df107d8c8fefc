"""What a frame is painted from, through the wire."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mien.face import Expression
from mien.face.channels import HIGH, LOW
from mien.wire import pack_numbers


@given(arrays(np.float32, 79, elements=st.floats(0, 1, width=32)))
def test_the_numbers_come_in_order_and_nearly_as_they_were(told: np.ndarray) -> None:
    channels = LOW + told[:63] * (HIGH - LOW)
    expression = Expression.clipped(channels, told[71:] * 8 - 4, told[63:71])
    data = pack_numbers(expression)
    assert len(data) == 158
    found = np.frombuffer(data, "<f2").astype(np.float32)
    assert np.allclose(found[:63], expression.channels, atol=5e-4)
    assert np.allclose(found[63:71], expression.emotion, atol=5e-4)
    assert np.allclose(found[71:], expression.noise, atol=2e-3)

"""The timeline notation: what is written is read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from keptword.events import Event
from keptword.timeline import format_timeline, parse_timeline

# Anything that a message may hold: quotes, backslashes, new lines, separators that end a line elsewhere.
TEXTS = st.text(alphabet=st.sampled_from("aя \\\n\r\t\"'#=\u2028\x85\x0b"), min_size=1, max_size=20)


@given(TEXTS, st.integers(0, 10**15))
def test_any_text_survives_in_one_line(text, moment):
    """A timeline is one line an event, whatever the event says."""
    event = Event(moment, "message.sent", "T-1", "m1", {"text": text})
    written = format_timeline([event], 0)
    assert written.count("\n") == 0
    [read] = parse_timeline(written, 0)
    assert (read.time, read.event, read.case, read.id, read.fields) == (
        moment,
        "message.sent",
        "T-1",
        "m1",
        {"text": text},
    )


def test_a_new_line_is_written_as_in_most_languages():
    r"""`\n` is a new line, `\\n` a backslash and an n."""
    [one, two] = parse_timeline('+0m T a.done text="Hello,\\nworld"\n' + r"+0m T a.done text='C:\\new'", 0)
    assert one.fields["text"] == "Hello,\nworld"
    assert two.fields["text"] == r"C:\new"

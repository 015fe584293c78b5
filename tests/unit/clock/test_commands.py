"""`keptword due` and `keptword elapsed` on the command line."""

import json
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from keptword.cli.due import due
from keptword.cli.elapsed import elapsed
from keptword.errors import KeptwordError

CALENDAR = """timezone: Europe/Moscow
hours: {mon: ["09:00-13:00", "14:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"], thu: ["09:00-18:00"], fri: ["09:00-17:00"]}
holidays: {country: RU}
years: [2026]
"""


@pytest.fixture(scope="module")
def calendar(tmp_path_factory):
    path = tmp_path_factory.mktemp("calendars") / "support.yaml"
    path.write_text(CALENDAR, encoding="utf-8")
    return str(path)


def run(*args: str) -> str:
    """Standard output; what goes wrong is raised."""
    app = typer.Typer()
    app.command("due")(due)
    app.command("elapsed")(elapsed)
    result = CliRunner().invoke(app, list(args))
    if isinstance(result.exception, KeptwordError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_due_in_text(calendar):
    """The reckoning is printed step by step and ends with the deadline."""
    lines = run(
        "due", "--at", "2026-03-06T16:30+03:00", "--within", "1h", "--calendar", calendar
    ).splitlines()
    assert lines == [
        "from Fri 2026-03-06 16:30 (+03:00): 1h in Europe/Moscow, calendar support",
        "  Fri 2026-03-06 16:30-17:00  30m, in all 30m",
        "  Sat 2026-03-07 closed: weekly day off",
        "  Sun 2026-03-08 closed: holiday: International Women's Day",
        "  Mon 2026-03-09 closed: holiday: International Women's Day (observed)",
        "  Tue 2026-03-10 09:00-09:30  30m, in all 1h",
        "+ 1h of opening time: Tue 2026-03-10 09:30 (+03:00)",
        "due: Tue 2026-03-10 09:30 (+03:00), this instant included",
    ]


def test_due_in_json():
    """JSON has the instant, its bound and the steps."""
    found = json.loads(
        run(
            "due",
            "--at",
            "2026-01-31T09:00+01:00",
            "--within",
            "1mo",
            "--day",
            "full",
            "--timezone",
            "Europe/Berlin",
            "--format",
            "json",
        )
    )
    assert (found["due"], found["bound"], found["readings"]) == ("2026-03-01T00:00:00+01:00", "exclusive", {})
    assert found["steps"][-1] == "due: before Sun 2026-03-01 00:00 (+01:00)"


def test_due_without_a_zone_keeps_the_offset():
    """Without a zone the offset of the time itself is reckoned in."""
    found = json.loads(
        run("due", "--at", "2026-03-02T23:30+05:00", "--within", "1d", "--day", "full", "--format", "json")
    )
    assert found["due"] == "2026-03-04T00:00:00+05:00"


def test_due_never():
    """A deadline that a pause keeps from coming is null."""
    args = (
        "due",
        "--at",
        "2026-03-02T09:00Z",
        "--within",
        "1h",
        "--pause",
        "2026-03-02T09:30Z/",
        "--format",
        "json",
    )
    assert json.loads(run(*args))["due"] is None


def test_readings_in_text_and_json():
    """All six readings stand in a table, the strictest first, and in JSON."""
    args = (
        "due",
        "--before",
        "2026-03-28",
        "--ahead",
        "1mo",
        "--timezone",
        "Europe/Moscow",
        "--lead",
        "full-period-forward",
    )
    lines = run(*args).splitlines()
    table = lines[lines.index("every reading, the strictest first:") + 1 :]
    assert len(table) == 6
    assert "* full-period-forward  before Sat 2026-02-28 00:00 (+03:00)" in table
    assert table[-1].split() == ["same-date-forward", "before", "Sun", "2026-03-01", "00:00", "(+03:00)"]
    found = json.loads(run(*args, "--format", "json"))
    assert found["due"] == found["readings"]["full-period-forward"] == "2026-02-28T00:00:00+03:00"
    assert found["readings"]["backward-same-date"] == "2026-02-28T00:00:00+03:00"
    assert found["reading_bounds"]["backward-same-date"] == "inclusive"


def test_due_with_everything_else(calendar):
    """Holidays, cutoff, roll and pauses reach the clock."""
    args = ("due", "--at", "2026-03-10T10:00+03:00", "--calendar", calendar, "--format", "json")
    more = {
        ("--within", "1wd", "--holiday", "2026-03-11", "--cutoff", "17:30"): "2026-03-12T17:30:00+03:00",
        ("--within", "4d", "--roll", "next-working-day-noon"): "2026-03-16T12:00:00+03:00",
        ("--within", "2h", "--hours", "eu-1182-71"): "2026-03-10T13:00:00+03:00",
        (
            "--within",
            "2h",
            "--pause",
            "2026-03-10T11:00+03:00/2026-03-10T11:30+03:00",
        ): "2026-03-10T12:30:00+03:00",
    }
    assert {key: json.loads(run(*args, *key))["due"] for key in more} == more


def test_elapsed(calendar):
    """Opening time, span by span, in text and in JSON."""
    args = (
        "elapsed",
        "--from",
        "2026-03-06T16:00+03:00",
        "--to",
        "2026-03-10T10:30+03:00",
        "--calendar",
        calendar,
    )
    assert run(*args).splitlines()[-2:] == [
        "  Tue 2026-03-10 09:00-10:30  1h30m, in all 2h30m",
        "2h30m of opening time",
    ]
    assert json.loads(run(*args, "--format", "json")) == {
        "seconds": 9000,
        "spans": [
            ["2026-03-06T16:00:00+03:00", "2026-03-06T17:00:00+03:00"],
            ["2026-03-10T09:00:00+03:00", "2026-03-10T10:30:00+03:00"],
        ],
    }


def test_elapsed_over_the_change_of_the_clocks():
    """A day in spring has 23 hours."""
    out = run(
        "elapsed",
        "--from",
        "2026-03-29 00:00",
        "--to",
        "2026-03-30",
        "--timezone",
        "Europe/Berlin",
        "--pause",
        "2026-03-29T12:00/2026-03-29T13:00",
    )
    assert out.splitlines()[-1] == "22h of running time"


AT = ("due", "--at", "2026-03-02T09:00Z")
WRONG = [
    (("due",), "--at with --within, or --before with --ahead"),
    (
        (*AT, "--within", "1h", "--before", "2026-03-02T09:00Z"),
        "--at with --within, or --before with --ahead",
    ),
    ((*AT, "--within", "5hours"), "'5hours' is not a limit: write 5h"),
    ((*AT, "--within", "1h", "--day", "fll"), "did you mean 'full'?"),
    ((*AT, "--within", "1h", "--hours", "x"), "one of elapsed, eu-1182-71"),
    ((*AT, "--within", "1h", "--roll", "noon"), "--roll: 'noon' is not known"),
    ((*AT, "--within", "1h", "--lead", "elapsed"), "--lead is about a notice"),
    ((*AT, "--within", "1wd", "--cutoff", "25:00"), "'25:00' is not a time of day"),
    ((*AT, "--within", "1h", "--cutoff", "17:30"), "--cutoff is about limits in full days"),
    ((*AT, "--within", "1h", "--timezone", "Europe/Moskow"), "did you mean 'Europe/Moscow'?"),
    ((*AT, "--within", "1h", "--calendar", "nowhere.yaml"), "there is no file 'nowhere.yaml'"),
    ((*AT, "--within", "1h", "--holiday", "tomorrow"), "--holiday: 'tomorrow' is not a date"),
    ((*AT, "--within", "1h", "--pause", "noon"), "'noon' is not a span FROM/TO"),
    ((*AT, "--within", "1h", "--pause", "2026-03-02T11:00Z/2026-03-02T10:00Z"), "ends before it begins"),
    ((*AT, "--within", "1h", "--format", "xml"), "--format: 'xml' is not known"),
    ((*AT, "--within", "999999999y"), "the reckoning leaves the years 1 to 9999"),
    ((*AT, "--within", "999999999h"), "the reckoning leaves the years 1 to 9999"),
    (("due", "--at", "2026-03-02T09:00", "--within", "1h"), "has no offset from UTC"),
    (("due", "--at", "2026-03-02", "--within", "1h"), "is a date without a zone"),
    (("due", "--at", "0001-01-01T00:00Z", "--within", "1h"), "lies outside the years 1 to 9999"),
    (
        ("due", "--at", "2026-03-29T02:30", "--within", "1h", "--timezone", "Europe/Berlin"),
        "does not exist in Europe/Berlin",
    ),
    (
        ("due", "--before", "2026-03-02T09:00Z", "--ahead", "1d", "--roll", "none"),
        "--roll has no meaning for a notice",
    ),
    (("elapsed", "--from", "2026-03-02T09:00Z", "--to", "2026-03-01T09:00Z"), "lies before"),
    (
        ("elapsed", "--from", "2026-03-02T09:00Z", "--to", "2026-03-03T09:00Z", "--holiday", "2026-03-02"),
        "there are no opening hours",
    ),
]


@pytest.mark.parametrize(("args", "message"), WRONG, ids=[message for _, message in WRONG])
def test_arguments_that_make_no_sense(args, message):
    """What cannot be meant is refused with what would be right, never guessed and never a traceback."""
    with pytest.raises(KeptwordError) as caught:
        run(*args)
    assert message in str(caught.value)


def test_a_year_that_the_calendar_does_not_state(calendar):
    """The command line says which year is lacking."""
    with pytest.raises(KeptwordError, match="does not state the year 2027"):
        run("due", "--at", "2026-12-30T09:00+03:00", "--within", "5wd", "--calendar", calendar)
    with pytest.raises(KeptwordError, match="does not state the year 2027"):
        run(
            "elapsed",
            "--from",
            "2026-12-30T09:00+03:00",
            "--to",
            "2027-01-15T09:00+03:00",
            "--calendar",
            calendar,
        )


def test_a_calendar_with_a_mistake_points_at_it(tmp_path):
    """A bad calendar is shown with its file, line and column."""
    path = tmp_path / "bad.yaml"
    path.write_text("timezone: Europe/Moscow\nhours: {mon: ['9-17']}\n", encoding="utf-8")
    with pytest.raises(KeptwordError, match=r"bad\.yaml:2"):
        run(*AT, "--within", "1h", "--calendar", str(path))


@pytest.mark.parametrize("command", ["due", "elapsed"])
def test_help_has_examples(command):
    """--help shows how the command is written."""
    assert f"keptword {command} --" in run(command, "--help")


def test_the_documentation_shows_what_the_command_prints(tmp_path):
    """Every console example of docs/clocks.md is the command's real output."""
    page = (Path(__file__).parents[3] / "docs" / "clocks.md").read_text(encoding="utf-8")
    path = tmp_path / "support.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    blocks = re.findall(r"```console\n\$ keptword (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    for command, output in blocks:
        assert run(*command.replace("calendars/support.yaml", str(path)).split()) == output

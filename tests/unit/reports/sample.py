"""A small report made by hand: every verdict, both languages, and one with hostile texts."""

from __future__ import annotations

from dataclasses import replace

from keptword.errors import Place
from keptword.instants import DAY, HOUR, MINUTE, parse_instant
from keptword.obligation import (
    VERDICTS,
    Finding,
    LogSummary,
    Obligation,
    Owner,
    Report,
    RuleResult,
    Severity,
    Span,
    Verdict,
    WaiverUse,
    order,
)  # fmt: skip

ZONE = "Europe/Moscow"
START = parse_instant("2015-06-17T08:00:00+03:00")
AS_OF = START + 5 * DAY
NOTICE, UPDATES, TARIFF, STYLE = (
    "house/outage-first-notice", "house/outage-updates", "house/tariff-notice-30-days", "house/formal-sign-off",
)  # fmt: skip
SEVERITY: dict[str, Severity] = {NOTICE: "critical", UPDATES: "major", TARIFF: "major", STYLE: "minor"}


def owed(
    rule: str, verdict: Verdict, key: dict[str, str], opened_by: str, opened_at: int, **more: object
) -> Obligation:
    """An obligation with the fields that a verdict needs filled in."""
    return Obligation(rule, tuple(key.items()), verdict, opened_by, opened_at, **more)  # type: ignore[arg-type]


LATE = owed(
    NOTICE,
    "late",
    {"incident": "INC-7", "customer": "ромашка"},
    "e1",
    START,
    case="T-1",
    due=START + HOUR,
    done_by="e5",
    done_at=START + 75 * MINUTE,
    at=START + HOUR,
    late_by=15 * MINUTE,
    owner=Owner("noc", "ivanova"),
    events=("e1", "e5"),
)
MISSED = owed(
    NOTICE,
    "missed",
    {"incident": "INC-7", "customer": "日本電気"},
    "e1",
    START,
    case="T-1",
    due=START + HOUR,
    at=START + HOUR,
    late_by=AS_OF - START - HOUR,
    owner=Owner("noc"),
    events=("e1",),
)
SILENT = owed(
    UPDATES,
    "missed",
    {"incident": "INC-7"},
    "e5",
    START + 75 * MINUTE,
    case="T-1",
    due=START + 5 * HOUR,
    at=START + 5 * HOUR,
    late_by=26 * HOUR + 90_500_000,
    owner=Owner("noc", "petrov"),
    events=("e5", "e9"),
    silent_periods=6,
    measured=((START + 75 * MINUTE, START + 31 * HOUR),),
)
EARLY = owed(
    TARIFF,
    "early",
    {"customer": "ромашка"},
    "e20",
    START + HOUR,
    due=START + 30 * DAY,
    bound="exclusive",
    done_by="e19",
    done_at=START - 90 * DAY,
    at=START - 90 * DAY,
    owner=Owner("billing"),
    events=("e19", "e20"),
)
BROKEN = owed(
    STYLE,
    "broken",
    {"case": "T-1"},
    "e5",
    START + 75 * MINUTE,
    case="T-1",
    done_by="e5",
    done_at=START + 75 * MINUTE,
    at=START + 75 * MINUTE,
    owner=Owner("noc", "roma"),
    part="sign-off.formal",
    events=("e5",),
    spans=(Span("e5", 40, 76, "с теплотой к вам и вашему бизнесу 🌞"),),
)
REVIEW = owed(
    STYLE,
    "review",
    {"case": "T-2"},
    "e7",
    START + 2 * HOUR,
    case="T-2",
    at=START + 2 * HOUR,
    part="non-apology",
    events=("e7",),
    why="the words may be ironical",
)
BORDERLINE = owed(
    TARIFF,
    "borderline",
    {"customer": "лютик"},
    "e21",
    START + HOUR,
    due=START + 30 * DAY,
    done_by="e22",
    done_at=START + 30 * DAY - MINUTE,
    events=("e21", "e22"),
    why="not kept under full-days-between",
)
WAIVED = owed(
    UPDATES,
    "late",
    {"incident": "INC-8"},
    "e30",
    START + DAY,
    due=START + DAY + HOUR,
    done_by="e31",
    done_at=START + DAY + 2 * HOUR,
    at=START + DAY + HOUR,
    late_by=HOUR,
    events=("e30", "e31"),
).waived("storm, agreed with the customer")
OTHERS = (
    owed(
        NOTICE,
        "kept",
        {"incident": "INC-8", "customer": "ромашка"},
        "e30",
        START + DAY,
        due=START + DAY + HOUR,
        done_by="e32",
        done_at=START + DAY + MINUTE,
        events=("e30", "e32"),
    ),
    owed(
        UPDATES,
        "kept",
        {"incident": "INC-9"},
        "e40",
        START + 2 * DAY,
        due=START + 2 * DAY + HOUR,
        done_by="e41",
        done_at=START + 2 * DAY + 58 * MINUTE,
        events=("e40", "e41"),
    ),
    owed(UPDATES, "open", {"incident": "INC-10"}, "e50", AS_OF - MINUTE, due=AS_OF + HOUR, events=("e50",)),
    owed(
        TARIFF,
        "void",
        {"customer": "василёк"},
        "e23",
        START + HOUR,
        due=START + 30 * DAY,
        events=("e23",),
        why="cancelled",
    ),
    owed(
        STYLE,
        "unknown",
        {"case": "T-3"},
        "e60",
        START + 3 * HOUR,
        case="T-3",
        events=("e60",),
        why="the text is missing",
    ),
)

MESSAGES = {
    LATE.id: "«Ромашка» узнала о сбое INC-7 в 09:15, а должна была до 09:00.",
    MISSED.id: "Nobody told 日本電気 of the outage INC-7; the notice was due by 09:00.",
    SILENT.id: "No update on INC-7 for 1 d 6 h: six updates are lacking.",
    EARLY.id: "The notice of the new tariff came 90 days before the window opened.",
    BROKEN.id: "The letter ends with «с теплотой к вам и вашему бизнесу 🌞», which is no formal sign-off.",
    REVIEW.id: "«Нам жаль, если вам показалось» may be no apology: a person should look.",
    BORDERLINE.id: "Kept by the date, but not with full days between.",
    WAIVED.id: "The update on INC-8 came an hour late.",
}


def finding(obligation: Obligation, message: str = "", **more: object) -> Finding:
    """The finding that an audit would make of an obligation."""
    said = message or MESSAGES[obligation.id]
    return Finding(obligation, SEVERITY[obligation.rule], ZONE, said, **more)  # type: ignore[arg-type]


def counted(obligations: list[Obligation], rule: str) -> dict[Verdict, int]:
    """Verdict → number for one rule."""
    return {v: sum(o.rule == rule and o.verdict == v for o in obligations) for v in VERDICTS}


def sample() -> Report:
    """Every verdict, two languages, a waiver in use and one that is expired, lines left out."""
    shown = sorted([LATE, MISSED, SILENT, EARLY, BROKEN, REVIEW, BORDERLINE], key=order)
    everything = sorted([*shown, WAIVED, *OTHERS], key=order)
    titles = {
        NOTICE: ("A customer hears of an outage from us within an hour", "response"),
        UPDATES: ("Новости не реже раза в четыре часа, пока длится сбой", "cadence"),
        TARIFF: ("A new tariff is announced 30 days ahead", "notice"),
        STYLE: ("A letter ends formally", "wording"),
    }
    rules = [
        RuleResult(
            rule,
            *titles[rule],
            SEVERITY[rule],
            counted(everything, rule),
            ZONE,
            source="house",
            tags=("style",),
            why="Who learns of it from the provider waits; who finds out alone, leaves.",
            skipped=3 if rule == TARIFF else 0,
            file=f"rules/{rule}.yaml",
        )
        for rule in sorted(titles)
    ]
    return Report(
        version="0.1.0",
        as_of=AS_OF,
        zone=ZONE,
        log=LogSummary(
            ("письма.jsonl", "calls.csv"), 214, 12, 2, 1, START - 90 * DAY, AS_OF, ("12 events have no team",)
        ),
        rules=rules,
        findings=[finding(o, baseline=o is EARLY) for o in shown],
        waived=[finding(WAIVED)],
        obligations=everything,
        unlisted=4,
        failing=4,
        waivers=[
            WaiverUse(
                UPDATES,
                "storm, agreed with the customer",
                "Иванова",
                START,
                AS_OF + DAY,
                1,
                False,
                "waivers.yaml:2",
            ),
            WaiverUse(
                NOTICE, "the old switch", "Petrov", START - 9 * DAY, START - DAY, 0, True, "waivers.yaml:9"
            ),
        ],
        notes=["1 rule is a draft and was left out"],
        texts={"e5": "Мы в курсе, линию чиним, завтра включим. с теплотой к вам и вашему бизнесу 🌞"},
        places={
            "e1": Place("письма.jsonl", 1),
            "e5": Place("письма.jsonl", 5, 3),
            "e9": Place("calls.csv", 9),
        },
    )


HOSTILE: dict[str, str] = {
    "html": "<b onmouseover=alert(1)>x</b>",
    "script": "</script><script>alert(1)</script>",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "minus formula": "-1+cmd|' /C calc'!A0",
    "at formula": "@SUM(1)",
    "tab formula": "\t=1+1",
    "escape": "\x1b]0;title\x07\x1b[31mred\x1b[2J",
    "c1": "\x9b31mred",
    "right to left": "abc\u202egnp.exe\u2066x",
    "newlines": "one\r\ntwo\nthree\r=1",
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "pipe": "a|b `code` [link](javascript:alert(1)) @everyone #1 !2",
    "annotation": "x\n::error file=a::b%0A::stop",
    "cdata": "]]><x/>&amp;&#0;",
    "line separator": "a\u2028b\u2029c\x85d",
    "emoji": "👩\u200d👩\u200d👧 ⚠\ufe0f 🇷🇺",
    "long word": "ж" * 500,
    "nothing": "   ",
    "braces": "{n} {0} %s ${x}",
}


def hostile(text: str) -> Report:
    """The sample report with `text` in every place that a log, a rule file or a waiver can fill."""
    report = sample()
    bad = replace(
        BROKEN,
        rule=f"house/{text}",
        key=((text, text),),
        opened_by=text,
        done_by=text,
        case=text,
        owner=Owner(text, text),
        part=text,
        events=(text,),
        spans=(Span(text, 0, 1, text),),
        why=text,
    )
    found = [Finding(bad, "critical", ZONE, text)]
    return replace(
        report,
        log=replace(report.log, files=(text,), notes=(text,)),
        rules=[
            replace(
                report.rules[0], rule=bad.rule, title=text, source=text, why=text, tags=(text,), file=text
            )
        ],
        findings=found,
        waived=[Finding(bad.waived(text), "critical", ZONE, text)],
        obligations=[bad],
        waivers=[replace(report.waivers[1], rule=text, reason=text, approved_by=text, place=text)],
        notes=[text],
        texts={text: text},
        places={text: Place(text, 3, 1)},
    )

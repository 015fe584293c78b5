"""XES and OCEL: traces and objects become cases, values have the type and the time that they had, bombs are refused."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.errors import LogError
from keptword.readers import read_log

from .reading_exports import problems, read, read_text, said, same_after_conversion

XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="event"><date key="time:timestamp" value="1970-01-01T00:00:00Z"/><string key="concept:name" value="none"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="the log"/>
  <trace>
    <string key="concept:name" value="C-1"/>
    <string key="product" value="line"/>
    <event>
      <string key="concept:name" value="Take the call"/>
      <date key="time:timestamp" value="2026-03-02T10:00:00.000+01:00"/>
      <string key="lifecycle:transition" value="start"/>
      <string key="org:resource" value="Anna"/>
      <string key="org:group" value="First line"/>
      <int key="amount" value="12"/>
      <string key="who" value="x"><string key="why" value="nested"/></string>
      <list key="marks"><string key="mark" value="a"/><string key="mark" value="b"/></list>
    </event>
    <event>
      <string key="concept:name" value="message.sent"/>
      <date key="time:timestamp" value="2026-03-02T11:00:00Z"/>
      <boolean key="public" value="true"/>
    </event>
  </trace>
  <trace><string key="concept:name" value="C-1"/><event><string key="concept:name" value="Ring back"/><date key="time:timestamp" value="2026-03-02T12:00:00Z"/></event></trace>
</log>
"""
XES_SHOWN = (
    "case",
    "id",
    "activity",
    "actor",
    "team",
    "amount",
    "case:product",
    "who",
    "who.why",
    "marks.mark",
    "public",
)


def test_traces_become_cases(tmp_path: Path) -> None:
    """Activities with their transition, resources, typed and nested attributes; what is global belongs to no event."""
    log, _ = read_text(tmp_path, XES, "auto", "f.xml")
    assert [said(e, *XES_SHOWN) for e in log.events] == [
        "03-02T09:00 activity.started case=C-1 id=xes:C-1:1 activity=Take the call actor=Anna team=First line amount=12 case:product=line who=x who.why=nested marks.mark=a,b",
        "03-02T11:00 message.sent case=C-1 id=xes:C-1:2 case:product=line public=true",
        "03-02T12:00 activity.completed case=C-1 id=xes:C-1:3 activity=Ring back",
    ]
    assert same_after_conversion(log, tmp_path)


def test_the_name_and_compression(tmp_path: Path) -> None:
    """An ending of .xes or .xes.gz is enough."""
    (tmp_path / "log.xes.gz").write_bytes(gzip.compress(XES.encode()))
    assert len(read_log([tmp_path / "log.xes.gz"])[0].events) == 3


def test_a_map_names_other_attributes(tmp_path: Path) -> None:
    """`--map` reaches attributes of the event and of the trace."""
    log, _ = read_text(tmp_path, XES, "xes", mapping={"event": "concept:name", "customer": "case:product"})
    assert said(log.events[0], "customer") == "03-02T09:00 Take the call customer=line"


EVENT = '<log><trace><string key="concept:name" value="1"/>\n<event><string key="concept:name" value="a"/>{}</event></trace></log>'
REFUSED = [
    (EVENT.format(""), "f.json:2 L004 the event of case '1': the field 'time' is missing"),
    (EVENT.format('<date key="time:timestamp" value="02.03.2026"/>'), "f.json:2 L005 the event of case '1': '02.03.2026' is not a date and time of ISO 8601"),
    (EVENT.format('<date key="time:timestamp" value="2026-03-02T10:00:00"/>'), "f.json:2 L006 the event of case '1': '2026-03-02T10:00:00' has no offset from UTC"),
    (EVENT.format('<date key="time:timestamp" value="2026-03-02T10:00:00Z"/><int key="n" value="many"/>'), "f.json:2 L009 the event of case '1': 'n' is a number (int), not 'many'"),
    (EVENT.format('<int key="time:timestamp" value="5"/>'), "f.json:2 L005 the event of case '1': '5' is a number: seconds or milliseconds, nobody can say"),
    (XES[:900], "f.json:17:35 L016 the file ends in the middle of the XML"),
    (XES.replace("</event>", "</evnt>", 1), "f.json:19:7 L016 this is not well-formed XML: mismatched tag"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_wrong_is_located(tmp_path: Path, text: str, message: str) -> None:
    """One problem, at the line of the event or the character that ends the XML."""
    assert problems(tmp_path, text, "xes") == [message]


@pytest.mark.parametrize("format", ["xes", "ocel"])
def test_entities_and_document_types_are_refused(tmp_path: Path, format: str) -> None:
    """Nothing is expanded and nothing is fetched."""
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<log>&b;</log>'
    assert problems(tmp_path, bomb, format) == [
        "f.json:2:15 L016 the file declares a document type (DTD); a log needs none, and one can hide a bomb"
    ]


OCEL = {
    "objectTypes": [{"name": "Order", "attributes": [{"name": "price", "type": "float"}]}, {"name": "Item", "attributes": []}],
    "eventTypes": [{"name": "Place Order", "attributes": [{"name": "by", "type": "string"}]}, {"name": "Pack", "attributes": []}],
    "objects": [
        {"id": "o1", "type": "Order", "attributes": [{"name": "price", "time": "1970-01-01T00:00:00Z", "value": "10.0"}, {"name": "price", "time": "2026-03-02T10:30:00Z", "value": "12.0"}]},
        {"id": "o2", "type": "Order"},
        {"id": "i1", "type": "Item"}, {"id": "i2", "type": "Item"}, {"id": "i3", "type": "Item"},
    ],
    "events": [
        {"id": "e1", "type": "Place Order", "time": "2026-03-02T10:00:00Z", "attributes": [{"name": "by", "value": "Anna"}], "relationships": [{"objectId": "o1", "qualifier": "order"}, {"objectId": "i1", "qualifier": "item"}, {"objectId": "i2", "qualifier": "item"}]},
        {"id": "e2", "type": "Pack", "time": "2026-03-02T11:00:00Z", "relationships": [{"objectId": "o1", "qualifier": "order"}]},
        {"id": "e3", "type": "Pack", "time": "2026-03-02T12:00:00Z", "relationships": [{"objectId": "o2", "qualifier": "order"}]},
    ],
}  # fmt: skip
OCEL_SHOWN = ("case", "activity", "by", "Item", "case:price")
OCEL_SAID = [
    "03-02T10:00 activity.completed case=o1 activity=Place Order by=Anna Item=('i1', 'i2') case:price=10.0",
    "03-02T11:00 activity.completed case=o1 activity=Pack case:price=12.0",
    "03-02T12:00 activity.completed case=o2 activity=Pack",
]


def ocel_xml() -> str:
    """The same log as XML."""
    objects = "".join(
        f'<object id="{o["id"]}" type="{o["type"]}"><attributes>'  # type: ignore[index]
        + "".join(
            f'<attribute name="{a["name"]}" time="{a["time"]}">{a["value"]}</attribute>'
            for a in o.get("attributes", [])
        )  # type: ignore[attr-defined]
        + "</attributes></object>"
        for o in OCEL["objects"]
    )
    events = "".join(
        f'<event id="{e["id"]}" type="{e["type"]}" time="{e["time"]}"><attributes>'  # type: ignore[index]
        + "".join(f'<attribute name="{a["name"]}">{a["value"]}</attribute>' for a in e.get("attributes", []))  # type: ignore[attr-defined]
        + "</attributes><objects>"
        + "".join(
            f'<relationship object-id="{r["objectId"]}" qualifier="{r["qualifier"]}"/>'
            for r in e["relationships"]
        )  # type: ignore[index]
        + "</objects></event>"
        for e in OCEL["events"]
    )
    return f'<?xml version="1.0"?><log><object-types><object-type name="Order"/></object-types><event-types/><events>{events}</events><objects>{objects}</objects></log>'


def ocel_sqlite(path: Path) -> Path:
    """The same log as SQLite."""
    base = sqlite3.connect(path)
    base.executescript(
        """
        CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT); CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
        CREATE TABLE event (ocel_id TEXT, ocel_type TEXT); CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
        CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
        CREATE TABLE event_PlaceOrder (ocel_id TEXT, ocel_time TEXT, by TEXT); CREATE TABLE event_Pack (ocel_id TEXT, ocel_time TEXT);
        CREATE TABLE object_Order (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT, price TEXT);
        INSERT INTO event_map_type VALUES ('Place Order', 'PlaceOrder'), ('Pack', 'Pack');
        INSERT INTO object_map_type VALUES ('Order', 'Order'), ('Item', 'Item');
        INSERT INTO object VALUES ('o1', 'Order'), ('o2', 'Order'), ('i1', 'Item'), ('i2', 'Item'), ('i3', 'Item');
        INSERT INTO event VALUES ('e1', 'Place Order'), ('e2', 'Pack'), ('e3', 'Pack');
        INSERT INTO event_object VALUES ('e1', 'o1', 'order'), ('e1', 'i1', 'item'), ('e1', 'i2', 'item'), ('e2', 'o1', 'order'), ('e3', 'o2', 'order');
        INSERT INTO event_PlaceOrder VALUES ('e1', '2026-03-02T10:00:00Z', 'Anna');
        INSERT INTO event_Pack VALUES ('e2', '2026-03-02T11:00:00Z'), ('e3', '2026-03-02T12:00:00Z');
        INSERT INTO object_Order VALUES ('o1', '1970-01-01T00:00:00Z', NULL, '10.0'), ('o1', '2026-03-02T10:30:00Z', 'price', '12.0');
        """
    )
    base.commit()
    base.close()
    return path


def test_the_three_forms_of_ocel_say_the_same(tmp_path: Path) -> None:
    """JSON, XML and SQLite, recognised by content; an attribute of an object has the value of the event's time."""
    (tmp_path / "a").write_text(json.dumps(OCEL), "utf-8")
    (tmp_path / "b").write_text(ocel_xml(), "utf-8")
    ocel_sqlite(tmp_path / "c")
    logs = [read(tmp_path / name)[0] for name in "abc"]
    for log in logs:
        assert [said(e, *OCEL_SHOWN) for e in log.events] == OCEL_SAID
        assert [n.partition(": ")[2] for n in log.notes] == [
            "'Order' is taken for the case, since most events concern exactly one; another can be named: --map case=TYPE"
        ]
    assert same_after_conversion(logs[0], tmp_path)


def test_another_type_can_be_the_case(tmp_path: Path) -> None:
    """An event that concerns two of the type stands in both cases; one that concerns none, in no case."""
    log, _ = read_text(tmp_path, json.dumps(OCEL), "ocel", mapping={"case": "Item"})
    assert [said(e, "case", "activity", "Order") for e in log.events] == [
        "03-02T10:00 activity.completed case=i1 activity=Place Order Order=o1",
        "03-02T10:00 activity.completed case=i2 activity=Place Order Order=o1",
        "03-02T11:00 activity.completed activity=Pack Order=o1",
        "03-02T12:00 activity.completed activity=Pack Order=o2",
    ]


def test_a_damaged_sqlite_file_is_refused(tmp_path: Path) -> None:
    """Half a file, and a database of something else."""
    whole = ocel_sqlite(tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 3])
    base = sqlite3.connect(tmp_path / "other")
    base.execute("CREATE TABLE event_object (a)")
    base.commit()
    base.close()
    for name in ("half", "other"):
        with pytest.raises(LogError) as caught:
            read(tmp_path / name, "ocel")
        assert {p.code for p in caught.value.problems} == {"L016"}


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(XES)), st.sampled_from(["<", ">", "&", "\0", "<event>", "</trace>", '"', "é"]))
def test_damage_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, at: int, put: str
) -> None:
    """Whatever is put wherever, there are events or problems with a place."""
    folder = tmp_path_factory.mktemp("xes")
    log, reading = read_text(folder, XES[:at] + put + XES[at:], "xes", keep_going=True)
    assert log.events or reading.problems
    assert all(p.place.line for p in reading.problems)


PLAIN = '<event><string key="concept:name" value="{}"/><date key="time:timestamp" value="2026-03-02T10:00:0{}.000+00:00"/>{}</event>'
ODD = [
    "",
    '<int key="amount" value="007"/><float key="share" value="1.5"/><boolean key="planned" value="true"/><string key="text" value="да"/>',
    '<int key="n" value="-5"/><boolean key="b" value="1"/><date key="eta" value="2026-03-02"/><string key="tags" value="a,b"/>',
    '<string key="org:resource" value="Anna"/><string key="actor" value="Boris"/>',
    '<string key="k" value="1"/><string key="k" value="2"/>',
    '<string key="k" value="a &amp; b"/>',
    "<string key='k' value='v'/>",
    '<string key="k" value="v"><string key="inner" value="w"/></string>',
    '<list key="l"><values><string key="v" value="1"/></values></list>',
    '<!-- <event><string key="concept:name" value="no"/></event> -->',
    '<string key="time" value="x"/>',
    '<string key="identity:id" value="i1"/>',
    '<string key="lifecycle:transition" value="start"/>',
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("shared", ["", '<string key="product" value="line"/>', '<int key="n" value="3"/>'])
def test_events_read_ahead_are_those_of_the_parser(tmp_path: Path, odd: str, shared: str) -> None:
    """With --rejects every byte passes through the XML parser, without it only what is not plain: the events are the same."""
    events = "\n".join(PLAIN.format("a", 1, odd) + PLAIN.format("message.sent", 2, "") for _ in range(2))
    text = (
        f'<log xes.version="1.0"><trace><string key="concept:name" value="C"/>{shared}{events}</trace></log>'
    )
    parsed, reading = read_text(tmp_path, text, "xes", keep_going=True)
    said = [f"{str(p.place).rpartition('/')[2]} {p.code} {p.message}" for p in reading.problems]
    assert problems(tmp_path, text, "xes") == said
    if said:
        return
    plain, _ = read_text(tmp_path, text, "xes")
    for ours, theirs in zip(plain.events, parsed.events, strict=True):
        assert (ours, ours.place) == (theirs, theirs.place)
        assert {k: type(v) for k, v in ours.fields.items()} == {k: type(v) for k, v in theirs.fields.items()}


@pytest.mark.parametrize("at", [7, 40, 150, 260])
def test_damage_is_found_where_it_is(tmp_path: Path, at: int) -> None:
    """A byte that is no XML is refused with the same place and message, whether events were read ahead or not."""
    events = "\n".join(PLAIN.format("a", n, "") for n in range(4))
    text = f'<log>\n<trace>\n<string key="concept:name" value="C"/>\n{events}</trace></log>'.encode()
    broken = text[:at] + b"\x01" + text[at:]
    _, reading = read_text(tmp_path, broken, "xes", keep_going=True)
    said = [f"{str(p.place).rpartition('/')[2]} {p.code} {p.message}" for p in reading.problems]
    assert problems(tmp_path, broken, "xes") == said != []

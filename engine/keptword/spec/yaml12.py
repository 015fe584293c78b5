"""YAML 1.2 core, read so that every value knows its line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from keptword.errors import Place, Problem, Problems, RuleError

Steps = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DEEPEST = 1000
_MOST_NODES = 200_000  # aliases could unfold without end


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    yaml_implicit_resolvers: ClassVar[
        dict[str, Any]
    ] = {}  # YAML 1.1 would read 10:00 as 600 and `on` as true


@dataclass(slots=True)
class Document:
    """A YAML file: its data, and where everything in it stands.

    Attributes:
        file: name as shown to the user.
        data: plain dicts (text keys), lists, str, int, float, bool, None.
        values: path → (line, column, width) of a value; keys: the same for the key of a mapping.
        lines: the source lines.
    """

    file: str
    data: Any
    values: dict[Steps, tuple[int, int, int]] = field(default_factory=dict)
    keys: dict[Steps, tuple[int, int, int]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def problem(self, code: str, message: str, path: Steps, hint: str = "", at_key: bool = False) -> Problem:
        """A problem at a path; the nearest parent that has a place when the path itself has none."""
        where = (self.keys if at_key else self.values).get(path)
        while where is None and path:
            where = self.values.get(path) or self.keys.get(path)
            path = path[:-1]
        line, column, width = where or (1, 1, 1)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return Problem(code, message, Place(self.file, line, column), text, width, hint)


def load_yaml(text: str, file: str) -> Document:
    """Read one YAML document.

    Raises:
        RuleError: R001 not YAML, R002 the same key twice, R005 a key that is no text.
    """
    document = Document(file, None, lines=text.splitlines())
    problems = Problems()
    try:
        if sum(map(text.count, "[{-?:")) > _DEEPEST:
            _check_depth(text)
        node = yaml.compose(text, Loader=_Loader)
        if node is not None:
            document.data = _Walk(document, problems).build(node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        shown = document.lines[line - 1] if line <= len(document.lines) else ""
        message, hint = _plainly(str(error.problem or error.context), shown[column - 1 : column])
        problems.add(Problem("R001", message, Place(file, line, column), shown, hint=hint))
    except (yaml.YAMLError, RecursionError) as error:
        problems.add(Problem("R001", f"this is not YAML: {str(error).splitlines()[0]}", Place(file, 1, 1)))
    problems.raise_if_any(RuleError)
    return document


def read_yaml(path: Path, shown: str | None = None) -> Document:
    """Read a YAML file; RuleError R001 when it cannot be opened or is not UTF-8."""
    name = shown or str(path)
    try:
        return load_yaml(path.read_text("utf-8-sig"), name)
    except OSError as error:
        raise RuleError(
            Problem("R001", f"the file cannot be opened: {error.strerror}", Place(name))
        ) from error
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        place = Place(name, before.count(b"\n") + 1, column)
        end = error.object.find(b"\n", error.start)
        shown = error.object[before.rfind(b"\n") + 1 : end if end >= 0 else None].decode("utf-8", "replace")
        message = f"the file is not UTF-8: byte {error.start + 1} is 0x{error.object[error.start]:02x}"
        hint = "save it as UTF-8, or convert it: iconv -f cp1251 -t utf-8"
        raise RuleError(Problem("R001", message, place, shown.rstrip("\r"), hint=hint)) from error


# what the YAML library says → what it means for the writer, and what to do
_PLAIN_WORDS = {
    "mapping values are not allowed": (
        "a second ': ' on one line, or a key that is not under its parent",
        "put a text that holds ': ' in quotes, or check how far the line is indented",
    ),
    "could not find expected ':'": ("a key without its ':'", "write key: value"),
    "expected <block end>": ("this line is not indented like the lines above it", "items of one level begin in the same column"),
    "did not find expected key": ("this line is not indented like the lines above it", "items of one level begin in the same column"),
    "did not find expected '-' indicator": ("this line is not indented like the list above it", "items of one list begin in the same column"),
    "unexpected end of stream": ("the text ends inside quotes", "close them"),
    "unexpected document separator": ("the text ends inside quotes", "close them"),
    "did not find expected ',' or": ("a bracket or a comma is lacking here", "close every [ and {, and separate items with commas"),
    "expected ',' or": ("a bracket or a comma is lacking here", "close every [ and {, and separate items with commas"),
    "undefined alias": ("an alias (*name) without its anchor (&name)", "put a text that begins with * in quotes"),
    "another document": ("a second document (---) in one file", "one rule a file"),
}  # fmt: skip
_TABS = ("a tab, and YAML is indented with spaces", "put spaces in its place")


def _plainly(said: str, character: str) -> tuple[str, str]:
    """Message and hint for what the YAML library says, with the character that it stopped at."""
    if character == "\t" or "tab character" in said or "'\\t'" in said:
        message, hint = _TABS
    elif "cannot start any token" in said and character in "%@`":
        message, hint = f"a text cannot begin with {character}", "put it in quotes"
    else:
        message, hint = next((m for start, m in _PLAIN_WORDS.items() if start in said), (said, ""))
    return f"this is not YAML: {message}", hint


def _check_depth(text: str) -> None:
    """Refuse what is nested too deeply before the library's own recursion, in C, ends the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.YAMLError("it is nested too deeply")


class _Walk:
    def __init__(self, document: Document, problems: Problems) -> None:
        self.document, self.problems, self.nodes = document, problems, 0

    def build(self, node: Any, path: Steps) -> Any:
        self.nodes += 1
        if self.nodes > _MOST_NODES or len(path) > 60:
            raise yaml.YAMLError("it unfolds to more than a rule file can hold")
        mark = node.start_mark
        end = node.end_mark
        width = max(1, end.column - mark.column) if end.line == mark.line else 1
        self.document.values[path] = (mark.line + 1, mark.column + 1, width)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: Any, path: Steps) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.add(self.document.problem("R005", "a key must be a word", path))
                continue
            key = str(key_node.value)
            mark = key_node.start_mark
            here = (*path, key)
            if key in out:
                first = self.document.keys[here][0]
                shown = self.document.lines[mark.line]
                self.problems.add(Problem(
                    "R002", f"the key '{key}' stands twice", Place(self.document.file, mark.line + 1, mark.column + 1),
                    shown, len(key), f"the first one is in line {first}; keep one of the two",
                ))  # fmt: skip
                continue
            self.document.keys[here] = (mark.line + 1, mark.column + 1, len(key))
            out[key] = self.build(value_node, here)
        return out


def _scalar(node: Any) -> str | int | float | bool | None:
    text: str = node.value
    if node.tag not in {"tag:yaml.org,2002:str", "!"} and node.tag.startswith("!"):
        raise yaml.YAMLError(f"the tag {node.tag} is not known here")
    if node.style in {"'", '"', "|", ">"}:
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text) and len(text) < 40:
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if _FLOAT.fullmatch(text) and len(text) < 40:
        return float(text)
    return text


def dump_yaml(data: Mapping[str, Any]) -> str:
    """Write data so that `load_yaml` reads the same back; keys in the order given."""

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        plain = (
            bool(re.fullmatch(r"[^\W\d][\w./ -]*[\w]|[^\W\d]", value))
            and value not in _BOOL
            and value not in _NULL
        )
        plain = plain and value.lower() not in {"yes", "no", "on", "off", "y", "n"}
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')

    Dumper.add_representer(str, text)
    return yaml.dump(dict(data), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)

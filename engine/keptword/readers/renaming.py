"""`--map` for formats whose own fields are known: fields of the events that were read are taken under other names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from keptword.errors import Place, Problem, did_you_mean
from keptword.events import FIELD_TYPES, HEAD, Event, Value
from keptword.instants import InstantError
from keptword.readers.formats import FORMATS
from keptword.readers.reading import Reading
from keptword.readers.sources import Job
from keptword.readers.values import CASTS, Wrong

_HEAD_KINDS = {"time": "time", "event": "text", "case": "text", "id": "text"}
_OURS = "ours"  # no field: it names our addresses


@dataclass(slots=True)
class Renaming:
    """What `--map` asks for, source by source.

    Attributes:
        jobs: source → the wishes that hold for it.
        reading: knows the formats of the sources; events whose value their new name cannot hold go there.
    """

    jobs: Mapping[str, Job]
    reading: Reading
    _names: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def events(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events under their new names."""
        for event in events:
            file = event.place.file if event.place is not None else ""
            names = self._names.get(file)
            if names is None:
                names = self._names[file] = self._wanted(file)
            renamed = self._renamed(event, names, self.jobs[file].zone) if names else event
            if renamed is not None:
                yield renamed

    def _wanted(self, file: str) -> Mapping[str, str]:
        job, known = self.jobs.get(file), FORMATS.get(self.reading.formats.get(file, ""))
        if job is None or known is None or known.maps:
            return {}
        names = {ours: theirs for ours, theirs in job.mapping.items() if ours != _OURS}
        for ours, theirs in names.items():
            self.reading.wished.setdefault(theirs, (ours, file))
        return names

    def _renamed(self, event: Event, names: Mapping[str, str], zone: str | None) -> Event | None:
        self.reading.seen.update(event.fields)
        head: dict[str, Value] = {}
        fields = dict(event.fields)
        for ours, theirs in names.items():
            value = event.get(theirs)
            if value is None:
                continue
            self.reading.met.add(theirs)
            kind = _HEAD_KINDS.get(ours) or FIELD_TYPES.get(ours)
            instant = (theirs == "time" or FIELD_TYPES.get(theirs) == "instant") and isinstance(value, int)
            text = kind == "text" and isinstance(value, str)
            if kind is not None and not text and not (instant and kind in {"time", "instant"}):
                try:
                    value = CASTS[kind](ours, value, zone, True)
                except (Wrong, InstantError) as error:
                    place = event.place or Place("log")
                    self.reading.bad(error.code, f"'{theirs}' cannot be '{ours}': {error}", place)
                    return None
            if value is not None:
                (head if ours in HEAD else fields)[ours] = value
        return replace(event, fields=fields, **head)  # type: ignore[arg-type]


def unmet(reading: Reading) -> list[Problem]:
    """One problem for each field that `--map` names and no event has."""
    out = []
    for theirs, (ours, file) in sorted(reading.wished.items()):
        if theirs in reading.met:
            continue
        fields = sorted({*reading.seen, *HEAD})
        hint = did_you_mean(theirs, fields) or f"there are {', '.join(fields[:30])}"
        message = f"no event has the field '{theirs}', from which --map takes '{ours}'"
        out.append(Problem("L004", message, Place(file), hint=hint))
    return out

"""Who is shown in a report: groups of the scores and their weights, names left out or replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from keptword.errors import did_you_mean, usage_error

if TYPE_CHECKING:
    from keptword.obligation import Report
    from keptword.reports.scores import Group, Weights
    from keptword.spec.pack import Pack

SECRET = "KEPTWORD_SECRET"  # noqa: S105  the name of a variable
_GROUPS: dict[str, Group] = {
    "team": "team", "agent": "actor", "rule": "rule", "month": "month", "week": "week", "day": "day",
}  # fmt: skip


def score_groups(names: Sequence[str] | None) -> tuple[Group, ...] | None:
    """What `--scores` names; None when it names nothing. Single people are scored only when `agent` is named."""
    for name in names or ():
        if name not in _GROUPS:
            raise usage_error(
                f"--scores: there is no group '{name}'",
                did_you_mean(name, _GROUPS) or f"known: {', '.join(_GROUPS)}",
            )
    return tuple(dict.fromkeys(_GROUPS[name] for name in names)) if names else None


def weights_of(packs: Sequence[Pack]) -> Weights | None:
    """The weights that the packs state, each for its own rules; None where no pack states any."""
    if not any(pack.scores for pack in packs):
        return None
    from keptword.reports.scores import Weights, read_weights

    rules: dict[str, Fraction] = {}
    for pack in packs:
        file = str(pack.folder / "pack.yaml") if pack.folder is not None else pack.name
        own = read_weights(pack.scores, pack.name, [r.rule.id for r in pack.rules], file)
        rules |= {r.name: own.of(r.name, r.rule.severity) for r in pack.rules}
    return Weights(rules=rules)


def veil(redacted: bool, pseudonyms: bool, secret: str | None) -> Callable[[Report], Report]:
    """What leaves customers out (`--redact`) and gives colleagues pseudonyms (`--pseudonymise`), or changes nothing.

    A missing or short secret is an error here, before a log is read.
    """
    from keptword.reports.privacy import checked, pseudonymise, redact

    if not (redacted or pseudonyms):
        return lambda report: report
    if not secret:
        option = "--redact" if redacted else "--pseudonymise"
        hint = f"set {SECRET} or give --secret"
        raise usage_error(f"{option} needs a secret, from which the pseudonyms are made", hint)
    checked(secret)

    def veiled(report: Report) -> Report:
        if redacted:
            report = redact(report, secret)
        return pseudonymise(report, secret) if pseudonyms else report

    return veiled

"""keptword: did the provider keep its word? Service-communication rules, checked against event logs."""

__version__ = "0.1.0"

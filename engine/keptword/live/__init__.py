"""The live monitor: warnings before a deadline, violations after it."""

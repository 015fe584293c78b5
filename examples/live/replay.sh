#!/bin/sh
# The bad operator's months with a monitor that was not there, two million times as fast as they passed: every warning
# came while there was time. Run it from the root of the repository; what it prints stands in warnings.txt.
keptword watch examples/bad-operator.jsonl --speed 2000000 --warn 75% --format text "$@" | grep '75 %'

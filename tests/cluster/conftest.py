"""One Spark session for all tests on the cluster: two executors in processes of their own, and a shuffle between them."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from keptword.cluster.session import java
from keptword.errors import UsageError

QUICK = {
    # Compiling each little query costs more than running it.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "3",
    "spark.default.parallelism": "3",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.rdd.compress": "false",
}


def lacking() -> str:
    """Why there can be no Spark here; "" where there can."""
    try:
        java()
    except UsageError as error:
        return str(error.problems[0].message)
    # Where there is a Java, the set-up of the test command has added pyspark; without that command it may be missing.
    return "" if find_spec("pyspark") or "CI" in os.environ else "pyspark is not installed"


@pytest.fixture(autouse=True)
def sockets():
    """The bridge to Java leaves closing its sockets to the garbage collector; let it, here and not in somebody else's test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


@pytest.fixture(scope="session")
def spark():
    """A session on a small cluster of its own."""
    why = lacking()
    if why:
        pytest.skip(f"no Spark here: {why}")
    import pyspark

    from keptword.cluster.session import session

    os.environ["SPARK_HOME"] = str(
        Path(pyspark.__file__).parent
    )  # local-cluster starts its executors from there
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with session("local-cluster[2,1,1024]", QUICK) as found:
        yield found

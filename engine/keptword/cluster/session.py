"""A Spark session of our own: Java found or asked for, its logs in a file and not on the terminal, stopped whatever happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keptword.errors import KeptwordError, Place, Problem, usage_error

OLDEST_JAVA = 17
_ASK = "install a JDK 17 or 21 (Debian: apt install openjdk-17-jre-headless), or point JAVA_HOME at one"
Progress = Callable[[int, int, int], None]


def java() -> str:
    """The path of the Java that Spark will use: `JAVA_HOME`, else the one on the PATH.

    Raises:
        UsageError: U003 where there is none, or one that is too old for Spark.
    """
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if found is None or not Path(found).is_file():
        where = f"there is none in JAVA_HOME ({home})" if home else "there is none on the PATH"
        raise usage_error(f"Spark needs Java, and {where}", _ASK, "U003")
    version = java_version(found)
    if version < OLDEST_JAVA:
        said = f"Java {version}" if version else "something that is no Java"
        raise usage_error(f"Spark needs Java {OLDEST_JAVA} or later, and '{found}' is {said}", _ASK, "U003")
    return found


def java_version(path: str) -> int:
    """The major version of a Java; 0 where it does not say."""
    try:
        done = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - the user's own Java
    except (OSError, subprocess.TimeoutExpired):
        return 0
    said = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    return int(said[1]) if said else 0


def settings(master: str | None, more: Mapping[str, str]) -> dict[str, str]:
    """How our sessions differ from Spark's own defaults.

    Args:
        master: as for spark-submit; None: what spark-submit or spark-defaults.conf says.
        more: `--conf` of the user, which goes before ours.
    """
    out = {
        "spark.app.name": "keptword",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.caseSensitive": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
        "spark.ui.showConsoleProgress": "false",
    }
    if master is not None:
        out["spark.master"] = master
        if master.startswith("local"):
            # All of it is on this machine: nothing listens beyond it, and there is no page to look at.
            out |= {
                "spark.ui.enabled": "false",
                "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.driver.memory": "2g",
            }
    return out | dict(more)


@contextmanager
def session(
    master: str | None, more: Mapping[str, str] = {}, progress: Progress | None = None
) -> Iterator[Any]:
    """A session, stopped at the end, on errors and on Ctrl-C.

    Args:
        master: as for spark-submit.
        more: further settings of Spark.
        progress: called about once a second with the number of the stage, tasks done, tasks in all.

    Raises:
        UsageError: U003 without pyspark or Java; E003 where Spark does not start or gives up, with its own words.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        hint = "pip install 'keptword[spark]' (some 450 MB)"
        raise usage_error(f"the engine for Spark needs pyspark and pyarrow: {error}", hint, "U003") from error
    java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if (master or "").startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    folder = tempfile.mkdtemp(prefix="keptword-spark-")
    log = Path(folder, "spark.log")
    builder = SparkSession.builder
    for name, value in settings(master, more).items():
        builder = builder.config(name, value)
    spark: Any = None
    stop: Callable[[], None] | None = None
    failed = True
    try:
        with _stderr_in(log):
            spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        stop = _watch(spark, progress)
        yield spark
        failed = False
    except KeptwordError:
        failed = False
        raise
    except Exception as error:
        told = _told(error, log)
        if told is None:
            raise
        raise KeptwordError(told) from error
    except KeyboardInterrupt:
        failed = False
        raise
    finally:
        if stop is not None:
            stop()
        if spark is not None:
            _stop(spark)
        if not failed:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stderr_in(log: Path) -> Iterator[None]:
    """Spark's Java inherits a file for its errors and warnings; there is no other way to keep its first lines quiet."""
    sys.stderr.flush()
    kept = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _stop(spark: Any) -> None:
    context = spark.sparkContext
    gateway = context._gateway
    try:
        context.cancelAllJobs()
        spark.stop()
    except Exception:  # noqa: BLE001, S110 - the Java beside us may be gone already
        pass
    process = getattr(gateway, "proc", None)
    if process is not None:
        # Its Java lives on until its input is closed; the next session starts a new one with settings of its own.
        try:
            gateway.shutdown()
            process.stdin.close()
            process.wait(timeout=20)
        except Exception:  # noqa: BLE001 - then it is ended
            process.kill()
        type(context)._gateway = type(context)._jvm = None


def _watch(spark: Any, progress: Progress | None) -> Callable[[], None]:
    """Tell how far the stages are, from a thread; returns what ends it."""
    if progress is None:
        return lambda: None
    from threading import Event as Flag
    from threading import Thread

    done = Flag()

    def watch() -> None:
        status = spark.sparkContext.statusTracker()
        while not done.wait(0.5):
            try:
                for stage in status.getActiveStageIds():
                    info = status.getStageInfo(stage)
                    if info is not None:
                        progress(stage, info.numCompletedTasks, info.numTasks)
            except Exception:  # noqa: BLE001 - the session ends while we ask
                return

    thread = Thread(target=watch, daemon=True)
    thread.start()

    def stop() -> None:
        done.set()
        thread.join(2)

    return stop


def _told(error: Exception, log: Path) -> Problem | None:
    """What Spark says, as a problem of ours; None where the error is no business of Spark's."""
    module = type(error).__module__ or ""
    if not module.startswith(("pyspark", "py4j")):
        return None
    said = str(error)
    own = re.search(
        r"^(\S*Error|\S*Exception): (.*)", said.rsplit("Traceback (most recent call last)", 1)[-1], re.M
    )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    what = f"{own[1]}: {own[2]}" if own else lines[0] if lines else type(error).__name__
    return Problem(
        "E003", f"Spark gave up: {what[:400]}", Place("spark"), hint=f"all that it said is in {log}"
    )

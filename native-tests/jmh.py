"""Runs JMH benchmarks of src/test/java in a JVM with the options of dbgd's launcher, as in dbgd itself.

Run `mvn package` first.
"""
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "target"


def options_of_dbgd(directory):
    """Returns the options with which the launcher starts a JVM: a copy of it has a runtime that only prints them."""
    java, launcher = directory / "lib/dbg/runtime/bin/java", directory / "sbin/dbgd"
    for file in java, launcher:
        file.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    java.chmod(0o755)
    shutil.copy(TARGET / "dbg/sbin/dbgd", launcher)
    said = subprocess.run([launcher], check=True, capture_output=True, text=True).stdout.splitlines()
    # The properties are paths that no benchmark needs.
    return [word for word in said[:said.index("-cp")] if not word.startswith("-D")]


def class_path(directory):
    listed = directory / "jars"
    subprocess.run(["mvn", "-o", "-B", "-q", "dependency:build-classpath", "-Dmdep.outputFile=%s" % listed],
                   cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    return "%s:%s:%s" % (TARGET / "test-classes", TARGET / "classes", listed.read_text())


def measured(benchmark, *properties, say=lambda options: None):
    """Runs the benchmarks in a class, and returns JMH's results."""
    home = os.environ.get("JAVA_HOME")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        options = options_of_dbgd(directory)
        results = directory / "results"
        say(options)
        subprocess.run([Path(home) / "bin/java" if home else "java", "-cp", class_path(directory),
                        "org.openjdk.jmh.Main", benchmark, "-v", "SILENT", "-foe", "true",
                        "-jvmArgs", " ".join([*options, *properties]), "-rf", "json", "-rff", results],
                       check=True, stderr=subprocess.DEVNULL)
        return json.loads(results.read_text())

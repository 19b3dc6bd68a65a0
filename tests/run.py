"""The whole suite with its bounds of coverage: what `make test` runs."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BOUNDS = {"rules": 100.0, "connectors": 95.0, "integration": 95.0}
# Every line of the rules has a test of its own, so that they need not be traced, which takes most
# of the time that tracing takes, where the rest of the product calls them.
RULES = ["tests/rules", "--cov=rules"]
OTHERS = ["--ignore=tests/rules", "--cov=connectors", "--cov=integration", "--cov-append"]


def main() -> int:
    """Run the tests; 0 when all pass and every package is covered as promised."""
    # Else each process that a test starts would translate every module again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    arguments = sys.argv[1:]
    tests = [sys.executable, "-m", "pytest", "-n", "4", "--dist", "loadgroup", *arguments]
    if arguments:  # a part of the suite says nothing about coverage
        return subprocess.run(tests, check=False).returncode
    codes = [
        subprocess.run([*tests, *part, "--cov-report", ""], check=False).returncode
        for part in (RULES, OTHERS)
    ]
    return max(codes) or check_coverage()


def check_coverage() -> int:
    """Compare branch coverage of each package with its bound."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage = [sys.executable, "-m", "coverage"]
        subprocess.run([*coverage, "json", "-q", "-o", report], check=True)
        files = json.loads(report.read_text())["files"]
    code = 0
    for package, bound in BOUNDS.items():
        summaries = [
            entry["summary"] for name, entry in files.items() if name.startswith(f"{package}/")
        ]
        total = sum(s["num_statements"] + s["num_branches"] for s in summaries)
        hit = sum(s["covered_lines"] + s["covered_branches"] for s in summaries)
        share = 100.0 * hit / total if total else 0.0
        print(f"{package}: {share:.2f} % of lines and branches covered, {bound:.0f} % wanted")
        code |= share < bound
    if code:
        subprocess.run([*coverage, "report"], check=True)  # which lines
    return int(code)


if __name__ == "__main__":
    sys.exit(main())

"""Look up every pinned package among the known vulnerabilities: python .ci/audit.py, once `prepare.py audit` has run.

Ends with 1 where a package has one, and with 2 where a package could not be looked up. pip-audit by itself ends with 0 when a
service knows none of the packages, which is what it makes of a service that does not answer.
"""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import prepare

# The lists are complete: nothing is resolved, installed or downloaded. Packages for other systems than this one are left out.
PIP_AUDIT = "-m pip_audit --require-hashes --disable-pip --progress-spinner=off --desc=off --format=json --cache-dir"
SHOWN = 5  # names of packages that could not be looked up; more are counted


def python_packages(lock_file: Path) -> tuple[list[str], list[str]]:
    """What is known of the packages in a lock file, and which of them could not be looked up."""
    cache = prepare.ROOT / ".cache" / "audit" / "answers"
    said, complaint = _answer([str(prepare.python_of("audit")), *PIP_AUDIT.split(), str(cache), "-r", str(lock_file)])
    if "dependencies" not in said:
        return [], [complaint]
    packages = said["dependencies"]
    known = [_vulnerable(package, one) for package in packages for one in package.get("vulns", ())]
    return known, [package["name"] for package in packages if "skip_reason" in package]


def npm_packages() -> tuple[list[str], list[str]]:
    """The same of package-lock.json."""
    command, environment = prepare.npm_call("audit", "--package-lock-only", "--json")
    said, complaint = _answer(command, env=environment)
    if "vulnerabilities" not in said:
        return [], [said.get("message", complaint)]
    return [f"{name} {one['range']}: {one['severity']}" for name, one in said["vulnerabilities"].items()], []


def main() -> int:
    """Look up everything; say what is known, and of what nothing could be learned."""
    lists = sorted(path.with_suffix(".txt") for path in (prepare.ROOT / "requirements").glob("*.in"))
    asked = {f"requirements/{path.name}": partial(python_packages, path) for path in lists}
    asked["package-lock.json"] = npm_packages
    any_known = any_unanswered = False
    for name, ask in asked.items():
        known, unanswered = ask()
        lines = [*known, *([f"not looked up: {_shortened(unanswered)}"] if unanswered else [])]
        print("\n  ".join([f"{name}:", *lines]) if lines else f"{name}: nothing known", flush=True)
        any_known, any_unanswered = any_known or bool(known), any_unanswered or bool(unanswered)
    if any_unanswered:
        print("The audit is not complete: a service did not answer, or does not know these packages.", file=sys.stderr)
        return 2
    return int(any_known)


def _shortened(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _answer(command: list[str], **options) -> tuple[dict, str]:
    """What a program prints as JSON, {} where that is none, and the last line that it complains with."""
    finished = subprocess.run(command, cwd=prepare.ROOT, capture_output=True, text=True, **options)
    complaint = (finished.stderr.strip() or f"exit status {finished.returncode}").splitlines()[-1]
    try:
        return json.loads(finished.stdout), complaint
    except json.JSONDecodeError:
        return {}, complaint


def _vulnerable(package: dict, one: dict) -> str:
    repaired = f", repaired in {', '.join(one['fix_versions'])}" if one["fix_versions"] else ""
    return f"{package['name']} {package['version']}: {one['id']}{repaired}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except prepare.SetupError as problem:
        sys.exit(str(problem))

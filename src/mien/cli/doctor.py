"""`mien doctor`: what works on this machine, and what to do about what does not."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from mien.cli.values import Commands, command


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = command(commands, "doctor", "check what works on this machine", "mien doctor")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print each finding; 1 when something that mien cannot do without is broken."""
    from mien.gauge.checks import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not options.json:
            mark = "ok" if finding.good else "!!" if finding.essential else "--"
            print(f"{mark}  {finding.name:<18} {finding.found}", flush=True)
            if not finding.good:
                print(f"{'':<23}{finding.advice}", flush=True)
    broken = [finding.name for finding in findings if finding.essential and not finding.good]
    if options.json:
        print(json.dumps({"good": not broken, "findings": [asdict(f) for f in findings]}, ensure_ascii=False))
    elif broken:
        print(f"\nbroken: {', '.join(broken)}")
    else:
        print("\nmien works on this machine.")
    return 1 if broken else 0

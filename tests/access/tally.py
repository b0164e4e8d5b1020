"""Counts the cells of the matrix over all processes, and says how many there were at the end."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ()) if report.when == "call"]
    counted = [(value, report.duration) for report in reports for name, value in report.user_properties if name == "cells"]
    if counted:
        seconds = sum(duration for _cells, duration in counted)
        terminalreporter.write_line(
            f"access: {sum(cells for cells, _ in counted):,} cells of {len(counted)} routes and methods, {seconds:.0f} s"
        )

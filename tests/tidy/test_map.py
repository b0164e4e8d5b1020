"""docs/map.md shows the house as it stands."""

import subprocess
import sys

from tests.tidy.laws import ROOT


def test_the_map_shows_the_imports_as_they_are():
    checked = subprocess.run([sys.executable, ROOT / "scripts" / "map.py", "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr

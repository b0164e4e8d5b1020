"""`python -m guanjia.rulebook.catalogue`: compile the chapters and name what is wrong with them."""

import sys

from guanjia.rulebook.catalogue import FILES, load
from guanjia.rulebook.catalogue.compiled import compile_chapters
from guanjia.rulebook.catalogue.problems import check

path = compile_chapters(FILES)
problems = check()
sys.stdout.writelines(f"{problem}\n" for problem in problems)
sys.stdout.write(f"{len(load())} clauses in {path.name}\n")
sys.exit(bool(problems))

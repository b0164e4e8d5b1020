"""Rules that a company writes for itself, without code.

`definition` reads what was written and names every fault; `compiling` makes the same bindings of it that a room's
`rules.py` would; `own` answers which of them are in force; `sense` refuses what can never be kept; `preview` runs a
draft over the past; `paper` writes and reads YAML; `wording` says a definition in sentences.
"""

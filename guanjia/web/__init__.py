"""Machinery for pages: lists, forms, imports, exports, panels, refusals. It knows no room.

A register (`register.py`) declares what is particular; everything here reads the declaration. Faces import
from here, never the other way round.
"""

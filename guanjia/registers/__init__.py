"""Registers: one module a room, declarations only. All of them are loaded at start-up (`apps.py`)."""

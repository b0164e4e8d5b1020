"""Which face an address belongs to, and what that means for signing in and for forms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Face:
    """One door of the house. `own_door`: it knows its visitors by other means than a signed-in session."""

    name: str
    prefix: str
    own_door: bool = False
    forms: bool = True  # answers to HTML forms, which act once


CONSOLE = Face("console", "/")
FACES = (
    Face("field", "/field/"),
    Face("portal", "/portal/", own_door=True),
    Face("api", "/api/", own_door=True, forms=False),
    Face("channel", "/channels/", own_door=True, forms=False),
)


def face_of(path: str) -> Face:
    """The face of an address; whatever no other face claims belongs to the console."""
    return next((face for face in FACES if path.startswith(face.prefix)), CONSOLE)

"""What a technician's phone might have taken under a sink, and a name written on its glass: drawn, so that nothing real is shown."""

from functools import cache
from io import BytesIO
from math import cos, sin
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDE, HIGH, TILE = 640, 640, 128
WALL, JOINT, STEEL, DARK, WATER = "#dfe3dc", "#c3c9c0", "#9aa7ad", "#5f6d74", "#6fa8bf"


@cache
def under_the_sink(wet: bool) -> bytes:
    """A JPEG of some 20 KB: tiles, a trap and a tap; with drops and a puddle while it still leaks."""
    picture = Image.new("RGB", (WIDE, HIGH), WALL)
    draw = ImageDraw.Draw(picture)
    for at in range(0, WIDE, TILE):
        draw.line((at, 0, at, HIGH), JOINT, 4)
        draw.line((0, at, WIDE, at), JOINT, 4)
    draw.rectangle((120, 0, 520, 70), "#f4f5f1", DARK, 3)  # the basin's underside
    pipe = [(320, 70), (320, 250), (320, 330), (400, 330), (400, 230), (560, 230), (640, 230)]
    draw.line(pipe, DARK, 62, joint="curve")
    draw.line(pipe, STEEL, 52, joint="curve")
    draw.line([(x - 14, y) for x, y in pipe[:2]], "#c7d0d4", 10)
    for y in (120, 215):
        draw.rounded_rectangle((280, y, 360, y + 34), 8, "#b4bfc4", DARK, 3)
    draw.rounded_rectangle((525, 192, 565, 268), 8, "#b4bfc4", DARK, 3)
    if wet:
        draw.ellipse((170, 520, 520, 610), WATER)
        draw.ellipse((210, 535, 420, 575), "#8fbfd1")
        for x, y in ((318, 385), (330, 440), (312, 492)):
            draw.polygon([(x, y - 26), (x - 11, y), (x + 11, y)], WATER)
            draw.ellipse((x - 12, y - 8, x + 12, y + 14), WATER)
    out = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(out, "JPEG", quality=82)
    return out.getvalue()


def written(name: str) -> bytes:
    """A PNG of a few hundred bytes: a line in the hand that goes with this name, always the same."""
    hand = Random(name)
    picture = Image.new("L", (360, 120), 255)
    draw = ImageDraw.Draw(picture)
    for nth in range(len(name)):
        speed, tall, lean = hand.uniform(1.4, 2.6), hand.uniform(14, 34), hand.uniform(0, 6)
        start = 40 + nth * 90
        steps = [(start + t * 2.4, 60 + tall * sin(t / 4 * speed + lean) * cos(t / 9)) for t in range(34)]
        draw.line(steps, 20, 3, joint="curve")
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()

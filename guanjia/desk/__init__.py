"""The desk: whoever turns to us, by whatever way, is heard once, and followed to the end."""

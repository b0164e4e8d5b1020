"""Proving who one is: sessions of a face each, second proofs, passkeys, other houses' sign-ins, and the page about all of it."""

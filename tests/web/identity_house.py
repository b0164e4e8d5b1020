"""A small house of identities that speaks OpenID Connect over HTTP, and lies when it is told to."""

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class IdentityHouse:
    """`login` is who signs in there; `lie` changes the claims of its next word, `key` the key that signs it."""

    def __init__(self) -> None:
        self.key = self.known = RSAKey.generate_key(2048, {"kid": "one"})
        self.login, self.lie, self.codes = "", {}, {}
        house = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                asked = urlsplit(self.path)
                if asked.path == "/.well-known/openid-configuration":
                    return self.say(house.configuration())
                if asked.path == "/keys":
                    return self.say({"keys": [house.known.as_dict(private=False)]})
                given = {name: values[0] for name, values in parse_qs(asked.query).items()}
                code = f"code-{len(house.codes)}"
                house.codes[code] = given
                self.send_response(302)
                self.send_header("Location", f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}")
                self.end_headers()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                given = {name: values[0] for name, values in parse_qs(body).items()}
                asked = house.codes.pop(given.get("code", ""), None)
                proof = urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
                if asked is None or proof != asked["code_challenge"]:
                    return self.say({"error": "invalid_grant"}, 400)
                return self.say({"access_token": "t", "token_type": "Bearer", "id_token": house.word(asked)})

            def say(self, what, status=200):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(what).encode())

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def configuration(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def word(self, asked: dict) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": asked["client_id"], "sub": "7", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims | {"preferred_username": self.login} | self.lie, self.key)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

import json
import os
from urllib.request import urlopen

import jwt
from flask import Flask, request

ISSUER = os.environ["ISSUER"]
RESOURCE = os.environ["RESOURCE"]

with urlopen(f"{ISSUER}/.well-known/openid-configuration", timeout=5) as answer:
    keys = jwt.PyJWKClient(json.load(answer)["jwks_uri"], timeout=5)

app = Flask(__name__)


def check(authorization):
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise jwt.InvalidTokenError("there is no bearer token")
    checked = jwt.decode_complete(
        token,
        keys.get_signing_key_from_jwt(token),
        algorithms=["ES256"],
        issuer=ISSUER,
        audience=RESOURCE,
        options={"require": ["exp", "iat", "iss", "aud", "sub", "client_id"]},
    )
    # PyJWT does not look at it. RFC 9068 4: without this, an ID token could pass for an access token.
    if checked["header"].get("typ", "").lower().removeprefix("application/") != "at+jwt":
        raise jwt.InvalidTokenError("it is not an access token")
    return checked["payload"]


@app.get("/notes")
def notes():
    try:
        token = check(request.headers.get("Authorization", ""))
    except jwt.PyJWKClientConnectionError:
        return {"error": "temporarily_unavailable"}, 503
    except jwt.PyJWTError as error:
        app.logger.warning("a token was not taken: %s", error)
        return {"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    if "notes:read" not in token.get("scope", "").split():
        challenge = 'Bearer error="insufficient_scope", scope="notes:read"'
        return {"error": "insufficient_scope"}, 403, {"WWW-Authenticate": challenge}
    return {"caller": token["sub"], "client": token["client_id"], "notes": []}


if __name__ == "__main__":
    app.run(host="localhost", port=int(os.environ["PORT"]))

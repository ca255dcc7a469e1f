import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

API = os.environ["API"]

app = Flask(__name__)
app.secret_key = os.environ["SESSION_KEY"]
oauth = OAuth(app)
latchkey = oauth.register(
    "latchkey",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email groups notes:read", "code_challenge_method": "S256"},
)

# Tokens in memory, to keep this short: Flask's session is a cookie that its user can read.
tokens = {}


@app.get("/login")
def login():
    return latchkey.authorize_redirect(url_for("callback", _external=True), resource=API)


@app.get("/callback")
def callback():
    token = latchkey.authorize_access_token()
    session.clear()
    session["user"] = token["userinfo"]
    tokens[session["user"]["sub"]] = token
    return redirect("/me")


@app.get("/me")
def me():
    return session.get("user", {"error": "nobody is signed in"})


@app.get("/notes")
def notes():
    return latchkey.get(f"{API}notes", token=tokens[session["user"]["sub"]]).json()


@app.get("/refresh")
def refresh():
    token = tokens[session["user"]["sub"]]
    # Each refresh token is for one use: keep what comes back.
    token.update(latchkey.fetch_access_token(grant_type="refresh_token", refresh_token=token["refresh_token"]))
    return {"expires_in": token["expires_in"]}


@app.get("/logout")
def logout():
    user = session.pop("user", None)
    token = tokens.pop(user["sub"]) if user else {}
    query = urlencode({"id_token_hint": token.get("id_token", ""), "post_logout_redirect_uri": url_for("me", _external=True)})
    return redirect(f"{latchkey.load_server_metadata()['end_session_endpoint']}?{query}")


if __name__ == "__main__":
    app.run(host="localhost", port=int(os.environ["PORT"]))

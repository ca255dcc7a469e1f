import os
from urllib.parse import urlencode, urlsplit

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session

REDIRECT_URI = os.environ["REDIRECT_URI"]
API = os.environ.get("API")

app = Flask(__name__)
app.secret_key = os.environ["SESSION_KEY"]
oauth = OAuth(app)
latchkey = oauth.register(
    "latchkey",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": os.environ["SCOPE"], "code_challenge_method": "S256"},
)

# Tokens in memory, to keep this short: Flask's session is a cookie that its user can read.
tokens = {}


@app.get("/login")
def login():
    for_the_api = {"resource": API} if API else {}
    return latchkey.authorize_redirect(REDIRECT_URI, **for_the_api)


@app.get(urlsplit(REDIRECT_URI).path)
def callback():
    token = latchkey.authorize_access_token()
    session.clear()
    # With a token for an API the claims are in the ID token, else at userinfo.
    session["user"] = token["userinfo"] if API else latchkey.userinfo(token=token)
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
    query = {"id_token_hint": token.get("id_token", "")}
    if "POST_LOGOUT_REDIRECT_URI" in os.environ:
        query["post_logout_redirect_uri"] = os.environ["POST_LOGOUT_REDIRECT_URI"]
    return redirect(f"{latchkey.load_server_metadata()['end_session_endpoint']}?{urlencode(query)}")


if __name__ == "__main__":
    app.run(host="localhost", port=int(os.environ["PORT"]))

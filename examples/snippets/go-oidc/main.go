package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type session struct {
	state, nonce, codeVerifier string
	user                       map[string]any
	idToken                    string
	tokens                     oauth2.TokenSource
}

// Sessions in memory, to keep this short.
var sessions sync.Map

// Anybody can begin to sign in: what comes of nothing goes soon. How many begin is for a rate limit in front of the app.
const signInWithin, signedInFor = 10 * time.Minute, 12 * time.Hour

func sessionOf(r *http.Request) *session {
	if cookie, err := r.Cookie("session"); err == nil {
		if found, ok := sessions.Load(cookie.Value); ok {
			return found.(*session)
		}
	}
	return &session{}
}

// keep stores a session under a new id each time, so that nobody can prepare one for somebody else.
func keep(w http.ResponseWriter, r *http.Request, s *session) {
	if cookie, err := r.Cookie("session"); err == nil {
		sessions.Delete(cookie.Value)
	}
	id := rand.Text()
	sessions.Store(id, s)
	lifetime := signInWithin
	if s.user != nil {
		lifetime = signedInFor
	}
	time.AfterFunc(lifetime, func() { sessions.Delete(id) })
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func main() {
	ctx := context.Background()
	api, afterwards := os.Getenv("API"), os.Getenv("POST_LOGOUT_REDIRECT_URI")
	callback, err := url.Parse(os.Getenv("REDIRECT_URI"))
	if err != nil {
		log.Fatal(err)
	}

	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		log.Fatal(err)
	}
	config := oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  callback.String(),
		Scopes:       strings.Fields(os.Getenv("SCOPE")),
	}
	idTokens := provider.Verifier(&oidc.Config{ClientID: config.ClientID})

	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		s := &session{state: rand.Text(), nonce: rand.Text(), codeVerifier: oauth2.GenerateVerifier()}
		keep(w, r, s)
		options := []oauth2.AuthCodeOption{oidc.Nonce(s.nonce), oauth2.S256ChallengeOption(s.codeVerifier)}
		if api != "" {
			options = append(options, oauth2.SetAuthURLParam("resource", api))
		}
		http.Redirect(w, r, config.AuthCodeURL(s.state, options...), http.StatusSeeOther)
	})

	http.HandleFunc("GET "+callback.Path, func(w http.ResponseWriter, r *http.Request) {
		s := sessionOf(r)
		if s.state == "" || r.FormValue("state") != s.state {
			http.Error(w, "this sign-in was not begun here", http.StatusBadRequest)
			return
		}
		if r.FormValue("error") != "" {
			http.Error(w, r.FormValue("error")+": "+r.FormValue("error_description"), http.StatusForbidden)
			return
		}
		token, err := config.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(s.codeVerifier))
		if err != nil {
			fail(w, err)
			return
		}
		raw, _ := token.Extra("id_token").(string)
		idToken, err := idTokens.Verify(r.Context(), raw)
		if err != nil {
			fail(w, err)
			return
		}
		// go-oidc leaves the nonce to its caller.
		if idToken.Nonce != s.nonce {
			http.Error(w, "this sign-in was not begun here", http.StatusBadRequest)
			return
		}
		signedIn := &session{idToken: raw, tokens: config.TokenSource(ctx, token)}
		claims := idToken.Claims
		// With a token for an API the claims are in the ID token, else at userinfo.
		if api == "" {
			userInfo, err := provider.UserInfo(r.Context(), signedIn.tokens)
			if err != nil {
				fail(w, err)
				return
			}
			claims = userInfo.Claims
		}
		if err := claims(&signedIn.user); err != nil {
			fail(w, err)
			return
		}
		keep(w, r, signedIn)
		http.Redirect(w, r, "/me", http.StatusSeeOther)
	})

	http.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		s := sessionOf(r)
		if s.user == nil {
			w.WriteHeader(http.StatusUnauthorized)
			json.NewEncoder(w).Encode(map[string]string{"error": "nobody is signed in"})
			return
		}
		json.NewEncoder(w).Encode(s.user)
	})

	http.HandleFunc("GET /notes", func(w http.ResponseWriter, r *http.Request) {
		s := sessionOf(r)
		if s.tokens == nil {
			http.Error(w, "nobody is signed in", http.StatusUnauthorized)
			return
		}
		answer, err := oauth2.NewClient(ctx, s.tokens).Get(api + "notes")
		if err != nil {
			fail(w, err)
			return
		}
		defer answer.Body.Close()
		w.WriteHeader(answer.StatusCode)
		io.Copy(w, answer.Body)
	})

	// Nobody needs this page: a TokenSource refreshes by itself when the access token has expired.
	http.HandleFunc("GET /refresh", func(w http.ResponseWriter, r *http.Request) {
		s := sessionOf(r)
		if s.tokens == nil {
			http.Error(w, "nobody is signed in", http.StatusUnauthorized)
			return
		}
		token, err := s.tokens.Token()
		if err != nil {
			fail(w, err)
			return
		}
		token, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
		if err != nil {
			fail(w, err)
			return
		}
		keep(w, r, &session{user: s.user, idToken: s.idToken, tokens: config.TokenSource(ctx, token)})
		json.NewEncoder(w).Encode(map[string]int64{"expires_in": token.ExpiresIn})
	})

	http.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		s := sessionOf(r)
		keep(w, r, &session{})
		query := url.Values{"id_token_hint": {s.idToken}}
		if afterwards != "" {
			query.Set("post_logout_redirect_uri", afterwards)
		}
		http.Redirect(w, r, more.EndSession+"?"+query.Encode(), http.StatusSeeOther)
	})

	log.Fatal(http.ListenAndServe("localhost:"+os.Getenv("PORT"), nil))
}

func fail(w http.ResponseWriter, err error) {
	log.Print(err)
	http.Error(w, "It did not work: the log says why.", http.StatusInternalServerError)
}

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

type accessToken struct {
	Subject string `json:"sub"`
	Client  string `json:"client_id"`
	Scope   string `json:"scope"`
}

func check(ctx context.Context, verifier *oidc.IDTokenVerifier, authorization string) (*accessToken, error) {
	scheme, raw, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, errors.New("there is no bearer token")
	}
	verified, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	// go-oidc does not look at it. RFC 9068 4: without this, an ID token could pass for an access token.
	if typ := typeOf(raw); typ != "at+jwt" && typ != "application/at+jwt" {
		return nil, errors.New("it is not an access token")
	}
	var token accessToken
	return &token, verified.Claims(&token)
}

// typeOf reads the header of a token whose signature was verified.
func typeOf(raw string) string {
	encoded, _, _ := strings.Cut(raw, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	var header struct {
		Type string `json:"typ"`
	}
	if json.Unmarshal(decoded, &header) != nil {
		return ""
	}
	return strings.ToLower(header.Type)
}

func main() {
	provider, err := oidc.NewProvider(context.Background(), os.Getenv("ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	// ClientID is what go-oidc calls the audience.
	verifier := provider.Verifier(&oidc.Config{ClientID: os.Getenv("RESOURCE"), SupportedSigningAlgs: []string{oidc.ES256}})

	http.HandleFunc("GET /notes", func(w http.ResponseWriter, r *http.Request) {
		token, err := check(r.Context(), verifier, r.Header.Get("Authorization"))
		if err != nil {
			log.Print("a token was not taken: ", err)
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			http.Error(w, "invalid_token", http.StatusUnauthorized)
			return
		}
		if !slices.Contains(strings.Fields(token.Scope), "notes:read") {
			w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="notes:read"`)
			http.Error(w, "insufficient_scope", http.StatusForbidden)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"caller": token.Subject, "client": token.Client, "notes": []string{}})
	})
	log.Fatal(http.ListenAndServe("localhost:"+os.Getenv("PORT"), nil))
}

// PORT=8080 go run verify.go with WEBHOOK_SECRET in the environment, behind the proxy that ends TLS. Go 1.20 or newer, no modules.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	maxBodyBytes = 64 << 10
	tolerance    = 5 * time.Minute
)

func keyOf(secret string) ([]byte, error) {
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		return base64.StdEncoding.DecodeString(encoded)
	}
	return []byte(secret), nil
}

// whatIsWrong is empty if the request is genuine. body is the raw body.
func whatIsWrong(key []byte, headers http.Header, body []byte) string {
	id, timestamp, signatures := headers.Get("webhook-id"), headers.Get("webhook-timestamp"), headers.Get("webhook-signature")
	if id == "" || timestamp == "" || signatures == "" {
		return "a webhook header is missing"
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return "the timestamp is too old or too new"
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := mac.Sum(nil)
	for _, signature := range strings.Fields(signatures) {
		version, encoded, _ := strings.Cut(signature, ",")
		given, err := base64.StdEncoding.DecodeString(encoded)
		if version == "v1" && err == nil && hmac.Equal(given, expected) {
			return ""
		}
	}
	return "no signature matches"
}

func main() {
	key, err := keyOf(os.Getenv("WEBHOOK_SECRET"))
	if err != nil || len(key) == 0 {
		log.Fatal("WEBHOOK_SECRET is not set, or not base64 after whsec_")
	}
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, maxBodyBytes))
		if err != nil {
			http.Error(response, "the body is too large or incomplete", http.StatusBadRequest)
			return
		}
		if problem := whatIsWrong(key, request.Header, body); problem != "" {
			http.Error(response, problem, http.StatusUnauthorized)
			return
		}
		// Here: skip a webhook-id you have seen, store the body, answer now and work on it later.
		response.WriteHeader(http.StatusNoContent)
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Fatal(http.ListenAndServe(":"+port, nil))
}

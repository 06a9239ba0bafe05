// WEBHOOK_SECRET, X_THALIAN_SIGNATURE, WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the environment:
// go run verify-signatures.go body.json. Go 1.20 or newer, no modules. Each of the two functions suffices for a receiver.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

func isRecent(timestamp string) bool {
	seconds, err := strconv.ParseUint(timestamp, 10, 40)
	return err == nil && time.Since(time.Unix(int64(seconds), 0)).Abs() <= tolerance
}

func sign(key []byte, before string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(before))
	mac.Write(body)
	return mac.Sum(nil)
}

// isGenuine: header is x-thalian-signature, body the raw body, secret the whole secret, whsec_ included.
func isGenuine(header string, body []byte, secret string) bool {
	timestamp, signatures := "", []string{}
	for _, part := range strings.Split(header, ",") {
		name, value, _ := strings.Cut(part, "=")
		if name == "t" && timestamp == "" {
			timestamp = value
		} else if name == "v1" {
			signatures = append(signatures, value)
		}
	}
	if secret == "" || !isRecent(timestamp) {
		return false
	}
	expected := sign([]byte(secret), timestamp+".", body)
	for _, signature := range signatures {
		if given, err := hex.DecodeString(signature); err == nil && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}

// isGenuineStandard: by Standard Webhooks, whose key is what follows whsec_, decoded.
func isGenuineStandard(id, timestamp, signatures string, body []byte, secret string) bool {
	key := []byte(secret)
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return false
		}
	}
	if len(key) == 0 || id == "" || !isRecent(timestamp) {
		return false
	}
	expected := sign(key, id+"."+timestamp+".", body)
	for _, signature := range strings.Fields(signatures) {
		version, encoded, _ := strings.Cut(signature, ",")
		given, err := base64.StdEncoding.DecodeString(encoded)
		if version == "v1" && err == nil && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}

func main() {
	body, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	secret, env := os.Getenv("WEBHOOK_SECRET"), os.Getenv
	switch {
	case !isGenuine(env("X_THALIAN_SIGNATURE"), body, secret):
		fmt.Println("invalid: x-thalian-signature")
		os.Exit(1)
	case !isGenuineStandard(env("WEBHOOK_ID"), env("WEBHOOK_TIMESTAMP"), env("WEBHOOK_SIGNATURE"), body, secret):
		fmt.Println("invalid: webhook-signature")
		os.Exit(1)
	}
	fmt.Println("valid")
}

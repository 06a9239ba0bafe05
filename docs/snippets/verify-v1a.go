// WEBHOOK_PUBLIC_KEYS (whpk_..., several with a space between), WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the
// environment: go run verify-v1a.go body.json. Go 1.20 or newer, no modules.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

// isGenuine: body is the raw body, publicKeys are texts that begin with whpk_.
func isGenuine(id, timestamp, signatures string, body []byte, publicKeys []string) bool {
	seconds, err := strconv.ParseUint(timestamp, 10, 40)
	if id == "" || err != nil || time.Since(time.Unix(int64(seconds), 0)).Abs() > tolerance {
		return false
	}
	signed := append([]byte(id+"."+timestamp+"."), body...)
	for _, publicKey := range publicKeys {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(publicKey, "whpk_"))
		if err != nil || len(key) != ed25519.PublicKeySize {
			continue
		}
		for _, signature := range strings.Fields(signatures) {
			encoded, isOurs := strings.CutPrefix(signature, "v1a,")
			given, err := base64.StdEncoding.DecodeString(encoded)
			if isOurs && err == nil && ed25519.Verify(key, signed, given) {
				return true
			}
		}
	}
	return false
}

func main() {
	body, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	env := os.Getenv
	keys := strings.Fields(env("WEBHOOK_PUBLIC_KEYS"))
	if !isGenuine(env("WEBHOOK_ID"), env("WEBHOOK_TIMESTAMP"), env("WEBHOOK_SIGNATURE"), body, keys) {
		fmt.Println("invalid: webhook-signature")
		os.Exit(1)
	}
	fmt.Println("valid")
}

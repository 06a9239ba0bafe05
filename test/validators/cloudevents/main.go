// Asks the SDK of CloudEvents for Go about requests, and whether it sends on what it has read: README.md says how.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

type sent struct {
	Method, URL, Body string
	Headers           map[string]string
}

func objection(request sent) error {
	incoming, err := http.NewRequest(request.Method, request.URL, strings.NewReader(request.Body))
	if err != nil {
		return err
	}
	for name, value := range request.Headers {
		incoming.Header.Set(name, value)
	}
	event, err := binding.ToEvent(context.Background(), cehttp.NewMessageFromHttpRequest(incoming))
	if err != nil {
		return err
	}
	var data map[string]any
	if err := errors.Join(event.Validate(), event.DataAs(&data)); err != nil {
		return err
	}
	// In binary mode each attribute is a header.
	outgoing, _ := http.NewRequest("POST", request.URL, nil)
	return cehttp.WriteRequest(context.Background(), binding.ToMessage(event), outgoing)
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	all, objected := 0, 0
	lines := bufio.NewReader(file)
	for {
		line, end := lines.ReadString('\n')
		var request sent
		if json.Unmarshal([]byte(line), &request) == nil {
			if all == 0 {
				without := request
				without.Body = strings.Replace(request.Body, `"source":`, `"sauce":`, 1)
				if objection(without) == nil {
					panic("an event without a source must be objected to")
				}
			}
			all++
			if why := objection(request); why != nil {
				objected++
				fmt.Println(all, why)
			}
		}
		if end == io.EOF {
			break
		}
	}
	fmt.Printf("%d requests, %d objections\n", all, objected)
	if all == 0 || objected > 0 {
		os.Exit(1)
	}
}

// Command policy-gate is the last plugin of a node's container network. It tells whoever enforces NetworkPolicies which
// address a pod has been given, and lets the pod start when its packet rules are written.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// The node's runtime waits for minutes and then tries anew.
const (
	patience = 20 * time.Second
	pause    = 100 * time.Millisecond
)

type configuration struct {
	CNIVersion string `json:"cniVersion"`
	// Socket is where to ask, Node the name of this node.
	Socket     string          `json:"socket"`
	Node       string          `json:"node"`
	PrevResult json.RawMessage `json:"prevResult"`
}

type arrival struct {
	Node      string `json:"node"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid"`
	Address   string `json:"address"`
}

func main() {
	if err := answer(os.Getenv("CNI_COMMAND"), os.Getenv("CNI_ARGS"), os.Stdin, os.Stdout); err != nil {
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"cniVersion": "1.0.0", "code": 100, "msg": err.Error()})
		os.Exit(1)
	}
}

func answer(command, args string, in io.Reader, out io.Writer) error {
	if command == "VERSION" {
		return json.NewEncoder(out).Encode(map[string]any{"cniVersion": "1.0.0", "supportedVersions": []string{"1.0.0"}})
	}
	// An address that is free again is nobody's until it is given: nothing to do for other commands.
	if command != "ADD" {
		return nil
	}
	var conf configuration
	if err := json.NewDecoder(in).Decode(&conf); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	pod, err := arrived(conf, args)
	if err != nil {
		return err
	}
	if err := admitted(conf.Socket, pod, patience); err != nil {
		return err
	}
	_, err = out.Write(conf.PrevResult)
	return err
}

func arrived(conf configuration, args string) (arrival, error) {
	var result struct {
		IPs []struct {
			Address string `json:"address"`
		} `json:"ips"`
	}
	if err := json.Unmarshal(conf.PrevResult, &result); err != nil {
		return arrival{}, fmt.Errorf("result of the plugin before: %w", err)
	}
	if len(result.IPs) == 0 {
		return arrival{}, errors.New("the plugin before gave no address")
	}
	address, _, err := net.ParseCIDR(result.IPs[0].Address)
	if err != nil {
		return arrival{}, err
	}
	pod := arrival{Node: conf.Node, Address: address.String()}
	for pair := range strings.SplitSeq(args, ";") {
		key, value, _ := strings.Cut(pair, "=")
		switch key {
		case "K8S_POD_NAMESPACE":
			pod.Namespace = value
		case "K8S_POD_NAME":
			pod.Name = value
		case "K8S_POD_UID":
			pod.UID = value
		}
	}
	if pod.Namespace == "" || pod.Name == "" || pod.UID == "" {
		return arrival{}, fmt.Errorf("no pod is named by %q", args)
	}
	return pod, nil
}

// admitted returns when the pod may start. Nobody may listen yet, or know all there is to know, while a cluster starts.
func admitted(socket string, pod arrival, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: dial}}
	body, err := json.Marshal(pod)
	if err != nil {
		return err
	}
	for {
		err := ask(ctx, client, body)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the rules of %s/%s are not written: %w", pod.Namespace, pod.Name, err)
		case <-time.After(pause):
		}
	}
}

func ask(ctx context.Context, client *http.Client, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://gate/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	words, _ := io.ReadAll(io.LimitReader(response.Body, 500))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%d %s", response.StatusCode, words)
	}
	return nil
}

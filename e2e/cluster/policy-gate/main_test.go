package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const podArgs = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=c;K8S_POD_UID=uid-1"
const before = `{"cniVersion":"1.0.0","ips":[{"address":"10.244.1.2/24","interface":2}],"dns":{}}`

func configured(t *testing.T, socket string) string {
	t.Helper()
	text, err := json.Marshal(configuration{CNIVersion: "1.0.0", Socket: socket, Node: "node1", PrevResult: json.RawMessage(before)})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPodStartsWhenItsRulesAreWritten(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "gate.sock")
	heard := make(chan string, 9)
	out := new(bytes.Buffer)
	ended := make(chan error, 1)
	go func() { ended <- answer("ADD", podArgs, strings.NewReader(configured(t, socket)), out) }()

	// Nobody listens at first, then somebody who does not know yet.
	time.Sleep(2 * pause)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	answers := []int{http.StatusServiceUnavailable, http.StatusOK}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- string(body)
		w.WriteHeader(answers[0])
		answers = answers[1:]
	})}
	defer func() { _ = server.Close() }()
	go func() { _ = server.Serve(listener) }()

	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	want := `{"node":"node1","namespace":"shop","name":"web","uid":"uid-1","address":"10.244.1.2"}`
	for range 2 {
		if got := <-heard; got != want {
			t.Errorf("heard %s", got)
		}
	}
	if out.String() != before {
		t.Errorf("answered %s", out)
	}
}

func TestPodDoesNotStartWithoutRules(t *testing.T) {
	pod := arrival{Namespace: "shop", Name: "web"}
	err := admitted(filepath.Join(t.TempDir(), "nobody.sock"), pod, 2*pause)
	if err == nil || !strings.Contains(err.Error(), "the rules of shop/web are not written") {
		t.Errorf("said %v", err)
	}
}

func TestPodThatNobodyNamesDoesNotStart(t *testing.T) {
	for _, args := range []string{"", "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web"} {
		if err := answer("ADD", args, strings.NewReader(configured(t, "none")), io.Discard); err == nil {
			t.Errorf("%q started", args)
		}
	}
}

func TestOtherCommandsAskNobody(t *testing.T) {
	for _, command := range []string{"DEL", "CHECK"} {
		if err := answer(command, podArgs, strings.NewReader(configured(t, "none")), io.Discard); err != nil {
			t.Errorf("%s: %v", command, err)
		}
	}
	out := new(bytes.Buffer)
	if err := answer("VERSION", "", strings.NewReader(""), out); err != nil || !strings.Contains(out.String(), `"1.0.0"`) {
		t.Errorf("VERSION: %v %s", err, out)
	}
}

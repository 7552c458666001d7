package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// asDriver makes the test program be the driver, so that a test can put it into a node's namespaces.
const asDriver = "STORAGE_TEST_AS_DRIVER"

// patience bounds every wait. Nothing here takes a second on an idle machine.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	if os.Getenv(asDriver) != "" {
		main()
		os.Exit(0)
	}
	if err := requirements(); err != nil {
		fmt.Fprintln(os.Stderr, "The storage driver's tests cannot run here:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func requirements() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("they mount file systems, so they must be run as root")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		return fmt.Errorf("they need loop devices: %w", err)
	}
	for _, tool := range []string{"mkfs.xfs", "xfs_growfs", "xfs_repair", "nsenter"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("they need the Debian packages xfsprogs and util-linux: %w", err)
		}
	}
	return nil
}

// newRoot is the directory that all nodes of a test see. When the test is over no loop device may be left of it.
func newRoot(t *testing.T) string {
	t.Helper()
	// Not t.TempDir: its names are too long for the path of a unix socket.
	root, err := os.MkdirTemp("", "storage-")
	must(t, err)
	t.Cleanup(func() {
		eventually(t, "no loop device of the test is left", func() bool { return len(loopsUnder(t, root)) == 0 })
		must(t, os.RemoveAll(root))
	})
	return root
}

// loopsUnder reads what the kernel shows of its loop devices: not the way in which the driver finds one.
func loopsUnder(t *testing.T, directory string) []string {
	t.Helper()
	paths, err := filepath.Glob("/sys/block/loop*/loop/backing_file")
	must(t, err)
	var found []string
	for _, path := range paths {
		// An error means that the device was cleared between the two calls.
		if content, err := os.ReadFile(path); err == nil && strings.Contains(string(content), directory) {
			found = append(found, strings.TrimSpace(string(content)))
		}
	}
	return found
}

// A process is a driver that was started by a test.
type process struct {
	command *exec.Cmd
	exited  chan struct{}
	mutex   sync.Mutex
	log     strings.Builder
}

// startProcess returns when the driver listens. The caller ends it.
func startProcess(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{command: exec.Command(name, args...), exited: make(chan struct{})}
	p.command.Env = append(os.Environ(), asDriver+"=1")
	output, err := p.command.StderrPipe()
	must(t, err)
	must(t, p.command.Start())
	serving := make(chan struct{})
	go p.read(bufio.NewScanner(output), serving)
	select {
	case <-serving:
	case <-p.exited:
		t.Fatalf("the driver ended at once: %s", p.output())
	case <-time.After(patience):
		t.Fatalf("the driver does not listen: %s", p.output())
	}
	return p
}

func (p *process) read(lines *bufio.Scanner, serving chan struct{}) {
	for lines.Scan() {
		p.mutex.Lock()
		fmt.Fprintln(&p.log, lines.Text())
		p.mutex.Unlock()
		if strings.Contains(lines.Text(), `"msg":"serving"`) {
			close(serving)
		}
	}
	_ = p.command.Wait()
	close(p.exited)
}

func (p *process) output() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.log.String()
}

func ownProgram(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	must(t, err)
	return program
}

func connect(t *testing.T, socket string) *grpc.ClientConn {
	t.Helper()
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if status.Code(err) != want {
		t.Fatalf("got %v, want an error with the code %v", err, want)
	}
}

// eventually is for what the kernel or another process does by itself.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
		unix.Nanosleep(&unix.Timespec{Nsec: 5e6}, nil)
	}
}

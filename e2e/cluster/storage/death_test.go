package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// startWriter is a process in the node that never stops writing to its volume.
func (n *testNode) startWriter(t *testing.T, id string) {
	t.Helper()
	script := `i=0; while :; do i=$((i+1)); echo $i >> "$0/written"; done`
	writer := exec.Command("nsenter", "-t", n.pid(), "-m", "-p", "--", "sh", "-c", script, n.targetPath(id))
	must(t, writer.Start())
	t.Cleanup(func() {
		_ = writer.Process.Kill()
		_ = writer.Wait()
	})
	eventually(t, "the writer writes", func() bool {
		content, err := os.ReadFile(n.data(id, "written"))
		return err == nil && bytes.Count(content, []byte("\n")) > 100
	})
}

func TestAKilledNodeLeavesNoLoopDevice(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	for _, id := range []string{"one", "two", "three"} {
		c.create(t, id, 32<<20)
		a.use(t, id, readWriteOnce)
	}
	a.startWriter(t, "two")
	if got := loopsUnder(t, root); len(got) != 3 {
		t.Fatalf("there must be three loop devices, got %v", got)
	}
	start := time.Now()
	a.kill()
	eventually(t, "the loop devices are gone", func() bool { return len(loopsUnder(t, root)) == 0 })
	t.Logf("all loop devices were gone after %v", time.Since(start).Round(time.Millisecond))
	for _, id := range []string{"one", "two", "three"} {
		checkFileSystem(t, root, id)
		must(t, c.remove(t, id))
	}
}

func TestAKilledNodeDoesNotDisturbTheOther(t *testing.T) {
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 32<<20)
	a.use(t, "data", readWriteMany)
	b.use(t, "data", readWriteMany)
	a.startWriter(t, "data")
	a.kill()
	content, err := os.ReadFile(b.data("data", "written"))
	must(t, err)
	if bytes.Count(content, []byte("\n")) < 100 {
		t.Error("node b does not see what node a wrote")
	}
	must(t, os.WriteFile(b.data("data", "file"), []byte("content"), 0o600))
	wantCode(t, c.remove(t, "data"), codes.FailedPrecondition)
	again := startNode(t, root, "a")
	again.use(t, "data", readWriteMany)
	if got, err := os.ReadFile(again.data("data", "file")); err != nil || string(got) != "content" {
		t.Errorf("the restarted node reads %q, %v", got, err)
	}
}

func TestTheKubeletIsToldWhereTheDriverListens(t *testing.T) {
	a := startNode(t, newRoot(t), "a")
	socket := filepath.Join(a.kubeletDir, "plugins_registry", driverName+"-reg.sock")
	client := registration.NewRegistrationClient(connect(t, socket))
	info, err := client.GetInfo(testContext(t), &registration.InfoRequest{})
	must(t, err)
	if info.GetType() != "CSIPlugin" || info.GetName() != driverName || info.GetEndpoint() != a.socket() ||
		len(info.GetSupportedVersions()) != 1 || info.GetSupportedVersions()[0] != "1.0.0" {
		t.Errorf("got %v", info)
	}
	for _, status := range []*registration.RegistrationStatus{{PluginRegistered: true}, {Error: "no"}} {
		_, err := client.NotifyRegistrationStatus(testContext(t), status)
		must(t, err)
	}
	for _, want := range []string{"registered with the kubelet", "the kubelet refused the registration"} {
		eventually(t, want, func() bool { return bytes.Contains([]byte(a.driver.output()), []byte(want)) })
	}
}

func TestSocketsGoWithTheDriverAndStaleOnesAreReplaced(t *testing.T) {
	a := startNode(t, newRoot(t), "a")
	sockets := []string{a.socket(), filepath.Join(a.kubeletDir, "plugins_registry", driverName+"-reg.sock")}
	a.signalDriver(t, syscall.SIGKILL)
	for _, socket := range sockets {
		if _, err := os.Stat(socket); err != nil {
			t.Fatalf("a killed driver removes nothing, but: %v", err)
		}
	}
	a.startDriver(t)
	must(t, connect(t, sockets[0]).Invoke(testContext(t), "/csi.v1.Identity/Probe", &registration.InfoRequest{}, &registration.InfoRequest{}))
	a.signalDriver(t, unix.SIGTERM)
	for _, socket := range sockets {
		if _, err := os.Stat(socket); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", socket, err)
		}
	}
}

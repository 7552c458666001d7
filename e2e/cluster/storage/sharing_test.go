package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// checkFileSystem is for a volume that is not mounted: nothing may be wrong in it.
func checkFileSystem(t *testing.T, root, id string) {
	t.Helper()
	output, err := exec.Command("xfs_repair", "-n", "-f", filepath.Join(root, "volumes", id+".img")).CombinedOutput()
	if err != nil {
		t.Fatalf("the file system is damaged: %v\n%s", err, output)
	}
}

func wantRefusal(t *testing.T, err error, node string) {
	t.Helper()
	wantCode(t, err, codes.FailedPrecondition)
	if message := status.Convert(err).Message(); !strings.Contains(message, "in use on node "+node) {
		t.Errorf("the message does not name the node %s: %s", node, message)
	}
}

func TestTwoNodesSeeEachOthersWritesAtOnce(t *testing.T) {
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 64<<20)
	a.use(t, "data", readWriteMany)
	b.use(t, "data", readWriteMany)
	if got := loopsUnder(t, root); len(got) != 1 {
		t.Fatalf("there must be one loop device, got %v", got)
	}
	for i := range 100 {
		name, content := fmt.Sprint("file", i), fmt.Sprint("content", i)
		writer, reader := a, b
		if i%2 == 1 {
			writer, reader = b, a
		}
		must(t, os.WriteFile(writer.data("data", name), []byte(content), 0o600))
		if got, err := os.ReadFile(reader.data("data", name)); err != nil || string(got) != content {
			t.Fatalf("node %s reads %q, %v", reader.name, got, err)
		}
		must(t, os.Remove(reader.data("data", name)))
		if _, err := os.Stat(writer.data("data", name)); !os.IsNotExist(err) {
			t.Fatalf("node %s still sees the removed file: %v", writer.name, err)
		}
	}
}

func TestAFileLockOfOneNodeHoldsOnTheOther(t *testing.T) {
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 16<<20)
	var files []*os.File
	for _, n := range []*testNode{a, b} {
		n.use(t, "data", readWriteMany)
		file, err := os.OpenFile(n.data("data", "lock"), os.O_CREATE|os.O_RDWR, 0o600)
		must(t, err)
		defer file.Close()
		files = append(files, file)
	}
	must(t, unix.Flock(int(files[0].Fd()), unix.LOCK_EX))
	if err := unix.Flock(int(files[1].Fd()), unix.LOCK_EX|unix.LOCK_NB); !errors.Is(err, unix.EWOULDBLOCK) {
		t.Errorf("node b got a lock that node a has: %v", err)
	}
}

// appendLines writes whole lines to one file, as every node does at the same time.
func appendLines(n *testNode, count int) error {
	file, err := os.OpenFile(n.data("data", "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	for i := range count {
		if _, err := fmt.Fprintf(file, "%s %d\n", n.name, i); err != nil {
			return err
		}
		if err := os.WriteFile(n.data("data", fmt.Sprint(n.name, i)), make([]byte, 4096), 0o600); err != nil {
			return err
		}
	}
	return file.Sync()
}

func TestWritesOfTwoNodesAtTheSameTimeAreAllKept(t *testing.T) {
	const count = 500
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 64<<20)
	var writers sync.WaitGroup
	for _, n := range []*testNode{a, b} {
		n.use(t, "data", readWriteMany)
		writers.Go(func() {
			if err := appendLines(n, count); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	content, err := os.ReadFile(b.data("data", "log"))
	must(t, err)
	for _, n := range []*testNode{a, b} {
		for i := range count {
			if line := fmt.Sprintf("%s %d\n", n.name, i); !strings.Contains(string(content), line) {
				t.Fatalf("the line %q is lost", line)
			}
		}
	}
	files, err := os.ReadDir(a.data("data"))
	must(t, err)
	if len(files) != 2*count+1 {
		t.Errorf("there are %d files, want %d", len(files), 2*count+1)
	}
	a.leave(t, "data")
	b.leave(t, "data")
	checkFileSystem(t, root, "data")
}

func TestStagingAtTheSameTimeMakesOneLoopDevice(t *testing.T) {
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 32<<20)
	for range 10 {
		both := func(step func(*testNode)) {
			var calls sync.WaitGroup
			calls.Go(func() { step(a) })
			calls.Go(func() { step(b) })
			calls.Wait()
		}
		both(func(n *testNode) {
			if err := n.stage(t, "data", readWriteMany); err != nil {
				t.Error(err)
			}
		})
		if got := loopsUnder(t, root); len(got) != 1 {
			t.Fatalf("there must be one loop device, got %v", got)
		}
		both(func(n *testNode) {
			if _, err := n.NodeUnstageVolume(testContext(t), &csi.NodeUnstageVolumeRequest{
				VolumeId: "data", StagingTargetPath: n.stagingPath("data"),
			}); err != nil {
				t.Error(err)
			}
		})
	}
	checkFileSystem(t, root, "data")
}

func TestReadWriteOnceBelongsToOneNode(t *testing.T) {
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 16<<20)
	a.use(t, "data", readWriteOnce)
	wantRefusal(t, b.stage(t, "data", readWriteOnce), "a")
	a.unpublish(t, "data")
	wantRefusal(t, b.stage(t, "data", readWriteOnce), "a")
	a.leave(t, "data")
	b.use(t, "data", readWriteOnce)
	wantRefusal(t, a.stage(t, "data", readWriteOnce), "b")
}

func TestReadWriteOnceOutlivesTheDriverButNotTheNode(t *testing.T) {
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 16<<20)
	a.use(t, "data", readWriteOnce)
	must(t, os.WriteFile(a.data("data", "file"), []byte("content"), 0o600))

	a.signalDriver(t, 9)
	wantRefusal(t, b.stage(t, "data", readWriteOnce), "a")
	a.startDriver(t)
	wantRefusal(t, b.stage(t, "data", readWriteOnce), "a")
	a.use(t, "data", readWriteOnce)

	a.kill()
	eventually(t, "the other node gets the volume", func() bool { return b.stage(t, "data", readWriteOnce) == nil })
	must(t, b.publish(t, "data", false))
	if got, err := os.ReadFile(b.data("data", "file")); err != nil || string(got) != "content" {
		t.Errorf("node b reads %q, %v", got, err)
	}
}

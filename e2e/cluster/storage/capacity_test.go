package main

import (
	"errors"
	"os"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
)

// fill writes until the volume takes no more and returns how many bytes it took.
func fill(t *testing.T, file *os.File) (total int64) {
	t.Helper()
	chunk := make([]byte, 64<<10)
	for {
		n, err := file.Write(chunk)
		total += int64(n)
		if errors.Is(err, unix.ENOSPC) {
			must(t, file.Sync())
			return total
		}
		must(t, err)
	}
}

func (n *testNode) totalBytes(t *testing.T, id string) (total, available int64) {
	t.Helper()
	response, err := n.NodeGetVolumeStats(testContext(t), &csi.NodeGetVolumeStatsRequest{
		VolumeId: id, VolumePath: n.targetPath(id),
	})
	must(t, err)
	for _, usage := range response.GetUsage() {
		if usage.GetUnit() == csi.VolumeUsage_BYTES {
			return usage.GetTotal(), usage.GetAvailable()
		}
		if usage.GetUsed() < 0 || usage.GetTotal() < usage.GetUsed() {
			t.Errorf("impossible usage: %v", usage)
		}
	}
	t.Fatal("there is no usage in bytes")
	return 0, 0
}

func wantBetween(t *testing.T, what string, got, low, high int64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %d bytes, want %d to %d", what, got, low, high)
	}
}

func TestAFullVolumeIsFullAndGrowsWhileItIsWritten(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	c.create(t, "data", 32<<20)
	a.use(t, "data", readWriteOnce)
	file, err := os.Create(a.data("data", "file"))
	must(t, err)
	defer file.Close()
	written := fill(t, file)
	wantBetween(t, "written into 32 MiB", written, 24<<20, 32<<20)
	_, available := a.totalBytes(t, "data")
	wantBetween(t, "available when full", available, 0, 256<<10)

	wantCode(t, a.expand(t, "data", 64<<20), codes.OutOfRange)
	_, err = c.expand(t, "data", 64<<20)
	must(t, err)
	for range 2 {
		must(t, a.expand(t, "data", 64<<20))
	}
	total, _ := a.totalBytes(t, "data")
	wantBetween(t, "total of 64 MiB", total, 56<<20, 64<<20)
	// The file was open all the time.
	wantBetween(t, "written after the growth", fill(t, file), 28<<20, 33<<20)
	must(t, file.Close())
	a.leave(t, "data")
	checkFileSystem(t, root, "data")
}

func TestAVolumeThatGrewWhileNobodyUsedItIsLargeWhenStaged(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	c.create(t, "data", 16<<20)
	_, err := c.expand(t, "data", 1<<30)
	must(t, err)
	a.use(t, "data", readWriteOnce)
	total, _ := a.totalBytes(t, "data")
	wantBetween(t, "total of 1 GiB", total, 1000<<20, 1024<<20)
}

func TestGrowthOnOneNodeIsSeenOnTheOther(t *testing.T) {
	root := newRoot(t)
	c, a, b := startController(t, root), startNode(t, root, "a"), startNode(t, root, "b")
	c.create(t, "data", 32<<20)
	a.use(t, "data", readWriteMany)
	b.use(t, "data", readWriteMany)
	_, err := c.expand(t, "data", 64<<20)
	must(t, err)
	for _, n := range []*testNode{b, a} {
		must(t, n.expand(t, "data", 64<<20))
		total, _ := a.totalBytes(t, "data")
		wantBetween(t, "total on node a", total, 56<<20, 64<<20)
	}
}

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
)

func TestEveryCallOfAVolumesLifeCanBeRepeated(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	c.create(t, "data", 32<<20)
	for range 2 {
		a.use(t, "data", readWriteOnce)
	}
	must(t, os.WriteFile(a.data("data", "kept"), []byte("content"), 0o600))
	for range 2 {
		wantCode(t, c.remove(t, "data"), codes.FailedPrecondition)
	}
	for range 2 {
		a.leave(t, "data")
	}
	if _, err := os.Stat(a.targetPath("data")); !os.IsNotExist(err) {
		t.Errorf("the target path is still there: %v", err)
	}
	a.use(t, "data", readWriteOnce)
	if got, err := os.ReadFile(a.data("data", "kept")); err != nil || string(got) != "content" {
		t.Errorf("the volume lost its data: %q, %v", got, err)
	}
	a.leave(t, "data")
	must(t, c.remove(t, "data"))
	a.leave(t, "data")
}

func TestANewVolumeIsEmpty(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	c.create(t, "data", 16<<20)
	a.use(t, "data", readWriteOnce)
	if files, err := os.ReadDir(a.data("data")); err != nil || len(files) > 0 {
		t.Errorf("it contains %v, %v", files, err)
	}
}

func TestRepeatedCallsMakeOneMountEach(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	c.create(t, "data", 16<<20)
	for range 3 {
		a.use(t, "data", readWriteOnce)
	}
	mounts, err := os.ReadFile(filepath.Join("/proc", a.pid(), "mounts"))
	must(t, err)
	for _, path := range []string{a.stagingPath("data"), a.targetPath("data")} {
		if got := strings.Count(string(mounts), " "+path+" "); got != 1 {
			t.Errorf("there are %d mounts at %s", got, path)
		}
	}
	_, err = a.NodeGetVolumeStats(testContext(t), &csi.NodeGetVolumeStatsRequest{
		VolumeId: "data", VolumePath: a.kubeletDir,
	})
	wantCode(t, err, codes.NotFound)
}

func TestMoreVolumesThanTheKernelHasLoopDevicesAtFirst(t *testing.T) {
	// The kernel's usual number of loop devices at boot is 8.
	const count = 10
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	for i := range count {
		id := fmt.Sprint("data-", i)
		c.create(t, id, 16<<20)
		a.use(t, id, readWriteOnce)
		must(t, os.WriteFile(a.data(id, "file"), []byte(id), 0o600))
	}
	if got := loopsUnder(t, root); len(got) != count {
		t.Errorf("there are %d loop devices: %v", len(got), got)
	}
	for i := range count {
		id := fmt.Sprint("data-", i)
		if got, err := os.ReadFile(a.data(id, "file")); err != nil || string(got) != id {
			t.Errorf("the volume %s contains %q, %v", id, got, err)
		}
	}
}

func TestReadOnlyPublication(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	c.create(t, "data", 16<<20)
	must(t, a.stage(t, "data", readWriteMany))
	must(t, a.publish(t, "data", true))
	must(t, a.publish(t, "data", true))
	if err := os.WriteFile(a.data("data", "file"), nil, 0o600); !errors.Is(err, unix.EROFS) {
		t.Errorf("a write to a read-only publication: %v", err)
	}
	wantCode(t, a.publish(t, "data", false), codes.AlreadyExists)
	// The staged mount of the same file system can still be written to.
	must(t, os.WriteFile(a.see(a.stagingPath("data"), "file"), nil, 0o600))
	a.leave(t, "data")
}

func TestNodeRefusals(t *testing.T) {
	root := newRoot(t)
	c, a := startController(t, root), startNode(t, root, "a")
	c.create(t, "data", 16<<20)
	c.create(t, "other", 16<<20)
	wantCode(t, a.stage(t, "never-there", readWriteOnce), codes.NotFound)
	wantCode(t, a.stage(t, "", readWriteOnce), codes.InvalidArgument)
	wantCode(t, a.stage(t, "data", csi.VolumeCapability_AccessMode_UNKNOWN), codes.InvalidArgument)
	wantCode(t, a.publish(t, "data", false), codes.FailedPrecondition)
	wantCode(t, a.publish(t, "never-there", false), codes.NotFound)
	wantCode(t, a.expand(t, "data", 1), codes.FailedPrecondition)
	wantCode(t, a.expand(t, "never-there", 1), codes.NotFound)
	must(t, a.stage(t, "data", readWriteOnce))
	_, err := a.NodeStageVolume(testContext(t), &csi.NodeStageVolumeRequest{
		VolumeId: "other", StagingTargetPath: a.stagingPath("data"), VolumeCapability: capability(readWriteOnce),
	})
	wantCode(t, err, codes.Internal)
	_, err = a.NodePublishVolume(testContext(t), &csi.NodePublishVolumeRequest{
		VolumeId: "other", StagingTargetPath: a.stagingPath("data"), TargetPath: a.targetPath("other"),
		VolumeCapability: capability(readWriteOnce),
	})
	wantCode(t, err, codes.FailedPrecondition)
	if got := loopsUnder(t, filepath.Join(root, "volumes", "other")); len(got) != 0 {
		t.Errorf("the refused volume left the loop devices %v", got)
	}
}

func TestNodeSaysWhatItCanDo(t *testing.T) {
	a := startNode(t, newRoot(t), "a")
	info, err := a.NodeGetInfo(testContext(t), &csi.NodeGetInfoRequest{})
	must(t, err)
	if info.GetNodeId() != "a" || info.GetAccessibleTopology() != nil {
		t.Errorf("got %v", info)
	}
	response, err := a.NodeGetCapabilities(testContext(t), &csi.NodeGetCapabilitiesRequest{})
	must(t, err)
	want := map[csi.NodeServiceCapability_RPC_Type]bool{
		csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME: true,
		csi.NodeServiceCapability_RPC_EXPAND_VOLUME:        true,
		csi.NodeServiceCapability_RPC_GET_VOLUME_STATS:     true,
	}
	for _, capability := range response.GetCapabilities() {
		delete(want, capability.GetRpc().GetType())
	}
	if len(want) > 0 {
		t.Errorf("it does not say %v", want)
	}
}

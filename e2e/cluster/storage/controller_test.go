package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
)

func TestIdentityNamesTheDriverAndOnlineExpansion(t *testing.T) {
	c := startController(t, newRoot(t))
	info, err := c.GetPluginInfo(testContext(t), &csi.GetPluginInfoRequest{})
	must(t, err)
	if info.GetName() != "storage.hostedsite.dev" {
		t.Errorf("the name is %s", info.GetName())
	}
	probe, err := c.Probe(testContext(t), &csi.ProbeRequest{})
	must(t, err)
	if !probe.GetReady().GetValue() {
		t.Error("the driver is not ready")
	}
	plugin, err := c.GetPluginCapabilities(testContext(t), &csi.GetPluginCapabilitiesRequest{})
	must(t, err)
	if got := plugin.GetCapabilities()[1].GetVolumeExpansion().GetType(); got != csi.PluginCapability_VolumeExpansion_ONLINE {
		t.Errorf("expansion is %v", got)
	}
	capabilities, err := c.ControllerGetCapabilities(testContext(t), &csi.ControllerGetCapabilitiesRequest{})
	must(t, err)
	if len(capabilities.GetCapabilities()) != 2 {
		t.Errorf("got %v", capabilities)
	}
}

func TestCreateIsIdempotentAndSparse(t *testing.T) {
	root := newRoot(t)
	c := startController(t, root)
	for range 2 {
		response, err := c.CreateVolume(testContext(t), creation("data", 1<<30))
		must(t, err)
		if v := response.GetVolume(); v.GetVolumeId() != "data" || v.GetCapacityBytes() != 1<<30 {
			t.Fatalf("got %v", v)
		}
	}
	info, err := os.Stat(filepath.Join(root, "volumes", "data.img"))
	must(t, err)
	if used := info.Sys().(*syscall.Stat_t).Blocks * 512; info.Size() != 1<<30 || used > 8<<20 {
		t.Errorf("the file has %d bytes and takes %d on the disk", info.Size(), used)
	}
}

func TestCreateRefusesAnotherSizeUnderTheSameName(t *testing.T) {
	c := startController(t, newRoot(t))
	c.create(t, "data", 32<<20)
	_, err := c.CreateVolume(testContext(t), creation("data", 64<<20))
	wantCode(t, err, codes.AlreadyExists)
	smaller := creation("data", 16<<20)
	_, err = c.CreateVolume(testContext(t), smaller)
	must(t, err)
	smaller.CapacityRange.LimitBytes = 31 << 20
	_, err = c.CreateVolume(testContext(t), smaller)
	wantCode(t, err, codes.AlreadyExists)
}

func TestCreateAtTheSameTimeMakesOneVolume(t *testing.T) {
	root := newRoot(t)
	c := startController(t, root)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if _, err := c.CreateVolume(testContext(t), creation("data", 16<<20)); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	files, err := os.ReadDir(filepath.Join(root, "volumes"))
	must(t, err)
	if len(files) != 1 || files[0].Name() != "data.img" {
		t.Errorf("got the files %v", files)
	}
}

func TestCreateRefusals(t *testing.T) {
	c := startController(t, newRoot(t))
	for name, change := range map[string]func(*csi.CreateVolumeRequest){
		"no name":         func(r *csi.CreateVolumeRequest) { r.Name = "" },
		"path as name":    func(r *csi.CreateVolumeRequest) { r.Name = "../data" },
		"hidden name":     func(r *csi.CreateVolumeRequest) { r.Name = ".new-1" },
		"no capabilities": func(r *csi.CreateVolumeRequest) { r.VolumeCapabilities = nil },
		"parameter":       func(r *csi.CreateVolumeRequest) { r.Parameters = map[string]string{"speed": "high"} },
		"copy":            func(r *csi.CreateVolumeRequest) { r.VolumeContentSource = &csi.VolumeContentSource{} },
		"ReadWriteOncePod": func(r *csi.CreateVolumeRequest) {
			r.VolumeCapabilities[1] = capability(csi.VolumeCapability_AccessMode_SINGLE_NODE_SINGLE_WRITER)
		},
		"ReadOnlyMany": func(r *csi.CreateVolumeRequest) {
			r.VolumeCapabilities[0] = capability(csi.VolumeCapability_AccessMode_MULTI_NODE_READER_ONLY)
		},
		"block device": func(r *csi.CreateVolumeRequest) {
			r.VolumeCapabilities[0].AccessType = &csi.VolumeCapability_Block{}
		},
		"other file system": func(r *csi.CreateVolumeRequest) {
			r.VolumeCapabilities[0].GetMount().FsType = "ext4"
		},
		"mount options": func(r *csi.CreateVolumeRequest) {
			r.VolumeCapabilities[0].GetMount().MountFlags = []string{"noatime"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := creation("data", 16<<20)
			change(r)
			_, err := c.CreateVolume(testContext(t), r)
			wantCode(t, err, codes.InvalidArgument)
		})
	}
	_, err := c.CreateVolume(testContext(t), creation("data", 1<<50))
	wantCode(t, err, codes.OutOfRange)
}

func TestCreateTakesTheProvisionersMetadata(t *testing.T) {
	c := startController(t, newRoot(t))
	r := creation("pvc-1", 16<<20)
	r.Parameters = map[string]string{"csi.storage.k8s.io/pvc/name": "data", "csi.storage.k8s.io/pv/name": "pvc-1"}
	r.VolumeCapabilities[0].GetMount().FsType = "xfs"
	_, err := c.CreateVolume(testContext(t), r)
	must(t, err)
}

func TestVolumeSize(t *testing.T) {
	for _, c := range []struct{ required, limit, want int64 }{
		{1, 0, 16 << 20},
		{16 << 20, 16 << 20, 16 << 20},
		{16<<20 + 1, 0, 17 << 20},
		{100_000_000, 0, 96 << 20},
		{0, 0, 1 << 30},
		{0, 64 << 20, 16 << 20},
	} {
		got, err := volumeSize(&csi.CapacityRange{RequiredBytes: c.required, LimitBytes: c.limit})
		if err != nil || got != c.want {
			t.Errorf("%d to %d: got %d and %v, want %d", c.required, c.limit, got, err, c.want)
		}
	}
	for code, bad := range map[codes.Code]*csi.CapacityRange{
		codes.OutOfRange:      {RequiredBytes: 16<<20 + 1, LimitBytes: 16<<20 + 2},
		codes.InvalidArgument: {RequiredBytes: -1},
	} {
		_, err := volumeSize(bad)
		wantCode(t, err, code)
	}
}

func TestDeleteIsIdempotent(t *testing.T) {
	root := newRoot(t)
	c := startController(t, root)
	c.create(t, "data", 16<<20)
	for _, id := range []string{"data", "data", "never-there", "../../etc/passwd"} {
		must(t, c.remove(t, id))
	}
	wantCode(t, c.remove(t, ""), codes.InvalidArgument)
	if files, err := os.ReadDir(filepath.Join(root, "volumes")); err != nil || len(files) > 0 {
		t.Errorf("left are %v, %v", files, err)
	}
}

func TestExpandNeverShrinks(t *testing.T) {
	root := newRoot(t)
	c := startController(t, root)
	c.create(t, "data", 32<<20)
	for _, s := range []struct{ ask, want int64 }{{64<<20 - 5, 64 << 20}, {64 << 20, 64 << 20}, {16 << 20, 64 << 20}} {
		response, err := c.expand(t, "data", s.ask)
		must(t, err)
		if response.GetCapacityBytes() != s.want || !response.GetNodeExpansionRequired() {
			t.Errorf("asked for %d, got %v", s.ask, response)
		}
	}
	info, err := os.Stat(filepath.Join(root, "volumes", "data.img"))
	must(t, err)
	if info.Size() != 64<<20 {
		t.Errorf("the file has %d bytes", info.Size())
	}
	_, err = c.expand(t, "never-there", 64<<20)
	wantCode(t, err, codes.NotFound)
	_, err = c.ControllerExpandVolume(testContext(t), &csi.ControllerExpandVolumeRequest{VolumeId: "data"})
	wantCode(t, err, codes.InvalidArgument)
}

func TestValidateVolumeCapabilities(t *testing.T) {
	c := startController(t, newRoot(t))
	c.create(t, "data", 16<<20)
	ask := func(id string, mode csi.VolumeCapability_AccessMode_Mode) (*csi.ValidateVolumeCapabilitiesResponse, error) {
		return c.ValidateVolumeCapabilities(testContext(t), &csi.ValidateVolumeCapabilitiesRequest{
			VolumeId: id, VolumeCapabilities: []*csi.VolumeCapability{capability(mode)},
		})
	}
	good, err := ask("data", readWriteMany)
	must(t, err)
	if good.GetConfirmed() == nil {
		t.Errorf("ReadWriteMany is not confirmed: %v", good)
	}
	bad, err := ask("data", csi.VolumeCapability_AccessMode_SINGLE_NODE_READER_ONLY)
	must(t, err)
	if bad.GetConfirmed() != nil || !strings.Contains(bad.GetMessage(), "access mode") {
		t.Errorf("got %v", bad)
	}
	_, err = ask("never-there", readWriteOnce)
	wantCode(t, err, codes.NotFound)
}

func TestControllerClearsAwayUnfinishedVolumes(t *testing.T) {
	root := newRoot(t)
	must(t, os.Mkdir(filepath.Join(root, "volumes"), 0o700))
	left := filepath.Join(root, "volumes", unfinished+"123")
	must(t, os.WriteFile(left, nil, 0o600))
	startController(t, root)
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("the unfinished file is still there: %v", err)
	}
}

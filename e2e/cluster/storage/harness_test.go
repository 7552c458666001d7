package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
)

// nodeInit is pid 1 of a node: like the cluster's it has its own /proc and shares its mounts with its containers.
// It ends when the test program does, because that closes its input.
const nodeInit = `mount --make-rprivate / && mount -t proc proc /proc && mount --make-rshared / && echo ready && exec cat`

// A testNode is a mount and a pid namespace with the driver in it.
type testNode struct {
	csi.NodeClient
	csi.IdentityClient
	name, root, kubeletDir string
	init                   *exec.Cmd
	driver                 *process
}

func startNode(t *testing.T, root, name string) *testNode {
	t.Helper()
	n := &testNode{name: name, root: root, kubeletDir: filepath.Join(root, name)}
	n.init = exec.Command("sh", "-c", nodeInit)
	n.init.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID}
	n.init.Stderr = os.Stderr
	input, err := n.init.StdinPipe()
	must(t, err)
	output, err := n.init.StdoutPipe()
	must(t, err)
	must(t, n.init.Start())
	t.Cleanup(func() {
		_ = input.Close()
		n.kill()
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); err != nil && err != io.EOF || line != "ready\n" {
		t.Fatalf("the node's first process did not come up: %q, %v", line, err)
	}
	n.startDriver(t)
	connection := connect(t, n.socket())
	n.NodeClient = csi.NewNodeClient(connection)
	n.IdentityClient = csi.NewIdentityClient(connection)
	return n
}

func (n *testNode) socket() string {
	return filepath.Join(n.kubeletDir, "plugins", driverName, "csi.sock")
}

func (n *testNode) pid() string {
	return strconv.Itoa(n.init.Process.Pid)
}

func (n *testNode) startDriver(t *testing.T) {
	t.Helper()
	n.driver = startProcess(t, "nsenter", "-t", n.pid(), "-m", "-p", "--", ownProgram(t),
		"node", "--root", n.root, "--node", n.name, "--kubelet-dir", n.kubeletDir)
}

// signalDriver reaches the driver alone: nsenter is its parent and ends with it.
func (n *testNode) signalDriver(t *testing.T, signal syscall.Signal) {
	t.Helper()
	parent := strconv.Itoa(n.driver.command.Process.Pid)
	children, err := os.ReadFile(filepath.Join("/proc", parent, "task", parent, "children"))
	must(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(children)))
	must(t, err)
	must(t, syscall.Kill(pid, signal))
	<-n.driver.exited
}

// kill is a power failure: every process and every mount of the node ends.
func (n *testNode) kill() {
	_ = n.init.Process.Kill()
	_ = n.init.Wait()
	if n.driver != nil {
		<-n.driver.exited
	}
}

// see is the path as the node sees it.
func (n *testNode) see(path ...string) string {
	return filepath.Join(append([]string{"/proc", n.pid(), "root"}, path...)...)
}

func (n *testNode) stagingPath(id string) string { return filepath.Join(n.kubeletDir, "staged", id) }
func (n *testNode) targetPath(id string) string  { return filepath.Join(n.kubeletDir, "pods", id) }

// data is the published volume's content, for this test program to read and write.
func (n *testNode) data(id string, path ...string) string {
	return n.see(append([]string{n.targetPath(id)}, path...)...)
}

func (n *testNode) stage(t *testing.T, id string, mode csi.VolumeCapability_AccessMode_Mode) error {
	t.Helper()
	_, err := n.NodeStageVolume(testContext(t), &csi.NodeStageVolumeRequest{
		VolumeId: id, StagingTargetPath: n.stagingPath(id), VolumeCapability: capability(mode),
	})
	return err
}

func (n *testNode) publish(t *testing.T, id string, readOnly bool) error {
	t.Helper()
	_, err := n.NodePublishVolume(testContext(t), &csi.NodePublishVolumeRequest{
		VolumeId: id, StagingTargetPath: n.stagingPath(id), TargetPath: n.targetPath(id),
		VolumeCapability: capability(readWriteMany), Readonly: readOnly,
	})
	return err
}

// use stages and publishes.
func (n *testNode) use(t *testing.T, id string, mode csi.VolumeCapability_AccessMode_Mode) {
	t.Helper()
	must(t, n.stage(t, id, mode))
	must(t, n.publish(t, id, false))
}

func (n *testNode) unpublish(t *testing.T, id string) {
	t.Helper()
	_, err := n.NodeUnpublishVolume(testContext(t), &csi.NodeUnpublishVolumeRequest{
		VolumeId: id, TargetPath: n.targetPath(id),
	})
	must(t, err)
}

// leave unpublishes and unstages.
func (n *testNode) leave(t *testing.T, id string) {
	t.Helper()
	n.unpublish(t, id)
	_, err := n.NodeUnstageVolume(testContext(t), &csi.NodeUnstageVolumeRequest{
		VolumeId: id, StagingTargetPath: n.stagingPath(id),
	})
	must(t, err)
}

func (n *testNode) expand(t *testing.T, id string, size int64) error {
	t.Helper()
	_, err := n.NodeExpandVolume(testContext(t), &csi.NodeExpandVolumeRequest{
		VolumeId: id, VolumePath: n.targetPath(id), StagingTargetPath: n.stagingPath(id),
		CapacityRange: &csi.CapacityRange{RequiredBytes: size},
	})
	return err
}

type testController struct {
	csi.ControllerClient
	csi.IdentityClient
}

func startController(t *testing.T, root string) *testController {
	t.Helper()
	socket := filepath.Join(root, "csi.sock")
	p := startProcess(t, ownProgram(t), "controller", "--root", root, "--socket", socket)
	t.Cleanup(func() {
		_ = p.command.Process.Kill()
		<-p.exited
	})
	connection := connect(t, socket)
	return &testController{csi.NewControllerClient(connection), csi.NewIdentityClient(connection)}
}

func (c *testController) create(t *testing.T, name string, size int64) {
	t.Helper()
	_, err := c.CreateVolume(testContext(t), creation(name, size))
	must(t, err)
}

func (c *testController) expand(t *testing.T, id string, size int64) (*csi.ControllerExpandVolumeResponse, error) {
	t.Helper()
	return c.ControllerExpandVolume(testContext(t), &csi.ControllerExpandVolumeRequest{
		VolumeId: id, CapacityRange: &csi.CapacityRange{RequiredBytes: size},
	})
}

func (c *testController) remove(t *testing.T, id string) error {
	t.Helper()
	_, err := c.DeleteVolume(testContext(t), &csi.DeleteVolumeRequest{VolumeId: id})
	return err
}

func creation(name string, size int64) *csi.CreateVolumeRequest {
	return &csi.CreateVolumeRequest{
		Name: name, CapacityRange: &csi.CapacityRange{RequiredBytes: size},
		VolumeCapabilities: []*csi.VolumeCapability{capability(readWriteOnce), capability(readWriteMany)},
	}
}

func capability(mode csi.VolumeCapability_AccessMode_Mode) *csi.VolumeCapability {
	return &csi.VolumeCapability{
		AccessMode: &csi.VolumeCapability_AccessMode{Mode: mode},
		AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
	}
}

package main

import (
	"context"
	"errors"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type node struct {
	csi.UnimplementedNodeServer
	name  string
	store store
}

func (n *node) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: n.name}, nil
}

func (n *node) NodeGetCapabilities(
	context.Context, *csi.NodeGetCapabilitiesRequest,
) (*csi.NodeGetCapabilitiesResponse, error) {
	response := &csi.NodeGetCapabilitiesResponse{}
	for _, call := range []csi.NodeServiceCapability_RPC_Type{
		csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME,
		csi.NodeServiceCapability_RPC_EXPAND_VOLUME,
		csi.NodeServiceCapability_RPC_GET_VOLUME_STATS,
	} {
		response.Capabilities = append(response.Capabilities, &csi.NodeServiceCapability{
			Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{Type: call}},
		})
	}
	return response, nil
}

func (n *node) NodeStageVolume(ctx context.Context, r *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	if err := checkPaths(r.GetVolumeId(), r.GetStagingTargetPath()); err != nil {
		return nil, err
	}
	if err := checkCapability(r.GetVolumeCapability()); err != nil {
		return nil, err
	}
	v, err := n.store.lock(ctx, r.GetVolumeId())
	if err != nil {
		return nil, lockStatus(err)
	}
	defer v.unlock()
	device, err := n.deviceFor(v, r.GetVolumeCapability().GetAccessMode().GetMode())
	if err != nil {
		return nil, err
	}
	defer device.close()
	if err := n.stage(device, r.GetStagingTargetPath()); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeStageVolumeResponse{}, nil
}

// deviceFor is the volume's loop device. A ReadWriteOnce volume belongs to the node that bound its device, until
// the last mount of it is gone: the kernel then clears the device, and the note of its holder with it.
func (n *node) deviceFor(v *volume, mode csi.VolumeCapability_AccessMode_Mode) (*loopDevice, error) {
	device, err := v.device()
	if err == nil && device == nil {
		device, err = bindLoop(v.path, n.name)
	}
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if mode == readWriteOnce && device.holder != n.name {
		device.close()
		return nil, status.Errorf(codes.FailedPrecondition,
			"the volume is ReadWriteOnce and in use on node %s", device.holder)
	}
	return device, nil
}

// stage mounts the device and lets its file system fill it: the file may have grown while nothing was mounted.
func (n *node) stage(device *loopDevice, path string) error {
	mounted, err := mountedDevice(path)
	if err != nil {
		return err
	}
	if mounted != 0 && mounted != device.number {
		return errors.New("another volume is mounted at " + path)
	}
	if mounted == 0 {
		if err := os.MkdirAll(path, 0o750); err != nil {
			return err
		}
		if err := mountDevice(device, path); err != nil {
			return err
		}
	}
	return grow(device, path)
}

func grow(device *loopDevice, mountPoint string) error {
	if err := device.refreshSize(); err != nil {
		return err
	}
	return growFileSystem(mountPoint)
}

func (n *node) NodeUnstageVolume(
	ctx context.Context, r *csi.NodeUnstageVolumeRequest,
) (*csi.NodeUnstageVolumeResponse, error) {
	if err := n.unmount(ctx, r.GetVolumeId(), r.GetStagingTargetPath()); err != nil {
		return nil, err
	}
	return &csi.NodeUnstageVolumeResponse{}, nil
}

// unmount works for a volume that is deleted, too: its mount must go all the same.
func (n *node) unmount(ctx context.Context, id, path string) error {
	if err := checkPaths(id, path); err != nil {
		return err
	}
	v, err := n.store.lock(ctx, id)
	if err != nil && !errors.Is(err, errNoVolume) {
		return lockStatus(err)
	}
	if v != nil {
		defer v.unlock()
	}
	if err := unmountAll(path); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	return nil
}

func checkPaths(values ...string) error {
	for _, value := range values {
		if value == "" {
			return status.Error(codes.InvalidArgument, "the volume id or a path is missing")
		}
	}
	return nil
}

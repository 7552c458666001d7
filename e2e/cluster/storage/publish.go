package main

import (
	"context"
	"errors"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func (n *node) NodePublishVolume(
	ctx context.Context, r *csi.NodePublishVolumeRequest,
) (*csi.NodePublishVolumeResponse, error) {
	if err := checkPaths(r.GetVolumeId(), r.GetStagingTargetPath(), r.GetTargetPath()); err != nil {
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
	device, err := stagedDevice(v, r.GetStagingTargetPath())
	if err != nil {
		return nil, err
	}
	defer device.close()
	if err := publish(device, r.GetStagingTargetPath(), r.GetTargetPath(), r.GetReadonly()); err != nil {
		return nil, err
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

// stagedDevice is the volume's loop device, which must be mounted at the path.
func stagedDevice(v *volume, path string) (*loopDevice, error) {
	device, err := v.device()
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if device == nil {
		return nil, status.Error(codes.FailedPrecondition, "the volume is not staged")
	}
	mounted, err := mountedDevice(path)
	if err == nil && mounted == device.number {
		return device, nil
	}
	device.close()
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return nil, status.Errorf(codes.FailedPrecondition, "the volume is not staged at %s", path)
}

func publish(device *loopDevice, staging, target string, readOnly bool) error {
	mounted, err := mountedDevice(target)
	if err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	if mounted == 0 {
		if err := os.MkdirAll(target, 0o750); err != nil {
			return status.Error(codes.Internal, err.Error())
		}
		if err := bindMount(staging, target, readOnly); err != nil {
			return status.Error(codes.Internal, err.Error())
		}
		return nil
	}
	var stat unix.Statfs_t
	if err := unix.Statfs(target, &stat); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	if mounted != device.number || (stat.Flags&unix.ST_RDONLY != 0) != readOnly {
		return status.Errorf(codes.AlreadyExists, "something else is mounted at %s", target)
	}
	return nil
}

func (n *node) NodeUnpublishVolume(
	ctx context.Context, r *csi.NodeUnpublishVolumeRequest,
) (*csi.NodeUnpublishVolumeResponse, error) {
	if err := n.unmount(ctx, r.GetVolumeId(), r.GetTargetPath()); err != nil {
		return nil, err
	}
	// The driver made the directory, so it removes it. Never with what is in it: that could be the volume's data.
	if err := os.Remove(r.GetTargetPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

func (n *node) NodeExpandVolume(
	ctx context.Context, r *csi.NodeExpandVolumeRequest,
) (*csi.NodeExpandVolumeResponse, error) {
	if err := checkPaths(r.GetVolumeId(), r.GetVolumePath()); err != nil {
		return nil, err
	}
	v, err := n.store.lock(ctx, r.GetVolumeId())
	if err != nil {
		return nil, lockStatus(err)
	}
	defer v.unlock()
	size, err := v.size()
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if size < r.GetCapacityRange().GetRequiredBytes() {
		return nil, status.Errorf(codes.OutOfRange, "the volume has %d bytes; the controller has to enlarge it first", size)
	}
	// The volume path may be a read-only bind mount.
	path := r.GetStagingTargetPath()
	if path == "" {
		path = r.GetVolumePath()
	}
	device, err := stagedDevice(v, path)
	if err != nil {
		return nil, err
	}
	defer device.close()
	if err := grow(device, path); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeExpandVolumeResponse{CapacityBytes: size}, nil
}

func (n *node) NodeGetVolumeStats(
	_ context.Context, r *csi.NodeGetVolumeStatsRequest,
) (*csi.NodeGetVolumeStatsResponse, error) {
	if err := checkPaths(r.GetVolumeId(), r.GetVolumePath()); err != nil {
		return nil, err
	}
	mounted, err := mountedDevice(r.GetVolumePath())
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if mounted == 0 {
		return nil, status.Errorf(codes.NotFound, "nothing is mounted at %s", r.GetVolumePath())
	}
	var stat unix.Statfs_t
	if err := unix.Statfs(r.GetVolumePath(), &stat); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	block := stat.Bsize
	return &csi.NodeGetVolumeStatsResponse{Usage: []*csi.VolumeUsage{
		{
			Unit: csi.VolumeUsage_BYTES, Total: int64(stat.Blocks) * block,
			Used: int64(stat.Blocks-stat.Bfree) * block, Available: int64(stat.Bavail) * block,
		},
		{
			Unit: csi.VolumeUsage_INODES, Total: int64(stat.Files),
			Used: int64(stat.Files - stat.Ffree), Available: int64(stat.Ffree),
		},
	}}, nil
}

package main

import (
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	readWriteOnce = csi.VolumeCapability_AccessMode_SINGLE_NODE_WRITER
	readWriteMany = csi.VolumeCapability_AccessMode_MULTI_NODE_MULTI_WRITER
)

// checkCapability refuses every use of a volume that the driver does not know.
func checkCapability(capability *csi.VolumeCapability) error {
	if capability == nil {
		return status.Error(codes.InvalidArgument, "a volume capability is missing")
	}
	mount := capability.GetMount()
	if mount == nil {
		return status.Error(codes.InvalidArgument, "a volume is used as a file system only, not as a block device")
	}
	if !slices.Contains([]string{"", fileSystem}, mount.GetFsType()) {
		return status.Errorf(codes.InvalidArgument, "the file system is always %s, not %s", fileSystem, mount.GetFsType())
	}
	// Nodes share one superblock, so options of one node would be options of all.
	if len(mount.GetMountFlags()) > 0 {
		return status.Error(codes.InvalidArgument, "mount options are not supported")
	}
	mode := capability.GetAccessMode().GetMode()
	if mode != readWriteOnce && mode != readWriteMany {
		return status.Errorf(codes.InvalidArgument,
			"the access mode %s is not supported: only ReadWriteOnce and ReadWriteMany are", mode)
	}
	return nil
}

func checkCapabilities(capabilities []*csi.VolumeCapability) error {
	if len(capabilities) == 0 {
		return status.Error(codes.InvalidArgument, "the volume capabilities are missing")
	}
	for _, capability := range capabilities {
		if err := checkCapability(capability); err != nil {
			return err
		}
	}
	return nil
}

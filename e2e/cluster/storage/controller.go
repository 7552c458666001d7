package main

import (
	"context"
	"errors"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// metadataPrefix marks parameters that the provisioner adds (--extra-create-metadata) or keeps for itself.
const metadataPrefix = "csi.storage.k8s.io/"

type controller struct {
	csi.UnimplementedControllerServer
	store store
}

func (c *controller) ControllerGetCapabilities(
	context.Context, *csi.ControllerGetCapabilitiesRequest,
) (*csi.ControllerGetCapabilitiesResponse, error) {
	response := &csi.ControllerGetCapabilitiesResponse{}
	for _, call := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_EXPAND_VOLUME,
	} {
		response.Capabilities = append(response.Capabilities, &csi.ControllerServiceCapability{
			Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: call}},
		})
	}
	return response, nil
}

func (c *controller) CreateVolume(ctx context.Context, r *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	size, err := checkCreation(r)
	if err != nil {
		return nil, err
	}
	v, err := c.store.lock(ctx, r.GetName())
	if errors.Is(err, errNoVolume) {
		if err := c.store.create(r.GetName(), size); err != nil {
			return nil, status.Error(codes.Internal, err.Error())
		}
		v, err = c.store.lock(ctx, r.GetName())
	}
	if err != nil {
		return nil, lockStatus(err)
	}
	defer v.unlock()
	size, err = v.size()
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if !fits(size, r.GetCapacityRange()) {
		return nil, status.Errorf(codes.AlreadyExists, "the volume is already there with %d bytes", size)
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: r.GetName(), CapacityBytes: size}}, nil
}

func checkCreation(r *csi.CreateVolumeRequest) (int64, error) {
	if !volumeID.MatchString(r.GetName()) {
		return 0, status.Errorf(codes.InvalidArgument, "the name of a volume must match %s", volumeID)
	}
	if err := checkCapabilities(r.GetVolumeCapabilities()); err != nil {
		return 0, err
	}
	if r.GetVolumeContentSource() != nil {
		return 0, status.Error(codes.InvalidArgument, "a volume cannot begin as a copy of a snapshot or volume")
	}
	for name := range r.GetParameters() {
		if !strings.HasPrefix(name, metadataPrefix) {
			return 0, status.Errorf(codes.InvalidArgument, "there is no parameter %q; this driver has none", name)
		}
	}
	return volumeSize(r.GetCapacityRange())
}

func (c *controller) DeleteVolume(ctx context.Context, r *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	if r.GetVolumeId() == "" {
		return nil, status.Error(codes.InvalidArgument, "the volume id is missing")
	}
	v, err := c.store.lock(ctx, r.GetVolumeId())
	if errors.Is(err, errNoVolume) {
		return &csi.DeleteVolumeResponse{}, nil
	}
	if err != nil {
		return nil, lockStatus(err)
	}
	defer v.unlock()
	device, err := v.device()
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if device != nil {
		defer device.close()
		return nil, status.Errorf(codes.FailedPrecondition, "the volume is still in use, first on node %s", device.holder)
	}
	if err := v.remove(); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.DeleteVolumeResponse{}, nil
}

func (c *controller) ControllerExpandVolume(
	ctx context.Context, r *csi.ControllerExpandVolumeRequest,
) (*csi.ControllerExpandVolumeResponse, error) {
	if r.GetVolumeId() == "" || r.GetCapacityRange() == nil {
		return nil, status.Error(codes.InvalidArgument, "the volume id or the new size is missing")
	}
	wanted, err := volumeSize(r.GetCapacityRange())
	if err != nil {
		return nil, err
	}
	v, err := c.store.lock(ctx, r.GetVolumeId())
	if err != nil {
		return nil, lockStatus(err)
	}
	defer v.unlock()
	if err := v.enlarge(wanted); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	size, err := v.size()
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	// Always: whether the file system already fills the file is known to the node only.
	return &csi.ControllerExpandVolumeResponse{CapacityBytes: size, NodeExpansionRequired: true}, nil
}

func (c *controller) ValidateVolumeCapabilities(
	ctx context.Context, r *csi.ValidateVolumeCapabilitiesRequest,
) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if r.GetVolumeId() == "" || len(r.GetVolumeCapabilities()) == 0 {
		return nil, status.Error(codes.InvalidArgument, "the volume id or the capabilities are missing")
	}
	v, err := c.store.lock(ctx, r.GetVolumeId())
	if err != nil {
		return nil, lockStatus(err)
	}
	v.unlock()
	if err := checkCapabilities(r.GetVolumeCapabilities()); err != nil {
		return &csi.ValidateVolumeCapabilitiesResponse{Message: status.Convert(err).Message()}, nil
	}
	return &csi.ValidateVolumeCapabilitiesResponse{
		Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{VolumeCapabilities: r.GetVolumeCapabilities()},
	}, nil
}

// lockStatus is the answer to a caller that did not get the volume.
func lockStatus(err error) error {
	switch {
	case errors.Is(err, errNoVolume):
		return status.Error(codes.NotFound, err.Error())
	case errors.Is(err, errBusy):
		return status.Error(codes.Aborted, err.Error())
	}
	return status.Error(codes.Internal, err.Error())
}

package main

import (
	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	mebibyte = int64(1) << 20
	// minimumSize is the smallest XFS that mkfs.xfs makes.
	minimumSize = 16 * mebibyte
	// defaultSize is for a request that names none; Kubernetes always names one.
	defaultSize = 1024 * mebibyte
	// maximumSize is a guard against slips of the pen: files are sparse, so nothing else would stop them.
	maximumSize = int64(1) << 40
)

// volumeSize is the requested size in bytes, rounded up to whole MiB.
func volumeSize(capacity *csi.CapacityRange) (int64, error) {
	required, limit := capacity.GetRequiredBytes(), capacity.GetLimitBytes()
	if required < 0 || limit < 0 {
		return 0, status.Error(codes.InvalidArgument, "a size is negative")
	}
	if required > maximumSize {
		return 0, status.Errorf(codes.OutOfRange, "a volume has at most %d bytes", maximumSize)
	}
	size := max(minimumSize, (required+mebibyte-1)/mebibyte*mebibyte)
	if required == 0 && limit == 0 {
		size = defaultSize
	}
	if limit > 0 && size > limit {
		return 0, status.Errorf(codes.OutOfRange,
			"volumes have whole MiB and at least %d bytes: %d bytes are needed, the limit is %d", minimumSize, size, limit)
	}
	return size, nil
}

// fits tells whether a volume that is already there satisfies a request.
func fits(size int64, capacity *csi.CapacityRange) bool {
	return size >= capacity.GetRequiredBytes() && (capacity.GetLimitBytes() == 0 || size <= capacity.GetLimitBytes())
}

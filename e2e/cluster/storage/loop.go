package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// maxHolder is the room of the kernel for a loop device's file name (LO_NAME_SIZE), with the closing zero.
const maxHolder = 64

// A loopDevice is held open: as long as it is, the kernel does not clear it.
type loopDevice struct {
	file *os.File
	// number is the device number that stat reports for files of the mounted file system.
	number uint64
	// holder is the node that bound the device. It is kept in the kernel and so ends with the device itself.
	holder string
}

func (d *loopDevice) close() {
	_ = d.file.Close()
}

// refreshSize makes the device as large as its file.
func (d *loopDevice) refreshSize() error {
	return unix.IoctlSetInt(int(d.file.Fd()), unix.LOOP_SET_CAPACITY, 0)
}

// findLoop returns the loop device of the image, or nil when there is none.
// The answer holds as long as the caller has the volume's lock: only the kernel may take the device away.
func findLoop(image *os.File) (*loopDevice, error) {
	var want unix.Stat_t
	if err := unix.Fstat(int(image.Fd()), &want); err != nil {
		return nil, err
	}
	// Paths say nothing here, they differ between mount namespaces: only device and inode count.
	bound, err := filepath.Glob("/sys/block/loop*/loop")
	if err != nil {
		return nil, err
	}
	for _, directory := range bound {
		device, info, err := openLoop(filepath.Join("/dev", filepath.Base(filepath.Dir(directory))), unix.O_RDONLY)
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if info.Device == want.Dev && info.Inode == want.Ino {
			return device, nil
		}
		device.close()
	}
	return nil, nil
}

// gone: the device was cleared or removed while it was looked at. By then nothing writes to its file any more.
func gone(err error) bool {
	return errors.Is(err, unix.ENXIO) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENODEV)
}

func openLoop(path string, mode int) (*loopDevice, *unix.LoopInfo64, error) {
	file, err := os.OpenFile(path, mode|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := unix.IoctlLoopGetStatus64(int(file.Fd()))
	if err != nil {
		_ = file.Close()
		return nil, nil, err
	}
	var stat unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &stat); err != nil {
		_ = file.Close()
		return nil, nil, err
	}
	return &loopDevice{file: file, number: stat.Rdev, holder: unix.ByteSliceToString(info.File_name[:])}, info, nil
}

// bindLoop binds the image to a free loop device that clears itself when nobody has it open or mounted.
// The caller has the volume's lock and has found no device for it.
func bindLoop(path, holder string) (*loopDevice, error) {
	// Not the file that carries the lock: the kernel keeps this one, and a lock on it, for the device's life.
	image, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer image.Close()
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer control.Close()
	// Another program may take the free device first; then the kernel names the next one.
	for range 20 {
		number, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
		if err != nil {
			return nil, err
		}
		device, err := configureLoop(fmt.Sprintf("/dev/loop%d", number), image, holder)
		if !errors.Is(err, unix.EBUSY) {
			return device, err
		}
	}
	return nil, errors.New("no free loop device could be had in 20 tries")
}

func configureLoop(path string, image *os.File, holder string) (*loopDevice, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	// openLoop opens it once more before this one is closed, so the device stays.
	defer file.Close()
	config := unix.LoopConfig{Fd: uint32(image.Fd()), Size: sectorSize}
	config.Info.Flags = unix.LO_FLAGS_AUTOCLEAR
	copy(config.Info.File_name[:maxHolder-1], holder)
	if err := unix.IoctlLoopConfigure(int(file.Fd()), &config); err != nil {
		return nil, err
	}
	device, _, err := openLoop(path, unix.O_RDONLY)
	return device, err
}

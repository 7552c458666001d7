package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	fileSystem = "xfs"
	sectorSize = 512
)

// format makes an empty file system in the file. Blocks are not discarded, the file has none yet.
// The journal is the smallest that XFS takes; "unsupported" lifts mkfs.xfs's lower limit of 300 MiB,
// a limit of the tool for the sake of speed, not of the kernel.
func format(path string) error {
	return command("mkfs.xfs", "--unsupported", "-q", "-K", "-s", "size="+strconv.Itoa(sectorSize),
		"-m", "reflink=0,rmapbt=0", "-l", "size=4m", path)
}

// growFileSystem fills the mounted file system's device. Nothing happens when it already does.
func growFileSystem(mountPoint string) error {
	return command("xfs_growfs", "-d", mountPoint)
}

func command(name string, args ...string) error {
	output, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(output)))
	}
	return nil
}

// mountDevice mounts the device; a device that is already mounted elsewhere, in whatever mount namespace,
// gets a second mount of the same superblock.
func mountDevice(device *loopDevice, target string) error {
	if err := unix.Mount(device.file.Name(), target, fileSystem, 0, ""); err != nil {
		return fmt.Errorf("mount %s at %s: %w", device.file.Name(), target, err)
	}
	return nil
}

func bindMount(source, target string, readOnly bool) error {
	if err := unix.Mount(source, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind %s at %s: %w", source, target, err)
	}
	if !readOnly {
		return nil
	}
	if err := unix.Mount("", target, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		_ = unix.Unmount(target, 0)
		return fmt.Errorf("make %s read-only: %w", target, err)
	}
	return nil
}

// unmountAll takes away every mount at the path; a path that is none, or is not there, is no error.
func unmountAll(path string) error {
	for {
		err := unix.Unmount(path, unix.UMOUNT_NOFOLLOW)
		switch err {
		case nil:
			continue
		case unix.EINVAL, unix.ENOENT:
			return nil
		}
		return fmt.Errorf("unmount %s: %w", path, err)
	}
}

// mountedDevice is the number of the device mounted at the path, or 0 when nothing is mounted there.
func mountedDevice(path string) (uint64, error) {
	var stat unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_BASIC_STATS, &stat)
	if err == unix.ENOENT {
		return 0, nil
	}
	if err != nil {
		return 0, &os.PathError{Op: "statx", Path: path, Err: err}
	}
	if stat.Attributes&unix.STATX_ATTR_MOUNT_ROOT == 0 {
		return 0, nil
	}
	return unix.Mkdev(stat.Dev_major, stat.Dev_minor), nil
}

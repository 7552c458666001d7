package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"golang.org/x/sys/unix"
)

var (
	errNoVolume = errors.New("there is no such volume")
	errBusy     = errors.New("another call works on this volume")
	volumeID    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
)

const (
	imageSuffix = ".img"
	// unfinished starts the name of an image that is being made; no volume id begins with a dot.
	unfinished = ".new-"
	// lockInterval is how often a taken lock is asked for again. Waiting in the kernel could not be broken off.
	lockInterval = 20 * time.Millisecond
)

// A store is the directory of all volumes, one sparse file each. Controller and nodes see the same one.
type store struct {
	directory string
}

func openStore(root string) (store, error) {
	directory, err := filepath.Abs(filepath.Join(root, "volumes"))
	if err != nil {
		return store{}, err
	}
	return store{directory}, os.MkdirAll(directory, 0o700)
}

// removeUnfinished clears away what a killed controller left. Only the one controller of a store may call it.
func (s store) removeUnfinished() error {
	files, err := filepath.Glob(filepath.Join(s.directory, unfinished+"*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}

// create makes an empty volume; one that is already there is left as it is.
// A volume appears under its name only when it is complete.
func (s store) create(id string, size int64) error {
	file, err := os.CreateTemp(s.directory, unfinished)
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := file.Truncate(size); err != nil {
		return err
	}
	if err := format(file.Name()); err != nil {
		return err
	}
	err = unix.Renameat2(unix.AT_FDCWD, file.Name(), unix.AT_FDCWD, s.path(id), unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EEXIST) {
		return nil
	}
	return err
}

func (s store) path(id string) string {
	return filepath.Join(s.directory, id+imageSuffix)
}

// A volume is the image of one volume, locked against every other call on every node.
type volume struct {
	path  string
	image *os.File
}

// lock waits for the volume until the context ends. The lock is the kernel's and ends with the process.
func (s store) lock(ctx context.Context, id string) (*volume, error) {
	if !volumeID.MatchString(id) {
		return nil, errNoVolume
	}
	image, err := os.OpenFile(s.path(id), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errNoVolume
	}
	if err != nil {
		return nil, err
	}
	v := &volume{path: image.Name(), image: image}
	if err := v.wait(ctx); err != nil {
		_ = image.Close()
		return nil, err
	}
	return v, nil
}

func (v *volume) wait(ctx context.Context) error {
	for {
		err := unix.Flock(int(v.image.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("lock %s: %w", v.path, err)
		}
		select {
		case <-ctx.Done():
			return errBusy
		case <-time.After(lockInterval):
		}
	}
	// It may have been deleted meanwhile.
	var stat unix.Stat_t
	if err := unix.Fstat(int(v.image.Fd()), &stat); err != nil {
		return err
	}
	if stat.Nlink == 0 {
		return errNoVolume
	}
	return nil
}

func (v *volume) unlock() {
	// A child process between fork and exec may share the file: closing alone would not unlock then.
	_ = unix.Flock(int(v.image.Fd()), unix.LOCK_UN)
	_ = v.image.Close()
}

func (v *volume) size() (int64, error) {
	info, err := v.image.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// enlarge never makes a volume smaller. What has it mounted sees the new size after node.grow.
func (v *volume) enlarge(size int64) error {
	now, err := v.size()
	if err != nil || now >= size {
		return err
	}
	return v.image.Truncate(size)
}

// device is the volume's loop device, or nil.
func (v *volume) device() (*loopDevice, error) {
	return findLoop(v.image)
}

func (v *volume) remove() error {
	return os.Remove(v.path)
}

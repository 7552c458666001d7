package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

func newStore(t *testing.T) store {
	t.Helper()
	s, err := openStore(newRoot(t))
	must(t, err)
	must(t, s.create("data", 16<<20))
	return s
}

func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestALockedVolumeIsBusyUntilItIsUnlocked(t *testing.T) {
	s := newStore(t)
	first, err := s.lock(context.Background(), "data")
	must(t, err)
	if _, err := s.lock(ended(), "data"); !errors.Is(err, errBusy) {
		t.Fatalf("got %v", err)
	}
	first.unlock()
	second, err := s.lock(ended(), "data")
	must(t, err)
	second.unlock()
}

func TestWaitingForAVolumeThatIsDeletedMeanwhile(t *testing.T) {
	s := newStore(t)
	v, err := s.lock(context.Background(), "data")
	must(t, err)
	waiter := make(chan error)
	opened, err := os.OpenFile(v.path, os.O_RDWR, 0)
	must(t, err)
	defer opened.Close()
	go func() { waiter <- (&volume{path: v.path, image: opened}).wait(testContext(t)) }()
	must(t, v.remove())
	v.unlock()
	if err := <-waiter; !errors.Is(err, errNoVolume) {
		t.Errorf("got %v", err)
	}
}

func TestALoopDeviceDoesNotKeepTheLock(t *testing.T) {
	s := newStore(t)
	v, err := s.lock(context.Background(), "data")
	must(t, err)
	device, err := bindLoop(v.path, "a")
	must(t, err)
	defer device.close()
	v.unlock()
	again, err := s.lock(ended(), "data")
	must(t, err)
	defer again.unlock()
	found, err := again.device()
	must(t, err)
	if found == nil || found.number != device.number || found.holder != "a" {
		t.Fatalf("got %v, want the device that was bound", found)
	}
	found.close()
}

func TestALoopDeviceEndsWithItsLastUser(t *testing.T) {
	s := newStore(t)
	v, err := s.lock(context.Background(), "data")
	must(t, err)
	defer v.unlock()
	longest := strings.Repeat("n", maxHolder-1)
	device, err := bindLoop(v.path, longest)
	must(t, err)
	if device.holder != longest {
		t.Errorf("the holder is %q", device.holder)
	}
	device.close()
	eventually(t, "the device is cleared", func() bool {
		found, err := v.device()
		must(t, err)
		if found != nil {
			found.close()
		}
		return found == nil
	})
}

func TestCreateLeavesAVolumeThatIsThere(t *testing.T) {
	s := newStore(t)
	before, err := os.Stat(s.path("data"))
	must(t, err)
	must(t, s.create("data", 64<<20))
	after, err := os.Stat(s.path("data"))
	must(t, err)
	if !os.SameFile(before, after) || after.Size() != 16<<20 {
		t.Error("the volume was replaced")
	}
}

func TestCommandLine(t *testing.T) {
	for name, args := range map[string][]string{
		"nothing":            nil,
		"unknown command":    {"help"},
		"no root":            {"node", "--node", "a"},
		"no socket":          {"controller", "--root", t.TempDir()},
		"unknown flag":       {"controller", "--speed"},
		"long name of node":  {"node", "--root", t.TempDir(), "--node", strings.Repeat("n", maxHolder)},
		"root is not a path": {"controller", "--root", "/dev/null", "--socket", "/dev/null/csi.sock"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(ended(), args); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

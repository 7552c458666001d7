package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path"
	"path/filepath"
	"time"

	"google.golang.org/grpc"
)

// A service is a set of gRPC services on one unix socket.
type service struct {
	socket   string
	register func(*grpc.Server)
}

// serve answers until ctx ends or a server fails. The sockets are opened in the given order.
func serve(ctx context.Context, services ...service) error {
	failed := make(chan error, len(services))
	for _, s := range services {
		listener, err := listen(s.socket)
		if err != nil {
			return err
		}
		server := grpc.NewServer(grpc.UnaryInterceptor(logCall))
		s.register(server)
		go func() { failed <- server.Serve(listener) }()
		// Stopping a server closes its listener, and that removes the socket: the kubelet sees the driver go.
		defer server.GracefulStop()
	}
	slog.Info("serving", "driver", driverName, "sockets", len(services))
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

func listen(socket string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(socket), 0o750); err != nil {
		return nil, err
	}
	// Left by a driver that was killed.
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return nil, fmt.Errorf("the socket %s cannot be opened: %w", socket, err)
	}
	return listener, nil
}

// logCall writes one line for every call about a volume, and for every call that fails.
func logCall(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	start := time.Now()
	response, err := next(ctx, request)
	data := []any{"call", path.Base(info.FullMethod), "milliseconds", time.Since(start).Milliseconds()}
	volume, about := volumeOf(request)
	if about {
		data = append(data, "volume", volume)
	}
	switch {
	case err != nil:
		slog.Warn("call failed", append(data, "error", err.Error())...)
	case about:
		slog.Info("call done", data...)
	}
	return response, err
}

func volumeOf(request any) (string, bool) {
	switch r := request.(type) {
	case interface{ GetVolumeId() string }:
		return r.GetVolumeId(), true
	case interface{ GetName() string }:
		return r.GetName(), true
	}
	return "", false
}

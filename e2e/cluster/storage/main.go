// Command storage is the CSI driver of the test cluster. See readme.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

const driverName = "storage.hostedsite.dev"

const usage = `usage:
  storage controller --root DIR --socket FILE
  storage node --root DIR --node NAME [--kubelet-dir DIR] [--socket FILE]`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGTERM, unix.SIGINT)
	defer stop()
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	switch args[0] {
	case "controller":
		return runController(ctx, args[1:])
	case "node":
		return runNode(ctx, args[1:])
	}
	return fmt.Errorf("there is no command %q\n%s", args[0], usage)
}

func runController(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("controller", flag.ContinueOnError)
	root := flags.String("root", "", "directory that all nodes see")
	socket := flags.String("socket", "", "unix socket of the CSI services")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *root == "" || *socket == "" {
		return errors.New(usage)
	}
	store, err := openStore(*root)
	if err != nil {
		return err
	}
	if err := store.removeUnfinished(); err != nil {
		return err
	}
	return serve(ctx, service{*socket, func(server *grpc.Server) {
		csi.RegisterIdentityServer(server, identity{})
		csi.RegisterControllerServer(server, &controller{store: store})
	}})
}

func runNode(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("node", flag.ContinueOnError)
	root := flags.String("root", "", "directory that all nodes see")
	name := flags.String("node", "", "name of the Kubernetes node")
	kubeletDir := flags.String("kubelet-dir", "/var/lib/kubelet", "the kubelet's --root-dir")
	socket := flags.String("socket", "", "unix socket of the CSI services (default: where the kubelet looks)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *root == "" || *name == "" {
		return errors.New(usage)
	}
	if len(*name) >= maxHolder {
		return fmt.Errorf("the node's name has %d characters; the longest that can be noted is %d", len(*name), maxHolder-1)
	}
	if *socket == "" {
		*socket = filepath.Join(*kubeletDir, "plugins", driverName, "csi.sock")
	}
	store, err := openStore(*root)
	if err != nil {
		return err
	}
	// The kubelet calls the endpoint as soon as it sees the registration socket: that one comes last.
	return serve(ctx, service{*socket, func(server *grpc.Server) {
		csi.RegisterIdentityServer(server, identity{})
		csi.RegisterNodeServer(server, &node{name: *name, store: store})
	}}, service{filepath.Join(*kubeletDir, "plugins_registry", driverName+"-reg.sock"), func(server *grpc.Server) {
		registration.RegisterRegistrationServer(server, &registrar{endpoint: *socket})
	}})
}

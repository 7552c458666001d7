#!/usr/bin/env bash
# Process 1 of a node: it has network, mount, process and host name spaces of its own. When it is killed the kernel
# ends everything in it and drops every mount, as with a machine that loses its power.
# usage: node-init.sh NAME DISK DAEMON...   DAEMON: name, number of arguments, arguments; the first one is containerd
set -euo pipefail
name=$1 disk=$2
shift 2

hostname "$name"
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock /run/containerd "$disk/logs"
for directory in var/lib/kubelet var/lib/containerd var/lib/cni var/log/pods var/log/containers etc/cni; do
  mkdir -p "$disk/$directory" "/$directory"
  mount --bind "$disk/$directory" "/$directory"
done
mkdir -p /etc/cni/net.d
cp "$disk/cni.conflist" /etc/cni/net.d/10-hostedsite.conflist

while [ $# -gt 0 ]; do
  daemon=$1 count=$2
  shift 2
  "${@:1:count}" >>"$disk/logs/$daemon.log" 2>&1 </dev/null &
  shift "$count"
  if [ "$daemon" = containerd ]; then
    until [ -S /run/containerd/containerd.sock ]; do
      kill -0 $! || exit 1
      sleep 0.05
    done
  fi
done

trap 'exit 0' TERM
# Reaps what containers leave behind.
while :; do wait || :; sleep 1; done

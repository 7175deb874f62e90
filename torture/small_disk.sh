#!/usr/bin/env bash
# small_disk.sh COMMAND… : run COMMAND with TMPDIR on a small disk of its own, in memory, thrown away afterwards.
# Exit code 69 when no disk can be mounted here: that takes root.
set -uo pipefail
place=$(mktemp -d "${TMPDIR:-/tmp}/derbes-disk.XXXXXX")
if ! mount -t tmpfs -o "size=${SIZE:-400m},mode=1777" derbes-disk "$place" 2>/dev/null; then
	rmdir "$place"
	echo "No disk can be mounted here: it takes root" >&2
	exit 69
fi
trap 'umount -l "$place"; rmdir "$place"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
TMPDIR=$place "$@"
exit $?

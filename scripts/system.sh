#!/bin/sh
# The packages that pip cannot bring. As root on Debian they are installed; otherwise it is said what is missing
# and for what. Never fails: the service goes on without PDF, the tests skip visibly.
#
#   system.sh run     what the service needs
#   system.sh test    what the tests need beside that
set -eu
PATH="$PATH:/usr/sbin:/sbin"
missing=""

want() { # want PACKAGE COMMAND… : the package is missing when the command fails
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}
library() { ldconfig -p | grep -q "$1"; }
program() { command -v "$1"; }
cluster() { ls /usr/lib/postgresql/*/bin/initdb; }

look() {
	missing=""
	want libpango-1.0-0 library libpango-1.0.so.0
	want libpangoft2-1.0-0 library libpangoft2-1.0.so.0
	want libharfbuzz-subset0 library libharfbuzz-subset.so.0
	[ "$1" = test ] || return 0
	want chromium program chromium
	want poppler-utils program pdftotext
	want postgresql cluster
}

look "$1"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && program apt-get >/dev/null; then
	echo "Installing with apt:$missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq || true
	# shellcheck disable=SC2086 # a list of names
	apt-get install -y -qq --no-install-recommends $missing >/dev/null || true
	look "$1"
fi
[ -n "$missing" ] || exit 0
echo "Missing on this machine:$missing" >&2
echo "  libpango*, libharfbuzz*: no PDF;  chromium, poppler-utils, postgresql: their tests are skipped." >&2
echo "  To have them: sudo apt-get install --no-install-recommends$missing" >&2

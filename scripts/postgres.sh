#!/usr/bin/env bash
# postgres.sh COMMAND… : run COMMAND with DERBES_DATABASE on a PostgreSQL of its own, thrown away afterwards.
#
# It listens on a socket in a private folder only. It forgets on a power cut (fsync off), which is right for tests;
# DURABLE=1 keeps the server's own settings, for measuring; STATISTICS=1 lets it count its statements. Exit code 69 when
# there is no PostgreSQL here.
set -uo pipefail
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ ! -x "$binaries/initdb" ]; then
	echo "No PostgreSQL under /usr/lib/postgresql: apt-get install postgresql" >&2
	exit 69
fi

place=$(mktemp -d "${TMPDIR:-/tmp}/derbes-postgres.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
	chown postgres:postgres "$place"
	as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
postgres() { (cd / && "${as[@]}" "$@"); }

stop() {
	postgres "$binaries/pg_ctl" -D "$place/data" -m immediate -w stop >/dev/null 2>&1
	rm -rf "$place"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

options="-c listen_addresses='' -c unix_socket_directories='$place'"
[ -n "${DURABLE:-}" ] || options="$options -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
[ -z "${STATISTICS:-}" ] || options="$options -c shared_preload_libraries=pg_stat_statements"
if ! postgres "$binaries/initdb" -D "$place/data" -U derbes --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
	--no-sync >"$place.log" 2>&1 ||
	! postgres "$binaries/pg_ctl" -D "$place/data" -o "$options" -l "$place/log" -w start >>"$place.log" 2>&1 ||
	! postgres "$binaries/createdb" -h "$place" -U derbes derbes >>"$place.log" 2>&1; then
	cat "$place.log" "$place/log" >&2
	rm -f "$place.log"
	exit 1
fi
rm -f "$place.log"
DERBES_DATABASE="postgresql://derbes@/derbes?host=$place" "$@"
exit $?

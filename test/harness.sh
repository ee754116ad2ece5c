# harness.sh: what `make test`, `make demo` and `make bench` share (bash, sourced).
#
# Everything happens in one temporary folder: a copy of the source tree, the build, a private
# install and a throw-away server that listens on a unix socket in that folder only. So the clone
# is only read and may belong to root, and no existing cluster is touched. At exit, also after
# ctrl-C, every server under the folder is stopped and the folder is removed.
#
#   setup TOOL...           install the tools that are missing
#   build                   copy the tree, compile it, install it privately; ends in the copy
#   start_server [LINE...]  a new cluster, with more lines for its postgresql.conf
#   as_server COMMAND...    run as a user who may run a server
#
# PG_CONFIG chooses the PostgreSQL server. WATCH=sanitizers builds with address and undefined-behaviour sanitizers,
# WATCH=memcheck runs servers under valgrind; what they find is in the server's log.

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Nothing of the caller's may lead to an existing cluster or change a message.
for name in ${!PG@}; do
    case $name in PG_CONFIG | PG_TEST_*) ;; *) unset "$name" ;; esac
done
unset MAKEFLAGS MFLAGS MAKELEVEL
export LC_ALL=C PG_CONFIG=${PG_CONFIG:-pg_config}

# The Python that Debian's packages are for, not one of the user's own.
python=/usr/bin/python3

# PostgreSQL refuses to run as root.
server_user=postgres
as_server() {
    if ((EUID == 0)); then
        setpriv --reuid="$server_user" --regid="$(id -gn "$server_user")" \
            --init-groups env HOME="$work" "$@"
    else
        env HOME="$work" "$@"
    fi
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# The output of a command that works is nobody's business.
quietly() {
    "$@" >"$work/output" 2>&1 </dev/null || { cat "$work/output" >&2; die "failed: $*"; }
}

cleanup() {
    local pid_file
    find "$work" -name postmaster.pid 2>/dev/null | while read -r pid_file; do
        as_server pg_ctl -D "${pid_file%/*}" -m immediate stop >/dev/null 2>&1 </dev/null || :
    done
    cd /
    rm -rf "$work"
}

work=$(mktemp -d "${TMPDIR:-/tmp}/empathy.XXXXXX")
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- set-up ----------------------------------------------------------------------------------

pg() { "$PG_CONFIG" "--$1" 2>/dev/null || :; }
pgxs_test() { echo "$(dirname "$(pg pgxs)")/../test"; }

has() {
    case $1 in
        compiler) command -v cc && command -v make ;;
        headers) test -f "$(pg includedir-server)/postgres.h" && test -f "$(pg pgxs)" ;;
        server) test -x "$(pg bindir)/initdb" && test -x "$(pg bindir)/psql" ;;
        pg_regress) test -x "$(pgxs_test)/isolation/pg_isolation_regress" ;;
        PostgreSQL::Test) test -f "$(pgxs_test)/perl/PostgreSQL/Test/Cluster.pm" ;;
        pgtap) test -f "$(pg sharedir)/extension/pgtap.control" ;;
        prove | pg_prove) command -v "$1" ;;
        IPC::Run) perl -MIPC::Run -e 1 ;;
        chromium | npm | cppcheck | clang-tidy | scan-build | valgrind) command -v "$1" ;;
        pg_cron) test -f "$(pg sharedir)/extension/pg_cron.control" ;;
        fonts) test -f /usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf ;;
        scipy) "$python" -c 'import scipy.optimize' ;;
    esac >/dev/null 2>&1
}

# The server's major version: pg_config's, else the one that this Debian ships.
major() {
    local version
    version=$(pg version | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p')
    [[ $version ]] || version=$(apt-cache show postgresql 2>/dev/null |
        sed -n 's/^Depends:.*postgresql-\([0-9]*\).*/\1/p' | head -n 1)
    echo "${version:-15}"
}

package() {
    case $1 in
        compiler) echo build-essential ;;
        headers) echo "postgresql-server-dev-$(major)" ;;
        server) echo "postgresql-$(major)" ;;
        pg_regress | PostgreSQL::Test) echo "postgresql-client-$(major)" ;;
        pgtap) echo "postgresql-$(major)-pgtap" ;;
        prove) echo perl ;;
        pg_prove) echo libtap-parser-sourcehandler-pgtap-perl ;;
        IPC::Run) echo libipc-run-perl ;;
        chromium | npm | cppcheck | clang-tidy | valgrind) echo "$1" ;;
        scan-build) echo clang-tools ;;
        pg_cron) echo "postgresql-$(major)-cron" ;;
        fonts) echo fonts-liberation ;;
        scipy) echo python3-scipy ;;
    esac
}

missing() {
    local tool
    for tool; do has "$tool" || printf '%s (Debian: %s)\n' "$tool" "$(package "$tool")"; done
}

install_packages() {
    local packages
    command -v apt-get >/dev/null || return 0
    ((EUID == 0)) || command -v sudo >/dev/null || return 0
    as_root apt-get -q update >"$work/output" 2>&1 </dev/null || cat "$work/output" >&2
    packages=$(for tool; do has "$tool" || package "$tool"; done | sort -u | tr '\n' ' ')
    say "installing $packages"
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        $packages >"$work/output" 2>&1 </dev/null ||
        { cat "$work/output" >&2; die "could not install; as root: apt-get install $packages"; }
}

setup() {
    [[ $PG_CONFIG == pg_config || $(pg version) ]] || die "\"$PG_CONFIG\" (PG_CONFIG) does not run"
    [[ $(missing "$@") ]] && install_packages "$@"
    hash -r
    [[ $(missing "$@") ]] && die "these tools are missing; install them (PG_CONFIG names the server):
$(missing "$@")"
    PATH=$(pg bindir):$PATH
    ((EUID != 0)) || id "$server_user" >/dev/null 2>&1 || server_user=nobody
}

# ---- build -----------------------------------------------------------------------------------

# Bitcode is for JIT, takes as long to make as all the rest, and nothing here looks at it.
without_bitcode=with_llvm=no

# Debian's servers look for an extension under extension_destdir first. For others there is only
# the ordinary place.
install_extension() {
    if [[ $(postgres --describe-config) == *extension_destdir* ]]; then
        quietly make install "$without_bitcode" DESTDIR="$work/dest"
        cat >"$work/location.conf" <<END
extension_destdir = '$work/dest'
dynamic_library_path = '$work/dest$(pg pkglibdir):\$libdir'
END
    else
        say "this server has no extension_destdir: installing into $(pg pkglibdir) and $(pg sharedir)"
        if [[ -w $(pg pkglibdir) ]]; then
            quietly make install "$without_bitcode"
        else
            quietly as_root make install "$without_bitcode" PG_CONFIG="$(command -v "$PG_CONFIG")"
        fi
        : >"$work/location.conf"
    fi
    export EMPATHY_CONF=$work/location.conf
}

copy_tree() {
    mkdir "$work/src"
    tar -C "$top" --exclude=./.git --exclude=./build --exclude='*.o' --exclude='*.bc' \
        --exclude='*.so' -cf - . | tar -C "$work/src" -xf -
    cd "$work/src"
}

build() {
    say "building for $(pg version)"
    copy_tree
    [[ -z ${WATCH:-} ]] || "watch_by_$WATCH"
    quietly make "$without_bitcode" -j"$(nproc)"
    install_extension
    ((EUID != 0)) || chown -R "$server_user:" "$work"
    as_server test -w "$work" || die "user \"$server_user\" cannot reach \"$work\" (set TMPDIR)"
}

# ---- watching servers ------------------------------------------------------------------------

# Has pg_ctl start the server through a command: it takes the one that lies beside it.
wrap_server() {
    mkdir "$work/bin"
    ln -s "$(pg bindir)"/* "$work/bin"
    rm "$work/bin/pg_ctl" "$work/bin/postgres"
    cp "$(pg bindir)/pg_ctl" "$work/bin"
    printf '#!/bin/sh\n%s "%s/postgres" "$@"\n' "$1" "$(pg bindir)" >"$work/bin/postgres"
    chmod +x "$work/bin/postgres"
    PATH=$work/bin:$PATH
}

# The server itself is not built for it, so the library comes first, and must be ready before all others: one of
# Debian's (libgpg-error) allocates at its start while it holds a lock that the library then wants.
watch_by_sanitizers() {
    local first=$work/first.so
    echo '#include <stdlib.h>
        __attribute__((constructor)) static void first(void) { free(malloc(1)); }' |
        cc -O0 -shared -fPIC -Wl,-z,initfirst -x c -o "$first" -
    export COPT="-O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
    wrap_server "exec env LD_PRELOAD='$(readlink -f "$(cc -print-file-name=libasan.so)") $first' \
        ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1"
}

# Where full paths show which code is ours: the server writes padding of its own. Debian's does not tell which memory of a
# context is in use, so reads past what was asked of palloc() go unseen.
watch_by_memcheck() {
    wrap_server "exec valgrind -q --trace-children=yes --fullpath-after="
}

# What was found, from all servers' logs: blocks of lines that name a file of ours, other than by the hook through which
# every command of the server's own comes. True if there is any.
found() {
    cat "$work/server.log" tmp_check/log/*.log 2>/dev/null | awk -v ours="$work/src/src/" '
        function flush() { if (mine) { printf "%s", block; any = 1 }; block = mine = "" }
        /runtime error: |ERROR: AddressSanitizer/ { flush(); lines = 25; any = 1 }
        lines > 0 { print; lines--; next }
        /^==[0-9]+== *$/ { flush(); next }
        /^==[0-9]+== / { block = block $0 "\n"; if (index($0, ours) && !/ by .*: watch_utility /) mine = 1 }
        END { flush(); exit !any }'
}

# ---- server ----------------------------------------------------------------------------------

start_server() {
    export PGHOST=$work PGUSER=postgres PGDATABASE=postgres
    quietly as_server initdb -D "$work/data" -U postgres -A trust -E UTF8 --locale=C --no-sync
    printf '%s\n' >>"$work/data/postgresql.conf" \
        "include '$work/location.conf'" \
        "shared_preload_libraries = 'empathy'" \
        "listen_addresses = ''" \
        "unix_socket_directories = '$work'" \
        "timezone = 'UTC'" \
        "fsync = off" \
        "$@"
    as_server pg_ctl -D "$work/data" -l "$work/server.log" start >/dev/null </dev/null ||
        { cat "$work/server.log" >&2; die "the server did not start"; }
}

#!/usr/bin/env bash
# Does a machine with nothing but a minimal Debian 12 build, test and show this tree? Makes one in a
# folder (debootstrap, variant minbase) and runs `./dev demo` and `./dev test` in it, each twice; the
# second time without a network. Needs root, debootstrap and a network; takes a while.
#
# usage: fresh_machine.sh [--only prepare|demo|test] [FOLDER]
#
# FOLDER is kept and used again; without one a temporary folder is made and removed.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
only=''
if [[ ${1:-} == --only ]]; then
  only=${2:?prepare, demo or test}
  shift 2
fi
folder=${1:-}

run() {
  printf '+'
  printf ' %q' "$@"
  printf '\n'
  "$@"
}

die() {
  printf 'fresh_machine: %s\n' "$*" >&2
  exit 1
}

((EUID == 0)) || die 'must run as root'
command -v debootstrap >/dev/null || die 'needs debootstrap'

# A mount namespace of our own: whatever is mounted below goes with this process, even if it is
# killed. The trap does it earlier, because a folder with mounts in it can't be removed.
if [[ ${PARLEY_FRESH_MACHINE:-} != inside ]]; then
  PARLEY_FRESH_MACHINE=inside exec unshare --mount --propagation private \
    "${BASH_SOURCE[0]}" ${only:+--only "$only"} ${folder:+"$folder"}
fi

temporary=''
if [[ -z $folder ]]; then
  folder=$(mktemp -d /var/tmp/parley-fresh.XXXXXX)
  temporary=$folder
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
root=$folder/root

clean_up() {
  local place
  for place in dev/shm dev/pts dev sys proc; do
    if mountpoint -q "$root/$place"; then umount -l "$root/$place"; fi
  done
  # Never across a mount: a bound /dev would be emptied with it.
  [[ -z $temporary ]] || rm -rf --one-file-system "$temporary"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- the machine ----------------------------------------------------------------------------------

if [[ ! -f $folder/.bootstrapped ]]; then
  # The mirror that this machine uses, so that it works behind one.
  # shellcheck disable=SC2016 # apt's own placeholders
  mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 2>/dev/null |
    awk '$2 == "bookworm" { print $1; exit }')
  run debootstrap --variant=minbase bookworm "$root" "${mirror:-http://deb.debian.org/debian}"
  touch "$folder/.bootstrapped"
fi

# How this machine reaches packages: sources, keys and settings. Its auth.conf stays where it is.
for part in sources.list sources.list.d apt.conf apt.conf.d keyrings trusted.gpg.d; do
  rm -rf "${root:?}/etc/apt/$part"
  if [[ -e /etc/apt/$part ]]; then cp -rL "/etc/apt/$part" "$root/etc/apt/$part"; fi
done
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -L /etc/hosts "$root/etc/hosts"

# Certificates of a local authority, and the npm registry, if this machine has them.
inside=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8)
if [[ -n ${NODE_EXTRA_CA_CERTS:-} && -r $NODE_EXTRA_CA_CERTS ]]; then
  cp -L "$NODE_EXTRA_CA_CERTS" "$root/etc/local-ca.pem"
  inside+=(NODE_EXTRA_CA_CERTS=/etc/local-ca.pem)
fi
if command -v npm >/dev/null && registry=$(npm config get registry 2>/dev/null); then
  inside+=("npm_config_registry=$registry")
fi
for name in http_proxy https_proxy no_proxy; do
  if [[ -n ${!name:-} ]]; then inside+=("$name=${!name}"); fi
done

run mount -t proc proc "$root/proc"
run mount --rbind --make-rslave /sys "$root/sys"
run mount --bind /dev "$root/dev"
mkdir -p "$root/dev/shm" "$root/dev/pts"
run mount -t tmpfs tmpfs "$root/dev/shm"
run mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666

# The committed state, as somebody else would clone it; no git inside is needed.
rm -rf "$root/root/parley"
run git clone -q --no-hardlinks "$source" "$root/root/parley"

# --- what it must do ------------------------------------------------------------------------------

online() {
  run chroot "$root" env -i "${inside[@]}" bash -c "cd /root/parley && $1" </dev/null
}

# Without a network: a namespace that has only a loopback of its own.
offline() {
  run unshare --net bash -c 'ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"' bash \
    chroot "$root" env -i "${inside[@]}" bash -c "cd /root/parley && $1" </dev/null
}

twice() {
  echo "==== $1, on a fresh machine"
  online "$1"
  echo "==== $1, again, without a network"
  offline "$1"
}

case $only in
  prepare)
    online './dev help >/dev/null && apt-get update && echo ready'
    exit 0
    ;;
  demo) twice './dev demo' ;;
  test) twice './dev test' ;;
  '')
    twice './dev demo'
    twice './dev test'
    ;;
  *) die "unknown part $only" ;;
esac
echo "fresh_machine: everything worked twice"

# shellcheck shell=bash
# Installs what is missing on a bare Debian 13. Does nothing if nothing is missing.
#
# Each need is a file and the package that provides it. The check is for the file, not for the package,
# because a machine may have the file from elsewhere: Docker's own docker-ce conflicts with Debian's
# docker.io, and Maven or a JDK may have been unpacked by hand. A need without a slash is a command, which
# is searched for in PATH and in the sbin directories.
#
# docker.io only recommends docker-cli, a separate package on Debian 13. crun, podman's first choice,
# fails on a machine that mixes cgroups v1 and v2; runc works there.
declare -A needs=(
  [build]='
    mvn                      maven
    cc                       gcc
    musl-gcc                 musl-tools
    /usr/include/linux/seccomp.h linux-libc-dev
    /usr/lib/*/libc.a        libc6-dev'
  [tools]='
    netstat                  net-tools
    ss                       iproute2
    ps                       procps
    nsenter                  util-linux
    useradd                  passwd'
  [docker-client]='
    docker                   docker-cli'
  [docker-engine]='
    dockerd                  docker.io
    containerd               containerd
    runc                     runc'
  [podman]='
    podman                   podman
    runc                     runc
    nft                      nftables
    /usr/lib/podman/netavark netavark'
  [containerd]='
    containerd               containerd
    ctr                      containerd
    runc                     runc
    /usr/lib/cni/ptp         containernetworking-plugins'
  [kubernetes]='
    etcd                     etcd-server
    containerd               containerd
    ctr                      containerd
    runc                     runc
    kubectl                  kubectl
    /usr/lib/cni/ptp         containernetworking-plugins
    openssl                  openssl
    curl                     curl
    xxd                      xxd
    python3                  python3
    cc                       gcc
    /usr/lib/*/libc.a        libc6-dev'
  [rootless]='
    newuidmap                uidmap
    rootlesskit              rootlesskit
    fuse-overlayfs           fuse-overlayfs'
  [runtimes]='
    lxc-start                lxc
    incus                    incus-client
    /usr/libexec/incus/incusd incus-base'
  [peers]='
    cntr                     cntr
    git                      git
    kubectl                  kubectl
    sudo                     sudo'
  [tests]='
    debootstrap              debootstrap
    busybox                  busybox-static
    setfacl                  acl
    strace                   strace
    curl                     curl
    tcpdump                  tcpdump
    nft                      nftables
    mawk                     mawk
    zsh                      zsh
    fish                     fish
    openssl                  openssl
    dig                      bind9-dnsutils
    host                     bind9-host
    mtr                      mtr-tiny
    file                     file
    readelf                  binutils
    xxd                      xxd
    hexdump                  bsdextrautils
    pidof                    sysvinit-utils
    tracepath                iputils-tracepath
    nc                       netcat-openbsd
    mpstat                   sysstat
    tree                     tree
    fping                    fping
    ipset                    ipset
    diff                     diffutils
    python3                  python3
    ssh                      openssh-client
    sshd                     openssh-server
    promtool                 prometheus
    kubectl                  kubectl'
  # Records in a database. Their services are kept from starting; dbconfig-no-thanks, from making another database.
  [siem]='
    rsyslogd                 rsyslog
    /usr/lib/*/rsyslog/ompgsql.so rsyslog-pgsql
    /usr/share/doc/dbconfig-no-thanks dbconfig-no-thanks
    /usr/lib/postgresql/*/bin/initdb postgresql
    /usr/lib/postgresql/*/bin/psql postgresql-client'
  # The page for Cockpit.
  [page]='
    chromium                 chromium
    chromedriver             chromium-driver
    /usr/lib/cockpit/cockpit-ws cockpit-ws
    cockpit-bridge           cockpit-bridge
    npm                      npm'
  [package]='
    /usr/lib/jvm/java-25-openjdk-*/jmods/java.base.jmod openjdk-25-jdk-headless
    dpkg-buildpackage        dpkg-dev
    dh                       debhelper
    zip                      zip
    npm                      npm'
  [package-amd64]='
    x86_64-linux-gnu-gcc     gcc-x86-64-linux-gnu'
  [package-arm64]='
    aarch64-linux-gnu-gcc    gcc-aarch64-linux-gnu'
  [package-rpm]='
    rpmbuild                 rpm
    cpio                     cpio'
  [package-tests]='
    dpkg-scanpackages        dpkg-dev
    gpg                      gpg
    gpg-agent                gpg-agent
    qemu-aarch64-static      qemu-user-static
    lintian                  lintian
    rpmlint                  rpmlint
    readelf                  binutils'
  [kernels]='
    qemu-system-x86_64       qemu-system-x86
    qemu-img                 qemu-utils
    xz                       xz-utils
    mkfs.ext4                e2fsprogs'
)

# All packages that install_missing installed; the script prints them at its end.
packages_installed=()

# install_missing LIST...: installs what is missing of these lists in `needs`.
install_missing() {
  local list file package missing=()
  for list in "$@"; do
    while read -r file package; do
      [[ -z $file ]] || need_is_met "$file" || missing+=("$package")
    done <<<"${needs[$list]}"
  done
  ((${#missing[@]} > 0)) || return 0
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  packages_install "${missing[@]}"
}

# packages_install PACKAGE...: fails if a package is not available; the caller may continue without it.
packages_install() {
  command -v apt-get >/dev/null || {
    echo "cannot install packages: this host has no apt-get: install the equivalents of Debian's $*, and try again" >&2
    return 1
  }
  detail "apt-get install $*"
  local apt=(apt-get -q -y -o DPkg::Lock::Timeout=300)
  export DEBIAN_FRONTEND=noninteractive
  ((${#packages_installed[@]} > 0)) || "${apt[@]}" update || return 1
  "${apt[@]}" install --no-install-recommends "$@" || return 1
  packages_installed+=("$@")
}

# install_missing_unstarted LIST...: the same, and starts no service of the packages, neither now nor at the next boot.
# The policy that forbids it, of invoke-rc.d's, forbids nothing once this script has ended, however it did.
install_missing_unstarted() {
  local policy=/usr/sbin/policy-rc.d made=false status=0 before
  before=$(enabled_services)
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\n! kill -0 %d 2>/dev/null || exit 101\n' $$ >"$policy"
    chmod 755 "$policy"
    made=true
  fi
  install_missing "$@" || status=$?
  [[ $made == false ]] || rm -f "$policy"
  comm -13 <(printf '%s\n' "$before") <(enabled_services) | xargs -r systemctl --quiet disable || status=1
  return "$status"
}

# enabled_services: prints nothing where systemd is not in charge.
enabled_services() {
  [[ -d /run/systemd/system ]] || return 0
  systemctl list-unit-files --no-legend --type=service --state=enabled | awk '{ print $1 }' | sort
}

need_is_met() {
  if [[ $1 == /* ]]; then
    compgen -G "$1" >/dev/null
  else
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v "$1" >/dev/null
  fi
}

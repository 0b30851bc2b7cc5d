# shellcheck shell=bash
# Makes the image of the pod that runs dbgd on a node of a cluster: Debian's packages, unpacked and not installed, the
# tree of dbg's own packages, and nothing that a node must have. No program of the image runs while it is made, so that
# any architecture can be made anywhere, without root.

# What runs dbgd. The entries of the catalogue name the packages of the tools.
image_packages=(
  base-files base-passwd bash ca-certificates coreutils dash findutils grep libc-bin libc6 libgcc-s1 libstdc++6 sed
  util-linux zlib1g
)

# They are needed to install packages, or to add users: nothing here does.
image_without=(
  adduser debconf init-system-helpers libdebconfclient0 libsemanage-common libsemanage2 libsepol2 libtext-charwidth-perl
  libtext-wrapi18n-perl login.defs passwd perl-base sensible-utils ucf
)

# Debian's alternatives, which an installation would have chosen: a link and what it leads to.
image_links=(
  usr/bin/awk mawk
  usr/bin/nc nc.openbsd
  usr/bin/sar sar.sysstat
  usr/bin/traceroute traceroute.db
  usr/sbin/iptables xtables-nft-multi
  usr/sbin/iptables-save xtables-nft-multi
  usr/sbin/ip6tables xtables-nft-multi
  usr/sbin/ip6tables-save xtables-nft-multi
)

# The user as whom the agent runs, and whom the socket is for: a number that systemd lends to no service, and no range of
# sub-ids or of containers has.
image_agent=2000004242

# What runs as that user. Whoever may run a program and not read it gets a process that is not dumpable, from execve(2) on:
# another process with the user's number, in anybody's pod with hostPID, does not reach dbgd's socket and the agent's token by
# its /proc/PID/root. `listens` is grep, for the probe.
image_hidden=(usr/bin/dbg usr/lib/dbg/listens usr/lib/dbg/runtime/bin/java)

# make_image ARCH: target/kubernetes/dbg-VERSION-ARCH.tar, and its SBOM beside it.
make_image() {
  local arch=$1 root=$package/$1/image result=$checkout/target/kubernetes
  rm -rf "$root"
  mkdir -p "$root" "$result"
  image_fetch "$arch"
  image_unpack "$arch" "$root"
  image_dbg "$arch" "$root"
  image_etc "$root"
  image_has_tools "$root"
  image_tidy "$root"
  image_sbom "$arch" >"$result/dbg-$version-$arch.spdx.json"
  image_archive "$arch" "$root" "$result/dbg-$version-$arch.tar"
  made+=("$result/dbg-$version-$arch.tar" "$result/dbg-$version-$arch.spdx.json")
}

# image_fetch ARCH: leaves Debian's packages, with all that they depend on, in $package/ARCH/apt, and their names and
# files in image_debs. foreign_fetch has made the state of apt.
image_fetch() {
  local apt=$package/$1/apt catalogue=$package/$1/tree/usr/share/dbg/tools.d name deb wanted
  mapfile -t wanted < <(sed -n 's/^package = "\(.*\)"$/\1/p' "$catalogue"/*.toml | grep -vx dbg | sort -u)
  wanted+=("${image_packages[@]}")
  : >"$apt/nothing-installed"
  sed -i '/^Dir::State::status/d' "$apt/conf"
  echo "Dir::State::status \"$apt/nothing-installed\";" >>"$apt/conf"
  export APT_CONFIG=$apt/conf
  apt-get -q -y --no-install-recommends --download-only install "${wanted[@]}"
  mapfile -t wanted < <(apt-get -q -s --no-install-recommends install "${wanted[@]}" | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | sort)
  image_debs=()
  while read -r _ deb _; do
    name=${deb%%_*}
    [[ " ${image_without[*]} " != *" $name "* ]] || continue
    [[ -e $apt/cache/archives/$deb ]] || die "cannot make the image" "apt has not fetched $deb" "build again"
    image_debs+=("$name" "$apt/cache/archives/$deb")
  done < <(apt-get -q --print-uris download "${wanted[@]}" | LC_ALL=C sort -k 2)
  unset APT_CONFIG
}

# image_unpack ARCH ROOT: scanners of images read what is installed in status.d, as in distroless images.
image_unpack() {
  local root=$2 i name deb
  # Its links of / come first: others have files below /lib.
  for ((i = 0; i < ${#image_debs[@]}; i += 2)); do
    [[ ${image_debs[i]} != base-files ]] || dpkg-deb --extract "${image_debs[i + 1]}" "$root"
  done
  mkdir -p "$root/var/lib/dpkg/status.d"
  for ((i = 0; i < ${#image_debs[@]}; i += 2)); do
    name=${image_debs[i]} deb=${image_debs[i + 1]}
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --no-same-owner --keep-directory-symlink
    dpkg-deb --field "$deb" >"$root/var/lib/dpkg/status.d/$name"
    dpkg-deb --info "$deb" md5sums >"$root/var/lib/dpkg/status.d/$name.md5sums" 2>/dev/null ||
      rm "$root/var/lib/dpkg/status.d/$name.md5sums"
  done
  for ((i = 0; i < ${#image_links[@]}; i += 2)); do
    [[ -e $root/${image_links[i]%/*}/${image_links[i + 1]} ]] ||
      die "cannot make the image" "no package has ${image_links[i + 1]}" "change image_links in src/package/image.sh"
    ln -sf "${image_links[i + 1]}" "$root/${image_links[i]}"
  done
}

# image_dbg ARCH ROOT: what dbg's own packages have, but for the service manager's part and the documents.
image_dbg() {
  local tree=$package/$1/tree
  (cd "$tree" && tar -c --exclude ./usr/lib/systemd --exclude ./usr/lib/sysusers.d --exclude ./usr/lib/tmpfiles.d \
    --exclude ./usr/share/man --exclude ./usr/share/doc/dbg/examples --exclude ./usr/libexec --exclude ./usr/share/fish \
    --exclude ./usr/share/zsh --exclude ./usr/share/bash-completion .) | tar -x -C "$2" --keep-directory-symlink
  install -m 0644 "$checkout/src/docs/LICENSE" "$checkout/src/docs/NOTICE" "$2/usr/share/doc/dbg"
}

# image_etc ROOT: what maintainers' scripts would have made.
image_etc() {
  local etc=$1/etc
  cp "$1/usr/share/base-passwd/passwd.master" "$etc/passwd"
  cp "$1/usr/share/base-passwd/group.master" "$etc/group"
  echo "dbg-agent:x:$image_agent:$image_agent:dbg's agent in a cluster:/nonexistent:/usr/sbin/nologin" >>"$etc/passwd"
  echo "dbg-agent:x:$image_agent:" >>"$etc/group"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' 'protocols: files' 'services: files' >"$etc/nsswitch.conf"
  mkdir -p "$etc/ssl/certs" "$etc/dbg/policy.d" "$1/run/dbg" "$1/run/containerd" "$1/var/lib/dbg" \
    "$1/var/lib/dbg-deliver" "$1/var/log/pods"
  # What update-ca-certificates makes.
  find "$1/usr/share/ca-certificates" -name '*.crt' | LC_ALL=C sort | xargs cat >"$etc/ssl/certs/ca-certificates.crt"
}

# image_has_tools ROOT: each entry of the catalogue finds its program.
image_has_tools() {
  local root=$1 entry program
  for entry in "$root"/usr/share/dbg/tools.d/*.toml; do
    program=$(sed -n '0,/^file = / s/^file = "\(.*\)"$/\1/p' "$entry")
    case $program in
      /*) program=$root$program ;;
      '')
        program=$(sed -n '0,/^name = / s/^name = "\(.*\)"$/\1/p' "$entry")
        if [[ -e $root/usr/sbin/$program ]]; then program=$root/usr/sbin/$program; else program=$root/usr/bin/$program; fi
        ;;
      *) program=$root/usr/$program ;;
    esac
    [[ -x $program ]] ||
      die "cannot make the image" "$program is missing, of the tool ${entry##*/}" "change image_links in src/package/image.sh"
  done
}

# image_tidy ROOT: no manuals, no translations, and no file that gives rights. Copyrights stay. What is hidden is.
image_tidy() {
  local root=$1
  find "$root/usr/share/doc" -type f ! -name 'copyright*' ! -path '*/doc/dbg/*' -delete
  find "$root/usr/share/doc" -xtype l -delete
  rm -rf "$root"/usr/share/{man,info,locale,lintian,bash-completion,doc-base,menu,bug} "$root"/var/{cache,backups,spool} \
    "$root"/etc/{cron.d,cron.daily,init.d,apt,systemd,pam.d} "$root"/usr/lib/{systemd,udev,tmpfiles.d,sysusers.d}
  find "$root" -depth -type d -empty -path "$root/usr/share/doc/*" -delete
  chmod -R u+w,go-w,ug-s "$root"
  chmod 1777 "$root/tmp" "$root/var/tmp"
  cp "$root/usr/bin/grep" "$root/usr/lib/dbg/listens"
  (cd "$root" && chmod 0711 "${image_hidden[@]}")
}

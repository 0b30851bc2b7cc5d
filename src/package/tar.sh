# shellcheck shell=bash
# The tarball, for hosts that have neither dpkg nor rpm: the same tree, which is installed by `sbin/dbgd install`.

# make_tar ARCH: makes $package/dbg-VERSION-ARCH.tar.xz from $package/ARCH/tree.
make_tar() {
  local arch=$1 top=dbg-$version root name=dbg-$version-$1.tar.xz
  root=$package/$arch/tar/$top
  rm -rf "$package/$arch/tar"
  mkdir -p "$package/$arch/tar"
  cp -r --preserve=links "$package/$arch/tree/usr" "$root"
  # systemd/install makes these, with the places of the host.
  rm -r "$root"/lib/{systemd,sysusers.d,tmpfiles.d} "$root/libexec" \
    "$root"/share/{bash-completion,zsh,fish}
  cp -r "$checkout/systemd" "$root/systemd"
  mkdir "$root/etc"
  cp -r "$package/$arch/tree/etc/dbg" "$root/etc/dbg"
  install -m 0644 -t "$root/share/doc/dbg" "$checkout"/src/docs/{CHANGELOG.md,SECURITY.md,LICENSE,NOTICE} \
    "$checkout/src/package/debian/copyright"
  chmod -R u=rwX,go=rX "$root"
  strip_programs "$arch" "$root"
  tar -C "$package/$arch/tar" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    -cf - "$top" | xz -T0 "$tar_level" >"$package/$name"
  made+=("$package/$name")
}

# strip_programs ARCH ROOT: as debhelper does for the deb.
strip_programs() {
  local strip=strip file
  is_native "$1" || strip=$(machine_of "$1")-linux-gnu-strip
  find "$2" -type f \( -name '*.so' -o -perm /111 \) | while read -r file; do
    [[ $(head -c 4 "$file") != $'\177ELF' ]] || "$strip" --strip-unneeded "$file"
  done
}

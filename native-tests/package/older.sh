# shellcheck shell=bash
# The version before: the same tree under a lower number, with another default configuration.

# older_make DEB VERSION DIR: makes DIR/older.deb.
older_make() {
  local tree=$3/older
  dpkg-deb --raw-extract "$1" "$tree"
  sed -i "s/^Version: .*/Version: $2/" "$tree/DEBIAN/control"
  echo '# The default of the version before.' >>"$tree/etc/dbg/dbgd.toml"
  dpkg-deb --root-owner-group -Znone --build "$tree" "$3/older.deb" >/dev/null
  rm -rf --one-file-system "$tree"
}

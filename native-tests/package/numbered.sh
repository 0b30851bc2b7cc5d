# shellcheck shell=bash
# A package of the same tree under another number, with another default configuration.

# numbered_make DEB VERSION FILE
numbered_make() {
  local tree
  tree=$(dirname "$3")/numbered
  dpkg-deb --raw-extract "$1" "$tree"
  sed -i "s/^Version: .*/Version: $2/" "$tree/DEBIAN/control"
  echo "# The default of $2." >>"$tree/etc/dbg/dbgd.toml"
  dpkg-deb --root-owner-group -Znone --build "$tree" "$3" >/dev/null
  rm -rf --one-file-system "$tree"
}

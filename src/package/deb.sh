# shellcheck shell=bash
# The Debian package, by debhelper, from a source directory below target.

# make_deb ARCH: makes dbg_VERSION_ARCH.deb, dbg-client_VERSION_ARCH.deb and dbg-cockpit_VERSION_all.deb in $package, from
# $package/ARCH/tree. The last one is the same for each architecture.
make_deb() {
  local arch=$1 source=$package/$1/dbg-$version name library file page=$package/page
  rm -rf "$source" "$package/$arch"/*.deb
  mkdir "$source"
  cp -r "$checkout/src/package/debian" "$source/debian"
  install -D -m 0644 -t "$source/documents" "$checkout"/src/docs/{CHANGELOG.md,SECURITY.md,NOTICE}
  cp -r --preserve=links "$package/$arch/tree" "$source/tree"
  [[ -d $page ]] || "$checkout/src/cockpit/build" "$page"
  cp -r "$page" "$source/page"
  changelog >"$source/debian/changelog"
  # dpkg-shlibdeps looks for libraries, and for the versions that have their symbols, also in what looks like the
  # other packages of this source.
  for library in "${libraries[@]}"; do
    cp -r "$package/$arch/foreign/$library" "$source/debian/$library"
  done
  # -d: require_packages has looked for what the build needs.
  (cd "$source" && dpkg-buildpackage --build=binary --no-sign --host-arch="$arch" -d)
  for name in "dbg $arch" "dbg-client $arch" "dbg-cockpit all"; do
    file=${name% *}_${version}_${name#* }.deb
    mv "$package/$arch/$file" "$package/$file"
    made+=("$package/$file")
  done
}

# changelog: the packages have no history of their own; CHANGELOG.md has that of dbg.
changelog() {
  cat <<END
dbg ($version) unstable; urgency=medium

  * CHANGELOG.md beside this file says what is new in dbg.

 -- the dbg maintainers <$(maintainer)>  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END
}

maintainer() {
  sed -n 's/^Maintainer:.*<\(.*\)>$/\1/p' "$checkout/src/package/debian/control"
}

# shellcheck shell=bash
# The rpm of the same tree. It is built from the deb, so that nothing is said twice of what is installed.

# make_rpm ARCH: makes $package/dbg-VERSION-1.MACHINE.rpm from $package/dbg_VERSION_ARCH.deb.
make_rpm() {
  local arch=$1 work=$package/$1/rpm machine name
  machine=$(machine_of "$arch")
  rm -rf "$work"
  mkdir "$work"
  dpkg-deb --extract "$package/dbg_${version}_$arch.deb" "$work/tree"
  rpm_places "$work/tree"
  rpm_files "$work/tree" >"$work/list"
  # A version of rpm has no hyphen; its tilde means the same as Debian's.
  rpmbuild -bb --target "$machine-linux" \
    --define "_topdir $work" --define "version_of_dbg ${version//-/_}" --define "tree $work/tree" \
    --define "list $work/list" --define "_buildhost reproducible" --define "use_source_date_epoch_as_buildtime 1" \
    --define "clamp_mtime_to_source_date_epoch 1" --define "build_mtime_policy clamp_to_source_date_epoch" \
    --define "_binary_payload $rpm_payload" "$checkout/src/package/rpm/dbg.spec"
  name=dbg-${version//-/_}-1.$machine.rpm
  mv "$work/RPMS/$machine/$name" "$package/$name"
  made+=("$package/$name")
}

# rpm_places ROOT: changes what is elsewhere on a Fedora, and removes what only Debian has.
rpm_places() {
  mkdir "$1/usr/share/zsh/site-functions"
  mv "$1/usr/share/zsh/vendor-completions/_dbg" "$1/usr/share/zsh/site-functions/_dbg"
  rmdir "$1/usr/share/zsh/vendor-completions"
  rm -r "$1/usr/share/lintian" "$1/usr/share/doc/dbg/changelog.gz"
}

# rpm_files ROOT: prints the files in the form of %files: all that is no directory, and dbg's own directories.
rpm_files() {
  echo '%defattr(-,root,root,-)'
  (cd "$1" && find . ! -type d -printf '/%P\n' -o -type d -regex '\./\(etc\|usr/[a-z]+\(/doc\)?\)/dbg\(/.*\)?' -printf '%%dir /%P\n') |
    LC_ALL=C sort | sed -e 's:^/etc/:%config(noreplace) &:' -e 's:^/usr/share/doc/dbg/copyright$:%license &:' \
    -e 's:^/usr/share/doc/:%doc &:'
}

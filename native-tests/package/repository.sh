# shellcheck shell=bash
# A repository of apt, signed with a key that is made for this run and thrown away.

repository=

# repository_make DIR: an empty repository, in DIR/files, and its key, DIR/files/key.asc.
repository_make() {
  repository=$1
  mkdir -p "$repository/files"
  install -d -m 0700 "$repository/gnupg"
  repository_gpg --passphrase '' --quick-generate-key 'a test of dbg' ed25519 sign 1d
  repository_gpg --armor --export >"$repository/files/key.asc"
}

repository_gpg() {
  gpg --homedir "$repository/gnupg" --batch --quiet "$@"
}

repository_end() {
  [[ -z $repository ]] || gpgconf --homedir "$repository/gnupg" --kill all || true
}

# repository_publish DEB: makes it the only package of the repository, and copies the repository into the machine.
repository_publish() {
  local files=$repository/files
  rm -f "$files"/*.deb
  cp "$1" "$files/"
  (cd "$files" && dpkg-scanpackages --multiversion . >Packages 2>/dev/null)
  {
    printf 'Origin: dbg\nLabel: dbg\nSuite: stable\nDate: %s\nArchitectures: amd64 arm64\nSHA256:\n' \
      "$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S UTC')"
    printf ' %s %s Packages\n' "$(sha256sum "$files/Packages" | cut -d ' ' -f 1)" "$(stat -c %s "$files/Packages")"
  } >"$files/Release"
  rm -f "$files/InRelease"
  repository_gpg --clearsign --output "$files/InRelease" "$files/Release"
  rm "$files/Release"
  inside rm -rf /srv/repository
  copy_in "$files" /srv/repository
  inside chmod -R go+rX /srv/repository
}

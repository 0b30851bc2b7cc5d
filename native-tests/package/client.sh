# shellcheck shell=bash
# The package of the client alone. The native tests use that program with other hosts.

test_client() {
  local file=dbg-client_${version}_$arch.deb
  copy_in "$packages/$file" "/root/$file"
  check "the client alone is installed, and says what it lacks on a host without dbgd" client_installs "$file"
  check "the package dbg takes its place" client_is_replaced
}

client_installs() {
  inside dpkg --install "/root/$1"
  says 125 dbgd inside dbg ps
  has "$(inside man 7 dbg-fleet)" NAME
}

client_is_replaced() {
  apt install dbg
  exits 1 inside dpkg-query --status dbg-client 2>/dev/null
  equal "$version" "$(installed_version)"
  exits 0 inside test -x /usr/sbin/dbgd
}

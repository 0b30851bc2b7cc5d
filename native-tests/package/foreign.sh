# shellcheck shell=bash
# The package for arm64, as far as an emulator of that processor goes: it has no namespaces and no mounts, so no
# session runs.

test_foreign() {
  local emulator
  if [[ $arch == arm64 ]]; then
    note "the package for arm64 is that of this machine"
    return
  fi
  if ! emulator=$(command -v qemu-aarch64-static qemu-aarch64 | sed -n 1p) || [[ -z $emulator ]]; then
    note "the package for arm64 was not run: no emulator: apt-get install qemu-user-static"
    return
  fi
  foreign_unpack "$emulator"
  check "on arm64, emulated, the client says its version" foreign_client
  check "on arm64, emulated, the runtime runs dbgd: its version, and a check of catalogue and policy" foreign_agent
  note "on arm64 no session was run: the emulator has no system calls for mounts and namespaces"
}

# foreign_unpack EMULATOR: the package and the libraries that it depends on, in $work/arm64; java is run by the emulator.
foreign_unpack() {
  local root=$work/arm64 library java
  dpkg-deb --extract "$packages/dbg_${version}_arm64.deb" "$root"
  for library in "$packages"/arm64/foreign/{libc6,libgcc-s1,libstdc++6,zlib1g}; do
    cp -r "$library/usr" "$root/"
  done
  [[ -e $root/lib ]] || ln -s usr/lib "$root/lib"
  java=$root/usr/lib/dbg/runtime/bin/java
  mv "$java" "$java.arm64"
  printf '#!/bin/sh\nexec %s -L %s %s.arm64 "$@"\n' "$1" "$root" "$java" >"$java"
  chmod 0755 "$java"
  foreign_dbg=("$1" "$root/usr/bin/dbg")
}

foreign_client() {
  has "$(DBG_SOCKET=/nonexistent "${foreign_dbg[@]}" version)" "$version"
}

foreign_agent() {
  has "$("$work/arm64/usr/sbin/dbgd" version)" "$version"
  cat >"$work/dbgd.toml" <<TOML
[policy]
dir = "$work/policy.d"
[tools]
dir = "$work/tools.d"
TOML
  mkdir -p "$work"/{policy.d,tools.d}
  has "$("$work/arm64/usr/sbin/dbgd" check --config "$work/dbgd.toml")" "0 rules, "
}

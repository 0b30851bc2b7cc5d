# shellcheck shell=bash
# What --jdk refuses before anything is built. That the packages depend on what is inside, `contents` says.

test_jdk() {
  check "a directory without a JDK is refused" jdk_is_missing
  check "a JDK of another version is refused" jdk_is_another
  check "a JDK of this machine is refused for another architecture" jdk_is_of_this_machine
}

# jdk_refuses WORDS ARG...: src/package/build says WORDS and leaves no package.
jdk_refuses() {
  local said words=$1
  shift
  said=$(exits 1 "$checkout/src/package/build" "$@" 2>&1)
  has "$said" "cannot use the JDK"
  has "$said" "$words"
}

jdk_is_missing() {
  jdk_refuses "has no jmods" --jdk "$work/nowhere" "$arch" deb
}

jdk_is_another() {
  mkdir -p "$work/jdk/jmods" "$work/jdk/bin"
  ln -s /bin/true "$work/jdk/bin/jlink"
  echo 'JAVA_VERSION="21.0.2"' >"$work/jdk/release"
  jdk_refuses "does not say version 25" --jdk "$work/jdk" "$arch" deb
}

jdk_is_of_this_machine() {
  local other=arm64
  [[ $arch != arm64 ]] || other=amd64
  echo 'JAVA_VERSION="25"' >"$work/jdk/release"
  jdk_refuses "$other is not" --jdk "$work/jdk" "$other" deb
}

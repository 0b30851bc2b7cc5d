# shellcheck shell=bash
# Finds a JDK 25 or newer for Maven and dbgd. The `java` in PATH may be an older one.

jdk_wanted=25

# use_jdk: exports JAVA_HOME. Installs Debian's JDK if no suitable one is found.
use_jdk() {
  local jdk
  if ! jdk=$(find_jdk); then
    packages_install "openjdk-$jdk_wanted-jdk-headless" || return 1
    jdk=$(find_jdk) ||
      die "cannot find a JDK $jdk_wanted" "Debian's package installed none in /usr/lib/jvm" "set JAVA_HOME to a JDK"
  fi
  export JAVA_HOME=$jdk
  detail "JDK: $JAVA_HOME"
}

# find_jdk: prints the directory of a JDK: that of JAVA_HOME first, then Debian's, then any other.
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "/usr/lib/jvm/java-$jdk_wanted-openjdk-"* /usr/lib/jvm/*; do
    if jdk_will_do "$home"; then
      printf '%s' "$home"
      return
    fi
  done
  return 1
}

# The JDK must have a compiler, be new enough, and belong to root, because dbgd runs it as root.
jdk_will_do() {
  local version
  [[ -x $1/bin/javac && -r $1/release && $(stat -Lc %u "$1") == 0 ]] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  ((${version:-0} >= jdk_wanted))
}

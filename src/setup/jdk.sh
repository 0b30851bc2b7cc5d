# shellcheck shell=bash
# Finds a JDK 25 or newer, for Maven and for dbgd. The `java` in PATH may well be another one.

jdk_wanted=25

# use_jdk: exports JAVA_HOME, installing Debian's JDK when there is none that will do.
use_jdk() {
  local jdk
  if ! jdk=$(find_jdk); then
    packages_install "openjdk-$jdk_wanted-jdk-headless" || return 1
    jdk=$(find_jdk) ||
      die "no JDK $jdk_wanted" "Debian's package left none in /usr/lib/jvm" "set JAVA_HOME to one"
  fi
  export JAVA_HOME=$jdk
  detail "JDK: $JAVA_HOME"
}

# find_jdk: prints the home of one; JAVA_HOME first, then Debian's, then any other.
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

# It must compile, be new enough, and belong to root: dbgd, which is root, runs on it.
jdk_will_do() {
  local version
  [[ -x $1/bin/javac && -r $1/release && $(stat -Lc %u "$1") == 0 ]] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  ((${version:-0} >= jdk_wanted))
}

# shellcheck shell=bash
# Builds the relocatable tree, without running tests. Call `use_jdk` first.

# build_tree CHECKOUT: makes target/dbg, with all checks of its sources, and compiles no tests.
build_tree() {
  build_below "$1" target -Dmaven.test.skip=true
}

# build_for_demo CHECKOUT: makes target/quick/dbg, which was not checked: nobody changed the sources, so nothing that
# checks, tests or formats them is fetched. Tests and packages take target/dbg, never this one.
build_for_demo() {
  build_below "$1" target/quick -Dquick
}

# build_below CHECKOUT TARGET [MAVEN-OPTION...]
build_below() {
  local checkout=$1 target=$1/$2 started
  shift 2
  if [[ -x $target/dbg/sbin/dbgd ]] && ! has_changed_since "$checkout" "$target/built"; then
    detail "$target/dbg is up to date"
    return
  fi
  detail "mvn package, which downloads its dependencies the first time"
  started=$(date +%s)
  package_tree "$checkout" "$@"
  as_owner_of "$checkout" touch -d "@$started" "$target/built"
}

# package_tree CHECKOUT [MAVEN-OPTION...]: compiles dbg and its tests, and makes target/dbg. Maven fetches what it needs:
# a registry that does not answer is asked again.
package_tree() {
  local checkout=$1 try said
  shift
  said=$(mktemp)
  for try in 1 2 3; do
    as_owner_of "$checkout" mvn -B -f "$checkout/pom.xml" -DskipTests "$@" package 2>&1 |
      tee "$said" | maven_steps && break
    grep -v '^\[INFO\]' "$said"
    ((try < 3)) && grep -q "Could not transfer" "$said" || return 1
    detail "Maven could not fetch something, try $try of 3"
  done
  rm -f "$said"
}

# maven_steps: says what Maven is doing, since it takes minutes. Maven's output is read from standard input.
maven_steps() {
  local line fetched=0
  while read -r line; do
    if [[ $line == *"Downloaded from"* ]]; then
      ((++fetched % 100)) || detail "Maven: $fetched files fetched"
    elif [[ $line =~ ^\[INFO\]\ ---\ (compiler|antrun|jar):[^:]+:([A-Za-z]+) ]]; then
      detail "Maven: ${BASH_REMATCH[1]}, ${BASH_REMATCH[2]}"
    fi
  done
}

# has_changed_since CHECKOUT STAMP: also checks directories, so that a deleted file is noticed.
has_changed_since() {
  [[ ! -e $2 ]] ||
    find "$1/pom.xml" "$1/.mvn" "$1/src/main" "$1/src/cockpit" "$1/src/docs/man" -newer "$2" -print -quit 2>/dev/null | grep -q .
}

# as_owner_of CHECKOUT COMMAND...: runs COMMAND as the owner of CHECKOUT/target, or of CHECKOUT. Under sudo
# the checkout belongs to a user, so the build output and Maven's repository in the home directory should
# too. Otherwise that user could not build again.
as_owner_of() {
  local uid entry name home
  uid=$(stat -c %u "$1/target" 2>/dev/null || stat -c %u "$1")
  shift
  if ((uid == 0)) || ! entry=$(getent passwd "$uid"); then
    "$@"
    return
  fi
  IFS=: read -r name _ _ _ _ home _ <<<"$entry"
  setpriv --reuid "$name" --regid "$(id -g "$name")" --init-groups \
    env HOME="$home" USER="$name" LOGNAME="$name" "$@"
}

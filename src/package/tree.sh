# shellcheck shell=bash
# Lays out what both packages contain.

# make_tree ARCH: makes $package/ARCH/tree from target/dbg.
make_tree() {
  local arch=$1 root=$package/$1/tree dist=$checkout/target/dbg machine
  machine=$(machine_of "$arch")
  rm -rf "$root"
  mkdir -p "$root"/usr/{bin,sbin,lib/dbg/jni,share/dbg/java,share/doc/dbg} "$root/etc"

  install -m 0755 "$dist/sbin/dbgd" "$root/usr/sbin/dbgd"
  cp -r "$dist/share/dbg/." "$root/usr/share/dbg"
  cp -r "$dist/share/man" "$root/usr/share/man"
  cp -r "$dist/etc/dbg" "$root/etc/dbg"
  mkdir "$root/etc/dbg/tools.d"
  cp "$dist"/lib/dbg/*.jar "$root/usr/share/dbg/java"
  remove_other_systems "$machine" "$root/usr/share/dbg/java"/jnr-constants-*.jar
  cp -r "$dist/lib/dbg/jni/$machine-Linux" "$root/usr/lib/dbg/jni"
  compile_programs "$arch" "$root"
  make_runtime "$arch" "$root"
  place_units "$root"
  place_completions "$root"
  place_docker_plugin "$root"
  place_documents "$root"
}

# remove_other_systems MACHINE JAR: jnr-constants has the numbers of each system and machine that JNR knows. It looks for
# those of Linux on this machine and, if there are none, in `linux` itself, which has those of x86_64.
remove_other_systems() {
  local system others=()
  for system in aix darwin dragonflybsd freebsd openbsd solaris windows linux/{aarch64,loongarch64,mips64el,powerpc64,s390x}; do
    [[ $system == "linux/$1" ]] || others+=("jnr/constants/platform/$system/*")
  done
  zip --quiet --delete "$2" "${others[@]}"
}

# compile_programs ARCH ROOT
compile_programs() {
  local program path=$PATH
  # The commands of another architecture's compiler have the names of this machine's.
  is_native "$1" || path=$package/$1/compiler:$PATH
  PATH=$path "$checkout/src/main/c/compile" "$checkout/src/main/c/dbg" "$2/usr/bin/dbg"
  PATH=$path "$checkout/src/main/c/compile" "$checkout/src/main/c/dbg-enter" "$2/usr/lib/dbg/dbg-enter"
  for program in "$checkout"/target/dbg/lib/dbg/tools/*; do
    program=${program##*/}
    PATH=$path "$checkout/src/main/c/compile" "$checkout/src/main/c/$program" "$2/usr/lib/dbg/tools/$program"
  done
}

# Translations of messages, and the names of Unicode's characters, which only Character.getName and codePointOf use.
unused_resources='regex:.*_(de|es|fr|it|ja|ko|pt_BR|sv|zh_CN|zh_TW)\.(class|properties)'
unused_resources+=',/java.base/java/lang/uniName.dat'

# make_runtime ARCH ROOT: the modules that dbgd uses, and nothing else of the JDK.
make_runtime() {
  local jmods=$jvm/jmods runtime=$2/usr/lib/dbg/runtime
  is_native "$1" || jmods=$package/$1/foreign/openjdk-25-jdk-headless/usr/lib/jvm/java-25-openjdk-$1/jmods
  "$jvm/bin/jlink" --module-path "$jmods" \
    --add-modules java.base,java.logging,java.management,jdk.unsupported \
    --exclude-resources "$unused_resources" \
    --strip-java-debug-attributes --compress zip-9 --no-man-pages --no-header-files --output "$runtime"
  # Also unused: another program; what runs jar files as if they were programs; the file system of an image for other
  # Javas; libraries for sorting by C2 and for the signals of a host program; the list for an archive that dbgd's
  # cache replaces; templates, and policies that are not in force.
  rm -r "$runtime"/bin/keytool "$runtime"/lib/{jexec,jrt-fs.jar,classlist} "$runtime"/conf/sdp \
    "$runtime"/conf/security/policy/{limited,README.txt}
  rm -f "$runtime"/lib/libsimdsort.so "$runtime"/lib/libjsig.so "$runtime"/lib/server/libjsig.so
  # The notices of other works belong to the documents. Those of most modules are links to those of java.base.
  mv "$runtime/legal" "$2/usr/share/doc/dbg/openjdk"
}

# place_units ROOT: the checkout's units name the places that systemd/install uses.
place_units() {
  local unit units=$1/usr/lib/systemd/system
  mkdir -p "$units"
  for unit in "$checkout"/systemd/*.{service,socket}; do
    sed 's:/usr/local/sbin/:/usr/sbin/:g' "$unit" >"$units/${unit##*/}"
  done
  if grep -n /usr/local "$units"/*; then
    die "cannot place the units" "they name files in /usr/local" "change place_units in src/package/tree.sh"
  fi
  install -D -m 0644 "$checkout/systemd/sysusers.d/dbg.conf" "$1/usr/lib/sysusers.d/dbg.conf"
  install -D -m 0644 "$checkout/systemd/tmpfiles.d/dbg.conf" "$1/usr/lib/tmpfiles.d/dbg.conf"
}

# place_completions ROOT: `dbg completion` prints the files of share/dbg; shells find the links.
place_completions() {
  local share=$1/usr/share
  mkdir -p "$share"/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
  ln -s ../../dbg/completions/dbg.bash "$share/bash-completion/completions/dbg"
  ln -s ../../dbg/completions/_dbg "$share/zsh/vendor-completions/_dbg"
  ln -s ../../dbg/completions/dbg.fish "$share/fish/vendor_completions.d/dbg.fish"
}

# place_docker_plugin ROOT: where Docker's command looks for its plugins.
place_docker_plugin() {
  mkdir -p "$1/usr/libexec/docker/cli-plugins"
  ln -s ../../../share/dbg/docker-dbg "$1/usr/libexec/docker/cli-plugins/docker-dbg"
}

# place_documents ROOT: those that are not debhelper's to place.
place_documents() {
  local doc=$1/usr/share/doc/dbg
  # debian/copyright has the licenses, and NOTICE goes to the documents.
  rm "$1/usr/share/dbg/"{LICENSE,NOTICE}
  mkdir "$doc/examples"
  cp "$checkout/src/main/dist/etc/dbg/dbgd.toml" "$doc/examples/dbgd.toml"
  cp "$checkout/src/main/dist/etc/dbg/policy.d/10-example.toml.example" "$doc/examples/policy.toml"
  cp "$checkout/src/docs/examples/"* "$doc/examples/"
}

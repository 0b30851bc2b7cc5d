# shellcheck shell=bash
# Debian's packages that are unpacked instead of installed: for any architecture the libraries of the runtime, whose
# symbols say which versions the package depends on; for another architecture also its JDK and its musl. apt gets a state of its own for this, so that the architectures of this
# machine stay as they are. The signatures are checked against the keys of this machine.

libraries=(libc6 libgcc-s1 libstdc++6 zlib1g)

# foreign_fetch ARCH: unpacks them to $package/ARCH/foreign/PACKAGE.
foreign_fetch() {
  local arch=$1 names=("${libraries[@]}") name deb
  is_native "$arch" || names+=(openjdk-25-jdk-headless musl-dev)
  local apt=$package/$arch/apt foreign=$package/$arch/foreign
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
  cat >"$apt/conf" <<END
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$apt/cache";
END
  APT_CONFIG=$apt/conf apt-get -q update
  (cd "$apt/debs" && APT_CONFIG=$apt/conf apt-get -q download "${names[@]}")
  rm -rf "$foreign"
  mkdir "$foreign"
  for name in "${names[@]}"; do
    deb=$(find "$apt/debs" -name "${name}_*.deb" -printf '%T@ %p\n' | sort -n | tail -n 1)
    dpkg-deb --raw-extract "${deb#* }" "$foreign/$name"
  done
  is_native "$arch" || foreign_compiler "$arch"
}

# foreign_compiler ARCH: makes the commands that src/main/c/compile calls, in $package/ARCH/compiler.
foreign_compiler() {
  local arch=$1 machine musl specs compiler=$package/$1/compiler
  machine=$(machine_of "$arch")
  musl=$package/$arch/foreign/musl-dev/usr
  specs=$compiler/musl-gcc.specs
  mkdir -p "$compiler"
  # The compiler's specs of musl-dev name the directories in which the package is usually installed.
  sed "s:/usr/\(include\|lib\)/:$musl/\1/:g" "$musl/lib/$machine-linux-musl/musl-gcc.specs" >"$specs"
  printf '#!/bin/sh\nexec %s-linux-gnu-gcc "$@"\n' "$machine" >"$compiler/cc"
  printf '#!/bin/sh\nexec %s-linux-gnu-gcc "$@" -specs "%s"\n' "$machine" "$specs" >"$compiler/musl-gcc"
  chmod 755 "$compiler/cc" "$compiler/musl-gcc"
}

# is_native ARCH: whether it is that of this machine.
is_native() {
  [[ $1 == "$(dpkg --print-architecture)" ]]
}

# machine_of ARCH: the machine's name in GNU's triplets, in rpm and in JNR.
machine_of() {
  case $1 in
    amd64) echo x86_64 ;;
    arm64) echo aarch64 ;;
  esac
}

# shellcheck shell=bash
# What is in the packages, looked at without installing them. $packages is the directory with both, $arch and
# $version say which; $unpacked and $control are the deb's files and its control files.

# contents_unpack: to a new directory, which contents_remove removes.
contents_unpack() {
  contents=$(mktemp -d /tmp/dbg-contents.XXXXXX)
  deb=$packages/dbg_${version}_$arch.deb client=$packages/dbg-client_${version}_$arch.deb
  case $arch in
    amd64) machine=x86_64 ;;
    arm64) machine=aarch64 ;;
  esac
  rpm=$packages/dbg-$version-1.$machine.rpm
  unpacked=$contents/deb control=$contents/control
  dpkg-deb --extract "$deb" "$unpacked"
  dpkg-deb --control "$deb" "$control"
}

contents_remove() {
  rm -rf --one-file-system "${contents:-}"
}

test_contents() {
  check "the deb has the files of the list, with these modes, and no others" files_are_those_of_the_list
  check "everything belongs to root" files_are_roots
  check "everything has the date of the release" dates_are_the_releases
  check "installed, it takes at most 50 MB" size_is_small
  check "each link leads to a file of the package" links_lead_somewhere
  check "the programs in C are static and position-independent" programs_are_static
  check "every program and library is of the architecture" machine_code_is_of_the_architecture
  check "no debugging information is left" machine_code_is_stripped
  check "the units run what the package installs, and nothing names /usr/local" units_name_installed_files
  check "an upgrade leaves the delivery running until its new version starts" upgrade_leaves_delivery
  check "the manual is that of the checkout, compressed" manual_is_complete
  check "dbg and dbgd say the version of the package" programs_say_the_version
  check "dpkg asks before it replaces a file in /etc" files_in_etc_are_conffiles
  check "it depends on libraries, and on no Java" depends_on_no_java
  check "the copyright file accounts for each jar and each library" copyright_accounts_for_all
  check "lintian finds no error and no warning, and needs each override" lintian_is_content dbg "$deb"
  check "the client's deb has the program, what it reads, and no other" client_is_small
  check "of the client's deb neither" lintian_is_content dbg-client "$client"
  [[ ! -e $rpm ]] || test_rpm
}

# The page's deb is the same for each architecture.
test_page() {
  check "the deb of the page has the page and nothing that runs" page_is_files_alone
  check "of the page's deb neither" lintian_is_content dbg-cockpit "$packages/dbg-cockpit_${version}_all.deb"
}

test_rpm() {
  check "the rpm has the files of the deb, with the same modes and bytes" rpm_has_the_same_files
  check "rpm keeps an administrator's changes in /etc" rpm_keeps_configuration
  check "the rpm needs libraries, and no Java" rpm_needs_no_java
  check "rpmlint finds nothing but what dbg.rpmlintrc has a reason for" rpmlint_is_content
}

# listing: prints mode and path of everything in the deb.
listing() {
  dpkg-deb --fsys-tarfile "$deb" | tar --list --verbose --numeric-owner |
    sed -E 's:^(.{10}) .* [0-9]{2}\:[0-9]{2} \./([^>]*[^/>])?/?( -> .*)?$:\1 /\2:'
}

files_are_those_of_the_list() {
  local line pattern matched expected=() found used=() i
  mapfile -t expected < <(grep -v '^#' "$here/contents.list" | sed "s:ARCH:$machine-Linux:")
  found=$(listing)
  while read -r line; do
    matched=
    for i in "${!expected[@]}"; do
      pattern=^${expected[i]//./\\.}\$
      pattern=${pattern//\*/[^/]*}
      if [[ $line =~ $pattern ]]; then
        matched=yes
        used[i]=yes
      fi
    done
    [[ $matched ]] || echo "not in the list: $line"
  done <<<"$found" >"$contents/differences"
  for i in "${!expected[@]}"; do
    [[ ${used[i]:-} ]] || echo "not in the package: ${expected[i]}"
  done >>"$contents/differences"
  equal "" "$(cat "$contents/differences")"
}

files_are_roots() {
  equal "" "$(dpkg-deb --fsys-tarfile "$deb" | tar --list --verbose --numeric-owner | awk '$2 != "0/0"')"
}

dates_are_the_releases() {
  local day
  day=$(sed -n 's:.*<project.build.outputTimestamp>\([0-9-]*\).*:\1:p' "$here/../../pom.xml")
  equal "" "$(dpkg-deb --fsys-tarfile "$deb" | tar --list --verbose --utc | awk -v day="$day" '$4 != day')"
}

size_is_small() {
  local kib
  kib=$(dpkg-deb --field "$deb" Installed-Size)
  ((kib * 1024 <= 50000000)) || {
    echo "$((kib * 1024)) bytes installed"
    return 1
  }
}

links_lead_somewhere() {
  equal "" "$(find "$unpacked" -xtype l)"
}

# machine_code: prints the files that are ELF.
machine_code() {
  find "$unpacked" -type f -exec sh -c 'head -c 4 "$1" | grep -q "^.ELF" && echo "$1"' sh {} \;
}

programs_are_static() {
  local program
  for program in "$unpacked"/usr/bin/dbg "$unpacked"/usr/lib/dbg/{dbg-enter,tools/*}; do
    has "$(readelf --file-header "$program")" "DYN (Position-Independent Executable file)"
    equal "" "$(readelf --dynamic --program-headers "$program" | grep -E 'NEEDED|INTERP')"
  done
}

machine_code_is_of_the_architecture() {
  local file wanted
  case $arch in
    amd64) wanted="Advanced Micro Devices X86-64" ;;
    arm64) wanted="AArch64" ;;
  esac
  (($(machine_code | wc -l) >= 15))
  while read -r file; do
    has "$(readelf --file-header "$file")" "$wanted"
  done < <(machine_code)
}

machine_code_is_stripped() {
  local file
  while read -r file; do
    equal "" "$(readelf --section-headers --wide "$file" | grep -E ' \.(symtab|debug_)')"
  done < <(machine_code)
}

units_name_installed_files() {
  local program
  while read -r program; do
    # Every host has that shell.
    [[ $program == /bin/sh || -x $unpacked/$program ]]
  done < <(sed -n -E 's/^Exec[A-Za-z]*=([^ ]+).*/\1/p' "$unpacked"/usr/lib/systemd/system/*.service)
  # postinst looks whether another dbg is installed there.
  equal "" "$(grep -rl --exclude=postinst /usr/local "$unpacked/usr/lib/systemd" "$unpacked/usr/share/man" "$control")"
}

# Else postinst would see that it does not run, and one that is not enabled would stay off.
upgrade_leaves_delivery() {
  has "$(<"$control/preinst")" dbgd.service
  equal "" "$(grep dbgd-deliver "$control/preinst")"
}

# test_foreign runs the programs of the other architecture.
programs_say_the_version() {
  local jars=("$unpacked"/usr/share/dbg/java/dbg-*.jar)
  equal "$version" "$(dpkg-deb --field "$deb" Version)"
  equal "$unpacked/usr/share/dbg/java/dbg-$version.jar" "${jars[*]}"
  if [[ $arch == "$(dpkg --print-architecture)" ]]; then
    equal "dbg $version" "$(DBG_SOCKET=/nonexistent "$unpacked/usr/bin/dbg" version)"
    equal "dbgd $version" "$("$unpacked/usr/sbin/dbgd" version)"
  fi
}

manual_is_complete() {
  local page section
  for page in "$here"/../../src/docs/man/*; do
    section=${page##*.}
    gunzip -c "$unpacked/usr/share/man/man$section/${page##*/}.gz" | cmp - "$page"
  done
}

files_in_etc_are_conffiles() {
  equal "$(cd "$unpacked" && find etc -type f -printf '/%p\n' | sort)" "$(sort "$control/conffiles")"
}

depends_on_no_java() {
  local depends
  depends=$(dpkg-deb --field "$deb" Depends Recommends Suggests)
  has "$depends" "libc6 (>= 2.38)"
  has "$depends" "zlib1g"
  [[ ! $depends =~ jdk|jre|java ]]
}

copyright_accounts_for_all() {
  local file pattern patterns=()
  # The first stanza, Files: *, is that of dbg itself.
  mapfile -t patterns < <(sed -n -E '/^Files: \*$/d; s/^(Files:|      ) ([^ ]+)$/\2/p' "$unpacked/usr/share/doc/dbg/copyright")
  for file in "$unpacked"/usr/share/dbg/java/*.jar "$unpacked"/usr/lib/dbg/jni/*/* "$unpacked"/usr/lib/dbg/runtime/*; do
    file=${file#"$unpacked/"}
    [[ $file != usr/share/dbg/java/dbg-* ]] || continue
    for pattern in "${patterns[@]}"; do
      # shellcheck disable=SC2053 # a pattern on purpose
      [[ $file != $pattern ]] || continue 2
    done
    echo "no stanza for $file"
    return 1
  done
}

# lintian_is_content PACKAGE DEB
# It is built again: what npm brings is what the lock file names.
page_is_files_alone() {
  local page=$contents/page own
  dpkg-deb --extract "$packages/dbg-cockpit_${version}_all.deb" "$page"
  "$here/../../src/cockpit/build" "$contents/again"
  diff --recursive "$contents/again" "$page/usr/share/cockpit/dbg"
  own=$(cd "$page" && find . ! -type d ! -path './usr/share/cockpit/dbg/*' ! -path './usr/share/doc/*' ! -path './usr/share/lintian/*')
  equal "" "$own"
  equal "" "$(find "$page" ! -type d -perm /111)"
  equal "" "$(dpkg-deb --control "$packages/dbg-cockpit_${version}_all.deb" "$contents/page-control" && find "$contents/page-control" -name '*inst' -o -name '*rm')"
}

lintian_is_content() {
  # Of what is for information, an override that nothing needs.
  equal "" "$(lintian --allow-root --tag-display-limit 0 --display-info --fail-on none "$2" 2>&1 |
    sed '/^I: /{ /: unused-override /!d }')"
  # Each group of overrides follows a comment.
  equal "" "$(awk "/^$1:/ && before == \"\" { print } { before = \$0 }" "$here/../../src/package/debian/$1.lintian-overrides")"
}

client_is_small() {
  local file names=(bin/{dbg,kubectl-dbg})
  names+=(share/{bash-completion/completions/dbg,fish/vendor_completions.d/dbg.fish,zsh/vendor-completions/_dbg})
  names+=(share/dbg/{completions/{_dbg,dbg.bash,dbg.fish},grammar.bash,shell.bash})
  names+=(share/doc/dbg-client/{changelog.gz,copyright} share/lintian/overrides/dbg-client)
  names+=(share/man/man1/{dbg{,-{audit,doctor,explain,forward,logs,ps,sessions,shell,status}},kubectl-dbg}.1.gz)
  names+=(share/man/man7/dbg-{fleet,kubernetes,targets,view}.7.gz)
  mkdir "$contents/client"
  dpkg-deb --extract "$client" "$contents/client"
  equal "$(printf '%s\n' "${names[@]}" | LC_ALL=C sort)" "$(cd "$contents/client/usr" && find . ! -type d -printf '%P\n' | LC_ALL=C sort)"
  for file in bin/dbg share/dbg/{grammar,shell}.bash; do
    cmp "$contents/client/usr/$file" "$unpacked/usr/$file"
  done
  (($(stat --format %s "$contents/client/usr/bin/dbg") <= 300000)) || {
    echo "$(stat --format %s "$contents/client/usr/bin/dbg") bytes has bin/dbg, and may have 300000"
    return 1
  }
}

# sums ROOT: mode, type, and bytes or target of everything below it.
sums() {
  (
    cd "$1"
    find . -type f -printf '%M %p ' -exec sh -c 'sha256sum <"$1"' sh {} \; -o -type l -printf '%M %p %l\n' | sort -k 2
  )
}

rpm_has_the_same_files() {
  mkdir "$contents/rpm" "$contents/same"
  # Not by a pipe: cpio stops at the archive's end, and rpm2cpio would be killed while it writes the padding.
  rpm2cpio "$rpm" >"$contents/rpm.cpio"
  (cd "$contents/rpm" && cpio --extract --make-directories --preserve-modification-time --quiet <../rpm.cpio)
  # What is elsewhere, or not there, by the rules of the other distribution.
  cp -a "$unpacked/." "$contents/same"
  mkdir "$contents/same/usr/share/zsh/site-functions"
  mv "$contents"/same/usr/share/zsh/{vendor-completions,site-functions}/_dbg
  rm -r "$contents"/same/usr/share/{lintian,doc/dbg/changelog.gz}
  equal "$(sums "$contents/same")" "$(sums "$contents/rpm")"
  equal "drwx------ root root" "$(rpm --query --list --verbose --package "$rpm" |
    awk '$NF == "/etc/dbg/policy.d" { print $1, $3, $4 }')"
  equal "" "$(rpm --query --list --verbose --package "$rpm" | awk '$3 != "root" || $4 != "root"')"
}

rpmlint_is_content() {
  says 0 " 0 errors, 0 warnings," rpmlint --rpmlintrc "$here/../../src/package/rpm/dbg.rpmlintrc" "$rpm"
}

rpm_keeps_configuration() {
  equal "$(sort "$control/conffiles")" "$(rpm --query --package --configfiles "$rpm" | sort)"
}

rpm_needs_no_java() {
  local needs
  needs=$(rpm --query --requires --package "$rpm")
  has "$needs" "libc.so.6(GLIBC_2.38)(64bit)"
  [[ ! $needs =~ lib(java|jvm|jli|net|nio)\.so|jre|jdk ]]
}

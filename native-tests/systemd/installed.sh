# shellcheck shell=bash
# The state after the installation, before anything runs.

test_installed() {
  check "systemd finds no fault in the units" units_are_sound
  check "the units name no group of system calls that systemd 249 does not have" units_are_for_older_managers
  check "what is installed belongs to root, and nobody else can write to it" tree_is_roots
  check "the manual, and the completions of three shells, are where they are looked for" manual_is_installed
  check "installing again leaves the configuration alone" configuration_survives
  check "the agent is less exposed than journald, and docker by far" exposure_is_small
  note "systemd-analyze security: dbgd $(exposure dbgd.service), journald $(exposure systemd-journald.service), docker $(exposure docker.service)"
}

units_are_sound() {
  # The manual pages are not on this machine.
  equal "" "$(inside systemd-analyze verify --man=no dbgd.service dbgd.socket dbgd-deliver.service 2>&1)"
}

# An older systemd ignores a group that it does not know, and the calls in it fail.
units_are_for_older_managers() {
  local groups
  groups=$(inside sed -n '/^SystemCallFilter=/s/^[^=]*=//p' /usr/local/lib/systemd/system/dbgd{,-deliver}.service |
    tr ' ~' '\n\n' | grep '^@' | sort -u)
  has "$groups" @system-service
  equal "" "$(grep -vxE '@(aio|keyring|mount|obsolete|privileged|resources|system-service)' <<<"$groups" || :)"
}

tree_is_roots() {
  equal "" "$(inside find /usr/local/bin /usr/local/sbin /usr/local/lib /usr/local/share/dbg /etc/dbg \
    ! -type l \( ! -user root -o -perm /022 \))"
}

configuration_survives() {
  local before
  before=$(inside find /etc/dbg -type f -exec sha256sum {} +)
  inside /root/dbg/systemd/install
  equal "$before" "$(inside find /etc/dbg -type f -exec sha256sum {} +)"
}

# exposure UNIT: prints the unit's exposure score, from 0.0 (can do nothing) to 10.0, with one decimal.
exposure() {
  inside systemd-analyze security --no-pager "$1" | sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p'
}

exposure_is_small() {
  local ours
  ours=$(exposure dbgd.service)
  ((${ours/./} < $(exposure systemd-journald.service | tr -d .)))
  ((2 * ${ours/./} < $(exposure docker.service | tr -d .)))
}

manual_is_installed() {
  local file
  for file in man/man1/dbg.1 man/man5/{dbg-{audit,policy,tools},dbgd.toml}.5 man/man7/dbg-{fleet,inside,protocol}.7 man/man8/dbgd.8 \
    bash-completion/completions/dbg zsh/site-functions/_dbg fish/vendor_completions.d/dbg.fish; do
    inside test -s "/usr/local/share/$file"
  done
}

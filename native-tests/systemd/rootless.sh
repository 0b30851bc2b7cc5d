# shellcheck shell=bash
# A user's own Podman under the user's own systemd, which listens in place of Podman's service and starts it for whoever
# connects.

test_rootless() {
  rootless_start
  check "a line in a user's container shows what nsenter shows" users_line_works
  check "the service of the user, which does not run, is not started for it" users_service_sleeps
  check "once the service runs it is asked, and knows the labels" users_service_is_asked
  rootless_end
}

# The user's runtime directory is mounted after dbgd has started. The files are not on an overlay, as the machine's own root
# is one, and no limit needs a controller.
rootless_start() {
  inside useradd --create-home ulla
  inside mkdir -p /home/ulla/.config/containers
  write_in /home/ulla/.config/containers/storage.conf <<<$'[storage]\ndriver = "vfs"'
  write_in /home/ulla/.config/containers/containers.conf <<<$'[containers]\npids_limit = 0\n[engine]\nruntime = "runc"'
  inside chown -R ulla:ulla /home/ulla/.config
  inside loginctl enable-linger ulla
  eventually of_ulla systemctl --user is-active sockets.target
  of_ulla systemctl --user start podman.socket
  inside bash -c 'tar -C /usr/bin -c busybox' | engine exec --interactive "$machine" tee /tmp/busybox.tar >/dev/null
  of_ulla podman import --quiet /tmp/busybox.tar server >/dev/null
  of_ulla podman run --detach --name ullas --label team=dns --network none server /busybox httpd -f -p 3300 >/dev/null
  write_in /etc/dbg/policy.d/20-rootless.toml <<'TOML'
[[rule]]
who        = ["user:olivia"]
containers = ["podman://ulla/ullas"]
namespaces = ["net"]
tools      = ["ss"]

[[rule]]
who        = ["user:otto"]
containers = ["podman://ulla/*"]
except     = ["label:team=web"]
namespaces = ["net"]
tools      = ["ss"]
TOML
  inside systemctl reload dbgd
  eventually listens ullas_pid 3300
}

rootless_end() {
  of_ulla podman rm --force --time 0 ullas >/dev/null
  inside loginctl disable-linger ulla
  inside systemctl stop "user@$(uid_of_ulla).service"
  inside rm -f /etc/dbg/policy.d/20-rootless.toml /tmp/busybox.tar
  inside systemctl reload dbgd
  inside userdel --remove --force ulla
}

uid_of_ulla() {
  inside id -u ulla
}

# of_ulla COMMAND...: runs COMMAND as the user, in reach of the user's systemd.
of_ulla() {
  as ulla env HOME=/home/ulla "XDG_RUNTIME_DIR=/run/user/$(uid_of_ulla)" "$@"
}

ullas_pid() {
  of_ulla podman inspect --format '{{.State.Pid}}' ullas
}

service_is() {
  [[ $(of_ulla systemctl --user is-active podman.service) == "$1" ]]
}

users_line_works() {
  local wanted
  wanted=$(inside nsenter -t "$(ullas_pid)" -n ss -tln)
  has "$wanted" 3300
  # A question may start a reader, which takes longer than dbgd waits where the machine is busy.
  eventually ullas_line_is "$wanted" podman://ulla/ullas
  eventually ullas_line_is "$wanted" ullas
}

ullas_line_is() {
  equal "$1" "$(as olivia dbg "$2" net -- ss -tln)"
}

# The list of containers is told without it too.
users_service_sleeps() {
  eventually lists_ullas
  service_is inactive
}

lists_ullas() {
  has "$(as olivia dbg ps)" ullas
}

# An exception for labels holds while the labels are not known.
users_service_is_asked() {
  exits 126 as otto dbg ullas net -- ss -tln
  service_is inactive
  of_ulla systemctl --user start podman.service
  # The service answers later than dbgd waits where the machine is busy, which leaves it alone for a minute then.
  eventually otto_enters
}

otto_enters() {
  has "$(as otto dbg ullas net -- ss -tln)" 3300
}

# shellcheck shell=bash
# Operators who log in over ssh, from another network namespace: sshd, its PAM and logind are the machine's own.

logind_changed=/run/systemd/system/systemd-logind.service.d

test_login() {
  login_start
  check "a record has the address from which its operator had logged in" typed_line_has_the_address
  check "so has that of a line for another host, with and without a terminal" remote_line_has_the_address
  check "logins at the same time have their own addresses" two_logins_have_theirs
  check "what a login claims of its address is not believed" claimed_address_counts_not
  check "who has not come over ssh has none" local_line_has_none
  witness_start
  check "a witness notes a seal over ssh" eventually witness_has_noted
  check "neither dbg nor ssh has a capability when it tells a witness" eventually telling_has_no_capability
  witness_end
  check "the log is intact, says what the witness has noted" witness_vouches
  login_end
}

login_start() {
  logind_as_on_a_host
  inside ip netns add laptop
  inside ip link add to-laptop type veth peer name to-machine netns laptop
  inside ip address add 10.77.0.1/24 dev to-laptop
  inside ip link set to-laptop up
  inside ip -n laptop address add 10.77.0.2/24 dev to-machine
  inside ip -n laptop address add 10.77.0.3/24 dev to-machine
  inside ip -n laptop link set to-machine up
  inside mkdir -p -m 700 /root/.ssh /etc/ssh/keys
  inside chmod 755 /etc/ssh/keys
  inside ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
  inside cp /root/.ssh/id_ed25519.pub /etc/ssh/keys/olivia
  write_in /root/.ssh/config <<'CONFIG'
Host 10.77.0.1
  User olivia
  StrictHostKeyChecking accept-new
Host otherwise
  HostName 10.77.0.1
  User olivia
  BindAddress 10.77.0.3
  HostKeyAlias 10.77.0.1
CONFIG
  write_in /etc/ssh/sshd_config.d/keys.conf <<<'AuthorizedKeysFile /etc/ssh/keys/%u'
  inside systemctl restart ssh.service
  eventually from_laptop ssh 10.77.0.1 true
}

# The machine is a container, in which logind does not ask the kernel for the number of an audit session.
logind_as_on_a_host() {
  local work
  work=$(mktemp -d)
  cc -std=gnu17 -shared -fPIC -O2 -Wall -Wextra -Werror -o "$work/audited.so" "$here/../c/audited.c"
  copy_in "$work/audited.so" /opt/audited.so
  rm -r "$work"
  inside mkdir -p "$logind_changed"
  write_in "$logind_changed/audited.conf" <<<$'[Service]\nEnvironment=LD_PRELOAD=/opt/audited.so'
  inside systemctl daemon-reload
  inside systemctl restart systemd-logind.service
}

login_end() {
  inside rm -r "$logind_changed"
  inside systemctl daemon-reload
  inside systemctl restart systemd-logind.service
  inside ip netns delete laptop
  inside rm -rf /root/.ssh /etc/ssh/keys /etc/ssh/sshd_config.d/keys.conf
  inside systemctl stop ssh.service
}

from_laptop() {
  inside ip netns exec laptop "$@"
}

# sources REASON: prints the addresses in the records of who ran something for this reason.
sources() {
  inside dbg audit --json -n 100 --reason "$1" | grep '"event":"intent"' | grep -o '"source":"[^"]*"' || :
}

typed_line_has_the_address() {
  from_laptop ssh 10.77.0.1 dbg --reason login-typed "pid://$(process_pid)" net -- ss -tln
  equal '"source":"10.77.0.2"' "$(sources login-typed)"
  has "$(inside dbg audit --from '10.77.0.*')" "olivia from 10.77.0.2 "
}

remote_line_has_the_address() {
  local wanted
  wanted=$(inside nsenter -t "$(process_pid)" -n ss -tln)
  equal "$wanted" "$(from_laptop dbg -H ssh://10.77.0.1 --reason login-remote "pid://$(process_pid)" net -- ss -tln)"
  from_laptop script -qec "dbg -H ssh://10.77.0.1 -t --reason login-remote pid://$(process_pid) net -- ss -tln" /dev/null
  equal $'"source":"10.77.0.2"\n"source":"10.77.0.2"' "$(sources login-remote)"
}

two_logins_have_theirs() {
  from_laptop dbg -H 10.77.0.1,otherwise --reason login-two "pid://$(process_pid)" net -- ss -tln
  equal $'"source":"10.77.0.2"\n"source":"10.77.0.3"' "$(sources login-two | sort)"
}

claimed_address_counts_not() {
  from_laptop ssh 10.77.0.1 "SSH_CONNECTION='10.9.9.9 1 10.9.9.8 22' SSH_CLIENT='10.9.9.9 1 22' \
    dbg --reason login-claimed pid://$(process_pid) net -- ss -tln"
  equal '"source":"10.77.0.2"' "$(sources login-claimed)"
}

local_line_has_none() {
  as olivia dbg --reason login-local "pid://$(process_pid)" net -- ss -tln
  equal "" "$(sources login-local)"
  equal 1 "$(inside dbg audit --json -n 100 --reason login-local | grep -c '"event":"intent"')"
}

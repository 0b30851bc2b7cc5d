# shellcheck shell=bash
# Between the look-up of a service or a machine and its entry, it ends, a stranger gets the number of its process,
# and another one has its name. The agents of these tests wait at that place for a file.

test_meanwhile() {
  local kind
  meanwhile_start
  for kind in service machine; do
    check "a $kind that is replaced between look-up and entry is not entered" replaced_is_not_entered careful "$kind"
    check "nor is it where a pidfd's inode says nothing, as on Linux before 6.9" replaced_is_not_entered old "$kind"
    check "an agent that does not ask again would enter a stranger in the place of that $kind" stranger_is_entered "$kind"
  done
  meanwhile_end
}

meanwhile_start() {
  local waiting=resolve.AlteredResolve.Waiting
  stranger_put
  inside mkdir -p /var/lib/machines/replaced/{bin,etc,usr,proc,sys,dev,run,tmp,var,root}
  inside cp /usr/bin/busybox /var/lib/machines/replaced/bin/busybox
  inside sh -c 'echo ID=busybox >/var/lib/machines/replaced/etc/os-release'
  write_in /etc/dbg/policy.d/20-replaced.toml <<'TOML'
[[rule]]
who        = ["user:olivia"]
containers = ["unit://replaced.service", "nspawn://replaced"]
namespaces = ["uts"]
tools      = ["hostname"]
TOML
  agent_starts careful "$waiting"
  agent_starts old "$waiting" kernel.AlteredKernel.WithoutInodes
  agent_starts trusting "$waiting" resolve.AlteredResolve.Trusting resolve.container.AlteredContainers.Believing
}

# A program that starts a process with a number that is free.
stranger_put() {
  local work
  work=$(mktemp -d)
  cc -std=gnu17 -static -O2 -o "$work/reborn" "$here/../c/reborn.c"
  copy_in "$work/reborn" /opt/reborn
  rm -r "$work"
}

meanwhile_end() {
  local agent
  for agent in careful old trusting; do
    agent_ends "$agent"
  done
  inside rm -rf /opt/reborn /etc/dbg/policy.d/20-replaced.toml /var/lib/machines/replaced
}

replaced_start() {
  case $1 in
    service)
      inside systemd-run --quiet --collect --unit=replaced -p PrivateNetwork=yes -p ProtectHostname=yes \
        busybox httpd -f -p 8080
      ;;
    machine)
      inside systemd-run --quiet --collect --unit=machine-of-replaced -p Delegate=yes -p Type=notify \
        systemd-nspawn --quiet --keep-unit --private-network --directory=/var/lib/machines/replaced \
        --machine=replaced /bin/busybox httpd -f -p 8080
      ;;
  esac
}

replaced_stop() {
  case $1 in
    service) inside systemctl stop replaced.service ;;
    machine) inside systemctl stop machine-of-replaced.service ;;
  esac
}

replaced_pid() {
  case $1 in
    service) main_pid replaced.service ;;
    machine) leader replaced ;;
  esac
}

replaced_name() {
  case $1 in
    service) echo unit://replaced.service ;;
    machine) echo nspawn://replaced ;;
  esac
}

is_free() {
  inside test ! -e "/proc/$1"
}

# What systemd still knows of the one that has ended would be in the way of the next of that name.
is_unknown() {
  inside test ! -e /run/systemd/machines/replaced &&
    [[ $(inside systemctl show --value --property=LoadState replaced.service machine-of-replaced.service) \
      == *not-found*not-found* ]]
}

# replaced_while AGENT KIND: prints what the agent's session shows, and its status.
replaced_while() {
  local agent=$1 kind=$2 number shown status=0
  inside rm -rf /run/dbgt-goes-on /run/dbgt-found-it
  replaced_start "$kind"
  number=$(replaced_pid "$kind")
  shown=$(mktemp)
  as_with olivia "$agent" dbg "$(replaced_name "$kind")" uts -- hostname >"$shown" 2>&1 &
  eventually inside test -d /run/dbgt-found-it
  inside kill -KILL "$number"
  eventually is_free "$number"
  eventually is_unknown
  inside systemd-run --quiet --unit=stranger /opt/reborn "$number"
  eventually inside test -e "/proc/$number"
  inside nsenter -t "$number" -u hostname stranger
  replaced_start "$kind"
  inside touch /run/dbgt-goes-on
  wait $! || status=$?
  replaced_stop "$kind"
  inside systemctl stop stranger.service
  echo "$(<"$shown") (status $status)"
  rm "$shown"
}

# replaced_is_not_entered AGENT KIND
replaced_is_not_entered() {
  has "$(replaced_while "$1" "$2")" "was restarted or ended just now: try again (status 125)"
}

stranger_is_entered() {
  equal "stranger (status 0)" "$(replaced_while trusting "$1")"
}

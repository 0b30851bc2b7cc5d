# shellcheck shell=bash
# The machine's first boot: the package is installed and used. At the end the power fails while sessions run.
set -euo pipefail
cd /root/tests
for part in checks scene line limits; do
  # shellcheck source=/dev/null
  source "./$part.sh"
done

note "the machine: $(systemctl --version | sed -n 1p), Linux $(uname -r), $(cat /sys/kernel/security/lsm)"
check "apt-get installs the package" scene_install ./*.deb
check "Docker and Podman start a container" scene_containers
note "installed after $(cut -d. -f1 /proc/uptime) s"
systemctl start dbgd.service
test_line
note "the line was tried after $(cut -d. -f1 /proc/uptime) s"
test_limits
note "the limits were tried after $(cut -d. -f1 /proc/uptime) s"
checks_end || true

systemctl restart dbgd.socket dbgd.service
for number in 1 2 3; do
  olivia --reason "ended $number" web net -- act exit 0
done
for number in 1 2 3; do
  "${olivia[@]}" --reason "cut $number" web net -- act wait >"/tmp/cut-$number" 2>&1 &
  eventually grep -q waiting "/tmp/cut-$number"
done
echo CUT
sleep infinity

# shellcheck shell=bash
# The agent writes numbers for Prometheus, in the mounts and with the rights that the unit gives it.

test_watching() {
  check "the unit writes the file of Debian's collector, though the directory above is not root's" metrics_are_written
  check "elsewhere it may not write, says so, and serves" metrics_elsewhere
}

metrics_are_written() {
  local file=/var/lib/prometheus/node-exporter/dbg.prom
  inside mkdir -p "${file%/*}"
  inside chown mallory /var/lib/prometheus
  inside cp /etc/dbg/dbgd.toml /root/unwatched.toml
  # As the shipped example says it, and as an administrator would do it.
  inside sed -i "s|^# file = \"$file\"|file = \"$file\"|" /etc/dbg/dbgd.toml
  inside systemctl restart dbgd.service
  eventually inside test -s "$file"
  line_works
  inside systemctl stop dbgd.service 2>&1
  has "$(as mallory cat "$file")" $'\ndbg_sessions_total{result="success",tool="ss"} 1\n'
  equal "$file" "$(inside find "${file%/*}" -type f)"
  inside systemctl start dbgd.service
}

metrics_elsewhere() {
  inside sed -i 's|^file = ".*dbg.prom"|file = "/srv/dbg.prom"|' /etc/dbg/dbgd.toml
  inside systemctl restart dbgd.service
  eventually agent_says 'the metrics cannot be written to /srv/dbg.prom: Read-only file system in /srv'
  line_works
  exits 1 inside test -e /srv/dbg.prom
  inside cp /root/unwatched.toml /etc/dbg/dbgd.toml
  inside systemctl restart dbgd.service
}

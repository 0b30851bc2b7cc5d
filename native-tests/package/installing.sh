# shellcheck shell=bash
# The package is installed, and used without anything else being done.

# scene_bare: a machine as its administrator has it: no Java, and no repository but the package's.
scene_bare() {
  # shellcheck disable=SC2016 # for the shell in the machine
  inside sh -c 'dpkg --purge --force-depends $(dpkg-query -W -f "\${Package}\n" "*openjdk*" "*java*") >/dev/null 2>&1
    rm -rf /usr/lib/jvm /etc/apt/sources.list /etc/apt/sources.list.d/*'
  write_in /etc/apt/sources.list.d/dbg.sources <<'DEB822'
Types: deb
URIs: file:/srv/repository
Suites: ./
Signed-By: /etc/apt/keyrings/dbg.asc
DEB822
  repository_publish "$work/older.deb"
  inside sh -c "find / -xdev -printf '%p\n' | sort >/root/before"
}

test_installing() {
  check "apt refuses the repository until its key is there" unsigned_is_refused
  check "apt-get install dbg, on a machine without Java" apt_installs
  check "systemd finds no fault in the units" units_are_sound
  check "what is installed belongs to root, and nobody else can write to it" tree_is_roots
  check "the socket is open to the group dbg, now and after a reboot" socket_is_enabled
  check "the agent does not run before the first request" state_is inactive
  inside useradd mallory
  inside useradd --groups dbg otto
  inside useradd --groups dbg olivia
  check "somebody outside of the group is told which command lets them in, and starts nothing" outsider_is_told
  check "a member without a rule is told who writes one, and which command prints it" member_is_told
  inside systemctl stop dbgd.service 2>/dev/null
  note "the request that starts the agent, and the next: $(request_of_a_version), $(request_of_a_version)"
  check "the rule that dbgd suggests permits the line, for a container of the machine's Docker" suggestion_is_enough
  scene_policy
  inside systemctl reload dbgd.service
  check "the line shows what nsenter shows" line_works_for_container
  check "as a plugin of Docker's command it shows the same" docker_plugin_works
  check "where Docker's command talks with another engine, the plugin refuses" docker_plugin_refuses
  check "the doctor finds no fault in a Debian with Docker" doctor_finds_no_fault
  check "the first start says which key verifies the log, where it is, and to keep it elsewhere" key_is_told
  check "man finds each page, and so does systemctl help" manual_is_found
  check "the shells find the completions" completions_are_found
}

# apt COMMAND...: runs apt-get in the machine, without questions.
apt() {
  inside env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
}

unsigned_is_refused() {
  exits 100 apt update
  exits 100 apt install dbg
  inside install -d /etc/apt/keyrings
  copy_in "$repository/files/key.asc" /etc/apt/keyrings/dbg.asc
  inside chmod 0644 /etc/apt/keyrings/dbg.asc
  apt update
}

apt_installs() {
  local said
  exits 127 inside sh -c 'exec java -version' 2>/dev/null
  said=$(apt install dbg 2>&1)
  echo "$said"
  has "$said" "usermod -aG dbg NAME"
  has "$said" "/etc/dbg/policy.d"
  equal "$older" "$(installed_version)"
  exits 127 inside sh -c 'exec java -version' 2>/dev/null
}

installed_version() {
  # shellcheck disable=SC2016 # for dpkg-query
  inside dpkg-query -W -f '${Version}' dbg
}

units_are_sound() {
  equal "" "$(inside systemd-analyze verify dbgd.service dbgd.socket dbgd-deliver.service 2>&1)"
}

tree_is_roots() {
  local all
  all=$(inside sh -c 'dpkg -L dbg | xargs -d "\n" stat --format "%U:%G %a %F %n"')
  (($(wc -l <<<"$all") > 100))
  equal "" "$(grep -v " symbolic link " <<<"$all" | grep -vE "^root:root [0-7]*[0145][0145] " || true)"
}

socket_is_enabled() {
  equal enabled "$(inside systemctl is-enabled dbgd.socket)"
  socket_is_for_the_group
}

outsider_is_told() {
  local said
  said=$(exits 125 as mallory dbg ps 2>&1)
  has "$said" "usermod -aG dbg mallory"
  state_is inactive
}

member_is_told() {
  local said
  said=$(exits 126 as otto dbg adguard-server-1 net -- ss -tln 2>&1)
  has "$said" "ask root for one, who types dbgd suggest --operator otto"
  said=$(as otto dbg tools 2>&1 >/dev/null)
  has "$said" "dbgd suggest --operator otto"
}

request_of_a_version() {
  # shellcheck disable=SC2016 # for the shell in the machine
  as otto bash -c '
    started=${EPOCHREALTIME/./}
    dbg version >/dev/null
    echo "$(((${EPOCHREALTIME/./} - started) / 1000)) ms"'
}

suggestion_is_enough() {
  inside sh -c 'dbgd suggest --operator otto >/etc/dbg/policy.d/20-otto.toml'
  inside dbgd check
  inside systemctl reload-or-restart dbgd.service
  equal "$(inside nsenter -t "$(container_pid)" -n ss -tln)" "$(as otto dbg adguard-server-1 net -- ss -tln)"
}

key_is_told() {
  local key
  key=$(inside cat /var/log/dbg/verify.key)
  has "$(inside journalctl --no-pager --output=cat --unit=dbgd.service)" \
    "verified with $key, which is in /var/log/dbg/verify.key: keep a copy on another host"
  has "$(inside dbgd check)" "/var/log/dbg/verify.key: keep a copy on another host"
}

# The command `as` keeps root's HOME, in which Docker's command cannot look for plugins.
docker_plugin_works() {
  has "$(inside docker --help)" 'dbg*'
  equal "$(as olivia dbg adguard-server-1 net -- ss -tlnH)" "$(as olivia env HOME=/nonexistent docker dbg adguard-server-1 net -- ss -tlnH)"
  has "$(as olivia env HOME=/nonexistent docker __complete dbg adguard-ser 2>/dev/null)" adguard-server-1
}

docker_plugin_refuses() {
  local said
  said=$(exits 125 as olivia env HOME=/nonexistent docker --host ssh://elsewhere dbg adguard-server-1 net -- ss -tlnH 2>&1)
  has "$said" 'talks with ssh://elsewhere'
}

manual_is_found() {
  local page
  for page in '1 dbg' '8 dbgd' '5 dbg-policy' '5 dbg-tools' '5 dbg-audit' '7 dbg-protocol'; do
    # shellcheck disable=SC2086 # section and name
    has "$(inside man $page)" NAME
  done
  has "$(inside systemctl help dbgd)" 'limits.drain'
}

completions_are_found() {
  inside bash -n /usr/share/bash-completion/completions/dbg
  inside test -s /usr/share/zsh/vendor-completions/_dbg
  inside test -s /usr/share/fish/vendor_completions.d/dbg.fish
}

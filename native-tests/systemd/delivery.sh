# shellcheck shell=bash
# The audit log is sent on from the agent: to the machine's journal, and to a real rsyslogd in the machine.

test_delivery() {
  check "the journal knows what an operator did by its fields, live" journal_has_the_fields
  check "what it says comes from the agent's unit, which nobody else can claim" journal_trusts_the_unit
  check "a refusal is a warning there" refusal_is_a_warning
  check "of a long line there is what the log has: how long it was, and its hash" large_entry_arrives
  check "the journal has every record once, in order, over restarts, and the chain's head" journal_is_complete
  delivery_setup
  check "rsyslogd reads what the log has, by tcp, udp and a local socket" rsyslog_has_all
  check "records name the machine, and its new name once it was renamed, whoever sends them" renamed_machine
  check "the service that has the network sees the log, and neither keys nor anything of root's" sender_sees_nothing
  check "it uses dbgd's cache" sender_has_the_cache
  check "with the server away and the sender killed nothing is lost, and no session waits" away_and_back
  check "what the server has not had is kept beyond its age" undelivered_is_kept
  delivery_ends
  note "systemd-analyze security: dbgd-deliver $(exposure dbgd-deliver.service)"
}

# journal FORMAT MATCH...: prints the agent's records in the journal.
journal() {
  local format=$1
  shift
  inside journalctl --no-pager --quiet --identifier=dbgd --output="$format" "$@"
}

# journal_counts WANTED MATCH...
journal_counts() {
  local wanted=$1
  shift
  equal "$wanted" "$(journal cat "$@" | wc -l)"
}

journal_has_the_fields() {
  as olivia dbg --reason "INC-7 delivery" "pid://$(process_pid)" net -- ss -tln >/dev/null
  eventually journal_counts 1 DBG_EVENT=intent "DBG_REASON=INC-7 delivery"
  local entry session
  entry=$(journal export DBG_EVENT=intent "DBG_REASON=INC-7 delivery")
  has "$entry" $'\nDBG_OPERATOR=olivia\n'
  has "$entry" $'\nDBG_UID='
  has "$entry" $'\nDBG_RUNTIME=pid\n'
  has "$entry" $'\nDBG_CONTAINER='"$(process_pid)"$'\n'
  has "$entry" $'\nDBG_NAMESPACES=net\n'
  has "$entry" $'\nDBG_TOOL=ss\n'
  has "$entry" $'\nDBG_ARGV=-tln\n'
  has "$entry" $'\nDBG_DECISION=allowed\n'
  has "$entry" $'\nDBG_RULE=/etc/dbg/policy.d/10-net.toml:1\n'
  has "$entry" $'\nPRIORITY=6\n'
  session=$(sed -n 's/^DBG_SESSION=//p' <<<"$entry")
  eventually journal_counts 2 "DBG_SESSION=$session"
  has "$(journal export "DBG_SESSION=$session" DBG_EVENT=result)" $'\nDBG_STATUS=0\n'
  # As the manual shows it.
  has "$(inside journalctl --no-pager -t dbgd DBG_OPERATOR=olivia)" "olivia in pid://$(process_pid) runs ss -tln"
}

journal_trusts_the_unit() {
  local trusted all
  all=$(journal cat DBG_EVENT=intent | wc -l)
  ((all > 0))
  journal_counts "$all" DBG_EVENT=intent _SYSTEMD_UNIT=dbgd.service _UID=0
}

refusal_is_a_warning() {
  exits 126 line otto
  eventually journal_refusal
}

journal_refusal() {
  has "$(journal export --priority=warning DBG_EVENT=denied DBG_OPERATOR=otto)" $'\nDBG_DECISION=refused\n'
}

# Thirty thousand control characters, each of which is four in the journal: longer than a record may be.
large_entry_arrives() {
  # shellcheck disable=SC2016 # for the shell in the machine
  exits 126 as olivia bash -c 'dbg --reason large "$1" net -- ss "$(head -c 30000 /dev/zero | tr "\0" "\001")"' - \
    "pid://$(process_pid)"
  eventually journal_counts 1 DBG_EVENT=denied DBG_REASON=large
  # --all: journalctl leaves long fields out of the export form of some versions.
  local argv
  argv=$(journal export --all DBG_EVENT=denied DBG_REASON=large | sed -n 's/^DBG_ARGV=//p')
  has "$argv" "(30000 bytes, sha256 "
  ((${#argv} < 16384))
}

# log_numbers: prints the numbers of all records in the log, in order. Either kind of segment may be missing.
log_numbers() {
  inside bash -c 'cd /var/log/dbg && { zcat audit-*.jsonl.gz 2>/dev/null; cat audit-*.jsonl audit.jsonl 2>/dev/null || true; }' |
    sed -n 's/^{"seq":\([0-9]*\),.*/\1/p' | sort -n
}

journal_numbers() {
  journal export --output-fields=DBG_SEQ | sed -n 's/^DBG_SEQ=//p'
}

journal_is_complete() {
  inside systemctl restart dbgd.service
  inside systemctl stop dbgd.service 2>&1
  eventually journal_has_all
  equal "$(journal_numbers)" "$(journal_numbers | sort -n | uniq)"
  # The last seal is at the end of the log, and the log must contain the head that it names.
  local seal
  seal=$(journal export DBG_EVENT=seal | sed -n 's/^DBG_SEAL_SEQ=//p' | tail -n 1)
  seal+=:$(journal export DBG_EVENT=seal | sed -n 's/^DBG_SEAL_HASH=//p' | tail -n 1)
  inside /usr/local/sbin/dbgd verify /var/log/dbg --head "$seal"
  exits 1 inside /usr/local/sbin/dbgd verify /var/log/dbg --head "${seal%%:*}:${seal: -63}0" >/dev/null
}

journal_has_all() {
  equal "$(log_numbers)" "$(journal_numbers)"
}

# A server that understands structured data, and writes a line for each message.
delivery_setup() {
  write_in /root/receiver.conf <<'CONF'
module(load="imtcp")
module(load="imudp")
module(load="imuxsock" SysSock.Use="off")
module(load="mmpstrucdata")
global(workDirectory="/root" maxMessageSize="16k")
template(name="line" type="string" string="%inputname% %syslogfacility-text%.%syslogseverity-text% %hostname% %app-name% %msgid% %$!rfc5424-sd!dbg@32473!seq% %$!rfc5424-sd!dbg@32473!operator% %$!rfc5424-sd!dbg@32473!argv%\n")
ruleset(name="keep") {
  action(type="mmpstrucdata")
  action(type="omfile" file="/root/received" template="line" flushOnTXEnd="on")
}
input(type="imtcp" address="127.0.0.1" port="5514" ruleset="keep")
input(type="imudp" address="127.0.0.1" port="5514" ruleset="keep")
input(type="imuxsock" Socket="/run/receiver.sock" CreatePath="on" UseSpecialParser="off" RateLimit.Interval="0" ruleset="keep")
CONF
  receiver_starts
  inside cp /etc/dbg/dbgd.toml /root/dbgd.toml
  inside mkdir -p /etc/systemd/system/dbgd-deliver.service.d
  write_in /etc/systemd/system/dbgd-deliver.service.d/local.conf <<'UNIT'
[Service]
BindReadOnlyPaths=-/run/receiver.sock
UNIT
  write_in /etc/dbg/dbgd.toml <<'TOML'
[audit]
rotate-size = "4K"
keep = "1s"
[[audit.syslog]]
name = "stream"
to = "tcp://127.0.0.1:5514"
[[audit.syslog]]
name = "datagrams"
to = "udp://127.0.0.1:5514"
facility = "local3"
[[audit.syslog]]
name = "local"
to = "unix:///run/receiver.sock"
TOML
  inside systemctl daemon-reload
  inside systemctl restart dbgd.service
  inside systemctl start dbgd-deliver.service
}

delivery_ends() {
  inside systemctl stop dbgd-deliver.service dbgd.service receiver.service 2>&1
  inside cp /root/dbgd.toml /etc/dbg/dbgd.toml
}

receiver_starts() {
  inside systemd-run --quiet --unit=receiver /usr/sbin/rsyslogd -n -f /root/receiver.conf -i NONE
  eventually inside test -S /run/receiver.sock
}

# received INPUT: prints the numbers of the records that arrived at this input.
received() {
  inside sed -n "s/^$1 [^ ]* [^ ]* dbgd [a-z]* \([0-9]*\) .*/\1/p" /root/received
}

# has_all INPUT: checks that every record ever written has arrived at this input, in the order of the log. The
# log itself may have fewer by now: a segment that all receivers have may be removed after a second.
has_all() {
  equal "$(seq 1 "$(log_numbers | tail -n 1)")" "$(received "$1" | awk '!seen[$0]++')"
}

rsyslog_has_all() {
  line_works
  local input
  for input in imtcp imuxsock; do
    eventually has_all "$input"
  done
  # A network may lose datagrams, and their sender does not notice.
  eventually inside grep -q '^imudp local3.info machine dbgd intent ' /root/received
  has "$(inside cat /root/received)" "imtcp authpriv.info machine dbgd intent "
  has "$(inside grep '^imtcp .* intent .* olivia ' /root/received)" " olivia -tln"
}

# Both units have a copy of the machine's name from the time when they started.
renamed_machine() {
  local id
  id=$(inside cat /etc/machine-id)
  [[ $id =~ ^[0-9a-f]{32}$ ]]
  line_works
  has "$(inside tail -n 1 /var/log/dbg/audit.jsonl)" "\"host\":{\"name\":\"machine\",\"id\":\"$id\"},"
  inside hostname renamed
  inside systemctl reload dbgd.service
  line_works
  local now
  now=$(inside tail -n 1 /var/log/dbg/audit.jsonl)
  inside hostname machine
  inside systemctl reload dbgd.service
  has "$now" "\"host\":{\"name\":\"renamed\",\"id\":\"$id\"},"
  eventually inside grep -q '^imtcp authpriv.info renamed dbgd result ' /root/received
  eventually journal_counts 1 DBG_HOST=renamed DBG_EVENT=result "DBG_HOST_ID=$id"
}

sender_pid() {
  inside systemctl show --value --property=MainPID dbgd-deliver.service
}

sender_sees_nothing() {
  local status pid
  pid=$(sender_pid)
  status=$(inside cat "/proc/$pid/status")
  inside mkdir -p /etc/ssl/private
  has "$status" $'CapEff:\t0000000000000004'
  [[ $(inside ps -o user= -p "$pid") == dbg-del* ]]
  # As root, and so with more rights than the sender has, in the sender's mount namespace.
  exits 1 inside nsenter -t "$pid" -m -- /usr/bin/test -e /root/receiver.conf
  exits 1 inside nsenter -t "$pid" -m -- /usr/bin/test -e /etc/shadow
  exits 1 inside nsenter -t "$pid" -m -- /usr/bin/test -e /run/docker.sock
  inside nsenter -t "$pid" -m -- /usr/bin/test -s /etc/ssl/certs/ca-certificates.crt
  exits 1 inside nsenter -t "$pid" -m -- /usr/bin/test -e /etc/ssl/private
  exits 1 inside nsenter -t "$pid" -m -- /usr/bin/test -s /var/log/dbg/seal.key
  inside nsenter -t "$pid" -m -- /usr/bin/test -s /var/log/dbg/audit.jsonl
  exits 1 inside nsenter -t "$pid" -m -- /usr/bin/touch /var/log/dbg/audit.jsonl
}

sender_has_the_cache() {
  inside grep --quiet " /var/cache/dbg/dbgd.aot$" "/proc/$(sender_pid)/maps"
}

# sessions_take: prints the milliseconds that ten sessions take.
sessions_take() {
  # shellcheck disable=SC2016 # for the shell in the machine
  as olivia bash -c '
    started=${EPOCHREALTIME/./}
    for i in 1 2 3 4 5 6 7 8 9 10; do dbg "$1" net -- ss -tln >/dev/null || exit; done
    echo "$(((${EPOCHREALTIME/./} - started) / 1000))"' - "pid://$(process_pid)"
}

away_and_back() {
  sessions_take
  local with without before tries
  with=$(sessions_take)
  inside systemctl stop receiver.service
  # Where sessions waited for the server they would do so each time; a busy machine may be slow once.
  for ((tries = 0; tries < 10; tries++)); do
    without=$(sessions_take)
    echo "ten sessions: $with ms with the server, $without ms without"
    ((without >= 3 * with + 1000)) || break
  done
  before=$(sender_pid)
  inside kill -KILL "$before"
  sessions_take
  eventually sender_is_another "$before"
  inside kill -KILL "$(main_pid dbgd.service)"
  sessions_take
  inside rm -f /run/receiver.sock
  receiver_starts
  # The socket that was mounted for the sender is gone with the old server.
  inside systemctl restart dbgd-deliver.service
  local input
  for input in imtcp imuxsock; do
    eventually has_all "$input"
  done
  ((without < 3 * with + 1000))
}

sender_is_another() {
  local now
  now=$(sender_pid)
  [[ $now != 0 && $now != "$1" ]]
}

# The configuration keeps segments for a second; the agent checks them when it starts.
undelivered_is_kept() {
  inside systemctl stop receiver.service
  sessions_take
  sessions_take
  sleep 2
  inside systemctl restart dbgd.service
  eventually agent_says 'segments older than audit.keep are kept: not yet delivered to '
  # Segments are compressed, and none that the server has not received has been removed.
  local first had
  first=$(log_numbers | sed -n 1p)
  had=$(received imtcp | tail -n 1)
  ((first <= had + 1)) || {
    echo "the log begins with $first, and the server has had $had"
    return 1
  }
  eventually inside bash -c 'ls /var/log/dbg/audit-*.jsonl.gz >/dev/null'
  inside /usr/local/sbin/dbgd verify /var/log/dbg
  inside rm -f /run/receiver.sock
  receiver_starts
  inside systemctl restart dbgd-deliver.service
  eventually has_newest
  # Now they are removed.
  inside systemctl restart dbgd.service
  eventually agent_says 'is removed: older than audit.keep'
  inside systemctl stop dbgd-deliver.service dbgd.service 2>&1
  inside /usr/local/sbin/dbgd verify /var/log/dbg
}

has_newest() {
  local input newest
  newest=$(log_numbers | tail -n 1)
  for input in imtcp imudp imuxsock; do
    (($(received "$input" | tail -n 1) >= newest))
  done
}

agent_says() {
  has "$(inside journalctl --no-pager --quiet --output=cat --unit=dbgd.service)" "$1"
}

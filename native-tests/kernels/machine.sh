# shellcheck shell=bash
# A machine of qemu. It needs no KVM and has no network; its console is a file.

longest_silence=1800 # in seconds
shopt -s extglob # for the codes by which firmware and systemd clear a terminal

# machine_make BASE DIR: makes the machine's disk, which begins as a copy of BASE.
machine_make() {
  qemu-img create -q -f qcow2 -b "$1" -F raw "$2/disk"
}

# machine_run KERNEL DIR TESTS PARAMETER...: boots the machine of that directory, which runs the script run.sh of the
# directory TESTS, and prints its console. Returns when the machine is off. It loses its power when the script says CUT, or
# nothing for half an hour: how long all takes depends on what else this machine does.
machine_run() {
  local kernel=$1 dir=$2 tests=$3 pid console=$2/console
  shift 3
  tar -C "$tests" -cf "$dir/tests" .
  : >"$console"
  # Nehalem is the newest processor without AVX, which takes longest to emulate, and has what Debian's programs need. There is
  # nothing to mitigate on an emulated one: with page tables that the kernel changes at each system call, a boot takes 1.7 times
  # as much processor time.
  qemu-system-x86_64 -machine q35,accel=tcg -cpu Nehalem,+rdrand -smp 2 -m 2G -display none -no-reboot \
    -nic none -serial "file:$console" -kernel "$kernel/vmlinuz" -initrd "$kernel/initrd" \
    -append "console=ttyS0 quiet panic=-1 mitigations=off systemd.show_status=no systemd.default_timeout_start_sec=900 $*" \
    -drive "file=$dir/disk,if=virtio" -drive "file=$dir/tests,if=virtio,format=raw,readonly=on" </dev/null >"$dir/qemu" 2>&1 &
  pid=$!
  # Or bash tells of the cut power.
  {
    tail --lines=+1 --follow --pid="$pid" "$console" | while IFS= read -r -t "$longest_silence" line; do
      line=${line%$'\r'}
      line=${line//$'\e'\[*([0-9;?!])[a-zA-Z]/}
      case $line in
        CUT) kill -KILL "$pid" || true ;;
        *) machine_line "$line" ;;
      esac
    done
    kill -KILL "$pid" || true
    wait "$pid" || true
  } 2>/dev/null
  cat "$dir/qemu"
}

# machine_line LINE: prints what the tests print, and not what the firmware and the kernel do.
machine_line() {
  [[ ! $1 =~ ^(ok|not\ ok|#|\ +#)\ |passed,.*failed$ ]] || printf '%s\n' "$1"
}

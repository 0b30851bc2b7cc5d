package dev.dbg.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrnoAdviceTest {
  @ParameterizedTest
  @CsvSource({
    "ENOSPC, mount, / private, fs.mount-max",
    "ENOSPC, unshare, CLONE_NEWNS, user.max_mnt_namespaces",
    "EUSERS, unshare, CLONE_NEWUSER, limit of namespaces",
    "ENOSPC, write, /run/names/hosts, make room",
    "ENOSYS, mount_setattr, /, Linux 5.12 or newer",
    "ENOSYS, close_range, in dbg-enter, Linux 5.9 or newer",
    "EINVAL, fsconfig, pidns of proc, Linux 6.17 or newer",
    "EMFILE, pipe2, pipe, LimitNOFILE=",
    "EAGAIN, fork, in dbg-enter, TasksMax=",
    "EAGAIN, read, /run/x.sock, was not in time",
    "ENOMEM, clone, into a pid namespace, first process has ended",
    "ESRCH, open, /proc/7/ns/net, has ended"
  })
  void what_the_kernel_calls_otherwise_is_said_as_it_is(
      Errno errno, String call, String object, String meant) {
    String said = ErrnoAdvice.of(errno, call, object);

    assertTrue(said.contains("(" + errno.name() + ")"), said);
    assertTrue(said.contains(meant), said);
  }

  @ParameterizedTest
  @EnumSource(Errno.class)
  void every_errno_has_a_why_and_a_what_to_do(Errno errno) {
    String[] parts = ErrnoAdvice.of(errno, "some_call", "something").split(": ", 2);

    assertTrue(parts.length == 2 && !parts[0].isBlank() && !parts[1].isBlank(), errno::name);
  }

  @Test
  void a_child_reports_its_errno_as_a_number() {
    String said = KernelException.reported(38, "openat2 /proc of the target").message();

    assertTrue(said.startsWith("openat2 /proc of the target: "), said);
    assertTrue(said.contains("(ENOSYS): "), said);
    assertTrue(said.endsWith("Linux 5.6 or newer is needed"), said);
  }
}

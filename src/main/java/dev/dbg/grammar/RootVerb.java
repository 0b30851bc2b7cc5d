package dev.dbg.grammar;

import picocli.CommandLine.Command;

/** The usage text of {@code dbg --help}, and the list of verbs. */
@Command(
    name = "dbg",
    customSynopsis = {
      "dbg [-t] [-u UID[:GID]] [--reason TEXT] [--timeout DUR] TARGET NS[,NS...] [--] TOOL [ARG...]",
      "       dbg ps | tools [TARGET] | explain TARGET NS [--] TOOL [ARG...] | audit | sessions | kill SESSION | doctor | version"
    },
    header = "Run a host's tool in namespaces of a container that has no shell.%n",
    footer = {
      "",
      "TARGET  a container's name or id's prefix; docker://, podman:// or pid:// before it choose",
      "NS      net, mnt, pid, ipc, uts, user, cgroup, time, separated by commas, or all; or nsenter's letters",
      "",
      "  dbg adguard-server-1 net -- netstat -tulpn"
    },
    subcommands = {
      ExecVerb.class,
      ShellVerb.class,
      PsVerb.class,
      ToolsVerb.class,
      ExplainVerb.class,
      AuditVerb.class,
      SessionsVerb.class,
      KillVerb.class,
      DoctorVerb.class,
      CompletionVerb.class,
      VersionVerb.class
    })
final class RootVerb {}

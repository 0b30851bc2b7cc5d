package dev.dbg.grammar;

import dev.dbg.grammar.words.RunAs;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.TargetName;
import dev.dbg.model.amount.Since;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A parsed command line: one record for each verb. */
public sealed interface Invocation {
  /**
   * Run a tool in a target's namespaces; with {@code terminal}, on a terminal of its own.
   *
   * @param waiting how long to wait for the start of a target that does not run
   */
  record Exec(
      Line line,
      boolean terminal,
      boolean record,
      Optional<String> reason,
      Optional<Duration> timeout,
      Optional<Duration> waiting)
      implements Invocation {
    /** The longest wait for a start; a crash loop of Kubernetes pauses for half of it. */
    public static final Duration MOST_WAITING = Duration.ofMinutes(10);

    /** The same on a terminal of the tool's own. */
    public Exec onTerminal() {
      return new Exec(line, true, record, reason, timeout, waiting);
    }

    /** dbg's options, as they may be typed again. */
    public List<String> options() {
      List<String> options = new ArrayList<>(line.options());
      if (terminal) {
        options.add("-t");
      }
      options.addAll(Invocation.options(reason, timeout, record));
      waiting.ifPresent(time -> options.add("--wait=%ds".formatted(time.toSeconds())));
      return options;
    }
  }

  /**
   * Say whether {@link Exec} would be permitted, and why.
   *
   * @param terminal whether the tool would have a terminal of its own
   * @param record whether the output would be recorded
   * @param as the host's user about whom root asks; empty for the operator
   */
  record Explain(Line line, boolean terminal, boolean record, Optional<String> as, boolean json)
      implements Invocation {
    public Explain onTerminal() {
      return new Explain(line, true, record, as, json);
    }
  }

  /**
   * Make the client a shell whose commands run in a target.
   *
   * @param namespaces those for each command
   * @param directory the working directory in the container that the shell begins in
   * @param timeout the time limit of each command
   * @param record whether the commands' output is recorded
   * @param command the line to run; empty for a shell with a prompt
   */
  record Shell(
      TargetName target,
      WantedNamespaces namespaces,
      RunAs runAs,
      Optional<String> directory,
      Optional<String> reason,
      Optional<Duration> timeout,
      boolean record,
      Optional<String> command)
      implements Invocation {
    /** dbg's options of each command, without the working directory, which changes. */
    public List<String> options() {
      List<String> options = new ArrayList<>(Invocation.options(runAs));
      options.addAll(Invocation.options(reason, timeout, record));
      return options;
    }
  }

  /** List what could be typed instead of the last word; there is at least one word. */
  record Complete(List<String> words) implements Invocation {
    public Complete {
      words = List.copyOf(words);
    }
  }

  /**
   * List the containers that the operator may enter.
   *
   * @param all whether to list those that do not run too
   * @param quiet whether to print only what can be typed as TARGET
   * @param pattern a pattern as in a rule, dbg-policy(5)
   */
  record Ps(
      boolean all,
      boolean quiet,
      List<ContainerFilter> filters,
      Optional<String> pattern,
      boolean json)
      implements Invocation {
    public Ps {
      filters = List.copyOf(filters);
    }

    /** Whether those that do not run are wanted too: with -a, or if a status is asked for. */
    public boolean includesEnded() {
      return all || filters.stream().anyMatch(filter -> filter.key() == FilterKey.STATUS);
    }
  }

  /** Which containers to list. */
  record ContainerFilter(FilterKey key, String value) {}

  /** What a {@link ContainerFilter} compares. */
  enum FilterKey {
    /** {@code KEY} or {@code KEY=VALUE}: a container that has the label, with that value. */
    LABEL,
    /** A part of the name, in which {@code *} stands for any characters. */
    NAME,
    /** The whole name of the image, with {@code *} as in rules. */
    IMAGE,
    RUNTIME,
    /** The runtime's word: {@code running}, {@code exited}. */
    STATUS;

    /** As it is typed. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * List the tools that the operator, or the user {@code as} about whom root asks, may run in a
   * container, or anywhere if none is named; or say what one of them accepts.
   *
   * @param target a container, or if it is the only word, perhaps the name of a tool
   * @param tool the tool whose arguments are asked for
   */
  record Tools(
      Optional<TargetName> target, Optional<String> tool, Optional<String> as, boolean json)
      implements Invocation {}

  /** Note how far another host's log has come: its seal's epoch, and {@code NUMBER:HASH}. */
  record NoteSeal(long epoch, String head) implements Invocation {}

  /** Show records that the operator may read. */
  sealed interface Audit extends Invocation {
    /**
     * Print the newest sessions, the newest last.
     *
     * @param status how they ended
     * @param count the most sessions, or records
     * @param follow whether to wait for new ones afterwards
     * @param events whether to print each record instead, as with {@code json}
     */
    record Listing(
        RecordFilter wanted,
        Optional<String> status,
        int count,
        boolean follow,
        boolean events,
        boolean json,
        Colour colour)
        implements Audit {}

    /** Print all records of a session. */
    record Show(String session, boolean json) implements Audit {}

    /**
     * Play a recorded session at the factor {@code speed}; longer pauses are cut to {@code
     * mostPause}, which only forms that are played have.
     */
    record Replay(String session, double speed, Optional<Duration> mostPause, ReplayForm form)
        implements Audit {}

    /** What becomes of the bytes of a recording. */
    enum ReplayForm {
      /** Played, as any output is shown. */
      SHOWN,
      /** Played, and a terminal gets all of them. */
      RAW,
      /** Printed at once, with control characters escaped. */
      TEXT,
      /** Printed at once, as asciicast. */
      CAST
    }

    /** Say who did what where, and what was refused. */
    record Summary(RecordFilter wanted, boolean json, Colour colour) implements Audit {}

    /** Print the records in another format, the oldest first. */
    record Export(RecordFilter wanted, ExportFormat format, boolean recordings) implements Audit {}

    /** Say whose records the operator may read. */
    record Access(boolean json) implements Audit {}

    /** Say whether the log is as it was written. */
    record Verify(boolean json) implements Audit {}
  }

  /** Which records to show; an empty criterion matches every record. */
  record RecordFilter(
      Optional<Since> since,
      Optional<Since> until,
      Optional<String> operator,
      Optional<String> container,
      Optional<String> tool,
      boolean refused,
      boolean mistyped,
      Optional<String> session,
      Optional<String> shell,
      Optional<String> reason,
      boolean recorded,
      Optional<String> from) {}

  /** The formats in which records are exported. */
  enum ExportFormat {
    JSONL,
    ECS,
    OCSF,
    CSV,
    HTML
  }

  /** When an answer is coloured. */
  enum Colour {
    /** On a terminal that has colours. */
    AUTO,
    ALWAYS,
    NEVER
  }

  /** List the running sessions; with {@code watch}, again and again. */
  record Sessions(boolean watch, boolean json) implements Invocation {}

  /**
   * End a running session.
   *
   * @param session its number, or the beginning of it
   */
  record Kill(String session, boolean json) implements Invocation {}

  /** Report what does not work on this host. */
  record Diagnose(boolean json) implements Invocation {}

  /**
   * Print dbgd's version.
   *
   * @param client the version of the client, which has printed it
   */
  record Version(boolean json, Optional<String> client) implements Invocation {}

  /**
   * TARGET [NS] TOOL ARG…, for exec and explain.
   *
   * @param runAs the user to run as
   * @param directory the tool's working directory in the container; empty for the root directory
   */
  record Line(
      TargetName target,
      WantedNamespaces namespaces,
      RunAs runAs,
      Optional<String> directory,
      String tool,
      List<String> arguments) {
    public Line {
      arguments = List.copyOf(arguments);
    }

    /** dbg's options that belong to the line, as they may be typed again. */
    public List<String> options() {
      List<String> options = new ArrayList<>(Invocation.options(runAs));
      directory.ifPresent(path -> options.addAll(List.of("-w", path)));
      return options;
    }

    public Line in(Set<NamespaceKind> kinds) {
      return in(new WantedNamespaces.Listed(kinds));
    }

    public Line in(WantedNamespaces wanted) {
      return new Line(target, wanted, runAs, directory, tool, arguments);
    }
  }

  private static List<String> options(RunAs runAs) {
    return runAs.equals(RunAs.ROOT) ? List.of() : List.of("-u", runAs.toString());
  }

  private static List<String> options(
      Optional<String> reason, Optional<Duration> timeout, boolean record) {
    List<String> options = new ArrayList<>();
    reason.ifPresent(text -> options.addAll(List.of("--reason", text)));
    timeout.ifPresent(time -> options.addAll(List.of("--timeout", time.toSeconds() + "s")));
    if (record) {
      options.add("--record");
    }
    return options;
  }
}

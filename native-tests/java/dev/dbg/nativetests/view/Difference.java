package dev.dbg.nativetests.view;

import static java.util.stream.Collectors.joining;

import dev.dbg.nativetests.scene.words.Selection;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * An intended difference between dbg and nsenter; dbg-view(7) describes each under "DIFFERENCES
 * FROM NSENTER".
 *
 * @param reason why they differ
 * @param concerns which probe it concerns, with which selection
 * @param oracle the selection that nsenter is run with instead
 * @param printed what is left out of, or changed in, the output of both, or of nsenter alone
 */
record Difference(
    String reason,
    BiPredicate<Probe, Selection> concerns,
    UnaryOperator<Selection> oracle,
    Printed printed) {

  /** Changes that make the output of both comparable. */
  record Printed(UnaryOperator<String> ofNsenter, UnaryOperator<String> ofDbg) {
    static final Printed AS_IT_IS = new Printed(UnaryOperator.identity(), UnaryOperator.identity());

    static Printed both(UnaryOperator<String> change) {
      return new Printed(change, change);
    }

    static Printed nsenters(UnaryOperator<String> change) {
      return new Printed(change, UnaryOperator.identity());
    }
  }

  static final List<Difference> ALL =
      List.of(
          asked(
              "/proc is always that of the tool's pid namespace: with pid and without mnt nsenter's is the host's",
              (probe, in) ->
                  probe.readsProc() && probe != Probe.NAMESPACES && in.has("pid") && !in.has("mnt"),
              in -> in.with("mnt")),
          asked(
              "/proc is always that of the tool's pid namespace: with mnt and without pid nsenter's is the container's, in which its tool has no /proc/self",
              (probe, in) ->
                  probe.readsProc() && !probe.readsFiles() && in.has("mnt") && !in.has("pid"),
              in -> in.without("mnt")),
          asked(
              "the same, of a tool that shows the container's files",
              (probe, in) ->
                  probe.readsProc() && probe.readsFiles() && in.has("mnt") && !in.has("pid"),
              in -> in.with("pid")),
          printed(
              "without mnt there is no user database in the view: numbers",
              (probe, in) -> probe.readsNames() && !in.has("mnt"),
              Printed.nsenters(
                  text ->
                      text.replaceAll("\\(\\S*?\\)", "")
                          .replaceAll("\\broot\\b", "0   ")
                          .replace("nobody", "65534 "))),
          printed(
              "a tool of dbg's has no supplementary groups; nsenter's has those of its caller",
              (probe, in) -> probe == Probe.ID,
              Printed.nsenters(text -> text.replaceAll("groups=(0[^,\n]*),[^\n]*", "groups=$1"))),
          printed(
              "the root of what dbg shows is a mount namespace of the tool's own",
              (probe, in) -> probe == Probe.NAMESPACES,
              Printed.both(text -> text.replaceAll("mnt:\\[\\d+]", "mnt"))),
          notChosen("net"),
          notChosen("pid"),
          notChosen("ipc"),
          notChosen("uts"),
          notChosen("cgroup"),
          notChosen("time"),
          printed(
              "all kinds mean those of the container's own: of one that is the host's a tool is in an empty namespace",
              (probe, in) -> probe == Probe.NAMESPACES && in.hasAll(),
              Printed.both(text -> lines(text, line -> !line.startsWith("time:")))),
          printed(
              "a tool sees itself, and who else came from outside, under numbers of their own; with mnt its name is its loader's",
              (probe, in) -> probe == Probe.PS,
              Printed.both(text -> lines(text, line -> !line.matches(" *(?!1 )\\d+ +0 .*")))),
          printed(
              "dbg's own procfs covers what is mounted below /proc, and the tool /dev/shm where there is no /dev/mqueue; usage changes by itself",
              (probe, in) -> probe == Probe.DF,
              Printed.both(
                  text ->
                      lines(
                          text.replaceAll("(?m)^(\\S+ +\\S+) +\\S+ +\\S+ +\\S+ +", "$1 "),
                          line -> !line.matches(".* /(proc/.*|dev/shm)")))));

  private static Difference notChosen(String kind) {
    return printed(
        "of a kind that is not chosen a tool is in an empty namespace of dbgd's, and nsenter's in the host's",
        (probe, in) -> probe == Probe.NAMESPACES && !in.has(kind),
        Printed.both(text -> lines(text, line -> !line.startsWith(kind + ":"))));
  }

  private static Difference asked(
      String reason, BiPredicate<Probe, Selection> concerns, UnaryOperator<Selection> oracle) {
    return new Difference(reason, concerns, oracle, Printed.AS_IT_IS);
  }

  private static Difference printed(
      String reason, BiPredicate<Probe, Selection> concerns, Printed printed) {
    return new Difference(reason, concerns, UnaryOperator.identity(), printed);
  }

  private static String lines(String text, Predicate<String> kept) {
    return text.lines().filter(kept).collect(joining("\n"));
  }
}

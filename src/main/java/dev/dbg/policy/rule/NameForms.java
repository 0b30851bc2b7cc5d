package dev.dbg.policy.rule;

import dev.dbg.model.Replica;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The forms of the names that patterns are compared with, as {@code resolve} admits them. A pattern
 * that no such name matches is a mistake: as an exception it would permit what it was meant to
 * forbid.
 */
final class NameForms {
  /** For a pattern without a scheme: names of all containers. */
  static final String ANY = "";

  static final String USER = "user";
  static final String NAMESPACE = "k8s namespace";

  private static final String PART = "[A-Za-z0-9][A-Za-z0-9_.-]*";
  private static final String SLASHED = "/" + PART;
  private static final String PLAIN = "[A-Za-z0-9_][A-Za-z0-9_.@+-]*";
  private static final String ENDING = ".service";
  private static final String SERVICE = "[A-Za-z0-9_][A-Za-z0-9_.-]*";

  private record Form(Pattern names, String written) {
    static Form of(String names, String written) {
      return new Form(Pattern.compile(names), written);
    }
  }

  private static final Map<String, Form> FORMS =
      Map.ofEntries(
          Map.entry(
              ANY,
              Form.of(
                  PART + "(" + SLASHED + "){0,2}|" + PLAIN,
                  "NAME, SCHEME://NAME, label:KEY=VALUE or image:NAME")),
          Map.entry("docker", Form.of(PART, "docker://NAME, or docker://USER/NAME for a user's")),
          Map.entry("podman", Form.of(PART, "podman://NAME, or podman://USER/NAME for a user's")),
          // What dockerd started is Docker's.
          Map.entry(
              "containerd",
              Form.of(
                  "(?!moby/)" + PART + SLASHED,
                  "containerd://NAMESPACE/ID, or docker://NAME for Docker's")),
          Map.entry(
              PodName.SCHEME,
              Form.of(
                  PART + "(" + SLASHED + "){1,2}",
                  "k8s:NAMESPACE, k8s://NAMESPACE/POD or k8s://NAMESPACE/POD/CONTAINER")),
          Map.entry(NAMESPACE, Form.of(PART, "k8s:NAMESPACE, or k8s://NAMESPACE/POD for a pod")),
          Map.entry(
              "incus",
              // The project default has no name in front.
              Form.of(
                  "(?!default/)" + PART + "(" + SLASHED + ")?",
                  "incus://NAME, or incus://PROJECT/NAME for another project than default")),
          Map.entry("lxc", Form.of(PLAIN, "lxc://NAME")),
          Map.entry("nspawn", Form.of(PLAIN, "nspawn://NAME")),
          Map.entry(
              "unit",
              // A template is no service that runs.
              Form.of(
                  "(?!.*@\\.service$)[A-Za-z0-9:_.@\\\\-]+\\.service",
                  "unit://NAME.service, unit://NAME@*.service or unit://*")),
          Map.entry("pid", Form.of("[1-9][0-9]*", "pid://NUMBER or pid://*")),
          Map.entry(
              Replica.SCHEME,
              Form.of(
                  SERVICE + "/" + SERVICE,
                  "compose:PROJECT/SERVICE, or compose:PROJECT/* for a whole project")),
          Map.entry(
              USER,
              // Root's containers have no user.
              Form.of(
                  "(?!(root|0)$)[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_.@+\\\\-]*\\$?",
                  "docker://USER/NAME or podman://USER/NAME, without USER for root's")));

  private NameForms() {}

  /** Whether some name of this form matches: with something in the place of each star. */
  private static boolean areMatched(Pattern names, String glob) {
    int last = glob.lastIndexOf('*');
    if (last < 0) {
      return names.matcher(glob).matches();
    }
    String before = glob.substring(0, last).replace('*', '1');
    String behind = glob.substring(last + 1);
    // One star may stand for all parts that are not written; a service's ends with what is missing.
    return Stream.concat(
            Stream.of("1", "1/1", "1/1/1"),
            IntStream.rangeClosed(1, ENDING.length()).mapToObj(n -> "1" + ENDING.substring(0, n)))
        .anyMatch(some -> names.matcher(before + some + behind).matches());
  }

  /**
   * Refuses a pattern that no name of this form matches.
   *
   * @param pattern as it was written
   * @param form a scheme, or one of the words above
   * @throws IllegalArgumentException with what to write instead
   */
  static void require(String pattern, String form, String glob) {
    Form known = Objects.requireNonNull(FORMS.get(form));
    if (!areMatched(known.names(), glob)) {
      throw new IllegalArgumentException(
          "'%s' matches no name: write %s".formatted(pattern, known.written()));
    }
  }
}

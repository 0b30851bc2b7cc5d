package dev.dbg.nativetests.scene.machine;

import java.util.List;

/** How a process ended, wait(2). */
sealed interface End {
  record Exited(int status) implements End {}

  record Signalled(int signal) implements End {}

  /** Reads it from the last line of {@code observe}'s report. */
  static End of(List<String> report) {
    if (report.isEmpty()) {
      throw new IllegalStateException("observe wrote no report");
    }
    String[] words = report.get(report.size() - 1).split(" ", 2);
    int number = Integer.parseInt(words[1]);
    return switch (words[0]) {
      case "exited" -> new Exited(number);
      case "signalled" -> new Signalled(number);
      default -> throw new IllegalStateException("observe did not see an end: " + report);
    };
  }
}

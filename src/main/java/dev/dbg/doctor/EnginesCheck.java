package dev.dbg.doctor;

import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.engine.EngineHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The engines, asked for their versions. */
record EnginesCheck(Resolver resolver) implements HostCheck {
  private static final String AREA = "engine";

  /** Each session asks: longer than this is felt. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    boolean any = false;
    for (EngineHealth health : resolver.health()) {
      any |= !(health instanceof EngineHealth.Absent);
      String name = "%s at %s".formatted(health.scheme(), health.socket());
      findings.add(
          switch (health) {
            case EngineHealth.Absent absent ->
                Finding.forRoot(AREA, name, new CheckStatus.Works("not there"));
            case EngineHealth.Silent silent ->
                // As every session says it.
                Finding.forEverybody(
                    AREA,
                    silent.scheme(),
                    new CheckStatus.Fails("no session with it: " + silent.why()));
            case EngineHealth.Answers answers -> Finding.forRoot(AREA, name, verdict(answers));
          });
    }
    if (!any) {
      findings.add(
          Finding.forEverybody(
              AREA,
              "docker, podman",
              new CheckStatus.Degraded(
                  "no engine answers here: only pid://N can be entered: start one, or name its socket in [runtimes] of dbgd.toml")));
    }
    return findings;
  }

  private static CheckStatus verdict(EngineHealth.Answers answers) {
    String took = "%.1f ms".formatted(answers.took().toNanos() / 1e6);
    return answers.took().compareTo(SLOW) < 0
        ? new CheckStatus.Works("%s, answers in %s".formatted(answers.version(), took))
        : new CheckStatus.Degraded(
            "answers in %s: every session waits for it: see what keeps it busy".formatted(took));
  }
}

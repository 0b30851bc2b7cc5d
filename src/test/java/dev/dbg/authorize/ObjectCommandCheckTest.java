package dev.dbg.authorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.grammar.Grammar;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.ClusterSession;
import dev.dbg.model.Refusal;
import dev.dbg.model.Samples;
import dev.dbg.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectCommandCheckTest {
  private static final String LINE = "k8s://shop/web-1/app net -- ss -tln";

  private static ClusterSession object(String line, String reason) {
    ClusterSession sample = Samples.object("alice");
    return new ClusterSession(
        sample.username(),
        sample.uid(),
        sample.groups(),
        sample.namespace(),
        sample.pod(),
        sample.podUid(),
        sample.session(),
        sample.sessionUid(),
        sample.node(),
        sample.agentPod(),
        reason,
        sample.labels(),
        words(line));
  }

  private static List<String> words(String line) {
    return List.of(line.split(" ", -1));
  }

  private static String refusal(ClusterSession object, String line) throws Exception {
    Request request = new Request(new Terminal.Size(0, 0), Set.of(), Map.of(), "/", words(line));
    Optional<Refusal> refusal =
        ObjectCommandCheck.refusal(object, request, new Grammar().parse(words(line)));
    return refusal.map(Refusal::message).orElse("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LINE,
        "explain k8s://shop/web-1/app net -- ss",
        "shell k8s://shop/web-1/app",
        "tools k8s://shop/web-1/app",
        "status k8s://shop/web-1/app",
        "logs k8s://shop/web-1/app",
        "version"
      })
  void the_line_of_the_object_passes(String line) throws Exception {
    assertEquals("", refusal(object(line, ""), line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k8s://shop/web-1/app net -- ss -tlnp",
        "k8s://shop/web-1/app net -- ss",
        "k8s://shop/web-1/app net ss -tln",
        "k8s://shop/web-1/app net,mnt -- ss -tln",
        "k8s://shop/web-1/app net -- ss -tln x",
        "version"
      })
  void any_other_line_is_refused(String line) throws Exception {
    String refused = refusal(object(LINE, ""), line);

    assertTrue(refused.contains("spec.command of debugsession shop/web-1-x7k2p"), refused);
  }

  /** Otherwise admission could be shown a ticket, and the record another one. */
  @Test
  void the_reason_is_the_one_that_admission_has_seen() throws Exception {
    String line = "--reason INC-7 " + LINE;

    assertEquals("", refusal(object(line, "INC-7"), line));
    assertTrue(refusal(object(line, ""), line).contains("spec.reason"));
    assertTrue(refusal(object(line, "INC-8"), line).contains("spec.reason"));
    assertTrue(refusal(object(LINE, "INC-7"), LINE).contains("spec.reason"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ps",
        "tools",
        "audit",
        "sessions",
        "kill 0123456789abcdef",
        "doctor",
        "completion --line -- web",
        "witness 1 1:" + "0000000000000000000000000000000000000000000000000000000000000000"
      })
  void a_line_that_is_not_about_a_container_is_refused(String line) throws Exception {
    String refused = refusal(object(line, ""), line);

    assertTrue(refused.contains("only runs lines about a pod"), refused);
  }
}

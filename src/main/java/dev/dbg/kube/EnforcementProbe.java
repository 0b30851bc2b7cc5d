package dev.dbg.kube;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.http.HttpAnswer;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import java.io.IOException;

/**
 * That the API server enforces a policy: it refuses what breaks the policy's rule. That a policy is
 * in the cluster does not prove it, as an API server may run without ValidatingAdmissionPolicy.
 * What is tried is a dry run, of which nothing stays. Pure.
 *
 * @param policy the name of the policy and of its binding
 * @param rule the message of the rule that refuses
 */
record EnforcementProbe(String policy, String rule) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Where it is tried whether an object may lie. */
  static final String LIE_AT =
      "/apis/dbg.dev/v1alpha1/namespaces/dbg-system/debugsessions?dryRun=All";

  /** The name of the object that lies, which is {@code lie.json}. */
  static final String LIE = "dbg-proof";

  /** An answer that is no refusal by the policy. The message says what it is instead. */
  static final class Unproved extends IOException {
    Unproved(String message) {
      super(message);
    }
  }

  /**
   * Fails if the answer is anything but the refusal by this policy. The whole message is compared:
   * a webhook chooses the other members of its refusal, and of the message what follows its name.
   *
   * @param object the name of the object that was refused
   */
  void require(String object, HttpAnswer answer) throws IOException {
    if (answer.isOk() || answer.status() == HttpAnswer.CREATED) {
      throw new Unproved(
          "the API server does not enforce the policy %s: it accepted a request that this policy must refuse: start it with ValidatingAdmissionPolicy"
              .formatted(policy));
    }
    String message = message(answer);
    if (answer.status() == HttpAnswer.FORBIDDEN && message.equals(refusal(object))) {
      return;
    }
    String unproved =
        "it is not proved that the API server enforces the policy %s, see dbg-kubernetes(7): to a request that it must refuse the answer was status %d, %s"
            .formatted(policy, answer.status(), QuotedText.message(RawText.printable(message)));
    throw answer.isNone() ? new IOException(unproved) : new Unproved(unproved);
  }

  private String refusal(String object) {
    return "debugsessions.dbg.dev \"%s\" is forbidden: ValidatingAdmissionPolicy '%s' with binding '%2$s' denied request: %s"
        .formatted(object, policy, rule);
  }

  /** What a Status says; empty if the answer is none. */
  private static String message(HttpAnswer answer) {
    try {
      return JSON.readTree(answer.bytes()).path("message").asText();
    } catch (IOException e) {
      return "";
    }
  }
}

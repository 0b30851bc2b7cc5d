package dev.dbg.kubernetes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A validating admission policy of the base, evaluated as the API server does: a rule that fails
 * and a rule that cannot be evaluated refuse.
 */
final class AdmissionPolicy {
  private static final Cel CEL =
      CelFactory.plannerCelBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("object", SimpleType.DYN)
          .addVar("oldObject", SimpleType.DYN)
          .addVar("request", SimpleType.DYN)
          .addVar("namespaceObject", SimpleType.DYN)
          .addVar("variables", SimpleType.DYN)
          .addVar("authorizer", SimpleType.DYN)
          .addFunctionDeclarations(StandInAuthorizer.declarations())
          .addFunctionBindings(StandInAuthorizer.bindings())
          .addVar("self", SimpleType.DYN)
          .addVar("oldSelf", SimpleType.DYN)
          .build();

  private static final Map<String, Program> PROGRAMS = new ConcurrentHashMap<>();

  private final JsonNode spec;

  AdmissionPolicy(String name) throws IOException {
    spec = Manifests.object("ValidatingAdmissionPolicy", name).get("spec");
  }

  /** The messages of all its rules. */
  List<String> messages() {
    List<String> messages = new ArrayList<>();
    spec.get("validations").forEach(v -> messages.add(v.get("message").asText()));
    return messages;
  }

  /** Whether the API server asks it about this request. */
  boolean matches(JsonNode request) {
    for (JsonNode rule : spec.get("matchConstraints").get("resourceRules")) {
      if (has(rule.get("apiGroups"), request.get("resource").get("group").asText())
          && has(rule.get("operations"), request.get("operation").asText())
          && has(rule.get("resources"), resource(request))) {
        return true;
      }
    }
    return false;
  }

  private static String resource(JsonNode request) {
    String resource = request.get("resource").get("resource").asText();
    return request.has("subResource")
        ? resource + "/" + request.get("subResource").asText()
        : resource;
  }

  private static boolean has(JsonNode list, String word) {
    for (JsonNode one : list) {
      if (one.asText().equals(word) || one.asText().equals("*")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The messages of the rules that refuse; of one that cannot be evaluated, with the error behind.
   *
   * @param request an AdmissionRequest of admission.k8s.io/v1
   * @param namespace its namespace, as the API server has it
   */
  List<String> refusals(JsonNode request, JsonNode namespace) {
    return refusals(request, namespace, "none");
  }

  /** The same for a user who has this right beside, {@link StandInAuthorizer#granting}. */
  List<String> refusals(JsonNode request, JsonNode namespace, String right) {
    Map<String, Object> known = new HashMap<>();
    known.put("authorizer", StandInAuthorizer.granting(right));
    known.put("request", value(request));
    known.put("namespaceObject", value(namespace));
    for (String object : new String[] {"object", "oldObject"}) {
      if (request.hasNonNull(object)) {
        known.put(object, value(request.get(object)));
      }
    }
    Map<String, Object> variables = new HashMap<>();
    known.put("variables", variables);
    for (JsonNode variable : spec.path("variables")) {
      try {
        variables.put(variable.get("name").asText(), evaluate(variable.get("expression"), known));
      } catch (CelEvaluationException e) {
        // The API server evaluates a variable where it is used, and the rule then fails.
      }
    }
    List<String> refusals = new ArrayList<>();
    for (JsonNode validation : spec.get("validations")) {
      String message = validation.get("message").asText();
      try {
        if (!Boolean.TRUE.equals(evaluate(validation.get("expression"), known))) {
          refusals.add(message);
        }
      } catch (CelEvaluationException e) {
        refusals.add(message + ": " + e.getMessage());
      }
    }
    return refusals;
  }

  /** Whether a rule of a schema, about a value and the one before, is kept. */
  static boolean isKept(JsonNode rule, JsonNode self, JsonNode oldSelf)
      throws CelEvaluationException {
    return Boolean.TRUE.equals(
        evaluate(rule, Map.of("self", value(self), "oldSelf", value(oldSelf))));
  }

  private static Object evaluate(JsonNode expression, Map<String, ?> known)
      throws CelEvaluationException {
    return PROGRAMS.computeIfAbsent(expression.asText(), AdmissionPolicy::compiled).eval(known);
  }

  private static Program compiled(String expression) {
    try {
      return CEL.createProgram(CEL.compile(expression).getAst());
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalArgumentException(expression, e);
    }
  }

  private static Object value(JsonNode json) {
    return Manifests.JSON.convertValue(json, new TypeReference<>() {});
  }
}

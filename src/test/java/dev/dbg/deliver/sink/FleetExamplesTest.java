package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.message.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The examples for a collector, Loki, Grafana and PostgreSQL name what dbgd writes. No test runs
 * the first three; {@code FleetDatabaseTest} runs the last.
 */
class FleetExamplesTest {
  private static final Path EXAMPLES = Path.of("src/docs/examples");

  /** Attributes as Loki names them: with a {@code _} in place of each dot. */
  private static final Pattern ATTRIBUTE =
      Pattern.compile("\\b(?:dbg|host|user|container|process|service)_[a-z0-9_]+");

  private static final Pattern METRIC = Pattern.compile("\\bdbg_[a-z_]+");

  private static String read(String name) throws IOException {
    return Files.readString(EXAMPLES.resolve(name));
  }

  private static JsonNode yaml(String name) throws IOException {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    return new JsonMapper().valueToTree(yaml.load(read(name)));
  }

  private static JsonNode dashboard() throws IOException {
    return new JsonMapper().readTree(read("dbg-grafana.json"));
  }

  private static Set<String> attributes() {
    Set<String> attributes =
        Arrays.stream(Field.values())
            .map(field -> field.attribute().replace('.', '_'))
            .collect(Collectors.toCollection(TreeSet::new));
    // OtlpLogs gives the resource these, see FormsTest.
    attributes.addAll(List.of("service_name", "service_version"));
    return attributes;
  }

  private static Set<String> metrics() throws IOException {
    Set<String> metrics = new TreeSet<>();
    for (String source : List.of("DaemonMetrics.java", "metrics/Counters.java")) {
      metrics.addAll(names(METRIC, Files.readString(Path.of("src/main/java/dev/dbg", source))));
    }
    return metrics;
  }

  private static List<String> names(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(MatchResult::group).toList();
  }

  private static List<String> unknown(Pattern pattern, String text, Set<String> known) {
    return names(pattern, text).stream().filter(name -> !known.contains(name)).toList();
  }

  private static List<JsonNode> alerts(String file) throws IOException {
    List<JsonNode> alerts = new ArrayList<>();
    for (JsonNode group : yaml(file).path("groups")) {
      group.path("rules").forEach(alerts::add);
    }
    return alerts;
  }

  @Test
  void each_attribute_that_an_alert_of_lokis_names_is_one_that_is_sent() throws IOException {
    for (JsonNode alert : alerts("dbg-loki.rules.yml")) {
      String expression = alert.path("expr").asText();
      assertTrue(names(ATTRIBUTE, expression).size() > 1, expression);
      assertEquals(List.of(), unknown(ATTRIBUTE, alert.toString(), attributes()), expression);
    }
  }

  @Test
  void each_name_in_the_dashboard_is_one_that_is_written() throws IOException {
    int loki = 0;
    int prometheus = 0;
    for (JsonNode panel : dashboard().path("panels")) {
      boolean isLoki = panel.path("datasource").path("type").asText().equals("loki");
      for (JsonNode target : panel.path("targets")) {
        assertEquals(panel.path("datasource"), target.path("datasource"));
        String text = target.path("expr").asText() + target.path("legendFormat").asText();
        Set<String> known = isLoki ? attributes() : metrics();
        assertEquals(List.of(), unknown(isLoki ? ATTRIBUTE : METRIC, text, known), text);
        if (isLoki) {
          loki++;
        } else {
          prometheus++;
        }
      }
    }
    assertTrue(loki > 5 && prometheus > 3, loki + " and " + prometheus);
  }

  @Test
  void each_metric_that_an_alert_of_prometheus_names_is_one_that_is_written() throws IOException {
    for (JsonNode alert : alerts("dbg.rules.yml")) {
      String expression = alert.path("expr").asText();
      assertFalse(names(METRIC, expression).isEmpty(), expression);
      assertEquals(List.of(), unknown(METRIC, expression, metrics()), expression);
    }
  }

  @Test
  void a_name_that_nobody_writes_is_found() throws IOException {
    assertEquals(
        List.of("dbg_operator", "user_id_number"),
        unknown(ATTRIBUTE, "sum by (dbg_operator, user_name) | user_id_number", attributes()));
    assertEquals(List.of("dbg_log_gone"), unknown(METRIC, "dbg_log_gone > 0", metrics()));
  }

  @Test
  void who_answers_for_many_hosts_is_alerted_of_each_of_these() throws IOException {
    Set<String> alerts = new TreeSet<>();
    for (String file : List.of("dbg-loki.rules.yml", "dbg.rules.yml", "dbg-cluster.rules.yml")) {
      for (JsonNode alert : alerts(file)) {
        assertTrue(alerts.add(alert.path("alert").asText()), alert::toString);
        assertFalse(alert.at("/annotations/summary").asText().isEmpty(), alert::toString);
      }
    }
    assertTrue(
        alerts.containsAll(
            List.of(
                "DbgRuleUsedOutOfHours",
                "DbgRuleFirstUse",
                "DbgRefusalsOfOneOperator",
                "DbgGapInNumbers",
                "DbgHostWithoutRecords",
                "DbgHostSilent",
                "DbgShellLongerThanAnHour",
                "DbgLogNotIntact")),
        alerts::toString);
  }

  /** A batch processor would answer dbgd before anything is written. */
  @Test
  void the_collector_gives_each_record_to_the_file_and_to_loki_and_answers_after_that()
      throws IOException {
    JsonNode collector = yaml("dbg-otelcol.yaml");
    JsonNode pipeline = collector.at("/service/pipelines/logs");
    assertEquals("[\"otlp\"]", pipeline.path("receivers").toString());
    assertTrue(pipeline.path("processors").isMissingNode(), pipeline::toString);
    for (JsonNode exporter : pipeline.path("exporters")) {
      assertTrue(collector.path("exporters").has(exporter.asText()), exporter::toString);
    }
    assertEquals(2, pipeline.path("exporters").size());
    for (JsonNode extension : collector.at("/service/extensions")) {
      assertTrue(collector.path("extensions").has(extension.asText()), extension::toString);
    }
  }

  @Test
  void each_column_of_the_schema_is_of_a_field_that_is_sent() throws IOException {
    Set<String> words = new TreeSet<>();
    for (Field field : Field.values()) {
      words.add(field.word());
    }
    Set<String> used = new TreeSet<>();
    Pattern column = Pattern.compile("fields->>'([^']*)'");
    column.matcher(read("dbg-schema.sql")).results().forEach(found -> used.add(found.group(1)));
    assertTrue(used.size() > 25, used::toString);
    used.removeAll(words);
    assertEquals(Set.of(), used);
  }
}

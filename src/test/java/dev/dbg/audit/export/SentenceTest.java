package dev.dbg.audit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.message.Sentence;
import org.junit.jupiter.api.Test;

/** What people and receivers are told of a record, and which is cut, in each form. */
class SentenceTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** A session in a directory, as another user. */
  private static final String ELSEWHERE =
      """
      {"event":"intent","operator":{"user":"ann"},"cwd":"/srv/www",
       "target":{"runtime":"docker","id":"x","name":"vault"},"namespaces":["mnt"],
       "tool":{"name":"cat","argv_typed":["id_rsa"],"directory":"/root/.ssh","run_as":"33:33",
               "argv_run":["cat","id_rsa"]}}
      """;

  private static JsonNode record(String json) throws Exception {
    return JSON.readTree(json);
  }

  private static JsonNode run(String... arguments) throws Exception {
    return record(
        """
        {"event":"intent","operator":{"user":"ann"},"target":{"runtime":"docker","name":"vault"},
         "tool":{"name":"grep","argv_typed":%s}}
        """
            .formatted(JSON.writeValueAsString(arguments)));
  }

  @Test
  void a_long_command_hides_no_container_and_names_no_other() throws Exception {
    String said = Sentence.of(run("-e", "x in sandbox" + ".".repeat(300), "/run/secrets/k"));
    assertTrue(said.startsWith("ann in vault runs grep -e 'x in sandbox..."), said);
  }

  @Test
  void a_word_is_told_from_two() throws Exception {
    assertEquals("ann in vault runs grep 'a b' ''", Sentence.of(run("a b", "")));
    assertEquals("ann in vault runs grep a b", Sentence.of(run("a", "b")));
  }

  /** Root's container of the same name is another one. */
  @Test
  void a_users_container_is_named_as_one_types_it() throws Exception {
    assertEquals(
        "ann in docker://bob/web runs ss",
        Sentence.of(
            record(
                """
                {"event":"intent","operator":{"user":"ann"},"tool":{"name":"ss"},
                 "target":{"runtime":"docker","owner":"bob","name":"web"}}
                """)));
  }

  @Test
  void a_sentence_begins_with_its_count() throws Exception {
    String refused =
        """
        {"event":"denied","operator":{"user":"eve"},"target":{"asked":"vault"},
         "tool":{"name":"ss"},"decision":{"kind":"rule","why":"no"},"%s":{"count":5000}}
        """;
    assertEquals(
        "5000 times: eve in vault may not run ss",
        Sentence.of(record(refused.formatted("repeated"))));
    assertEquals(
        "5000 without a record, the gravest: eve in vault may not run ss",
        Sentence.of(record(refused.formatted("unwritten"))));
    String csv = CsvForm.line(record(refused.formatted("unwritten")));
    assertTrue(csv.endsWith(",\"5000\"\r\n"), csv);
  }

  @Test
  void a_client_whose_request_was_not_read_is_refused_without_a_line() throws Exception {
    assertEquals(
        "3 times: eve is refused: too many",
        Sentence.of(
            record(
                """
                {"event":"denied","operator":{"user":"eve"},"repeated":{"count":3},
                 "decision":{"kind":"rule","why":"too many"}}
                """)));
  }

  @Test
  void each_form_names_the_records_that_were_read() throws Exception {
    JsonNode read =
        record(
            """
            {"event":"read","time":"2026-11-24T12:00:00Z","operator":{"user":"ann"},
             "argv":["audit","replay","4711"]}
            """);
    assertEquals("ann reads others' records: audit replay 4711", Sentence.of(read));
    for (String form :
        new String[] {CsvForm.line(read), EcsForm.line(read), OcsfForm.line(read, "1")}) {
      assertTrue(form.contains("audit replay 4711"), form);
    }
    JsonNode kill =
        record(
            """
            {"event":"kill","operator":{"user":"ann"},"argv":["kill","4711"],
             "tool":{"name":"ss"},"killed":{"session":"4711","user":"bob"}}
            """);
    String csv = CsvForm.line(kill);
    assertTrue(csv.contains("\"kill 4711\"") && csv.contains("\"a session of bob\""), csv);
  }

  @Test
  void where_and_as_whom_a_tool_ran_is_in_every_form() throws Exception {
    JsonNode record = record(ELSEWHERE);
    assertEquals("ann in vault runs -u 33:33 -w /root/.ssh -- cat id_rsa", Sentence.of(record));
    String csv = CsvForm.line(record);
    assertTrue(csv.contains(",\"/root/.ssh\",\"33:33\","), csv);
    JsonNode ocsf = JSON.readTree(OcsfForm.line(record, "1"));
    assertEquals("/root/.ssh", ocsf.at("/unmapped/directory").asText());
    assertEquals("33:33", ocsf.at("/unmapped/run_as").asText());
  }

  @Test
  void a_directory_is_not_made_long_by_what_leads_nowhere() throws Exception {
    for (String[] path :
        new String[][] {
          {"/root" + "/.".repeat(2000) + "//.ssh/", "/root/.ssh"}, {"/./.", "/"}, {"/", "/"}
        }) {
      JsonNode record = record(ELSEWHERE.replace("/root/.ssh", path[0]));
      assertEquals(
          "ann in vault runs -u 33:33 -w %s -- cat id_rsa".formatted(path[1]), Sentence.of(record));
    }
  }

  /** The client says that of itself, and may say what it likes. */
  @Test
  void ecs_has_the_tools_directory_where_it_has_one_and_not_the_clients() throws Exception {
    JsonNode ecs = JSON.readTree(EcsForm.line(record(ELSEWHERE)));
    assertEquals("/root/.ssh", ecs.at("/process/working_directory").asText());
    assertEquals("/srv/www", ecs.at("/labels/dbg_client_directory").asText());
    assertEquals("33:33", ecs.at("/labels/dbg_run_as").asText());
    JsonNode nowhere = record("{\"event\":\"intent\",\"cwd\":\"/x\",\"tool\":{\"name\":\"ss\"}}");
    String line = EcsForm.line(nowhere);
    assertFalse(line.contains("working_directory"), line);
  }
}

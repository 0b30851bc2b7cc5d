package dev.dbg.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Image;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What dbg status makes of an engine's answer, of which strangers have written parts. */
class StatusReportTest {
  private static final String ID = "0af3".repeat(16);

  /** Of Docker 26.1, with what is secret. */
  private static final String EXITED =
      """
      {"Id":"%s","Created":"2026-11-28T08:00:00Z","Path":"/server","Args":["--password=s3cret"],
       "State":{"Status":"exited","Running":false,"Paused":false,"OOMKilled":true,"Dead":false,
         "Pid":0,"ExitCode":137,"Error":"exec s3cret","StartedAt":"2026-11-28T08:00:01.5Z",
         "FinishedAt":"2026-11-28T09:00:00Z",
         "Health":{"Status":"unhealthy","FailingStreak":3,"Log":[
           {"Start":"2026-11-28T08:59:00Z","End":"2026-11-28T08:59:01Z","ExitCode":0,"Output":"old"},
           {"Start":"2026-11-28T08:59:30Z","End":"2026-11-28T08:59:31Z","ExitCode":-1,"Output":"a\\u001b]0;x\\u0007b\\nnext\\u202e"}]}},
       "Image":"sha256:%s","Name":"/web","RestartCount":4,
       "HostConfig":{"Binds":["/srv/data:/data:ro"],"Memory":67108864,"NanoCpus":1500000000,
         "PidsLimit":100,"NetworkMode":"host","PidMode":"","ReadonlyRootfs":true,"IpcMode":"private","UTSMode":"host",
         "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":5},
         "PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"},{"HostIp":"::1","HostPort":""}]}},
       "Mounts":[{"Type":"bind","Source":"/srv/data","Destination":"/data","Mode":"ro","RW":false,"Propagation":"rprivate"},
         {"Type":"volume","Name":"v","Source":"/var/lib/docker/volumes/v/_data","Destination":"/v","RW":true,"Driver":"local"}],
       "Config":{"Env":["TOKEN=s3cret"],"Cmd":["--password=s3cret"],"Entrypoint":["s3cret"],
         "Healthcheck":{"Test":["CMD","s3cret"]},"Image":"nginx:1.27","Labels":{"key":"s3cret"}},
       "NetworkSettings":{"Ports":{},"Networks":{"x":{"DriverOpts":{"a":"s3cret"}}}}}
      """
          .formatted(ID, ID);

  private static StatusReport of(String json) throws IOException {
    return of(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static StatusReport of(InputStream json) throws IOException {
    StatusReport report = new StatusReport();
    report.tell(
        target("exited").runBy("runsc"),
        Optional.of(InspectAnswer.read(json, Allowance.ofRuntime())),
        Optional.empty());
    return report;
  }

  private static Target target(String state) {
    return new Target(
        "docker",
        Optional.empty(),
        ID,
        "web",
        Image.NONE,
        Optional.of(Map.of()),
        state,
        0,
        ResolvedBy.API);
  }

  @Test
  void people_read_how_it_ended_and_how_it_was() throws IOException {
    assertEquals(
        """
        container          docker://web
        id                 %s
        state              exited
        start_error        yes: root types docker inspect %s
        exit_status        137
        signal             9
        oom_killed         true
        started            2026-11-28T08:00:01.5Z
        finished           2026-11-28T09:00:00Z
        restarts           4
        restart_policy     on-failure
        restarts_most      5
        health             unhealthy
        health_failures    3
        health_checked     2026-11-28T08:59:31Z
        health_exit        -1
        health_output      a\\x1b]0;x\\x07b
                           next\\u202e
        image              nginx:1.27
        image_id           sha256:%s
        runtime            runsc
        memory_limit       64M
        processes_limit    100
        processors_limit   1.5
        read_only          true
        ports              127.0.0.1:8080->80/tcp
                           [::1]:->80/tcp
        mounts             /data /srv/data bind ro
                           /v /var/lib/docker/volumes/v/_data volume v rw
        shared             net uts
        """
            .formatted(ID, ID.substring(0, 12), ID),
        of(EXITED).text());
  }

  @Test
  void the_same_is_one_line_of_json() throws IOException {
    assertEquals(
        """
        {"container":"docker://web","id":"%s","state":"exited",\
        "start_error":"yes: root types docker inspect %s","exit_status":137,"signal":9,\
        "oom_killed":true,"started":"2026-11-28T08:00:01.5Z","finished":"2026-11-28T09:00:00Z",\
        "restarts":4,"restart_policy":"on-failure","restarts_most":5,"health":"unhealthy",\
        "health_failures":3,"health_checked":"2026-11-28T08:59:31Z","health_exit":-1,\
        "health_output":"a\\u001B]0;x\\u0007b\\nnext\\u202E","image":"nginx:1.27",\
        "image_id":"sha256:%s","runtime":"runsc","memory_limit":67108864,"processes_limit":100,\
        "processors_limit":1.5,"read_only":true,"ports":["127.0.0.1:8080->80/tcp","[::1]:->80/tcp"],\
        "mounts":[{"destination":"/data","source":"/srv/data","type":"bind","mode":"ro"},\
        {"destination":"/v","source":"/var/lib/docker/volumes/v/_data","type":"volume","name":"v",\
        "mode":"rw"}],"shared":["net","uts"]}
        """
            .formatted(ID, ID.substring(0, 12), ID),
        of(EXITED).json());
  }

  /** Of Podman it is the same word for each. */
  @Test
  void a_runtime_without_a_name_is_left_out() {
    for (String name : List.of("", "oci")) {
      StatusReport report = new StatusReport();
      report.tell(target("exited").runBy(name), Optional.empty(), Optional.empty());
      assertFalse(report.text().contains("runtime"));
    }
  }

  @Test
  void nothing_secret_is_told() throws IOException {
    assertFalse(of(EXITED).text().contains("s3cret"));
    assertFalse(of(EXITED).json().contains("s3cret"));
  }

  /**
   * An engine forgets at each start how the one before has ended: in a crash loop it was killed.
   */
  @Test
  void of_one_that_runs_nothing_is_said_that_its_engine_has_forgotten() throws IOException {
    String json = "{\"State\":{\"Status\":\"running\",\"Pid\":%d,\"OOMKilled\":%s,\"Error\":\"\"}}";

    assertFalse(of(json.formatted(7, "false")).text().contains("oom_killed"));
    assertTrue(of(json.formatted(7, "true")).text().contains("oom_killed         true\n"));
    assertTrue(of(json.formatted(0, "false")).text().contains("oom_killed         false\n"));
    assertFalse(of("{\"State\":{\"Pid\":0}}").text().contains("oom_killed"), "it is not known");
    assertFalse(of(json.formatted(0, "false")).text().contains("start_error"));
    String erred = "{\"State\":{\"Pid\":%d,\"Error\":\"x\"}}";
    assertTrue(of(erred.formatted(0)).text().contains("start_error"));
    assertFalse(of(erred.formatted(7)).text().contains("start_error"), "it was started");
    assertFalse(of(json.formatted(0, "false")).text().contains("read_only"), "it is not known");
  }

  @Test
  void of_one_that_runs_no_port_is_told_that_it_only_asked_for() throws IOException {
    String json =
        "{\"State\":{\"Pid\":%d},\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"}]}},\"NetworkSettings\":{\"Ports\":{}}}";

    assertTrue(of(json.formatted(0)).text().contains(":8080->80/tcp"));
    assertFalse(of(json.formatted(7)).text().contains("8080"), "it is in the host's network");
  }

  @Test
  void the_kernels_word_counts_where_both_tell_the_same() throws IOException {
    StatusReport report = new StatusReport();
    KernelFacts facts =
        new KernelFacts(
            Instant.EPOCH,
            1000,
            Set.of(NamespaceKind.USER, NamespaceKind.PID),
            Map.of("memory_used", 3072L, "processors_seconds", 1.25, "group", "/docker"));
    InputStream json = new ByteArrayInputStream(EXITED.getBytes(StandardCharsets.UTF_8));

    report.tell(
        target("running"),
        Optional.of(InspectAnswer.read(json, Allowance.ofRuntime())),
        Optional.of(facts));

    String text = report.text();
    for (String line :
        List.of(
            "user               1000\n",
            "memory_used        3K\n",
            "processors_seconds 1.25\n",
            "group              /docker\n",
            "shared             pid user\n")) {
      assertTrue(text.contains(line), text);
    }
    assertFalse(text.contains("memory_limit"), text);
  }

  /** Ten megabytes of a health check, and as much of mounts. */
  @Test
  void untrusted_texts_are_cut() throws IOException {
    String output = "\\u001b\\n".repeat(1_250_000);
    String mount =
        "{\"Type\":\"bind\",\"Source\":\"%s\",\"Destination\":\"/d\"},".formatted("s".repeat(9000));
    String json =
        "{\"State\":{\"Status\":\"%s\",\"Health\":{\"Status\":\"healthy\",\"Log\":[{\"End\":\"2\",\"Output\":\"%s\"}]}},"
            .formatted("r".repeat(9000), output);

    StatusReport report =
        of(
            new SequenceInputStream(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                new ByteArrayInputStream(
                    ("\"Mounts\":[" + mount.repeat(1000) + "{}]}")
                        .getBytes(StandardCharsets.UTF_8))));

    assertTrue(report.text().length() < 50_000, () -> report.text().length() + " characters");
    assertTrue(report.json().length() < 100_000, () -> report.json().length() + " characters");
    assertEquals(20, report.text().lines().filter(line -> line.endsWith(" \\x1b")).count());
    assertEquals(64, report.text().lines().filter(line -> line.endsWith(" bind ro")).count());
    assertFalse(report.text().contains("\u001b"));
  }

  @Test
  void what_is_no_answer_is_refused() {
    for (String json : new String[] {"", "{\"State\":{\"Status\":\"x", "{\"State\" \"x\"}"}) {
      assertThrows(IOException.class, () -> of(json));
    }
    String deep = "[".repeat(100_000);
    assertThrows(IOException.class, () -> of("{\"Mounts\":" + deep));
    assertThrows(IOException.class, () -> of("{\"Else\":" + deep));
  }
}

package dev.dbg.nativetests.scene.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Debian's PostgreSQL, with a cluster of its own in a directory of its own, which listens at a
 * socket there and nowhere else. It runs as its package's user.
 */
public final class Postgres implements AutoCloseable {
  public static final String SUPERUSER = "postgres";
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final Path programs;
  private final Running server;

  private Postgres(Path directory, Path programs, Running server) {
    this.directory = directory;
    this.programs = programs;
    this.server = server;
  }

  public static Postgres start() {
    Path directory = World.get().file("postgres");
    Path programs = programs();
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Machine.chowns(directory, SUPERUSER);
    Path data = directory.resolve("data");
    Ran _ =
        asItsUser(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync")
            .run()
            .exits(0);
    Running server =
        asItsUser(
                programs.resolve("postgres").toString(),
                "-D",
                data.toString(),
                "-c",
                "listen_addresses=",
                "-c",
                "unix_socket_directories=" + directory,
                "-c",
                "fsync=off")
            .start()
            .prints("ready to accept connections");
    return new Postgres(directory, programs, server);
  }

  /** The newest version that is installed. */
  private static Path programs() {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.exists(bin.resolve("initdb")))
          .max(Path::compareTo)
          .orElseThrow(() -> new IllegalStateException("no initdb below " + VERSIONS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Command asItsUser(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "setpriv", "--reuid=" + SUPERUSER, "--regid=" + SUPERUSER, "--init-groups", "--"));
    all.addAll(List.of(words));
    return Command.of(all);
  }

  /** The directory of its socket. */
  public Path socket() {
    return directory;
  }

  /** Makes a database, and runs the script of its tables as an administrator does. */
  public void makes(String database, String script) {
    runs(
            SUPERUSER,
            SUPERUSER,
            "CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0".formatted(database))
        .exits(0);
    psql(SUPERUSER, database, Map.of(), script, "--single-transaction").exits(0);
  }

  /** Runs statements as a role. */
  public Ran runs(String role, String database, String statements) {
    return psql(role, database, Map.of(), statements);
  }

  /** Runs a script as a role, with these variables of psql's. */
  public Ran runs(String role, String database, Map<String, String> variables, String script) {
    return psql(role, database, variables, script);
  }

  /** The rows of a query, as an array of objects. */
  public JsonNode rows(
      String role, String database, Map<String, String> variables, String before, String query) {
    String script =
        "BEGIN;\n%s;\nSELECT coalesce(json_agg(q), '[]') FROM (%s) AS q;\nROLLBACK;\n"
            .formatted(before, query);
    Ran ran = psql(role, database, variables, script).exits(0);
    try {
      return JSON.readTree(new String(ran.bytes(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new AssertionError(ran.toString(), e);
    }
  }

  private Ran psql(
      String role,
      String database,
      Map<String, String> variables,
      String script,
      String... options) {
    try {
      Path file = Files.writeString(World.get().file("script.sql"), script);
      List<String> words =
          new ArrayList<>(List.of(programs.resolve("psql").toString(), "-XqAt", "-h"));
      words.addAll(List.of(directory.toString(), "-U", role, "-d", database));
      words.addAll(List.of("-v", "ON_ERROR_STOP=1", "-f", file.toString()));
      words.addAll(List.of(options));
      variables.forEach((name, value) -> words.addAll(List.of("-v", name + "=" + value)));
      return Command.of(words).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it without waiting for those who are connected. */
  @Override
  public void close() {
    Ran _ = server.gets("INT").ends();
  }
}

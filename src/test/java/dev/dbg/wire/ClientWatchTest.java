package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.Signals;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sends while it waits for an answer. */
class ClientWatchTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @ParameterizedTest
  @CsvSource({
    Signals.INT + ", true",
    Signals.HUP + ", true",
    Signals.TSTP + ", false",
    Signals.CONT + ", false",
    Signals.WINCH + ", false",
  })
  void a_signal_ends_it_unless_it_stops_or_continues_the_client(int signal, boolean ends)
      throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    List<Outcome> signals = new ArrayList<>();
    List<Terminal.Size> sizes = new ArrayList<>();
    try (UnixConnection daemon = pair.getFirst();
        UnixConnection client = pair.getLast()) {
      ClientWatch watch = new ClientWatch(daemon, signals::add, sizes::add);
      byte version = (byte) Packets.VERSION;
      client.send(new byte[] {Packets.WINDOW, version, 0, 17, 0, 33});
      client.send(new byte[] {Packets.SIGNAL, version, 0, 0, 0, (byte) signal});

      assertEquals(false, watch.endsWithin(PATIENCE));
      assertEquals(ends, watch.endsWithin(PATIENCE));
      assertEquals(ends ? List.of(new Outcome.Signalled(signal)) : List.of(), signals);
      assertEquals(List.of(new Terminal.Size(17, 33)), sizes);
    }
  }
}

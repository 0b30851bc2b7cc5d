package dev.dbg.resolve.container;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import java.util.List;
import java.util.regex.Pattern;

/** What native tests put in places of {@code resolve.container}. */
public interface AlteredContainers {

  /** Believes the name of a control group, wherever that group is. */
  final class BelievingGroups {
    @InPlaceOf(Evidence.InGroup.class)
    static boolean isIn(String groups, List<String> paths) {
      return paths.stream()
          .anyMatch(path -> groups.contains(path.replaceAll(".*[/-]([0-9a-f]{64}).*", "$1")));
    }
  }

  /** Takes whatever a user's engine says for a name. */
  final class Gullible {
    private static final Pattern ANY = Pattern.compile("(?s).*");

    @InPlaceOf(value = NameGrammar.class, name = "OF_ENGINES")
    static Pattern ofEngines() {
      return ANY;
    }
  }

  /** Believes what proves nothing, if it disproves nothing either, also of a process that ended. */
  final class Believing {
    @InPlaceOf(value = Evidence.class, usedIn = PidRef.class, usedBy = "judge")
    static Evidence.Judgement of(Evidence evidence, PidFd process, ProcDir directory)
        throws KernelException {
      Evidence.Judgement judgement = evidence.of(process, directory);
      return judgement == Evidence.Judgement.NOT_THEIRS ? judgement : Evidence.Judgement.PROVED;
    }

    @InPlaceOf(value = PidFd.class, usedIn = PidRef.class, usedBy = "judge")
    static boolean isAlive(PidFd process) {
      return true;
    }
  }
}

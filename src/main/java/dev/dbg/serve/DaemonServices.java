package dev.dbg.serve;

import dev.dbg.answer.Diagnosis;
import dev.dbg.grammar.Grammar;
import dev.dbg.review.LogReaders;
import dev.dbg.session.Services;
import java.nio.file.Path;

/**
 * Everything that is needed to answer requests, created once at start. For any thread.
 *
 * @param readers read the log for operators
 * @param share the directory of the shipped scripts and tools
 * @param premises values that only the doctor needs
 * @param witnessed the hosts of which this one's log has the seals
 */
public record DaemonServices(
    Grammar grammar,
    Services services,
    LogReaders readers,
    Path share,
    Diagnosis.Premises premises,
    WitnessedHosts witnessed) {}

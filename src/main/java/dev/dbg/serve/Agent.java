package dev.dbg.serve;

import dev.dbg.answer.Diagnosis;
import dev.dbg.grammar.Grammar;
import dev.dbg.review.LogVerification;
import dev.dbg.review.ReaderLimits;
import dev.dbg.session.Services;
import java.nio.file.Path;

/**
 * Everything that is needed to answer requests, created once at start. For any thread.
 *
 * @param readers limits how many clients read the log at once
 * @param share the directory of the shipped scripts and tools
 * @param premises values that only the doctor needs
 */
public record Agent(
    Grammar grammar,
    Services services,
    ReaderLimits readers,
    LogVerification verification,
    Path share,
    Diagnosis.Premises premises) {}

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
 * @param shellScript the file with the script of {@code dbg shell}
 * @param premises values that only the doctor needs
 */
public record Agent(
    Grammar grammar,
    Services services,
    ReaderLimits readers,
    LogVerification verification,
    Path shellScript,
    Diagnosis.Premises premises) {}

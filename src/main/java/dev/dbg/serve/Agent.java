package dev.dbg.serve;

import dev.dbg.answer.Diagnosis;
import dev.dbg.grammar.Grammar;
import dev.dbg.review.LogVerification;
import dev.dbg.review.ReaderLimits;
import dev.dbg.session.Services;

/**
 * All that answers requests: made once at start. All of it may be used by any thread.
 *
 * @param readers who reads the log, and how many at once
 * @param premises what only the doctor looks at
 */
public record Agent(
    Grammar grammar,
    Services services,
    ReaderLimits readers,
    LogVerification verification,
    Diagnosis.Premises premises) {}

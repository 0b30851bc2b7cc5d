/**
 * Runs dbg as the user who has logged in to Cockpit, never as root. dbgd decides what that user may
 * see and do, as at a terminal; the page has no rights of its own.
 */
/* global cockpit */
import { alert } from "./dom.js";

/** The periods that a summary is asked for by a button. */
export const PERIODS = ["1h", "1d", "7d", "30d"];

/** Whether dbg can be asked anew. */
export const IS_LIVE = true;

/** In milliseconds. */
const AGAIN = 3000;

/** What dbg says of dbgd and its readers while they are started. */
const PASSES = /cannot reach dbgd|try again/;

function spawn(line, err) {
  // The page is of this host, whatever the login's environment says.
  return cockpit.spawn(line, { err, superuser: null, environ: ["LC_ALL=C.UTF-8", "DBG_HOST="] });
}

/** What a program said on standard error, or why it could not be started. */
function reason(failed, said) {
  if (failed.problem === "not-found") {
    return "dbg is not installed on this host, or not in the PATH of your login";
  }
  return said.trim() || failed.message || failed.problem || `dbg ended with ${failed.exit_status}`;
}

/** What dbg says beside its answer, such as which containers are missing in it, stands above the view that asked, and only the newest. */
function warn(line, said, asked) {
  if (asked !== location.hash) {
    return;
  }
  const view = document.getElementById("view");
  [...view.children].filter((one) => one.dataset.beside === line).forEach((one) => one.remove());
  if (said) {
    const made = alert("warning", line, said);
    made.dataset.beside = line;
    view.prepend(made);
  }
}

/**
 * Runs a line whose output is one JSON object a line.
 *
 * @param {string[]} words the line, without dbg
 * @param {(object) => void} each is called with each object, as it comes
 * @returns {{done: Promise, close: () => void}} done fails with what dbg said
 */
export function lines(words, each) {
  const running = spawn(["dbg", ...words], "message");
  const asked = location.hash;
  let rest = "";
  let said = "";
  let closed = false;
  const take = (line) => {
    if (!line.trim()) {
      return;
    }
    let read;
    try {
      read = JSON.parse(line);
    } catch {
      said += `${line}\n`;
      return;
    }
    each(read);
  };
  running.stream((data) => {
    const parts = (rest + data).split("\n");
    rest = parts.pop();
    if (!closed) {
      parts.forEach(take);
    }
  });
  const done = new Promise((resolve, reject) => {
    running.then(
      (_, beside = "") => {
        take(rest);
        if (said) {
          reject(new Error(said));
        } else {
          warn(`dbg ${words.join(" ")}`, closed ? "" : beside.trim(), asked);
          resolve();
        }
      },
      (failed) => {
        take(rest);
        if (closed) {
          resolve();
        } else {
          const error = new Error(reason(failed, said));
          error.status = failed.exit_status;
          reject(error);
        }
      },
    );
  });
  return {
    done,
    close: () => {
      closed = true;
      running.close("cancelled");
    },
  };
}

/**
 * Follows a line that goes on until it is closed. Whenever it ends by itself, as when dbgd stops, it
 * says so and begins again.
 *
 * @param {string[]} words the line
 * @param {(object) => void} each is called with each object
 * @param {(string) => void} lost is called with why it ended, and with "" when it goes on
 * @returns {() => void} what closes it
 */
export function follow(words, each, lost) {
  let closed = false;
  let timer = null;
  let running = null;
  function begin() {
    running = lines(words, (one) => {
      lost("");
      each(one);
    });
    const again = (failed) => {
      if (!closed) {
        lost(failed?.message ?? "dbgd has stopped or was started again");
        // A mistake, or a refusal, would only be repeated.
        if (!failed || PASSES.test(failed.message)) {
          timer = setTimeout(begin, AGAIN);
        }
      }
    };
    running.done.then(again, again);
  }
  begin();
  return () => {
    closed = true;
    clearTimeout(timer);
    running.close();
  };
}

/** Runs a line and resolves to all objects that it printed. */
export async function all(words) {
  const found = [];
  await lines(words, (one) => found.push(one)).done;
  return found;
}

/** Runs a line and resolves to its text and status; a status that is not 0 is no failure here. */
export function text(words) {
  return textOf(["dbg", ...words]);
}

/** The same of another program. */
export function textOf(line) {
  return new Promise((resolve, reject) => {
    let said = "";
    const running = spawn(line, "out");
    running.stream((data) => {
      said += data;
    });
    running.then(
      () => resolve({ text: said, status: 0 }),
      (failed) =>
        Number.isInteger(failed.exit_status)
          ? resolve({ text: said, status: failed.exit_status })
          : reject(new Error(reason(failed, said))),
    );
  });
}

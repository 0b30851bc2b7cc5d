/**
 * Runs dbg as the user who has logged in to Cockpit, never as root. dbgd decides what that user may
 * see and do, as at a terminal; the page has no rights of its own.
 */
/* global cockpit */

function spawn(words) {
  return cockpit.spawn(["dbg", ...words], { err: "out", superuser: null, environ: ["LC_ALL=C.UTF-8"] });
}

/** What dbg said on standard error, or why it could not be started. */
function reason(failed, said) {
  if (failed.problem === "not-found") {
    return "dbg is not installed on this host, or not in the PATH of your login";
  }
  return said.trim() || failed.message || failed.problem || `dbg ended with ${failed.exit_status}`;
}

/**
 * Runs a line whose output is one JSON object a line.
 *
 * @param {string[]} words the line, without dbg
 * @param {(object) => void} each is called with each object, as it comes
 * @returns {{done: Promise, close: () => void}} done fails with what dbg said
 */
export function lines(words, each) {
  const running = spawn(words);
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
      () => {
        take(rest);
        resolve(said);
      },
      (failed) => {
        take(rest);
        if (closed) {
          resolve("");
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

/** Runs a line and resolves to all objects that it printed. */
export async function all(words) {
  const found = [];
  await lines(words, (one) => found.push(one)).done;
  return found;
}

/** Runs a line and resolves to its text and status; a status that is not 0 is no failure here. */
export function text(words) {
  return new Promise((resolve, reject) => {
    let said = "";
    const running = spawn(words);
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

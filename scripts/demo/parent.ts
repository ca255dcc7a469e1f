/** Notices when whoever started this process is gone. */

const LOOK_EVERY_MILLISECONDS = 500;

/** npm hands SIGTERM to the shell that it runs scripts in, and the shell dies of it without telling us. */
export function onParentGone(act: () => void): void {
  const startedBy = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(looking);
    act();
  }, LOOK_EVERY_MILLISECONDS);
  looking.unref();
}

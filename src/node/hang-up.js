/**
 * Keeps SIGHUP from ending a process that does not listen to it yet. Whoever uses the TLS files listens for itself later, and reads them
 * after this: there is nothing to remember. Imported before all else, because loading the rest takes half a second.
 */
process.on('SIGHUP', () => undefined);

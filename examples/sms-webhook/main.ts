/** Starts the example; SIGINT or SIGTERM ends it once the requests under way are answered. */
import { printed, smsGateway } from './gateway.ts';
import { createSmsWebhook } from './server.ts';
import { readSettings } from './settings.ts';

const { port, secret, gateway } = readSettings(process.env);
const webhook = createSmsWebhook({
  secret,
  sendSms: gateway === undefined ? printed(console.log) : smsGateway(gateway),
  now: () => Date.now(),
  onFailure: (reason) => console.error(`not sent: ${reason}`),
});
console.log(`The SMS webhook listens on http://localhost:${await webhook.listen(port)}/`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void webhook.close());

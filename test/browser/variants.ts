/** Declares a fact about the pages once for each driver, with JavaScript and without. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { type Fixture, openProvider } from './fixture.ts';
import { storages } from './storages.ts';

export interface Visit {
  readonly fixture: Fixture;
  readonly page: Page;
  /** Keeps the page as a picture: artifacts/screenshots/STORAGE-SCRIPTS-NAME.png. */
  picture(name: string): Promise<void>;
}

const browser = await launch();
test.after.always(() => browser.close());

export function onEveryVariant(fact: string, prove: (t: ExecutionContext, visit: Visit) => Promise<void>): void {
  for (const storage of storages) {
    for (const javaScriptEnabled of [true, false]) {
      const variant = `${storage.name}, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`;
      // One after the other: browser, provider and database share the machine's cores with other test files.
      test.serial(`${fact} (${variant})`, async (t) => {
        const fixture = await openProvider(t, storage);
        t.true(fixture.latchkey.config.storageUrl.startsWith(`${storage.name}:`));
        const context = await browser.newContext({ javaScriptEnabled });
        t.teardown(() => context.close());
        const prefix = `${storage.name}-${javaScriptEnabled ? 'scripts' : 'no-scripts'}`;
        const page = await context.newPage();
        await prove(t, {
          fixture,
          page,
          picture: async (name) => void (await browser.screenshot(page, `${prefix}-${name}`)),
        });
      });
    }
  }
}

/** Declares a fact about the pages once for each storage engine, with JavaScript and without. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { storages } from './storages.ts';
import { openWorld, type World } from './world.ts';

export interface Visit {
  readonly world: World;
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
        const world = await openWorld(t, storage);
        t.true(world.latchkey.config.storageUrl.startsWith(`${storage.name}:`));
        const context = await browser.newContext({ javaScriptEnabled });
        t.teardown(() => context.close());
        const prefix = `${storage.name}-${javaScriptEnabled ? 'scripts' : 'no-scripts'}`;
        const page = await context.newPage();
        await prove(t, {
          world,
          page,
          picture: async (name) => void (await browser.screenshot(page, `${prefix}-${name}`)),
        });
      });
    }
  }
}

export interface Progress {
  add(records: number): void;
  end(): void;
}

const BAR_WIDTH = 30;
const REDRAW_AFTER_MILLISECONDS = 100;

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

function barOf(share: number): string {
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
}

/** A bar in a terminal, elsewhere a line for every tenth. `total` may be an estimate: more is shown as all of it. */
export function createProgress(what: string, total: number, screen: Screen = process.stderr): Progress {
  let records = 0;
  let shownTenth = 0;
  let drawnAt = 0;

  const share = (): number => (total === 0 ? 1 : Math.min(1, records / total));
  const text = (): string => `${Math.floor(share() * 100)} %, ${records} of ${Math.max(total, records)} records`;

  function draw(): void {
    drawnAt = performance.now();
    screen.write(`\r${what} ${barOf(share())} ${text()}`);
  }

  return {
    add(more) {
      records += more;
      if (screen.isTTY) {
        if (performance.now() - drawnAt > REDRAW_AFTER_MILLISECONDS) draw();
        return;
      }
      const tenth = Math.floor(share() * 10);
      if (tenth > shownTenth) screen.write(`${what}: ${text()}\n`);
      shownTenth = Math.max(shownTenth, tenth);
    },
    end() {
      if (!screen.isTTY) return;
      draw();
      screen.write('\n');
    },
  };
}

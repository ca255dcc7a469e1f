/** A weaker sign-in never meets a stronger demand: each demand x each way of signing in x each path. */
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { cellOf, levelsPage } from '../../../scripts/levels-page.ts';
import { isAtLeast, type Level, levels } from '../../../src/domain/factors/levels.ts';
import { type Demand, type DemandName, demands, type Method, type MethodName, methods } from './rows.ts';
import { type Outcomes, openTable } from './table.ts';

const table = await openTable();
test.after.always(() => table.stop());

const shortOf = (level: string): string => level.replace(/^urn:.*:/, '');

interface Rule {
  /** Of these one is enough. */
  readonly accepted?: readonly Level[];
  readonly isOfRequest?: boolean;
  /** A sent code or a remembered device is enough too. */
  readonly isSetting?: boolean;
  readonly isUnreachable?: boolean;
}

const [password, mfa, passkey] = levels;
const ofRequest = (...accepted: readonly Level[]): Rule => ({ accepted, isOfRequest: true });

/** What is written of each row, in other words than those of the code. */
const rules: Readonly<Record<DemandName, Rule>> = {
  none: {},
  '`acr_values`, a level of others': {},
  '`acr_values`, password or mfa': ofRequest(password, mfa),
  '`acr_values`, mfa': ofRequest(mfa),
  '`acr_values`, phr': ofRequest(passkey),
  'essential `acr`, a level of others': { isUnreachable: true, isOfRequest: true },
  'essential `acr`, mfa': ofRequest(mfa),
  'essential `acr`, phr': ofRequest(passkey),
  'client, mfa': { accepted: [mfa] },
  'client, phr': { accepted: [passkey] },
  'API, mfa': { accepted: [mfa] },
  'API, phr': { accepted: [passkey] },
  'setting, everybody': { isSetting: true },
  'setting, role': { isSetting: true },
  'setting, group': { isSetting: true },
};

function isMet({ accepted = levels, isSetting = false }: Rule, { acr, amr, isRemembered }: Method): boolean {
  if (isSetting) return isAtLeast(acr, mfa) || amr.includes('mca') || isRemembered === true;
  return accepted.some((level) => isAtLeast(acr, level));
}

/** OIDC Core 5.5.1.1: one of the values that were requested. */
function stated({ accepted = [], isOfRequest = false }: Rule, acr: string): string {
  if (!isOfRequest || accepted.some((level) => level === acr)) return shortOf(acr);
  return shortOf(accepted.findLast((level) => isAtLeast(acr, level)) ?? acr);
}

function expectedOf(rule: Rule, method: Method): Outcomes {
  const tokens = `tokens, ${shortOf(method.acr)}`;
  const unmet = 'unmet_authentication_requirements';
  if (rule.isUnreachable) return { fresh: unmet, live: unmet, silent: unmet, refresh: tokens };
  if (isMet(rule, method)) {
    const code = `code, ${stated(rule, method.acr)}`;
    return { fresh: code, live: code, silent: code, refresh: tokens };
  }
  const page = 'page';
  return { fresh: page, live: page, silent: 'login_required', refresh: rule.isOfRequest ? tokens : 'invalid_grant' };
}

const happened: Record<string, Outcomes> = {};

for (const demand of Object.keys(demands) as DemandName[]) {
  test.serial(`demanded by ${demand}: met by what is as strong, and by nothing else, on every path`, async (t) => {
    const { account: _account, ...row }: Demand = demands[demand];
    for (const method of Object.keys(methods) as MethodName[]) {
      const outcomes = await table.outcomesOf(demand, method);
      happened[cellOf(demand, method)] = outcomes;
      t.deepEqual(outcomes, expectedOf(rules[demand], methods[method]), `${method}: ${JSON.stringify(row)}`);
    }
  });
}

test.serial('docs/step-up-table.md says what happened: npm run docs:levels', async (t) => {
  const page = await readFile(new URL('../../../docs/step-up-table.md', import.meta.url), 'utf8');
  t.is(page, levelsPage(happened));
});

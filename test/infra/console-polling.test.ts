/** What open pages of the console ask together, beside what a stage lets through. */
import { expect, it } from 'vitest';
import { AFTER_OPENING, nextWaiting, type Waiting } from '../../console/api/polling.ts';
import { createStages } from '../../infra/stages.ts';

const TABS = 100;
const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;

it('stays under a tenth of the limit of every stage with a hundred tabs in which everything moves', () => {
  let asked = 0;
  let waiting: Waiting = AFTER_OPENING;
  for (let now = waiting.millis; now < MINUTE_MILLIS + HOUR_MILLIS; now += waiting.millis) {
    asked += now < MINUTE_MILLIS ? 0 : 1;
    waiting = nextWaiting(waiting, 'changed');
  }
  for (const { api } of Object.values(createStages({}))) {
    // Of one tenant; the list counts twice with more than nine cards that fail.
    expect((2 * TABS * asked) / 60).toBeLessThan(api.requestsPerMinute);
    expect((TABS * asked) / (HOUR_MILLIS / 1_000)).toBeLessThan(api.throttling.ratePerSecond / 10);
  }
});

it('stays within the budget of a tenant with a hundred tabs that are opened in one minute, beside what they read at first', () => {
  let asked = 0;
  let waiting: Waiting = AFTER_OPENING;
  for (let now = waiting.millis; now < MINUTE_MILLIS; now += waiting.millis) {
    asked += 1;
    waiting = nextWaiting(waiting, 'changed');
  }
  for (const { api } of Object.values(createStages({}))) {
    expect(TABS * asked).toBeLessThan(api.requestsPerMinute);
  }
});

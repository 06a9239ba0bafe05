/**
 * `npm run proof`: the long runs that show what the protocol, the guards and the address rules keep, and the page that
 * says so. Takes about half an hour on two processors; exits 1 if anything was lost, reached or left unguarded, or if a
 * delivery costs more CPU time or memory than its ceiling.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureMemory } from '../../bench/memory.ts';
import { aboveCeiling, aboveMemoryCeiling } from '../../bench/send/ceilings.ts';
import { measureSend } from '../../bench/send.ts';
import { endUnlessBare } from '../../local/command-line.ts';
import { type Exploration, explore } from '../simulation/explore.ts';
import { LARGE_SCENARIOS, SCENARIOS } from '../simulation/scenarios.ts';
import { runSeeds } from '../simulation/seeded/run-seeds.ts';
import { exploreTwoRevisions } from '../simulation/two-revisions.ts';
import { LARGE_TWO_REVISIONS, TWO_REVISIONS } from '../simulation/two-revisions-scenarios.ts';
import { withAlteredCopy } from './altered-copy.ts';
import { isSound, meetHostileReceivers } from './hostile-receivers.ts';
import { runKillTest } from './kill-test.ts';
import { refuseAddresses } from './refuse-addresses.ts';
import { type ExploredScenario, reliabilityPage } from './reliability-page.ts';
import { removeGuards } from './remove-guards.ts';
import { listFailed } from './run-tests.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');

const SEEDS = 5_000;

const RACES = 1_000;
const RACE_TESTS = ['two-at-once', 'two-at-one-webhook', 'digests'].map((name) => `test/simulation/${name}.test.ts`);

const KILL_TEST = { findings: 2_000, kills: 20, seed: 20261124 };

const say = (text: string) => console.error(text);

endUnlessBare(
  'npm run proof\n\nTakes no options, about half an hour on two processors, and writes docs/reliability.md.',
);

say('Addresses that must not be reached ...');
const addresses = await refuseAddresses();
say(`  ${addresses.urls} URLs, ${addresses.sockets} sockets`);

say('Hostile receivers ...');
const receivers = await meetHostileReceivers();
const unsound = receivers.filter((one) => !isSound(one));
for (const { name, outcome, expected, left } of unsound) {
  say(`  ${name}: ${outcome}, not ${expected}; ${left} sockets left`);
}
say(`  ${receivers.length - unsound.length} of ${receivers.length} as they must`);

say('Every interleaving ...');
const explored: ExploredScenario[] = [];
for (const { name, scenario, floor } of [...SCENARIOS, ...LARGE_SCENARIOS]) {
  explored.push(notShrunk(name, floor, await explore(scenario)));
}
const revisions: ExploredScenario[] = [];
for (const { name, scenario, floor } of [...TWO_REVISIONS, ...LARGE_TWO_REVISIONS]) {
  revisions.push(notShrunk(name, floor, await exploreTwoRevisions(scenario)));
}

say(`${SEEDS} seeded histories ...`);
const seeded = await runSeeds({
  from: 1,
  count: SEEDS,
  onProgress: (done) => {
    if (done % 500 === 0) {
      say(`  ${done}`);
    }
  },
});

say('Races of two ...');
const racesFailed = await withAlteredCopy(({ folder, signal }) =>
  listFailed({ folder, files: RACE_TESTS, variables: { RACES: String(RACES) } }, signal),
);
say(`  ${RACES} of each, ${racesFailed.length} failed`);

say('Each guard removed ...');
const guards = await removeGuards(({ name, red }) =>
  say(`  ${red === undefined ? 'NOTHING WENT RED' : 'red'}: ${name}`),
);

say('Killing send ...');
const killed = await runKillTest({
  ...KILL_TEST,
  onProgress: ({ elapsedSeconds, kills, posts }) => {
    if (elapsedSeconds % 10 === 0) {
      say(`  ${elapsedSeconds} s, ${kills} kills, ${posts} POSTs`);
    }
  },
});

say('What a delivery costs ...');
const cost = await measureSend({ rounds: 3 });
const memory = await measureMemory({ rounds: 3 });
const tooDear = [...aboveCeiling(cost.scenarios), ...aboveMemoryCeiling(memory)];
say(tooDear.length === 0 ? '  below every ceiling' : tooDear.map((line) => `  ${line}`).join('\n'));

writeFileSync(PAGE, reliabilityPage({ explored, revisions, seeded, addresses, receivers, guards, killed }));
say('docs/reliability.md written.');
const unguarded = guards.filter(({ red }) => red === undefined);
const isShown =
  racesFailed.length === 0 &&
  addresses.sockets === 0 &&
  unsound.length === 0 &&
  unguarded.length === 0 &&
  killed.lost === 0 &&
  killed.problems.length === 0 &&
  tooDear.length === 0;
process.exitCode = isShown ? 0 : 1;
say(isShown ? 'All of it holds: nothing was lost.' : 'NOT all of it holds: see above and docs/reliability.md.');

function notShrunk(name: string, floor: number, exploration: Exploration): ExploredScenario {
  say(`  ${name}: ${exploration.states} states`);
  if (exploration.states < floor) {
    throw new Error(`"${name}" has shrunk: ${exploration.states} states where there were ${floor} at least`);
  }
  return { name, ...exploration };
}

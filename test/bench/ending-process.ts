/** Says when it begins to end, and goes on with that once the file exists that it is given. */
import { existsSync, writeSync } from 'node:fs';
import { endOnSignals } from '../../bench/end-on-signals.ts';

const [goOn = ''] = process.argv.slice(2);

endOnSignals();
process.on('exit', () => {
  writeSync(1, 'ending\n');
  while (!existsSync(goOn)) {
    // Nothing else may run while a process ends.
  }
  writeSync(1, 'ended\n');
});
setInterval(() => {}, 60_000);
writeSync(1, 'started\n');

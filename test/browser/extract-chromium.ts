/**
 * Unpacks the Chromium of the npm package into TMPDIR. In a process of its own, as the package reads and changes the
 * environment when it is loaded.
 */
import chromium from '@sparticuz/chromium';

await chromium.executablePath();

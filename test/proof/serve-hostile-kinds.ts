/**
 * A program that is every hostile receiver, in a process of its own, so that what is measured is the client alone. It
 * prints its ports, by the place of the kind in the list, and the certificates to trust; it ends with its input.
 */
import { HOSTILE_KINDS, makeCertificates, trusted } from './hostile-kinds.ts';

const certificates = await makeCertificates(Date.now());
const ports: number[] = [];
for (const { start } of HOSTILE_KINDS) {
  ports.push(start === undefined ? 0 : (await start(certificates)).port);
}
process.stdout.write(`${JSON.stringify({ ports, extraCa: trusted(certificates) })}\n`);
process.stdin.on('end', () => process.exit()).resume();

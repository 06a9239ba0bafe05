/** Runs a program of ours in a network of its own, which Linux lets root have. */
import { spawnSync } from 'node:child_process';

/** `.ci/run` sets it where namespaces must be there: a test that is always skipped shows nothing. */
export const NAMESPACES_REQUIRED = process.env['NAMESPACES_REQUIRED'] === '1';

/** Loopback, on which a program may be the name server; addresses that are silent, unreachable and forbidden. */
const NETWORK = [
  'ip link set lo up',
  'ip route add 203.0.114.0/24 dev lo',
  'ip route add unreachable 203.0.115.0/24',
  'ip route add prohibit 203.0.116.0/24',
  'mount --bind "$0" /etc/resolv.conf',
  'exec "$@"',
].join(' && ');

const RESOLV_CONF = `${import.meta.dirname}/resolv.conf`;

export function runInNamespace(...command: readonly string[]) {
  const args = ['-n', '-m', '--', 'sh', '-c', NETWORK, RESOLV_CONF, ...command];
  return spawnSync('unshare', args, { encoding: 'utf8', timeout: 25_000 });
}

/** Undefined where there are namespaces. */
export function lackOfNamespaces(): string | undefined {
  const { status, error, stderr } = runInNamespace('true');
  return status === 0 ? undefined : `no network namespace: ${error?.message ?? stderr}`;
}

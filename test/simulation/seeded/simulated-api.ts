/** The API: instances of its function, on ports that fail, and what becomes of a request to it. */
import { createApi } from '../../../functions/api/handler.ts';
import { askApi } from '../../fakes/api-world.ts';
import { MemoryEventList } from '../../fakes/memory-event-list.ts';
import { MemoryMails } from '../../fakes/memory-mails.ts';
import { MemoryManifestSchedules } from '../../fakes/memory-manifest-schedules.ts';
import { MemoryConfirmationBudget, MemoryNoticeAddresses } from '../../fakes/memory-notice-addresses.ts';
import { ApiLedger, type ApiRun, type Asked, type ReceiverResponse } from './api-ledger.ts';
import { createApiPorts } from './api-ports.ts';
import type { Sabotage } from './functions.ts';
import type { Invocation } from './invocation.ts';
import { invoke } from './invoke.ts';
import type { SimulatedAccount } from './simulated-account.ts';

const LIMITS = { webhooksPerTenant: 6, testSendsPerMinute: 0 };

interface Instance {
  readonly app: ReturnType<typeof createApi>;
  /** What it is at; an instance has one request at a time. */
  run: ApiRun | undefined;
}

export class SimulatedApi {
  readonly #account: SimulatedAccount;
  readonly #sabotage: Sabotage;
  readonly #ledger: ApiLedger;
  /** Instances that wait for the next request. One that dies never comes back. */
  readonly #idle: Instance[] = [];
  #ids = 0;

  constructor(account: SimulatedAccount, sabotage: Sabotage) {
    this.#account = account;
    this.#sabotage = sabotage;
    this.#ledger = new ApiLedger(account);
  }

  /** Undefined if no answer comes back. */
  async ask(asked: Asked): Promise<ReceiverResponse | undefined> {
    const { mishaps } = this.#account;
    const instance = this.#idle.pop() ?? this.#start();
    const response = await invoke(this.#account, 'api', [], async (invocation) => {
      const run = this.#ledger.begun(invocation, asked);
      instance.run = run;
      const read = await responseOf(instance, asked, invocation);
      this.#ledger.answered(run, read);
      return read;
    });
    if (response === undefined) {
      mishaps.saw('api: died before it answered');
      return undefined;
    }
    this.#idle.push(instance);
    return mishaps.isResponseOfApiLost() ? undefined : response;
  }

  #start(): Instance {
    const { random, clock } = this.#account;
    const current = (): ApiRun => {
      if (instance.run === undefined) {
        throw new Error('a call without a request');
      }
      return instance.run;
    };
    const deps = {
      ...createApiPorts(this.#account, this.#ledger, current),
      eventReader: new MemoryEventList(),
      noticeAddresses: new MemoryNoticeAddresses(),
      confirmations: new MemoryConfirmationBudget(),
      mails: new MemoryMails(),
      sendsMail: false,
      manifests: new MemoryManifestSchedules(),
      clock,
      claimNames: { tenant: 'custom:tenantId', permissions: 'cognito:groups' },
      urlRules: { allowedCidrs: [], ownHosts: [] },
      limits: LIMITS,
      newId: () => {
        this.#ids += 1;
        return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
      },
      randomBytes: (count: number) => Uint8Array.from({ length: count }, () => random.between(0, 255)),
    };
    const instance: Instance = { app: createApi(this.#sabotage.api?.(deps) ?? deps), run: undefined };
    return instance;
  }
}

async function responseOf({ app }: Instance, asked: Asked, invocation: Invocation): Promise<ReceiverResponse> {
  const { tenantId, method, path, body, ifMatch, key } = asked;
  const headers = {
    ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  const request = { tenantId, body, headers };
  const { json = {}, ...response } = await askApi(app, method, path, request, () => invocation.remainingMillis);
  const { type, id, revision, signingSecret, nextCursor } = json;
  return {
    ...response,
    problem: type?.replace('urn:thalian:webhooks:problem:', ''),
    id,
    revision,
    signingSecret,
    nextCursor,
  };
}

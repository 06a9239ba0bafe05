/** The ports of one instance of the API's function. They fail like everyone's; whose call one is, `current` says. */
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';
import type { FailurePage } from '../../../shared/delivery/delivery-history.port.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';
import { MemoryDeliveryHistory } from '../../fakes/memory-delivery-history.ts';
import type { ApiLedger, ApiRun } from './api-ledger.ts';
import { type Call, makeCall, rowWrite, secretRead } from './calls.ts';
import type { SimulatedAccount } from './simulated-account.ts';
import { createTelemetry } from './simulated-telemetry.ts';

export type ApiPorts = Pick<
  ApiDependencies,
  | 'webhooks'
  | 'secrets'
  | 'log'
  | 'history'
  | 'retryQueue'
  | 'requests'
  | 'cursorKey'
  | 'announcer'
  | 'telemetry'
  | 'client'
  | 'tokens'
  | 'testSends'
  | 'requestBudget'
  | 'unread'
>;

export function createApiPorts(account: SimulatedAccount, ledger: ApiLedger, current: () => ApiRun): ApiPorts {
  const { random, mishaps } = account;

  const call = <Value>(what: Call<Value>) => makeCall(account, current().invocation, what);
  const read = <Value>(operation: string, apply: () => Promise<Value>) =>
    call({ dependency: 'config-table', operation, apply });

  /** The SDK repeats a write whose response was lost, and its condition meets what it has written itself. */
  const writeItem = <Value>(operation: string, apply: () => Promise<Value>) =>
    call({
      dependency: 'config-table',
      operation,
      apply,
      special: 'looks-like-conflict',
      applySpecial: async () => {
        mishaps.saw('config-table: lost response looks like a conflict');
        await apply();
        return apply();
      },
    });

  const webhooks: ApiPorts['webhooks'] = {
    list: (tenantId) => read('list webhooks', () => account.webhooks.list(tenantId)),
    find: (tenantId, webhookId) => read('read a webhook', () => account.webhooks.find(tenantId, webhookId)),
    add(tenantId, webhook) {
      const run = current();
      return writeItem('add a webhook', async () => {
        const outcome = await account.webhooks.add(tenantId, webhook);
        if (outcome === 'written') {
          ledger.itemWritten(run, undefined, webhook);
        }
        return outcome;
      });
    },
    update(tenantId, webhookId, update) {
      const run = current();
      return writeItem('change a webhook', async () => {
        const stored = account.webhook(tenantId, webhookId);
        const outcome = await account.webhooks.update(tenantId, webhookId, update);
        if (outcome === 'written') {
          ledger.itemWritten(run, stored, account.webhook(tenantId, webhookId));
        }
        return outcome;
      });
    },
    remove(tenantId, webhook) {
      const run = current();
      return writeItem('remove a webhook', async () => {
        const stored = account.webhook(tenantId, webhook.webhookId);
        const outcome = await account.webhooks.remove(tenantId, webhook);
        if (outcome === 'written') {
          ledger.itemWritten(run, stored, undefined);
        }
        return outcome;
      });
    },
  };

  /** Whatever is done to versions, the items must still find theirs. */
  function writeSecret<Value>(operation: string, apply: () => Promise<Value>): Promise<Value> {
    const run = current();
    return call({
      dependency: 'secret-store',
      operation,
      apply: async () => {
        const value = await apply();
        ledger.secretsTouched(run);
        return value;
      },
    });
  }

  const secrets: ApiPorts['secrets'] = {
    read: (tenantId, reference) => call(secretRead(account, tenantId, reference)),
    create: (tenantId, webhookId, versionId, secret) =>
      writeSecret('create a secret', async () =>
        account.remember(await account.secrets.create(tenantId, webhookId, versionId, secret), secret),
      ),
    replace: (tenantId, inUse, versionId, secret) =>
      writeSecret('store a new version', async () =>
        account.remember(await account.secrets.replace(tenantId, inUse, versionId, secret), secret),
      ),
    remove: (tenantId, webhookId) => writeSecret('remove a secret', () => account.secrets.remove(tenantId, webhookId)),
  };

  const log: ApiPorts['log'] = {
    find: (tenantId, webhookId, deliveryId) =>
      call({
        dependency: 'delivery-log',
        operation: 'read a row',
        apply: () => account.log.row({ tenantId, webhookId, deliveryId }),
      }),
    write(_tenantId, change) {
      const run = current();
      const apply = () => {
        const outcome = account.write(run.invocation, change);
        if (outcome === 'written') {
          ledger.reopened(run, change.row);
        }
        return outcome;
      };
      return call(rowWrite(account, apply));
    },
    putAll: () => notForTheApi('put rows'),
  };

  const stored = new MemoryDeliveryHistory(account.log);

  /** The index lags: it may not know of a failure yet, or still name one that has moved on. */
  function lagging(page: FailurePage, others: FailurePage): FailurePage {
    if (mishaps.isCalm) {
      return page;
    }
    const known = page.failures.filter(() => !random.chance(0.02));
    const outdated = others.failures.filter(() => random.chance(0.05));
    return { ...page, failures: [...known, ...outdated] };
  }

  const history: ApiPorts['history'] = {
    listFailures: (tenantId, webhookId, request) =>
      call({
        dependency: 'delivery-log',
        operation: 'list failures',
        apply: async () => {
          const other = request.status === 'failed' ? 'held' : 'failed';
          return lagging(
            await stored.listFailures(tenantId, webhookId, request),
            await stored.listFailures(tenantId, webhookId, { ...request, status: other }),
          );
        },
      }),
    findAll: (tenantId, webhookId, ids) =>
      call({
        dependency: 'delivery-log',
        operation: 'read rows',
        apply: () => stored.findAll(tenantId, webhookId, ids),
      }),
    listByDetection: () => notForTheApi('list by detection'),
    listByArrival: () => notForTheApi('list by arrival'),
    readLatest: () => notForTheApi('read the latest deliveries'),
    countFailures: () => notForTheApi('count failures'),
    readOutcomes: () => notForTheApi('read outcomes'),
  };

  return {
    webhooks,
    secrets,
    log,
    history,
    retryQueue: {
      enqueueRetry: (_tenantId, message, delaySeconds) =>
        call({
          dependency: 'queue',
          operation: 'take a retry',
          apply: () => account.take('retry', message, delaySeconds),
        }),
    },
    requests: {
      begin: (...args) => writeItem('begin a request', () => account.requests.begin(...args)),
      beginAgain: (...args) => writeItem('begin a request again', () => account.requests.beginAgain(...args)),
      finish: (...args) => writeItem('finish a request', () => account.requests.finish(...args)),
      forget: (...args) => writeItem('forget a request', () => account.requests.forget(...args)),
    },
    cursorKey: {
      read: () =>
        call({ dependency: 'secret-store', operation: 'read the cursor key', apply: () => account.cursorKey }),
    },
    announcer: {
      announce: (tenantId, announcement) =>
        call({
          dependency: 'event-bus',
          operation: `take ${announcement.kind}`,
          apply: () => account.announce(tenantId, announcement),
        }),
    },
    telemetry: createTelemetry(account),
    client: { send: () => notForTheApi('send') },
    tokens: new MemoryAccessTokens(),
    testSends: { take: () => notForTheApi('count a test send') },
    requestBudget: { take: async () => true },
    unread: { read: async () => undefined },
  };
}

function notForTheApi(what: string): never {
  throw new Error(`nothing here asks the API to ${what}`);
}

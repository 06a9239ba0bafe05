import { describe, expect, it } from 'vitest';
import { recentFindings, requestsOf, sendInTurn, type TestOutcome } from '../../console/details/test-findings.ts';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';

const ACCEPTED = { isAccepted: true, statusCode: 204, millis: { total: 1 } };
const FINDING = { id: 'fnd_1', title: 'Known', severity: { level: 'high', score: 80 } };

/** What each webhook's log shows, newest first; which logs were asked for. */
function apiWith(logs: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const last = (ids: readonly string[]) =>
    ids[0] && { lastDelivery: { id: ids[0], detectedAt: `2026-11-2${ids[0].at(-1)}` } };
  const api = {
    asked,
    listDeliveries: async (id: string) => {
      asked.push(id);
      return {
        deliveries: (logs[id] ?? []).map((delivery) => ({ id: delivery, detectedAt: 'then', finding: FINDING })),
      };
    },
    listWebhooks: async () => ({
      webhooks: Object.entries(logs).map(([id, ids]) => ({ id, health: { ...last(ids) } })),
    }),
  };
  return api as typeof api & Parameters<typeof recentFindings>[0];
}

const signal = () => new AbortController().signal;

describe('the choice of a test', () => {
  it('is sent as the API takes it', () => {
    const finding = { deliveryId: 'dlv_1', webhookId: 'wh_2', title: '', severity: 'low', detectedAt: '' } as const;
    expect(requestsOf({ kind: 'sample' })).toEqual([{}]);
    expect(requestsOf({ kind: 'recent', finding: undefined })).toEqual([]);
    expect(requestsOf({ kind: 'recent', finding })).toEqual([{ deliveryId: 'dlv_1', webhookId: 'wh_2' }]);
    expect(requestsOf({ kind: 'severities' })).toEqual(SEVERITY_LEVELS.map((severity) => ({ severity })));
  });
});

describe('recent findings', () => {
  it("are the webhook's own, if there are any", async () => {
    const api = apiWith({ wh_1: ['dlv_1'], wh_2: ['dlv_2'] });
    expect(await recentFindings(api, { id: 'wh_1' }, signal())).toEqual([
      { deliveryId: 'dlv_1', webhookId: 'wh_1', title: 'Known', severity: 'high', detectedAt: 'then' },
    ]);
    expect(api.asked).toEqual(['wh_1']);
  });

  it('are else those of the webhook whose finding was detected last, from one log more', async () => {
    const api = apiWith({ wh_1: [], wh_2: ['dlv_2'], wh_3: ['dlv_5', 'dlv_3'], wh_4: ['dlv_4'] });
    const found = await recentFindings(api, { id: 'wh_1' }, signal());
    expect(found.map(({ webhookId, deliveryId }) => [webhookId, deliveryId])).toEqual([
      ['wh_3', 'dlv_5'],
      ['wh_3', 'dlv_3'],
    ]);
    expect(api.asked).toEqual(['wh_1', 'wh_3']);
  });

  it('are none where nothing has come yet', async () => {
    expect(await recentFindings(apiWith({ wh_1: [] }), { id: 'wh_1' }, signal())).toEqual([]);
  });
});

describe('several tests', () => {
  const requests = requestsOf({ kind: 'severities' });

  it('go one after the other, and each is shown as it comes', async () => {
    let underWay = 0;
    const shown: number[] = [];
    const sendTest = async () => {
      underWay += 1;
      expect(underWay).toBe(1);
      await Promise.resolve();
      underWay -= 1;
      return ACCEPTED;
    };
    await sendInTurn({ sendTest }, 'wh_1', requests, signal(), (outcomes) => shown.push(outcomes.length));
    expect(shown).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('end with the first that is refused, and keep what came before', async () => {
    const sent: object[] = [];
    let shown: readonly TestOutcome[] = [];
    const sendTest = async (_id: string, request: object) => {
      sent.push(request);
      if (sent.length === 3) {
        throw new Error('too many');
      }
      return ACCEPTED;
    };
    const run = sendInTurn({ sendTest }, 'wh_1', requests, signal(), (outcomes) => {
      shown = outcomes;
    });
    await expect(run).rejects.toThrow('too many');
    expect([sent.length, shown.length]).toEqual([3, 2]);
  });

  it('end when the dialog is closed', async () => {
    const stopping = new AbortController();
    let sends = 0;
    const sendTest = async () => {
      sends += 1;
      stopping.abort();
      return ACCEPTED;
    };
    await sendInTurn({ sendTest }, 'wh_1', requests, stopping.signal, () => {});
    expect(sends).toBe(1);
  });
});

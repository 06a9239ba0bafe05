/** Says at the top of the page what becomes of the deliveries that its reader has tried again, until the page is left. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useDelivery } from '../api/queries.ts';
import { useNotices } from '../frame/notices.tsx';

export interface Followed {
  readonly webhookId: string;
  readonly deliveryId: string;
  /** Of its finding. */
  readonly title: string;
}

interface Following extends Followed {
  /** What was read before is what it was retried for. */
  readonly since: number;
}

const FollowContext = createContext<((delivery: Followed) => void) | undefined>(undefined);

export function useFollowRetry(): (delivery: Followed) => void {
  const follow = useContext(FollowContext);
  if (follow === undefined) {
    throw new Error('Drawn outside of the followed retries');
  }
  return follow;
}

export function FollowedRetries({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  const { notify } = useNotices();
  const [followed, setFollowed] = useState<readonly Following[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the notices of a page go with it
  useEffect(() => setFollowed([]), [location]);

  const follow = useCallback(
    (delivery: Followed) => {
      notify({ id: delivery.deliveryId, type: 'info', content: `“${delivery.title}” is on its way again.` });
      setFollowed((all) => [...without(delivery.deliveryId)(all), { ...delivery, since: Date.now() }]);
    },
    [notify],
  );
  return (
    <FollowContext value={follow}>
      {children}
      {followed.map((one) => (
        <Follow key={one.deliveryId} {...one} onEnd={() => setFollowed(without(one.deliveryId))} />
      ))}
    </FollowContext>
  );
}

function Follow({ webhookId, deliveryId, title, since, onEnd }: Following & { readonly onEnd: () => void }) {
  const { data, dataUpdatedAt } = useDelivery(webhookId, deliveryId);
  const { notify } = useNotices();
  const status = dataUpdatedAt > since ? data?.status : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is an outcome
  useEffect(() => {
    if (status === undefined || status === 'pending') {
      return;
    }
    notify(
      status === 'delivered'
        ? { id: deliveryId, type: 'success', content: `“${title}” is delivered.`, isPassing: true }
        : { id: deliveryId, type: 'error', content: `“${title}” is ${status}${status === 'failed' ? ' again' : ''}.` },
    );
    onEnd();
  }, [status]);
  return null;
}

function without(deliveryId: string) {
  return (all: readonly Following[]) => all.filter((other) => other.deliveryId !== deliveryId);
}

/** The status of a delivery as colour, sign and word. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import type { DeliveryStatus } from '../api/client.ts';
import { STATUS_WORDS } from './delivery-words.ts';

const TYPES: Readonly<Record<DeliveryStatus, StatusIndicatorProps.Type>> = {
  pending: 'pending',
  delivered: 'success',
  failed: 'error',
  held: 'warning',
  cancelled: 'stopped',
};

interface StatusProps {
  readonly delivery: Pick<DeliveryResponse, 'status' | 'waiting' | 'reason' | 'digest'>;
}

export function DeliveryStatusIndicator({ delivery: { status, waiting, reason, digest } }: StatusProps) {
  const isWaiting = waiting !== undefined || (digest !== undefined && status === 'pending');
  return (
    <StatusIndicator type={TYPES[status]} wrapText={false}>
      {isWaiting ? 'Waiting' : reason === 'superseded' ? 'Superseded' : STATUS_WORDS[status]}
    </StatusIndicator>
  );
}

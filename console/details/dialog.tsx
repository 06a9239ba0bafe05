/** What the dialogs of an integration share: a question, a button that does it, and why it could not be done. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { messageOf } from '../api/api-error.ts';

/** Of a dialog about an integration. */
export interface DialogProps {
  readonly webhook: WebhookResponse;
  readonly onClose: () => void;
}

interface QuestionProps {
  readonly header: string;
  readonly button: string;
  readonly isUnderWay: boolean;
  readonly isReady?: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Question(props: QuestionProps) {
  const { header, button, isUnderWay, isReady = true, error, onConfirm, onClose, children } = props;
  return (
    <Modal
      visible
      header={header}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={isUnderWay} disabled={!isReady} onClick={onConfirm}>
              {button}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {error !== null && <Alert type="error">{messageOf(error)}</Alert>}
        {children}
      </SpaceBetween>
    </Modal>
  );
}

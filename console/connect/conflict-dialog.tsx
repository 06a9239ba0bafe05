/** Another person was faster: theirs beside yours, part by part, and what the reader decides is saved without typing it again. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { Instant } from '../time/instant.tsx';

export interface ConflictPart<Part extends string> {
  readonly part: Part;
  readonly label: string;
  readonly theirs: string;
  /** Absent if the reader has not changed it. */
  readonly yours?: string;
}

interface ConflictDialogProps<Part extends string> {
  readonly stored: Pick<WebhookResponse, 'updatedAt' | 'updatedBy'>;
  readonly parts: readonly ConflictPart<Part>[];
  readonly isUnderWay: boolean;
  /** Why the decision could not be saved, in words. */
  readonly error?: string | undefined;
  /** With the parts of which the reader keeps their own. */
  readonly onSave: (kept: ReadonlySet<Part>) => void;
  /** Back to the form, with everything that was typed. */
  readonly onClose: () => void;
}

export function ConflictDialog<Part extends string>(props: ConflictDialogProps<Part>) {
  const { stored, parts, isUnderWay, error, onSave, onClose } = props;
  const [theirs, setTheirs] = useState<ReadonlySet<Part>>(new Set());
  const own = parts.filter(({ yours }) => yours !== undefined).map(({ part }) => part);
  const choose = (part: Part, value: string) =>
    setTheirs(
      (before) => new Set([...before].filter((other) => other !== part).concat(value === 'theirs' ? part : [])),
    );
  return (
    <Modal
      visible
      size="large"
      header="It was changed while you were typing"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onClose}>
              Back to the form
            </Button>
            <Button
              variant="primary"
              loading={isUnderWay}
              onClick={() => onSave(new Set(own.filter((part) => !theirs.has(part))))}
            >
              Save what I have chosen
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {error !== undefined && <Alert type="error">{error}</Alert>}
        <Box>
          <span className="unbroken">{stored.updatedBy}</span> changed it, last on <Instant at={stored.updatedAt} />.
          Choose what to keep; nothing of yours is saved yet.
        </Box>
        {parts.map(({ part, label, theirs: ofOthers, yours }) => (
          <FormField key={part} label={label}>
            {yours === undefined ? (
              <Box className="unbroken">Theirs: {ofOthers}. You have not changed it.</Box>
            ) : (
              <RadioGroup
                value={theirs.has(part) ? 'theirs' : 'yours'}
                items={[
                  { value: 'theirs', label: `Theirs: ${ofOthers}` },
                  { value: 'yours', label: `Yours: ${yours}` },
                ]}
                onChange={({ detail }) => choose(part, detail.value)}
              />
            )}
          </FormField>
        ))}
      </SpaceBetween>
    </Modal>
  );
}

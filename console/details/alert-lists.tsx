/** The lists of the alert rule: typed, tried on the findings of the last days, then saved. */
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertPreview } from '../../shared/api/alert-preview.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { AFFECTED_TYPES } from '../../shared/finding/affected.ts';
import { isSameRule, listWords } from '../../shared/webhook/alert-rule.ts';
import { useApi } from '../api/api-context.ts';
import { fieldErrorsIn, isProblem, messageOf } from '../api/api-error.ts';
import { useWebhookChange } from '../api/mutations.ts';
import { ConflictDialog } from '../connect/conflict-dialog.tsx';
import { fieldErrors } from '../connect/field-errors.ts';
import { useKeep } from '../frame/leave-guard.ts';
import { useWriteGuard } from '../frame/session-context.tsx';
import { Instant } from '../time/instant.tsx';
import { differencesOfLists, draftOf, keptLists, type ListsDraft, ruleOf } from './alert-lists-draft.ts';

type Rule = WebhookResponse['alerts'];

const TYPES = AFFECTED_TYPES.map((type) => ({ value: type, label: type === 'identity' ? 'Identities' : 'Assets' }));

export function AlertLists({ webhook }: { readonly webhook: WebhookResponse }) {
  const { alerts } = webhook;
  const api = useApi();
  const guard = useWriteGuard();
  // Until something is typed the page follows the webhook; afterwards it keeps what was typed.
  const [typed, setTyped] = useState<ListsDraft>();
  const [typedOn, setTypedOn] = useState(alerts);
  const draft = typed ?? draftOf(alerts);
  const rule = ruleOf(alerts, draft);
  const preview = useMutation({ mutationFn: (tried: Rule) => api.previewAlerts(webhook.id, tried) });
  const [isInConflict, setInConflict] = useState(false);
  const change = useWebhookChange<Rule>((client, target, request) => client.setAlerts(target, request), {
    failed: () => 'The lists of the alert rule were not saved.',
    onConflict: () => setInConflict(true),
  });
  const errors = fieldErrors([...fieldErrorsIn(preview.error), ...fieldErrorsIn(change.error)]);
  const errorOf = (list: string) =>
    [list, ...Array.from({ length: 20 }, (_, index) => `${list}.${index}`)].map(errors.of).find((text) => text);
  const set = (part: Partial<ListsDraft>) => {
    if (typed === undefined) {
      setTypedOn(alerts);
    }
    setTyped({ ...draft, ...part });
    preview.reset();
    change.reset();
  };
  const saveAs = (decided: Rule) =>
    change.mutate(
      { target: webhook, request: decided },
      {
        onSuccess: () => {
          setTyped(undefined);
          setInConflict(false);
        },
      },
    );
  // The page may have learnt of a change while the reader was typing: then the API has no reason to refuse it.
  const isOvertaken = typed !== undefined && differencesOfLists(alerts, typedOn).length > 0;
  const save = () => (isOvertaken ? setInConflict(true) : saveAs(rule));
  useKeep(typed === undefined || isSameRule(rule, alerts) ? undefined : 'The lists that you have typed are not saved.');
  const words = listWords(alerts);
  return (
    <ExpandableSection
      headerText="Only some findings"
      headerDescription={words === '' ? 'Now: all at or above the threshold.' : `Now: ${words}.`}
      defaultExpanded={words !== ''}
    >
      <SpaceBetween size="s">
        {isInConflict && (
          <ConflictDialog
            stored={webhook}
            parts={differencesOfLists(alerts, rule)}
            isUnderWay={change.isPending}
            error={
              change.error === null || isProblem(change.error, 'revision-outdated')
                ? undefined
                : messageOf(change.error)
            }
            onSave={(kept) => saveAs(keptLists(alerts, rule, kept))}
            onClose={() => setInConflict(false)}
          />
        )}
        <FormField
          label="Platforms"
          description="Separated by commas; empty for all. Case does not matter."
          errorText={errorOf('platforms')}
          stretch
        >
          <Input
            value={draft.platforms}
            placeholder="okta, aws"
            disabled={guard.disabled}
            onChange={({ detail }) => set({ platforms: detail.value })}
          />
        </FormField>
        <FormField
          label="Categories"
          description="Separated by commas; empty for all."
          errorText={errorOf('categories')}
          stretch
        >
          <Input
            value={draft.categories}
            placeholder="Identity Security, Shadow IT"
            disabled={guard.disabled}
            onChange={({ detail }) => set({ categories: detail.value })}
          />
        </FormField>
        <FormField label="What is affected" errorText={errorOf('affectedTypes')} stretch>
          <Multiselect
            selectedOptions={TYPES.filter(({ value }) => draft.affectedTypes.includes(value))}
            options={TYPES}
            placeholder="Identities and assets"
            disabled={guard.disabled}
            onChange={({ detail }) =>
              set({
                affectedTypes: AFFECTED_TYPES.filter((type) =>
                  detail.selectedOptions.some(({ value }) => value === type),
                ),
              })
            }
          />
        </FormField>
        <SpaceBetween size="xs" direction="horizontal">
          <Button {...guard} loading={preview.isPending} onClick={() => preview.mutate(rule)}>
            What would this have sent?
          </Button>
          <Button disabled={guard.disabled || isSameRule(rule, alerts)} loading={change.isPending} onClick={save}>
            Save the lists
          </Button>
        </SpaceBetween>
        <div aria-live="polite">
          {preview.data && <PreviewWords preview={preview.data} />}
          {preview.error && messageOf(preview.error)}
        </div>
      </SpaceBetween>
    </ExpandableSection>
  );
}

function PreviewWords({ preview: { from, received, selected, isExact } }: { readonly preview: AlertPreview }) {
  return (
    <>
      Since <Instant at={from} />: {selected} of {received} findings.
      {!isExact && ' It may be more: findings that the present rule refuses are not kept.'}
    </>
  );
}

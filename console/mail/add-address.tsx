/** Adds an address for notices; the mail that asks its owner goes out at once. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { noticeAddressRequestSchema } from '../../shared/api/notice-addresses.schema.ts';
import { fieldErrorsIn, messageOf } from '../api/api-error.ts';
import { useWebhookNames } from '../api/queries.ts';
import { useNotices } from '../frame/notices.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';
import { ADDRESSES_KEY, useAddressCalls } from './address-calls.ts';

export function AddAddress({ isFull }: { readonly isFull: boolean }) {
  const calls = useAddressCalls();
  const queries = useQueryClient();
  const { notify } = useNotices();
  const guard = useWriteGuard();
  const { data: names, isPending: areNamesPending } = useWebhookNames(true);
  const [address, setAddress] = useState('');
  const [webhookIds, setWebhookIds] = useState<readonly string[]>([]);
  const [wrong, setWrong] = useState<string>();
  const adding = useMutation({
    mutationFn: calls.add,
    onSuccess: ({ address: added, status }) => {
      setAddress('');
      setWebhookIds([]);
      notify({
        type: 'success',
        content:
          status === 'confirmed'
            ? `${added} is changed.`
            : `A mail is on its way to ${added}. It gets notices once its owner has confirmed.`,
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ADDRESSES_KEY }),
  });
  const choices = (names ?? []).map(({ id, name }) => ({ value: id, label: name }));

  function add(): void {
    const parsed = noticeAddressRequestSchema.shape.address.safeParse(address);
    setWrong(parsed.error?.issues[0]?.message);
    if (parsed.success) {
      adding.mutate({ address: parsed.data, ...(webhookIds.length > 0 && { webhookIds: [...webhookIds] }) });
    }
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Its owner gets one mail with a link, and confirms within three days. Nothing else is sent there before."
        >
          Add an address
        </Header>
      }
    >
      <form
        // The rule is ours, and so are its words.
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <SpaceBetween size="m">
          {adding.error !== null && fieldErrorsIn(adding.error).length === 0 && (
            <Alert type="error">{messageOf(adding.error)}</Alert>
          )}
          <FormField
            label="E-mail address"
            description="One person's, or a mailing list's."
            errorText={wrong ?? fieldErrorsIn(adding.error)[0]?.message}
          >
            <Input
              value={address}
              type="email"
              inputMode="email"
              placeholder="soc@company.example"
              autoComplete={false}
              onChange={({ detail }) => {
                setAddress(detail.value);
                setWrong(undefined);
                adding.reset();
              }}
            />
          </FormField>
          <FormField label="About" description="Without a choice it hears of all, also of those to come.">
            <Multiselect
              selectedOptions={choices.filter(({ value }) => webhookIds.includes(value))}
              options={choices}
              placeholder="All integrations"
              statusType={areNamesPending ? 'loading' : 'finished'}
              deselectAriaLabel={({ label }) => `Not about ${label}`}
              onChange={({ detail }) => setWebhookIds(detail.selectedOptions.flatMap(({ value }) => value ?? []))}
            />
          </FormField>
          <Button
            variant="primary"
            formAction="submit"
            loading={adding.isPending}
            {...(isFull && { disabledReason: 'Remove an address first.' })}
            {...guard}
            disabled={guard.disabled || isFull}
          >
            Add
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

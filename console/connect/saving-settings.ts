/**
 * The settings as the reader has changed them, and their way to the API: refused in a field, in conflict with another
 * person's change, or saved.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { ChangeRequest } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { fieldErrorsIn, isProblem } from '../api/api-error.ts';
import type { Target } from '../api/calls.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import { refreshIfOutdated, takeOver } from '../api/mutations.ts';
import { useKeep } from '../frame/leave-guard.ts';
import { useNotices } from '../frame/notices.tsx';
import { paths } from '../paths.ts';
import { keptOf, type Part } from './conflict.ts';
import { fieldErrors, useFocusOnRefusal } from './field-errors.ts';
import { changeOf, checkSettings, type SettingsDraft, settingsDraft } from './settings-draft.ts';

interface Saving {
  readonly target: Target;
  readonly request: ChangeRequest;
}

const LOSS = 'What you have changed is not saved.';

/** `read` is read again and again meanwhile; the draft keeps to the first reading, so that the API can refuse an outdated change. */
export function useSavingSettings(read: WebhookResponse, format: FormatResponse) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const { notify } = useNotices();
  const [, navigate] = useLocation();
  const [webhook, setWebhook] = useState(read);
  const [draft, setDraft] = useState(() => settingsDraft(webhook, format));
  const [wasTried, setTried] = useState(false);
  const [isInConflict, setInConflict] = useState(false);
  const focusOnRefusal = useFocusOnRefusal();
  const path = paths.integration(webhook.id);

  const leave = () => {
    release();
    notify({ type: 'success', content: 'The settings are saved.', path });
    navigate(path);
  };
  const saving = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: ({ target, request: wanted }: Saving) => api.change(target, wanted),
    onSuccess: (changed) => {
      takeOver(queries, changed);
      if (changed.signingSecret === undefined) {
        leave();
      }
    },
    onError: async (error) => {
      focusOnRefusal();
      await refreshIfOutdated(feed, error);
      // Also if the decision about one conflict has met another: what is stored now is shown.
      setInConflict((before) => before || isProblem(error, 'revision-outdated'));
    },
  });

  const request = changeOf(draft, webhook, format);
  const isUnchanged = Object.keys(request).length === 0;
  const release = useKeep(isUnchanged || saving.isSuccess ? undefined : LOSS);
  const refused = JSON.stringify(saving.variables?.request) === JSON.stringify(request) ? saving.error : null;

  return {
    webhook,
    draft,
    change: (part: Partial<SettingsDraft>) => setDraft((before) => ({ ...before, ...part })),
    request,
    isUnchanged,
    isSaving: saving.isPending,
    refused,
    errors: fieldErrors([...(wasTried ? checkSettings(draft, webhook, format) : []), ...fieldErrorsIn(refused)]),
    /** Of the latest try, whatever has been typed since. */
    error: saving.error,
    signingSecret: saving.data?.signingSecret,
    leave,
    isInConflict,
    closeConflict: () => setInConflict(false),

    save: () => {
      setTried(true);
      if (checkSettings(draft, webhook, format).length > 0) {
        focusOnRefusal();
      } else {
        saving.mutate({ target: webhook, request });
      }
    },

    /** Sends the parts that the reader keeps, on the revision that is stored now. */
    decide: (kept: ReadonlySet<Part>) => {
      const decided = keptOf(request, kept);
      if (Object.keys(decided).length > 0) {
        saving.mutate({ target: read, request: decided });
        return;
      }
      setWebhook(read);
      setDraft(settingsDraft(read, format));
      setInConflict(false);
    },
  };
}

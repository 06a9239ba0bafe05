import type { DestinationForm, FormField } from '../../shared/destinations/form.ts';
import type { RenderInput } from '../../shared/destinations/format.ts';
import { aRenderInput } from './rendered.ts';

/** What a tenant could fill in: the example or the default, a choice, or a word. */
function filledIn(fields: readonly FormField[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map((field) => {
      const choice = field.kind === 'choice' ? field.choices.at(-1)?.value : undefined;
      return [field.name, field.example ?? choice ?? field.default ?? 'sesame-opens'];
    }),
  );
}

/** With every field of the format filled in, and its example as the URL. */
export function aFilledInput(form: DestinationForm, overrides: Partial<RenderInput> = {}): RenderInput {
  return aRenderInput({
    url: form.url.example,
    options: filledIn(form.options),
    credentials: filledIn(form.credentials),
    ...overrides,
  });
}

/** With nothing filled in but what must be. */
export function aScantInput(form: DestinationForm, overrides: Partial<RenderInput> = {}): RenderInput {
  return aRenderInput({
    url: form.url.example,
    options: filledIn(form.options.filter(({ required }) => required)),
    credentials: filledIn(form.credentials.filter(({ required }) => required)),
    ...overrides,
  });
}

import type { FormatContract, FormatField } from '../../shared/destinations/form.ts';
import type { RenderInput } from '../../shared/destinations/format.ts';
import { aRenderInput } from './rendered.ts';

/** What a tenant could fill in: the example or the default, a choice, or a word. */
function filledIn(fields: readonly FormatField[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map((field) => {
      const choice = field.kind === 'choice' ? field.choices.at(-1)?.value : undefined;
      return [field.name, field.example ?? choice ?? field.default ?? 'sesame-opens'];
    }),
  );
}

/** With every field of the format filled in, and its example as the URL. */
export function aFilledInput(contract: FormatContract, overrides: Partial<RenderInput> = {}): RenderInput {
  return aRenderInput({
    url: contract.url.example,
    options: filledIn(contract.options),
    credentials: filledIn(contract.credentials),
    ...overrides,
  });
}

/** With nothing filled in but what must be. */
export function aScantInput(contract: FormatContract, overrides: Partial<RenderInput> = {}): RenderInput {
  return aRenderInput({
    url: contract.url.example,
    options: filledIn(contract.options.filter(({ required }) => required)),
    credentials: filledIn(contract.credentials.filter(({ required }) => required)),
    ...overrides,
  });
}

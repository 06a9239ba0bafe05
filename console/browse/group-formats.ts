/** Kinds of destination by what people want them for, each group in the order of the catalogue. */
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { DESTINATION_USES, type DestinationUse } from '../../shared/destinations/form.ts';

export interface FormatGroup {
  readonly use: DestinationUse;
  readonly title: string;
  readonly formats: readonly FormatResponse[];
}

const TITLES: Readonly<Record<DestinationUse, string>> = {
  siem: 'SIEM',
  soar: 'SOAR',
  chat: 'Chat and paging',
  ticketing: 'Ticketing',
  own: 'Your own systems',
};

/** Groups with nothing in them are left out. */
export function groupFormats(formats: readonly FormatResponse[]): readonly FormatGroup[] {
  return DESTINATION_USES.map((use) => ({
    use,
    title: TITLES[use],
    formats: formats.filter((format) => format.use === use),
  })).filter((group) => group.formats.length > 0);
}

/** What the log is narrowed to, each field with its name, all of it kept in the address. */
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Select, { type SelectProps } from '@cloudscape-design/components/select';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import { CAUSE_WORDS } from '../../shared/http/failure-causes.ts';
import type { LogQuery } from '../api/client.ts';
import { NO_RESPONSE_WORDS, STATUS_WORDS } from '../delivery/delivery-words.ts';
import type { SetUrlState } from '../frame/url-state.ts';
import { severityWords } from '../integrations/severity-words.ts';
import { zoneName } from '../time/instant-words.ts';
import { fromLocalField, isFiltered, type LogParameter, toLocalField } from './log-query.ts';

const STATUSES = [
  { value: '', label: 'Every status' },
  ...Object.entries(STATUS_WORDS).map(([value, label]) => ({ value, label })),
];

const SEVERITIES = [
  { value: '', label: 'Every severity' },
  ...SEVERITY_LEVELS.map((level) => ({ value: level, label: severityWords(level) })),
];

const ORDERS = [
  { value: '', label: 'By arrival' },
  { value: 'detection', label: 'By detection' },
];

/** What receivers respond most, if it is no success. */
const STATUS_CODES = ['301', '302', '400', '401', '403', '404', '408', '410', '413', '429', '500', '502', '503', '504'];

const CAUSES: SelectProps.Options = [
  { value: '', label: 'Every result' },
  { label: 'The response', options: STATUS_CODES.map((value) => ({ value, label: `HTTP ${value}` })) },
  { label: 'No response', options: [...NO_RESPONSE_WORDS].map(([value, label]) => ({ value, label })) },
  {
    label: 'The exact cause',
    options: Object.entries(CAUSE_WORDS).map(([value, { name }]) => ({ value, label: name })),
  },
];

/** Typing is over when nothing has come for so long. */
const TYPED_MILLIS = 400;

interface LogFiltersProps {
  readonly query: LogQuery;
  readonly set: SetUrlState<LogParameter>;
}

export function LogFilters({ query, set }: LogFiltersProps) {
  // Another filter is another list: its first page.
  const choose = (name: LogParameter) => (value: string | undefined) => set({ [name]: value, after: undefined });
  const field = useRef<InputProps.Ref>(null);
  return (
    <search className="filters" aria-label="Filters of the delivery log">
      <SearchField
        field={field}
        value={query.search ?? ''}
        onChange={(search) => set({ search, after: undefined }, { replace: query.search !== undefined })}
      />
      <Choice label="Status" options={STATUSES} value={query.status} onChange={choose('status')} />
      <Choice label="Severity" options={SEVERITIES} value={query.severity} onChange={choose('severity')} />
      <Choice label="Latest result" options={CAUSES} value={query.cause} onChange={choose('cause')} isLong />
      <InstantField label="From" value={query.since} onChange={choose('since')} />
      <InstantField label="Until" value={query.until} onChange={choose('until')} />
      <Choice label="Order" options={ORDERS} value={query.order} onChange={choose('order')} />
      {isFiltered(query) && (
        <Button
          onClick={() => {
            set({
              ...{ status: undefined, severity: undefined, cause: undefined, search: undefined },
              ...{ since: undefined, until: undefined, after: undefined },
            });
            // The button goes with the filters.
            field.current?.focus();
          }}
        >
          Clear the filters
        </Button>
      )}
    </search>
  );
}

interface FieldProps {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

interface SearchFieldProps {
  readonly field: RefObject<InputProps.Ref | null>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function SearchField({ field, value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  // Back and forward change the address under the field.
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) {
      return;
    }
    const timer = setTimeout(() => onChange(typed.trim()), TYPED_MILLIS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <div className="filter-wide">
      <FormField label="Search" stretch>
        <Input
          ref={field}
          type="search"
          value={typed}
          placeholder="Words of the title, a finding id or a delivery id"
          clearAriaLabel="Clear the search"
          onChange={({ detail }) => setTyped(detail.value)}
        />
      </FormField>
    </div>
  );
}

interface ChoiceProps extends FieldProps {
  readonly label: string;
  readonly options: SelectProps.Options;
  readonly isLong?: boolean;
}

function Choice({ label, options, value = '', onChange, isLong = false }: ChoiceProps) {
  const all = options.flatMap((option) => ('options' in option ? option.options : [option]));
  return (
    <FormField label={label}>
      <Select
        selectedOption={all.find((option) => option.value === value) ?? { value, label: value }}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value)}
        {...(isLong && { filteringType: 'auto' as const, filteringAriaLabel: `Find: ${label}` })}
      />
    </FormField>
  );
}

/** The browser's own field: every reader knows how to use it, with every kind of input. */
function InstantField({ label, value, onChange }: FieldProps & { readonly label: string }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} ({zoneName()})
      </label>
      <input
        id={id}
        type="datetime-local"
        value={toLocalField(value)}
        onChange={({ target }) => onChange(fromLocalField(target.value))}
      />
    </div>
  );
}

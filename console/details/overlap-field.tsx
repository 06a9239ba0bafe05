/** For how long what is replaced signs beside its successor. */
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';

const HOUR_SECONDS = 3_600;

/** Up to the longest that the API takes. */
const overlapsOf = (what: 'secret' | 'key') => [
  { value: '0', label: `None: the new ${what} alone, at once` },
  { value: String(HOUR_SECONDS), label: '1 hour' },
  { value: String(24 * HOUR_SECONDS), label: '24 hours' },
  { value: String(3 * 24 * HOUR_SECONDS), label: '3 days' },
  { value: String(7 * 24 * HOUR_SECONDS), label: '7 days' },
];

export const USUAL_OVERLAP_SECONDS = 24 * HOUR_SECONDS;

interface OverlapFieldProps {
  readonly what: 'secret' | 'key';
  readonly seconds: number;
  readonly onChange: (seconds: number) => void;
}

export function OverlapField({ what, seconds, onChange }: OverlapFieldProps) {
  const overlaps = overlapsOf(what);
  return (
    <FormField
      label="Overlap"
      description={`For so long the old ${what} signs beside the new one, so that your system can change over without a gap. Earlier ${what}s sign until their own overlaps end.`}
    >
      <Select
        selectedOption={overlaps.find(({ value }) => value === String(seconds)) ?? null}
        options={overlaps}
        onChange={({ detail }) => onChange(Number(detail.selectedOption.value))}
      />
    </FormField>
  );
}

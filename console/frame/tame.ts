/** Makes characters visible that would turn the direction of what follows them ("Trojan Source", CVE-2021-42574). */
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/g;

export function tame(text: string): string {
  return text.replaceAll(OVERRIDES, '\ufffd');
}

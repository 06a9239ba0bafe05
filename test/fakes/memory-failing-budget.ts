import type { FailingBudget } from '../../shared/webhook/failing-budget.port.ts';

export class MemoryFailingBudget implements FailingBudget {
  readonly attempts = new Map<string, number>();

  async take(formatId: string, perMinute: number, nowMillis: number): Promise<boolean> {
    const name = `${formatId} ${Math.floor(nowMillis / 60_000)}`;
    const taken = this.attempts.get(name) ?? 0;
    if (taken >= perMinute) {
      return false;
    }
    this.attempts.set(name, taken + 1);
    return true;
  }
}

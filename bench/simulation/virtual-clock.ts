/** Events on a simulated clock, in the order of their time; of one moment in the order in which they were planned. */

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualClock {
  /** Milliseconds since the start. */
  now = 0;
  readonly #heap = new Heap<Planned>((one, other) => one.at - other.at || one.order - other.order);
  #planned = 0;

  /** What lies in the past runs now. */
  at(millis: number, run: () => void): void {
    this.#planned += 1;
    this.#heap.push({ at: Math.max(millis, this.now), order: this.#planned, run });
  }

  /** Runs everything up to and including that moment. */
  runUntil(millis: number): void {
    for (let next = this.#heap.peek(); next !== undefined && next.at <= millis; next = this.#heap.peek()) {
      this.#heap.pop();
      this.now = next.at;
      next.run();
    }
    this.now = millis;
  }
}

/** A binary heap: the least value is on top. */
export class Heap<Value> {
  readonly #values: Value[] = [];
  readonly #compare: (one: Value, other: Value) => number;

  constructor(compare: (one: Value, other: Value) => number) {
    this.#compare = compare;
  }

  peek(): Value | undefined {
    return this.#values[0];
  }

  push(value: Value): void {
    let index = this.#values.push(value) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isLess(index, parent)) {
        return;
      }
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): Value | undefined {
    const [top] = this.#values;
    const last = this.#values.pop();
    if (this.#values.length > 0 && last !== undefined) {
      this.#values[0] = last;
      this.#sink();
    }
    return top;
  }

  #sink(): void {
    for (let index = 0; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.#values.length && this.#isLess(child, least)) {
          least = child;
        }
      }
      if (least === index) {
        return;
      }
      this.#swap(index, least);
      index = least;
    }
  }

  #isLess(one: number, other: number): boolean {
    return this.#compare(this.#values[one] as Value, this.#values[other] as Value) < 0;
  }

  #swap(one: number, other: number): void {
    const value = this.#values[one] as Value;
    this.#values[one] = this.#values[other] as Value;
    this.#values[other] = value;
  }
}

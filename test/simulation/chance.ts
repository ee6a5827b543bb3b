import { type Random, seededRandom } from '../../local/clock';

/** What a simulation draws by chance, all of it from one seed. */
export class Chance {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    // The first numbers of neighbouring seeds are alike.
    for (let skipped = 0; skipped < 4; skipped += 1) this.random();
  }

  /** Uniform in [0, 1). */
  readonly draw = (): number => this.random();

  /** True in this share of the cases. */
  happens(probability: number): boolean {
    return this.random() < probability;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  pick<T>(values: readonly T[]): T | undefined {
    return values[Math.floor(this.random() * values.length)];
  }
}

/** One measured value. */
export interface Point {
  readonly step: number;
  readonly time: number | null;
  readonly epoch: number | null;
  readonly value: number;
}

/** What a series changed since it was last taken: `points` replace all that follow the first `from`. */
export interface PointsChange {
  readonly from: number;
  readonly points: readonly Point[];
  readonly stride: number;
}

/**
 * The points of one metric in bounded memory: as soon as there are more than `limit`, every second goes, and of later ones only every
 * `stride`-th stays. The first and the newest are always there. The same lines give the same points, however they are cut into pieces.
 */
export class Points {
  private kept: Point[] = [];
  /** The newest, where it is none of every `stride`-th. */
  private newest: Point | undefined;
  private stride = 1;
  /** So many points pass before the next one is kept. */
  private toPass = 0;
  /** The first so many of `kept` were taken before and are still the same; undefined where nothing changed. */
  private same: number | undefined;

  constructor(private readonly limit: number) {}

  append(point: Point): void {
    this.same ??= this.kept.length;
    if (this.toPass > 0) {
      this.toPass--;
      this.newest = point;
      return;
    }
    this.kept.push(point);
    this.newest = undefined;
    this.toPass = this.stride - 1;
    if (this.kept.length > this.limit) this.halve();
  }

  /** Drops what was measured after a step. */
  dropAfter(step: number): void {
    const stays = (point: Point) => point.step <= step;
    const first = this.kept.findIndex((point) => !stays(point));
    if (first === -1 && (this.newest === undefined || stays(this.newest))) return;
    this.same = Math.min(this.same ?? this.kept.length, first === -1 ? this.kept.length : first);
    this.kept = this.kept.filter(stays);
    this.newest = undefined;
    this.toPass = 0;
    if (this.kept.length === 0) this.stride = 1;
  }

  /** As it is now, from the first point on. */
  whole(): PointsChange {
    return this.changeFrom(0);
  }

  /** What changed since the last call. */
  take(): PointsChange | undefined {
    const from = this.same;
    if (from === undefined) return undefined;
    this.same = undefined;
    return this.changeFrom(from);
  }

  private changeFrom(from: number): PointsChange {
    const points = this.kept.slice(from);
    if (this.newest !== undefined) points.push(this.newest);
    return { from, points, stride: this.stride };
  }

  /** With one point more than an even limit, the newest is among those that stay. */
  private halve(): void {
    this.kept = this.kept.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
    this.toPass = this.stride - 1;
    this.same = 0;
  }
}

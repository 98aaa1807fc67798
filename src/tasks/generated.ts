/** What was generated for one input, and the texts that it is measured against; at least one of these. */
export interface Generated {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

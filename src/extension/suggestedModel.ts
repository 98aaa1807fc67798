/** A hub model to begin with. Small, and it tells films apart: 6 layers, 22.7 million parameters. */
export const SUGGESTED_MODEL = 'sentence-transformers/all-MiniLM-L6-v2';

/** Pieces that are merged, each from two that stand before it or are bytes; Ġ is a blank. */
const MERGES = [
  'Ġ t',
  'h e',
  'Ġt he',
  'Ġ a',
  'i n',
  'in g',
  'o n',
  'Ġ o',
  'Ġo f',
  'e r',
  'Ġ s',
  'r e',
  'â Ģ',
  'Ã ©',
  'Ġ Ġ',
  "' t",
  '1 0',
];

const SPECIAL = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'];

/** Characters that stand for the 256 bytes, as GPT-2's tokenizer writes them: printable ones for themselves, others from U+0100 on. */
function byteCharacters(): string[] {
  let next = 0x100;
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++));
}

/** tokenizer.json of a RoBERTa, byte-level BPE with few merges, as Hugging Face's tokenizers write it. Every id is below 300. */
export function tinyByteLevel({ add_prefix_space = false } = {}): object {
  const merged = MERGES.map((merge) => merge.replace(' ', ''));
  const pieces = [...new Set([...SPECIAL, ...byteCharacters(), ...merged])];
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const pieceId = (piece: string): [string, number] => [piece, vocab[piece]];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: content === '<mask>',
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'RobertaProcessing',
      sep: pieceId('</s>'),
      cls: pieceId('<s>'),
      trim_offsets: true,
      add_prefix_space,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab,
      merges: MERGES,
    },
  };
}

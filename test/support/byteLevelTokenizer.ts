/** The character that byte-level tokenizers write for a byte: itself where it can be printed, else one from U+0100 on, in order. */
const characters = (() => {
  const printed = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte < 0xad) || (byte > 0xad && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printed(byte) ? byte : next++));
})();

/** Words, a blank in front of them, and characters of two and four bytes, one of which is cut in two. */
const MERGES = [
  ...['Ġ t', 'h e', 'Ġt he', 'i n', 'Ġ a', 'o n', 'e r', 'Ġ c', 'a t', 'Ġc at', 'Ġ d', 'o g', 'Ġd og', 'Ġ s'],
  ...['Ġs at', 'Ġa n', 'in g', 'r e', 'T he', 'Ã ©', 'ð Ł', 'ã ģ', 'Ġ Ġ', 'Ġ ,', 'm at', 'Ġ mat', 'Ċ Ċ'],
  ...['Ġ o', 'Ġo f', "' t", '1 0', 'â Ģ'],
];

const SPECIAL = ['<s>', '<pad>', '</s>', '<unk>'];

const added = (content: string, id: number, more = {}) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: true,
  special: true,
  ...more,
});

const vocabulary = [...SPECIAL, ...characters, ...MERGES.map((merge) => merge.replace(' ', '')), '<mask>'];

export const BYTE_LEVEL_VOCABULARY_SIZE = vocabulary.length;

/** tokenizer.json like RoBERTa's, with every byte and a few merges. */
export function byteLevelTokenizer({ addPrefixSpace = false, trimOffsets = true } = {}): object {
  const shared = { add_prefix_space: addPrefixSpace, trim_offsets: trimOffsets };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      ...SPECIAL.map((content, id) => added(content, id)),
      added('<mask>', vocabulary.length - 1, { lstrip: true, normalized: false }),
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', use_regex: true, ...shared },
    post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0], ...shared },
    decoder: { type: 'ByteLevel', use_regex: true, ...shared },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: MERGES,
    },
  };
}

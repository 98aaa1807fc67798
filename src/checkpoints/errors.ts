import { messageOf, UserError } from '../core/errors.ts';

/** A value from a file as it may be shown: quoted, control characters escaped, not longer than a line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function firstOf(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).map(shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`;

// Files and folders

export function missingFile(file: string): UserError {
  return new UserError(`${file}: expected a file, found nothing`);
}

export function notAFile(file: string): UserError {
  return new UserError(`${file}: expected a file, found a folder or a device`);
}

export function missingFolder(dir: string): UserError {
  return new UserError(`${dir}: expected a folder, found nothing`);
}

export function notAFolder(dir: string): UserError {
  return new UserError(`${dir}: expected a folder, found a file`);
}

export function unreadable(path: string, error: unknown): UserError {
  return new UserError(`${path}: cannot be read: ${messageOf(error)}`);
}

export function linkLeavesFolder(file: string, target: string): UserError {
  return new UserError(
    `${file}: expected a file of the model folder, found a link to ${target}`,
    'Only the Hugging Face cache may link out of a snapshot, to the blobs of the same repository; copy the file instead.',
  );
}

export function fileTooLarge(file: string, size: number, limit: number): UserError {
  return new UserError(`${file}: expected at most ${limit} bytes, found ${size}`);
}

export function notJson(file: string, reason: string): UserError {
  return new UserError(`${file}: expected a JSON object, found ${reason}`);
}

export function badField(file: string, field: string, expected: string, found: unknown): UserError {
  return new UserError(`${file}: expected ${field} to be ${expected}, found ${shown(found)}`);
}

// Safetensors

/** `fault`: what is wrong with the file, as a clause. */
export function brokenSafetensors(file: string, fault: string): UserError {
  return new UserError(`${file}: not a valid safetensors file: ${fault}`);
}

export function unsupportedDtype(file: string, name: string, expected: string, found: string): UserError {
  return new UserError(`${file}: expected tensor ${shown(name)} to be ${expected}, found ${found}`);
}

export function integerOutOfRange(file: string, name: string, value: bigint): UserError {
  return new UserError(
    `${file}: expected the values of tensor ${shown(name)} to fit 32 bits, found ${value}`,
  );
}

export function wrongShape(
  file: string,
  name: string,
  expected: readonly number[],
  found: readonly number[],
): UserError {
  return new UserError(
    `${file}: expected tensor ${shown(name)} to have shape ${shapeText(expected)}, as config.json says, found ${shapeText(found)}`,
  );
}

// Model folders

export function emptyFolder(dir: string): UserError {
  return new UserError(
    `${dir}: expected a model folder (config.json, model.safetensors, tokenizer.json), found an empty one`,
  );
}

/** A fault that `models` found in config.json, with the folder that it stands in. */
export function configFault(dir: string, fault: UserError): UserError {
  return new UserError(`${dir}/${fault.message}`);
}

export function noWeights(dir: string): UserError {
  return new UserError(`${dir}: expected model.safetensors or model.safetensors.index.json, found neither`);
}

export function pickledWeights(file: string): UserError {
  return new UserError(
    `${file}: expected safetensors, found a pickle, which is not read because loading one can execute code that it carries`,
    'Convert it where you trust it, in Python: model.save_pretrained(folder, safe_serialization=True).',
  );
}

export function badShardName(index: string, shard: unknown): UserError {
  return new UserError(
    `${index}: expected shards to be names of .safetensors files in the same folder, found ${shown(shard)}`,
  );
}

export function tensorNotInShard(index: string, name: string, shard: string): UserError {
  return new UserError(`${index}: expected tensor ${shown(name)} in ${shard}, found no such tensor there`);
}

export function sameTensorTwice(dir: string, first: string, second: string): UserError {
  return new UserError(
    `${dir}: expected one tensor of each name, found ${shown(first)} and ${shown(second)}, which mean the same`,
  );
}

export function missingTensors(dir: string, missing: readonly string[], found: readonly string[]): UserError {
  return new UserError(
    `${dir}: expected the tensors that config.json describes, but ${firstOf(missing)} ${missing.length === 1 ? 'is' : 'are'} missing; ` +
      (found.length === 0 ? 'the file has no tensor' : `found ${firstOf(found)}`),
  );
}

// Tokenizers

export function missingTokenizer(dir: string): UserError {
  return new UserError(`${dir}: expected tokenizer.json, found none`);
}

export function onlyVocabulary(dir: string): UserError {
  return new UserError(
    `${dir}: expected tokenizer.json, found only vocab.txt`,
    `Convert it in Python: AutoTokenizer.from_pretrained(folder).save_pretrained(folder) writes tokenizer.json.`,
  );
}

export function brokenTokenizer(file: string, error: unknown): UserError {
  return new UserError(`${file}: not a usable tokenizer: ${messageOf(error)}`);
}

export function badTokenId(file: string, token: string, found: unknown): UserError {
  return new UserError(
    `${file}: expected the id of token ${shown(token)} to be a whole number from 0, found ${shown(found)}`,
  );
}

export function tokenBeyondVocabulary(
  file: string,
  token: string,
  id: number,
  vocabularySize: number,
): UserError {
  return new UserError(
    `${file}: expected ids below the model's vocab_size of ${vocabularySize}, found ${id} for token ${shown(token)}`,
    'The tokenizer belongs to another model.',
  );
}

export function placesUnknown(file: string, text: string): UserError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return new UserError(
    `${file}: cannot tell which parts of ${JSON.stringify(shown)} its tokens stand for`,
    'A task whose answers are parts of a text needs a tokenizer like those of BERT (WordPiece) or RoBERTa (byte-level BPE).',
  );
}

export function maxLengthTooShort(maxLength: number, special: number): UserError {
  return new UserError(
    `max_length: expected at least ${special}, the number of special tokens, found ${maxLength}`,
  );
}

// Adapters

export function newerFormat(file: string, known: number, found: number): UserError {
  return new UserError(
    `${file}: expected format version ${known} or older, found ${found}`,
    'Open it with the newer version that wrote it.',
  );
}

/** `fault`: zod's sentence. */
export function brokenManifest(file: string, field: string, fault: string): UserError {
  return new UserError(`${file}: ${field}: ${fault}`);
}

export function unknownAdapterTensor(file: string, name: string): UserError {
  return new UserError(
    `${file}: expected tensors of this model's layers or of its head, found ${shown(name)}`,
  );
}

export function tooFewSegments(dir: string, needed: number, found: number): UserError {
  return new UserError(
    `${dir}/config.json: expected type_vocab_size to be at least ${needed}, the segments that the tokenizer tells apart in these inputs, found ${found}`,
    'Leave `text_pair` out, or choose a model that was trained on pairs.',
  );
}

import { messageOf, UserError } from '../core/errors.ts';

/** How a user gets a model. */
function downloadCommand(id: string, revision: string | undefined): string {
  return `peft-workbench download ${id}${revision === undefined ? '' : ` --revision ${revision}`}`;
}

const orFolder = 'or give the path of a model folder as `model:`';

export function modelFolderMissing(model: string, path: string, found: 'nothing' | 'a file'): UserError {
  return new UserError(`model: expected a model folder at ${path} (written as ${model}), found ${found}`);
}

export function notAModel(model: string): UserError {
  return new UserError(
    `model: expected a folder or a Hugging Face id such as bert-base-uncased or owner/name, found ${JSON.stringify(model)}`,
    'A path starts with ./, ../ or /, or names a folder beside the recipe.',
  );
}

export function notARevision(revision: string): UserError {
  return new UserError(`revision: expected a branch, a tag or a commit, found ${JSON.stringify(revision)}`);
}

export function modelNotCached(id: string, revision: string | undefined, root: string): UserError {
  return new UserError(
    `model: ${id}${revision === undefined ? '' : ` at ${revision}`} was expected in the Hugging Face cache (${root}), but is not there`,
    `Run \`${downloadCommand(id, revision)}\`, ${orFolder}.`,
  );
}

export function badEndpoint(endpoint: string): UserError {
  return new UserError(
    `HF_ENDPOINT: expected an address such as https://huggingface.co, found ${JSON.stringify(endpoint)}`,
  );
}

export function badProxy(addresses: readonly string[], cause: unknown): UserError {
  // Without what stands before the host: it may be a password.
  const shown = addresses.map((address) => address.replace(/^.*@/, '')).join(', ');
  return new UserError(
    `HTTPS_PROXY, HTTP_PROXY: expected the address of a proxy, found ${shown}: ${messageOf(cause)}`,
    'An address looks like http://proxy.example.org:3128.',
  );
}

export function hubUnreachable(endpoint: string, cause: unknown): UserError {
  const { cause: inner } = cause as Error;
  return new UserError(
    `${endpoint} cannot be reached: ${messageOf(inner ?? cause)}`,
    `Check the network, HTTPS_PROXY and HF_ENDPOINT (a mirror), ${orFolder}.`,
  );
}

export function accessDenied(id: string, endpoint: string, hasToken: boolean): UserError {
  const token = hasToken ? 'the token that was sent has no access' : 'no token was sent';
  return new UserError(
    `${endpoint} gives no access to ${id}: it is gated, private or does not exist, and ${token}`,
    `Accept its terms at ${endpoint}/${id}, then set HF_TOKEN to a token of your account.`,
  );
}

export function notOnHub(id: string, what: string, endpoint: string): UserError {
  return new UserError(`${endpoint} has no ${what} for the model ${id}`, `Look it up at ${endpoint}/${id}.`);
}

export function hubAnswered(url: string, status: number): UserError {
  return new UserError(
    `${url} answered with status ${status}, expected 200`,
    'Try again later; what was downloaded is kept.',
  );
}

export function unexpectedAnswer(url: string, fault: string): UserError {
  return new UserError(`${url}: ${fault}`, 'Check that HF_ENDPOINT is a Hugging Face hub or a mirror of it.');
}

export function noSafetensors(id: string, pickle: string | undefined): UserError {
  if (pickle === undefined) {
    return new UserError(
      `${id}: expected model.safetensors or model.safetensors.index.json among its files, found neither`,
    );
  }
  return new UserError(
    `${id}: expected safetensors, found only ${pickle}, a format that is not read because loading it can execute code`,
    'Convert it where you trust it: save_pretrained(folder) in Transformers writes safetensors.',
  );
}

export function notATransformersModel(id: string): UserError {
  return new UserError(
    `${id}: expected config.json among its files, found none: it is no Transformers model`,
  );
}

export function badShards(id: string, fault: string): UserError {
  return new UserError(`${id}: model.safetensors.index.json ${fault}`);
}

export function wrongHash(url: string, expected: string, found: string): UserError {
  return new UserError(
    `${url}: expected content of hash ${expected}, received ${found}; it was thrown away`,
    'Download again; if it happens again, a proxy or mirror changes the file.',
  );
}

export function cacheNotWritable(root: string, cause: unknown): UserError {
  return new UserError(
    `The Hugging Face cache ${root} cannot be written: ${messageOf(cause)}`,
    'Set HF_HOME to a folder with enough space.',
  );
}

import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const commit = 'c'.repeat(40);

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly range?: string;
  readonly authorization?: string;
  readonly host?: string;
}

/** A file of the hub. Large ones are stored on another host, to which the hub redirects. */
export interface HubFile {
  readonly content: string;
  readonly isLarge?: boolean;
  /** What the server sends instead of the content. */
  readonly sends?: string;
}

export interface LocalHub {
  readonly endpoint: string;
  readonly hub: SeenRequest[];
  readonly storage: SeenRequest[];
}

/**
 * A hub on 127.0.0.1 that answers as huggingface.co does, and the host of its large files. `override` may answer a
 * request itself, by returning true.
 */
export async function startHub(
  files: Readonly<Record<string, HubFile>>,
  override: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<LocalHub> {
  const seen: { hub: SeenRequest[]; storage: SeenRequest[] } = { hub: [], storage: [] };
  const storage = await listen((request, response) => {
    seen.storage.push(note(request));
    if (!override(request, response)) send(request, response, files[request.url!.slice(1)]);
  });
  const hub = await listen((request, response) => {
    seen.hub.push(note(request));
    if (override(request, response)) return;
    const name = new RegExp(`^/(?:owner/)?tiny/resolve/${commit}/(.+)$`).exec(request.url!)?.[1];
    if (/^\/api\/models\/(owner\/)?tiny\/revision\/(main|v1|refs%2Fpr%2F1|c{40})$/.test(request.url!)) {
      const siblings = Object.keys(files).map((rfilename) => ({ rfilename }));
      response.end(JSON.stringify({ sha: commit, siblings }));
    } else if (name === undefined || files[name] === undefined) {
      response.writeHead(404).end();
    } else if (files[name].isLarge) {
      const { content } = files[name];
      const linked = { 'x-linked-etag': `"${sha256(content)}"`, 'x-linked-size': content.length };
      response.writeHead(302, { ...linked, location: `${addressOf(storage)}/${name}` }).end();
    } else {
      response.setHeader('etag', `"${gitHash(files[name].content)}"`);
      send(request, response, files[name]);
    }
  });
  return { endpoint: addressOf(hub), ...seen };
}

/** A proxy that knows one host, `hub.invalid`, whichever way it is asked: by CONNECT or with a whole address. */
export async function startProxy(target: string): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const { hostname, port } = new URL(target);
  const proxy = await listen((_, response) => response.writeHead(400).end());
  proxy.on('connect', (request, socket) => {
    asked.push(request.url!);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    const end = () => [upstream, socket].forEach((side) => side.destroy());
    upstream.on('error', end).on('close', end);
    socket.on('error', end);
  });
  return { address: addressOf(proxy), asked };
}

export const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
export const gitHash = (content: string) =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex');

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { content, sends = content }: HubFile,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const body = Buffer.from(sends).subarray(from);
  const range = { 'content-range': `bytes ${from}-${sends.length - 1}/${sends.length}` };
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, ...(from > 0 && range) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function note({ method, url, headers }: IncomingMessage): SeenRequest {
  const { range, authorization, host } = headers;
  return { method: method!, path: url!, range, authorization, host };
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

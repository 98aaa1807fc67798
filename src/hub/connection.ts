import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import type { Environment } from '../core/environment.ts';
import { endpointOf, tokenOf } from './environment.ts';
import { badEndpoint, badProxy, hubUnreachable } from './errors.ts';

export type { Response };

export interface RequestOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly redirect?: 'follow' | 'manual';
}

/** Requests to one hub, over the proxy that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). */
export interface Connection {
  readonly endpoint: string;
  readonly hasToken: boolean;
  /**
   * `path` begins with a slash, or is a whole URL. The token goes to the hub alone: it is not sent to another origin, and
   * `fetch` drops it where a redirect leaves the origin. @throws UserError if the hub is out of reach
   */
  request(path: string, options?: RequestOptions): Promise<Response>;
  close(): Promise<void>;
}

export async function connect(env: Environment, signal: AbortSignal | undefined): Promise<Connection> {
  const endpoint = endpointOf(env);
  if (!URL.canParse(endpoint)) throw badEndpoint(endpoint);
  const token = await tokenOf(env);
  const dispatcher = proxyOf(env);
  return {
    endpoint,
    hasToken: token !== undefined,
    async request(path, { headers, ...options } = {}) {
      try {
        const url = new URL(path.startsWith('/') ? endpoint + path : path);
        const isHub = url.origin === new URL(endpoint).origin;
        const authorization = token !== undefined && isHub ? { authorization: `Bearer ${token}` } : {};
        // Identity: sizes and ranges are those of the file, not of a compressed form.
        const sent = { 'accept-encoding': 'identity', ...authorization, ...headers };
        return await fetch(url, { ...options, headers: sent, dispatcher, signal });
      } catch (error) {
        throw isNetworkError(error) ? hubUnreachable(endpoint, error) : error;
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** `fetch` reports a failed connection, and one that broke in the middle of a body, as a TypeError with its cause. */
export function isNetworkError(error: unknown): error is TypeError {
  return error instanceof TypeError && error.cause !== undefined;
}

function proxyOf(env: Environment): EnvHttpProxyAgent {
  // Empty: undici would otherwise look into this process's environment instead of `env`.
  const [httpProxy, httpsProxy, noProxy] = ['http_proxy', 'https_proxy', 'no_proxy'].map(
    (name) => env[name] ?? env[name.toUpperCase()] ?? '',
  );
  try {
    return new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy });
  } catch (error) {
    throw badProxy([httpProxy, httpsProxy].filter(Boolean), error);
  }
}

/** What a page can do with the editor that shows it. */
export interface Host<Outgoing, State> {
  post(message: Outgoing): void;
  /** What `setState` kept last, also before a reload of the window. */
  getState(): State | undefined;
  setState(state: State): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: (() => VsCodeApi) | undefined;

/**
 * Connects to the editor; undefined for a page that is opened as a file. To be called once: the editor hands its interface
 * out a single time, and nothing but the returned object keeps it.
 */
export function connectHost<Outgoing, State>(): Host<Outgoing, State> | undefined {
  if (typeof acquireVsCodeApi !== 'function') return undefined;
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    getState: () => api.getState() as State | undefined,
    setState: (state) => api.setState(state),
  };
}

/** Messages of the editor. */
export function onHostMessage<Incoming>(listen: (message: Incoming) => void): void {
  window.addEventListener('message', (event: MessageEvent<Incoming>) => listen(event.data));
}

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './serve.ts';

// How it is connected (--node-ipc, --stdio) stands among the arguments.
serve(createConnection(ProposedFeatures.all), new URL('./planner.js', import.meta.url), process.env);

import { describe, expect, it } from 'vitest';
import { diagnosticsText, redacted } from '../../../src/extension/commands/diagnosticsText.ts';

const secrets = { home: '/home/jane', tokens: ['secret-token'] };

describe('diagnosticsText', () => {
  it('has versions, settings, doctor and the last 50 lines of the log', () => {
    const log = Array.from({ length: 60 }, (_, i) => `line ${i + 1}`).join('\n');
    const text = diagnosticsText(
      {
        versions: { Node: '22' },
        settings: { 'peftWorkbench.runsFolder': 'runs' },
        doctor: '{}',
        log: `${log}\n`,
      },
      secrets,
    );
    expect(text).toContain('- Node: 22\n');
    expect(text).toContain('- peftWorkbench.runsFolder: "runs"\n');
    expect(text).not.toContain('line 10\n');
    expect(text).toContain('```\nline 11\n');
    expect(text).toContain('line 60\n```\n');
  });

  it('names neither tokens nor the home folder, in no part', () => {
    const leak = 'at /home/jane/x with secret-token and hf_abcdefgh123, Authorization: Bearer ab.cd';
    const text = diagnosticsText(
      { versions: { a: leak }, settings: { b: leak }, doctor: leak, log: leak },
      secrets,
    );
    expect(text).not.toMatch(/jane|secret-token|hf_abc|ab\.cd/);
    expect(text.match(/~\/x with \[token\] and \[token\], Authorization: Bearer \[token\]/g)).toHaveLength(4);
  });

  it('finds the home folder of Windows in JSON', () => {
    const home = 'C:\\Users\\jane';
    expect(redacted(JSON.stringify({ dir: `${home}\\x` }), { home, tokens: [] })).toBe('{"dir":"~\\\\x"}');
  });

  it('fences a log that has fences itself', () => {
    const text = diagnosticsText({ versions: {}, settings: {}, doctor: '', log: '```\n# big' }, secrets);
    expect(text).toContain('````\n```\n# big\n````');
  });
});
